//! Target: keys as JSON.

use crate::bed::signing;
use countersign_verify::{Alg, Jwk, JwkSet, VerifyingKey, jws};

/// A JWK or a set of them, and a token checked against it.
///
/// # Panics
/// If a promise is broken.
pub fn key_set(data: &[u8]) {
    let Ok(keys) = JwkSet::parse(data) else {
        return;
    };
    for key in &keys.keys {
        let _ = key.thumbprint();
        let made: VerifyingKey = key
            .verifying_key("fuzz")
            .expect("a key that was read is good");
        for alg in Alg::ALL {
            assert!(!made.signed(alg, b"x", &[0; 64]), "a zero signature passed");
        }
    }
    if let Ok(ring) = keys.ring("fuzz") {
        let _ = jws::verify_compact("eyJhbGciOiJIUzI1NiJ9.Zm9v.AAAA", &ring, None);
    }
}

/// A public key or certificate as PEM: what is read is a key that can be used.
///
/// # Panics
/// If a promise is broken.
pub fn pem(data: &[u8]) {
    let Ok(key) = countersign_verify::pem::read(&String::from_utf8_lossy(data)) else {
        return;
    };
    key.verifying_key("fuzz")
        .expect("a key that was read is good");
}

pub(crate) fn pem_seeds() -> Vec<Vec<u8>> {
    // The public key of RFC 8410, section 10.1.
    let key = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    let framed = |kind: &str, text: &str| {
        format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n").into_bytes()
    };
    vec![
        framed("PUBLIC KEY", key),
        framed("CERTIFICATE", key),
        framed("RSA PUBLIC KEY", "MAYCAQMCAQM="),
        framed("PRIVATE KEY", key),
        format!("-----BEGIN PUBLIC KEY-----\\n{key}\\n-----END PUBLIC KEY-----").into_bytes(),
    ]
}

pub(crate) fn key_set_seeds() -> Vec<Vec<u8>> {
    let public = |alg| {
        let key = signing(alg);
        key.public_jwk()
            .and_then(Jwk::public_json)
            .map(|json| json.to_string())
    };
    let (ed, ec) = (
        public(Alg::EdDsa).unwrap_or_default(),
        public(Alg::Es256).unwrap_or_default(),
    );
    let oct =
        r#"{"kty":"oct","k":"cUw5di1SeDNfVHo3Yk5uMUtkOHdZcDRzSGM2dUpmMm0","key_ops":["verify"]}"#;
    [
        format!(r#"{{"keys":[{ed},{ec},{oct}]}}"#),
        ed,
        ec,
        oct.to_owned(),
    ]
    .map(String::into_bytes)
    .into()
}
