//! Keys: one by one, as sets, and for signing.

mod jwk;
mod jwk_set;
mod ring;
mod signing;
mod verifying;

pub use jwk::{Jwk, JwkError};
pub use jwk_set::{IgnoredJwk, JwkSet};
pub use ring::KeyRing;
pub(crate) use ring::NoKey;
pub use signing::{SigningError, SigningKey};
pub use verifying::{KeyError, Kid, VerifyingKey};
