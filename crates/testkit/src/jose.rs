//! Tokens of any algorithm and with any header, as a stranger or an attacker makes them.
//!
//! The keys are the same in every run. So are the signatures, but for ES*, PS*, whose schemes draw a
//! random number for each.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use aws_lc_rs::{encoding::AsDer as _, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

/// A fixed RSA key of 2048 bits, made for tests alone.
const RSA_2048: &str = include_str!("jose/rsa2048.pem");
const RSA_2048_B: &str = include_str!("jose/rsa2048_b.pem");
const RSA_2048_C: &str = include_str!("jose/rsa2048_c.pem");

/// A key that signs compact JWS (RFC 7515) of any header and payload.
pub struct TestKey {
    kid: Option<String>,
    pair: Pair,
}

enum Pair {
    Ec(&'static str, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Oct(Vec<u8>),
    Rsa(RsaPair),
}

impl TestKey {
    /// An Ed25519 key, for `EdDSA`.
    ///
    /// # Panics
    /// Never: any 32 bytes are a seed.
    #[must_use]
    pub fn ed25519() -> Self {
        Self::ed25519_of(21)
    }

    /// Another Ed25519 key for each `seed`.
    ///
    /// # Panics
    /// Never: any 32 bytes are a seed.
    #[must_use]
    pub fn ed25519_of(seed: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]);
        Self::of(Pair::Ed25519(pair.expect("any 32 bytes are a seed")))
    }

    /// A P-256 key, for `ES256`.
    #[must_use]
    pub fn es256() -> Self {
        Self::es256_of(22)
    }

    /// Another P-256 key for each `seed` from 1 to 254.
    #[must_use]
    pub fn es256_of(seed: u8) -> Self {
        let oid = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        Self::of(Pair::Ec(
            "P-256",
            ec(&ECDSA_P256_SHA256_FIXED_SIGNING, &[seed; 32], &oid),
        ))
    }

    /// A P-384 key, for `ES384`.
    #[must_use]
    pub fn es384() -> Self {
        let oid = [6, 5, 0x2b, 0x81, 4, 0, 0x22];
        Self::of(Pair::Ec(
            "P-384",
            ec(&ECDSA_P384_SHA384_FIXED_SIGNING, &[23; 48], &oid),
        ))
    }

    /// A P-521 key, for `ES512`.
    #[must_use]
    pub fn es512() -> Self {
        let oid = [6, 5, 0x2b, 0x81, 4, 0, 0x23];
        let mut scalar = [24; 66];
        scalar[0] = 0; // of 528 bits, the order has 521
        Self::of(Pair::Ec(
            "P-521",
            ec(&ECDSA_P521_SHA512_FIXED_SIGNING, &scalar, &oid),
        ))
    }

    /// A shared secret, for `HS256`, `HS384` and `HS512`.
    #[must_use]
    pub fn hs(secret: impl AsRef<[u8]>) -> Self {
        Self::of(Pair::Oct(secret.as_ref().to_vec()))
    }

    /// An RSA key of 2048 bits, for `RS256`, `RS384`, `RS512`, `PS256`, `PS384` and `PS512`.
    ///
    /// # Panics
    /// If its file was damaged.
    #[must_use]
    pub fn rsa2048() -> Self {
        Self::rsa(RSA_2048)
    }

    /// Another RSA key than [`TestKey::rsa2048`].
    ///
    /// # Panics
    /// If its file was damaged.
    #[must_use]
    pub fn rsa2048_b() -> Self {
        Self::rsa(RSA_2048_B)
    }

    /// A third RSA key.
    ///
    /// # Panics
    /// If its file was damaged.
    #[must_use]
    pub fn rsa2048_c() -> Self {
        Self::rsa(RSA_2048_C)
    }

    fn rsa(pem: &str) -> Self {
        let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(text).expect("the file is PEM");
        Self::of(Pair::Rsa(
            RsaPair::from_pkcs8(&der).expect("the file is PKCS#8"),
        ))
    }

    const fn of(pair: Pair) -> Self {
        Self { kid: None, pair }
    }

    /// The same key under a name, which [`TestKey::token`] and [`TestKey::public_jwk`] carry.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// A token of these claims, as `alg` and with the key's name, if it has one.
    ///
    /// # Panics
    /// If the key cannot sign as `alg`.
    #[must_use]
    pub fn token(&self, alg: &str, claims: &Value) -> String {
        let mut header = json!({"alg": alg, "typ": "JWT"});
        if let Some(kid) = &self.kid {
            header["kid"] = kid.as_str().into();
        }
        self.sign(&header.to_string(), claims.to_string().as_bytes())
    }

    /// A compact JWS of exactly this header and payload, signed as the header's `alg`.
    ///
    /// # Panics
    /// If the header is no JSON object with an `alg` that the key can sign as.
    #[must_use]
    pub fn sign(&self, header: &str, payload: &[u8]) -> String {
        let members: Map<String, Value> = serde_json::from_str(header).expect("a JSON object");
        let alg = members
            .get("alg")
            .and_then(Value::as_str)
            .expect("an alg that is a string");
        self.sign_as(alg, header, payload)
    }

    /// A compact JWS of exactly this header and payload, signed as `alg`, whatever the header says.
    ///
    /// # Panics
    /// If the key cannot sign as `alg`.
    #[must_use]
    pub fn sign_as(&self, alg: &str, header: &str, payload: &[u8]) -> String {
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        );
        let signature = self.signature(alg, input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The bare signature of `input` as `alg` (RFC 7518, section 3; RFC 8037, section 3.1).
    ///
    /// # Panics
    /// If the key cannot sign as `alg`.
    #[must_use]
    pub fn signature(&self, alg: &str, input: &[u8]) -> Vec<u8> {
        match (&self.pair, alg) {
            (Pair::Ec("P-256", pair), "ES256")
            | (Pair::Ec("P-384", pair), "ES384")
            | (Pair::Ec("P-521", pair), "ES512") => {
                let signature = pair.sign(&SystemRandom::new(), input);
                signature.expect("an ECDSA signature").as_ref().to_vec()
            }
            (Pair::Ed25519(pair), "EdDSA" | "Ed25519") => pair.sign(input).as_ref().to_vec(),
            (Pair::Oct(secret), _) => {
                let key = hmac::Key::new(hmac_algorithm(alg), secret);
                hmac::sign(&key, input).as_ref().to_vec()
            }
            (Pair::Rsa(pair), _) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(
                    rsa_padding(alg),
                    &SystemRandom::new(),
                    input,
                    &mut signature,
                )
                .expect("an RSA signature");
                signature
            }
            (Pair::Ec(..) | Pair::Ed25519(_), _) => panic!("this key cannot sign as {alg}"),
        }
    }

    /// The public key as JWK (RFC 7517), with its name, if it has one; a shared secret as it is.
    /// There is no `alg`: put it in where a test wants it.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match &self.pair {
            Pair::Ec(curve, pair) => {
                let coordinates = &pair.public_key().as_ref()[1..];
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                json!({"kty": "EC", "crv": curve, "x": b64(x), "y": b64(y)})
            }
            Pair::Ed25519(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": b64(pair.public_key().as_ref())})
            }
            Pair::Oct(secret) => json!({"kty": "oct", "k": b64(secret)}),
            Pair::Rsa(pair) => {
                let (n, e) = rsa_numbers(pair.public_key().as_ref());
                json!({"kty": "RSA", "n": b64(n), "e": b64(e)})
            }
        };
        if let Some(kid) = &self.kid {
            jwk["kid"] = kid.as_str().into();
        }
        jwk
    }

    /// The public key as PEM (RFC 7468, section 13).
    ///
    /// # Panics
    /// If the key is a shared secret.
    #[must_use]
    pub fn public_pem(&self) -> String {
        let der = match &self.pair {
            Pair::Ec(_, pair) => pair.public_key().as_der(),
            Pair::Ed25519(pair) => pair.public_key().as_der(),
            Pair::Rsa(pair) => pair.public_key().as_der(),
            Pair::Oct(_) => panic!("a shared secret has no public key"),
        };
        let der = der.expect("a public key has a DER form");
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = (0..text.len())
            .step_by(64)
            .map(|start| &text[start..text.len().min(start + 64)])
            .collect();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        )
    }
}

/// The pair of a private scalar: RFC 5915, `ECPrivateKey { 1, privateKey }` and the curve in `[0]`.
fn ec(curve: &'static EcdsaSigningAlgorithm, scalar: &[u8], oid: &[u8]) -> EcdsaKeyPair {
    let length = |bytes: usize| u8::try_from(bytes).expect("a short form");
    let mut der = vec![0x30, length(3 + 2 + scalar.len() + 2 + oid.len()), 2, 1, 1];
    der.extend([4, length(scalar.len())]);
    der.extend(scalar);
    der.extend([0xa0, length(oid.len())]);
    der.extend(oid);
    EcdsaKeyPair::from_private_key_der(curve, &der).expect("a scalar below the order")
}

fn hmac_algorithm(alg: &str) -> hmac::Algorithm {
    match alg {
        "HS256" => hmac::HMAC_SHA256,
        "HS384" => hmac::HMAC_SHA384,
        "HS512" => hmac::HMAC_SHA512,
        _ => panic!("a shared secret cannot sign as {alg}"),
    }
}

fn rsa_padding(alg: &str) -> &'static dyn RsaEncoding {
    match alg {
        "PS256" => &RSA_PSS_SHA256,
        "PS384" => &RSA_PSS_SHA384,
        "PS512" => &RSA_PSS_SHA512,
        "RS256" => &RSA_PKCS1_SHA256,
        "RS384" => &RSA_PKCS1_SHA384,
        "RS512" => &RSA_PKCS1_SHA512,
        _ => panic!("an RSA key cannot sign as {alg}"),
    }
}

/// Modulus and exponent out of an `RSAPublicKey` (RFC 8017, appendix A.1.1), for a modulus of 2048 bits.
fn rsa_numbers(der: &[u8]) -> (&[u8], &[u8]) {
    // 30 82 LL LL · 02 82 01 01 00 · modulus · 02 03 · exponent
    let (n, rest) = der[9..].split_at(256);
    (n, &rest[2..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA384,
        RSA_PSS_2048_8192_SHA512, RsaPublicKeyComponents, UnparsedPublicKey,
    };

    fn member(jwk: &Value, name: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap()
    }

    #[test]
    fn signatures_verify_under_the_published_key() {
        let jwk = TestKey::rsa2048().public_jwk();
        let (n, e) = (member(&jwk, "n"), member(&jwk, "e"));
        assert_eq!((n.len(), e.as_slice()), (256, &[1, 0, 1][..]));
        let rsa = RsaPublicKeyComponents { n: &n, e: &e };
        for (alg, params) in [
            ("RS384", &RSA_PKCS1_2048_8192_SHA384),
            ("PS512", &RSA_PSS_2048_8192_SHA512),
        ] {
            let signature = TestKey::rsa2048().signature(alg, b"input");
            assert!(rsa.verify(params, b"input", &signature).is_ok(), "{alg}");
        }
        for (key, alg, params) in [
            (TestKey::es256(), "ES256", &ECDSA_P256_SHA256_FIXED),
            (TestKey::es384(), "ES384", &ECDSA_P384_SHA384_FIXED),
        ] {
            let jwk = key.public_jwk();
            let point = [vec![4], member(&jwk, "x"), member(&jwk, "y")].concat();
            let signature = key.signature(alg, b"input");
            let public = UnparsedPublicKey::new(params, point);
            assert!(public.verify(b"input", &signature).is_ok(), "{alg}");
        }
    }

    #[test]
    fn deterministic_schemes_give_the_same_token_again() {
        let claims = json!({"sub": "u"});
        for (key, alg) in [
            (TestKey::hs("secret"), "HS512"),
            (TestKey::ed25519(), "EdDSA"),
            (TestKey::rsa2048(), "RS256"),
        ] {
            assert_eq!(key.token(alg, &claims), key.token(alg, &claims), "{alg}");
        }
    }

    #[test]
    fn header_and_payload_stand_as_given() {
        let header = "{ \"kid\":\"x\", \"alg\":\"HS256\" }";
        let token = TestKey::hs("s").sign(header, b"\xff");
        let parts: Vec<_> = token.split('.').collect();
        assert_eq!(URL_SAFE_NO_PAD.decode(parts[0]).unwrap(), header.as_bytes());
        assert_eq!(URL_SAFE_NO_PAD.decode(parts[1]).unwrap(), b"\xff");
        assert_eq!(URL_SAFE_NO_PAD.decode(parts[2]).unwrap().len(), 32);
        let lying = TestKey::hs("s").sign_as("HS256", r#"{"alg":"none"}"#, b"");
        assert_eq!(lying.split('.').count(), 3);
    }

    #[test]
    fn every_pair_has_a_pem() {
        for key in [
            TestKey::rsa2048(),
            TestKey::es256(),
            TestKey::es384(),
            TestKey::ed25519(),
        ] {
            let pem = key.public_pem();
            assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\nM"), "{pem}");
            assert!(pem.lines().all(|line| line.len() <= 64));
        }
    }

    #[test]
    #[should_panic(expected = "cannot sign as")]
    fn a_key_signs_as_its_own_algorithms_only() {
        let _ = TestKey::es256().token("ES384", &json!({}));
    }
}
