//! The verifier as its users see it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_tokens;
mod cache;
mod claims;
mod documentation;
mod issuers;
mod jws;
mod keys;
mod making;
mod pem;
mod pinning;
mod principal;
mod public_api;
mod rsa_keys;
#[cfg(feature = "axum")]
mod tower_layer;
mod vectors;
mod wycheproof;
mod wycheproof_keys;
