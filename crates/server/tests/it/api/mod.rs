//! The API, endpoint by endpoint.

mod authorization;
mod bad_input;
mod csrf;
mod environments;

mod health;
mod people;
mod recovery;
mod refresh;
mod register;
mod secrets_proof;
mod sessions;
mod settings;
mod sign_in;
mod sync_user;
mod well_known;
