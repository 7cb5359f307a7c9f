//! The API, endpoint by endpoint.

mod admin;
mod authorization;
mod bad_input;
mod csrf;
mod environments;
mod health;
pub mod people;
mod recovery;
mod refresh;
mod register;
mod secrets_proof;
mod sessions;
mod settings;
mod sign_in;
mod sync_user;
mod well_known;
