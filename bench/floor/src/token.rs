//! The leanest check of a compact JWS that is still one: signature over the
//! first two parts, then the expiry. The header is not parsed; the key is fixed.

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hashbrown::HashMap;

/// Which signature the floor checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Alg {
    /// Ed25519 (RFC 8037).
    Eddsa,
    /// HMAC with SHA-256 (RFC 7518 section 3.2).
    Hs256,
}

enum Key {
    Ed25519 {
        signer: Box<Ed25519KeyPair>,
        public: ParsedPublicKey,
    },
    Hmac(Box<hmac::Key>),
}

/// Checks tokens under one key, with or without a memory of good ones.
pub struct Checker {
    key: Key,
    seen: Option<RefCell<HashMap<Box<[u8]>, i64>>>,
}

#[derive(serde::Deserialize)]
struct Claims {
    exp: i64,
}

impl Checker {
    /// A checker with a fresh key.
    ///
    /// # Errors
    /// When the system has no randomness to make a key from.
    pub fn new(alg: Alg, cached: bool) -> Result<Self, Box<dyn std::error::Error>> {
        let key = match alg {
            Alg::Eddsa => {
                let signer = Box::new(Ed25519KeyPair::generate()?);
                let public = ParsedPublicKey::new(&ED25519, signer.public_key().as_ref())?;
                Key::Ed25519 { signer, public }
            }
            Alg::Hs256 => {
                let secret: [u8; 32] =
                    aws_lc_rs::rand::generate(&aws_lc_rs::rand::SystemRandom::new())?.expose();
                Key::Hmac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, &secret)))
            }
        };
        let seen = cached.then(RefCell::default);
        Ok(Self { key, seen })
    }

    /// Tokens with the claims that Countersign's own access tokens have, so that
    /// both servers read the same number of bytes.
    ///
    /// # Errors
    /// When the clock stands before 1970.
    pub fn mint(&self, count: usize) -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let alg = match self.key {
            Key::Ed25519 { .. } => "EdDSA",
            Key::Hmac(_) => "HS256",
        };
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"at+jwt","alg":"{alg}"}}"#));
        let token = |n: usize| {
            let claims = serde_json::json!({
                "iss": "http://127.0.0.1:8787", "sub": format!("0197f3c2-7c1a-7000-8000-{n:012x}"),
                "iat": now, "nbf": now, "exp": now + 86_400,
                "jti": format!("0197f3c2-7c1b-7000-8000-{n:012x}"),
                "sid": format!("0197f3c2-7c1c-7000-8000-{n:012x}"),
                "email": format!("user{n}@bench.example"), "role": "user",
                "amr": ["pwd"], "auth_time": now,
            });
            let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
            let signature = URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes()));
            format!("{signed}.{signature}")
        };
        Ok((0..count).map(token).collect())
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Ed25519 { signer, .. } => signer.sign(message).as_ref().to_vec(),
            Key::Hmac(key) => hmac::sign(key, message).as_ref().to_vec(),
        }
    }

    /// Whether the token's signature and expiry are good.
    pub fn check(&self, token: &[u8]) -> bool {
        let Ok(now) = SystemTime::now().duration_since(UNIX_EPOCH) else {
            return false;
        };
        let valid = |exp: i64| i64::try_from(now.as_secs()).is_ok_and(|now| now < exp);
        let Some(seen) = &self.seen else {
            return self.verify(token).is_some_and(valid);
        };
        if let Some(exp) = seen.borrow().get(token) {
            return valid(*exp);
        }
        let Some(exp) = self.verify(token) else {
            return false;
        };
        seen.borrow_mut().insert(token.into(), exp);
        valid(exp)
    }

    /// The expiry of a token whose signature is good.
    fn verify(&self, token: &[u8]) -> Option<i64> {
        let end = token.iter().rposition(|byte| *byte == b'.')?;
        let (signed, signature) = (&token[..end], &token[end + 1..]);
        let mut raw = [0_u8; 66];
        let length = URL_SAFE_NO_PAD.decode_slice(signature, &mut raw).ok()?;
        match &self.key {
            Key::Ed25519 { public, .. } => public.verify_sig(signed, &raw[..length]).ok()?,
            Key::Hmac(key) => hmac::verify(key, signed, &raw[..length]).ok()?,
        }
        let dot = signed.iter().position(|byte| *byte == b'.')?;
        let payload = URL_SAFE_NO_PAD.decode(&signed[dot + 1..]).ok()?;
        Some(serde_json::from_slice::<Claims>(&payload).ok()?.exp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_its_own_tokens_and_no_changed_one() {
        for alg in [Alg::Eddsa, Alg::Hs256] {
            for cached in [false, true] {
                let checker = Checker::new(alg, cached).unwrap();
                let token = checker.mint(1).unwrap().remove(0).into_bytes();
                for round in 0..2 {
                    assert!(
                        checker.check(&token),
                        "{alg:?} cached={cached} round {round}"
                    );
                    let mut changed = token.clone();
                    let middle = changed.len() / 2;
                    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
                    assert!(
                        !checker.check(&changed),
                        "{alg:?} cached={cached} round {round}"
                    );
                }
            }
        }
    }
}
