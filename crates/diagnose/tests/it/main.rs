//! The catalogue against its table, its files and its pages.

mod docs;
mod registry;
mod status_codes;
mod texts;
mod why;
