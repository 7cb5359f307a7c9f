//! The catalogue against its table, its files and its pages.

mod docs;
#[cfg(test)]
mod examples;
mod registry;
mod status_codes;
mod texts;
mod why;
