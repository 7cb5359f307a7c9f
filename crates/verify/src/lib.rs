//! Credential in, verdict out: the code that every Countersign service runs on every request.
//!
//! Nothing here does I/O, reads a clock or draws a random number: text, time and randomness are arguments.
//! A [`Verifier`] checks a token against a [`KeyRing`] and a [`Policy`], and answers with a
//! [`VerifiedToken`] or a [`Refusal`] that has one [`Cause`]; the [`Trace`] keeps all that was learnt.
//!
//! For axum and tower services there are a layer and an extractor: `tower_layer`, with the feature `axum`.
//! The checks in their order, the attack each one stops and where it is tested: `docs/verifier.md`.
//!
//! ```
//! use countersign_verify::{
//!     Claims, KeyRing, Policy, Secret, SigningKey, Trace, TraceId, Verifier, issue,
//! };
//!
//! let secret = Secret::from("0123456789abcdef0123456789abcdef");
//! let signing = SigningKey::hmac("JWT_SECRET", &secret)?;
//! let now = 1_700_000_000;
//! let claims = Claims { sub: "user-1".to_owned(), exp: now + 900, iat: now, nbf: now, ..Claims::default() };
//! let token = issue(&signing, &claims)?;
//!
//! let ring = KeyRing::new().with(signing.verifying_key("JWT_SECRET")?);
//! let verifier = Verifier::new(ring, Policy::default());
//! let mut trace = Trace::new(TraceId::from_bytes([1; 16]));
//! assert_eq!(verifier.verify(&token, now, &mut trace)?.sub(), "user-1");
//!
//! let refusal = verifier.verify(&token, now + 3_600, &mut trace).unwrap_err();
//! assert_eq!(refusal.cause.slug(), "token-expired");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alg;
mod base64url;
mod cache;
mod cause;
mod claim_path;
mod claims;
mod compact;
mod cookies;
pub mod env_file;
mod environment;
mod explain;
mod form;
mod issue;
mod issuers;
pub mod jws;
mod keys;
mod moment;
mod policy;
mod presented;
mod principal;
pub mod problem;
mod refusal;
mod secret;
pub mod secret_chain;
mod signer;
mod strength;
mod strict_json;
mod token;
#[cfg(feature = "axum")]
pub mod tower_layer;
mod trace;
mod variables;
mod verifier;

pub use alg::{Alg, Algs};
pub use cache::VerifiedCache;
pub use cause::{Cause, Disclosure};
pub use claim_path::ClaimPath;
pub use cookies::cookies;
pub use environment::Environment;
pub use explain::{
    ClockOwner, ClockReading, Concern, Expected, ExpectedLifetime, ExpectedValue, ExplainContext,
    Explained, Grade, KeySetRole, KnownKeySet, KnownSecret, SecretRole, SecretVariant, SubjectKind,
    compare_secrets, explain, secret_variants,
};
pub use issue::{Claims, issue};
pub use issuers::{Issuer, IssuerKind, IssuerName};
pub use keys::pem;
pub use keys::{
    IgnoredJwk, Jwk, JwkError, JwkSet, KeyError, KeyRing, Kid, RsaFault, SigningError, SigningKey,
    VerifyingKey,
};
pub use policy::Policy;
pub use presented::{Accepts, Credential, NearMiss, Presented};
pub use principal::{Form, Principal, RolePlace};
pub use refusal::Refusal;
pub use secret::{Fingerprint, Secret};
pub use token::VerifiedToken;
pub use trace::{Check, Outcome, Step, Trace, TraceId, TraceIdError};
pub use variables::{Setting, Source, Variables};
pub use verifier::Verifier;
