//! The catalogue against its table, its files and its pages.

mod docs;
mod registry;
mod texts;
mod why;
