//! The catalogue against its table, its files and its pages.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail loudly, in its support code too"
)]

mod bundle;
mod cases;
mod detection;
mod docs;
mod examples;
mod output;
mod projects;
mod registry;
mod security;
mod shown_cases;
mod status_codes;
mod texts;
mod tokens;
mod why;
mod wire;
