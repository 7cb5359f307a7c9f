//! The HTTP server: settings, start-up, middleware, authentication, jobs and mail.
//!
//! [`router`] builds the whole service from an [`App`]; [`serve`](startup::serve) runs it.

pub mod api;
pub mod clock;
pub mod entropy;
pub mod hashing;
pub mod http;
pub mod mail;
pub mod pages;
pub mod settings;
pub mod state;

pub use http::router;
pub use state::App;
