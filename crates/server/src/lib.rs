//! The HTTP server: settings, start-up, middleware, authentication, jobs and mail.
//!
//! [`router`] builds the whole service from an [`App`]; [`startup::prepare`] checks everything it needs.

mod account_cache;
pub mod accounts;
mod activity;
pub mod api;
pub mod authenticate;
pub mod clock;
mod cookie_sessions;
pub mod cookies;
pub mod entropy;
pub mod hashing;
pub mod http;
pub mod issuer_keys;
pub mod jobs;
pub mod mail;
pub mod pages;
mod queue;
mod refusals;
mod revoked;
pub mod settings;
pub mod startup;
pub mod state;
pub mod token_keys;
mod traces;

pub use http::router;
pub use refusals::{expected, known_secrets};
pub use state::App;
pub use traces::{KeptTrace, KeptTraceError, copied_trace_id};
