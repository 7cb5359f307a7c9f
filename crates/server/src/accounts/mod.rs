//! What people do with their accounts. The JSON API and the pages both come here, so that there
//! is one registration, one sign-in, one recovery.

pub mod asking;
mod client;
mod fields;
mod letters;
pub mod password;
pub mod profile;
pub mod recover;
pub mod register;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod verify_email;

pub use client::Client;
pub(crate) use fields::sentence;
