//! Keys: one by one, as sets, and for signing.

mod der;
mod jwk;
mod jwk_error;
mod jwk_set;
pub mod pem;
mod public;
mod ring;
mod roca;
mod rsa;
mod signing;
mod verifying;

pub use jwk::Jwk;
pub use jwk_error::JwkError;
pub use jwk_set::{IgnoredJwk, JwkSet};
use pem::PemError;
pub use ring::KeyRing;
pub(crate) use ring::{Candidates, NoKey};
pub use rsa::RsaFault;
pub use signing::{SigningError, SigningKey};
pub use verifying::{KeyError, Kid, VerifyingKey};
