//! Tokens and verifiers for the tests.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::{
    Cause, Claims, KeyRing, Policy, Refusal, Secret, SigningKey, Trace, TraceId, VerifiedToken,
    Verifier, VerifyingKey,
};
use serde_json::Value;
use std::sync::Arc;

/// The time of every test.
pub const NOW: i64 = 1_700_000_000;
/// The secret of every test.
pub const SECRET: &str = "qL9v-Rx3_Tz7bNn1Kd8wYp4sHc6uJf2mGa5eZi0oXtE";

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn trace() -> Trace {
    Trace::new(TraceId::from_bytes([0; 16]))
}

/// A token of any header and payload text, signed with [`SECRET`].
pub fn signed(header: &str, payload: &str) -> String {
    let input = format!(
        "{}.{}",
        encode(header.as_bytes()),
        encode(payload.as_bytes())
    );
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()),
        input.as_bytes(),
    );
    format!("{input}.{}", encode(tag.as_ref()))
}

/// A well-signed HS256 token of these claims.
pub fn token_of(claims: &Value) -> String {
    signed(r#"{"alg":"HS256","typ":"JWT"}"#, &claims.to_string())
}

pub fn ring() -> KeyRing {
    KeyRing::new().with(VerifyingKey::hmac("JWT_SECRET", &Secret::from(SECRET)).unwrap())
}

pub fn verifier(policy: Policy) -> Verifier {
    Verifier::new(ring(), policy)
}

/// The verdict of the plain verifier at [`NOW`].
pub fn verdict(token: &str) -> Result<Arc<VerifiedToken>, Refusal> {
    verifier(Policy::default()).verify(token, NOW, &mut trace())
}

pub fn cause(token: &str) -> Option<Cause> {
    verdict(token).err().map(|refusal| refusal.cause)
}

/// The claims of a session that began a minute ago and lasts for an hour.
pub fn session_claims() -> Claims {
    Claims {
        iss: Some("https://auth.example".to_owned()),
        sub: "018c0000-0000-7000-8000-000000000001".to_owned(),
        aud: Some("api".to_owned()),
        exp: NOW + 3_540,
        nbf: NOW - 60,
        iat: NOW - 60,
        jti: "018c0000-0000-7000-8000-000000000002".to_owned(),
        sid: "018c0000-0000-7000-8000-000000000003".to_owned(),
        scope: Some("openid profile".to_owned()),
        email: Some("ada@example.com".to_owned()),
        role: Some("admin".to_owned()),
        amr: vec!["pwd".to_owned()],
        auth_time: NOW - 60,
    }
}

pub fn hs256() -> SigningKey {
    SigningKey::hmac("JWT_SECRET", &Secret::from(SECRET)).unwrap()
}
