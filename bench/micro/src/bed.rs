//! The token and the keys that every verifier gets.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use aws_lc_rs::{hmac, rsa};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The issuer that every verifier demands.
pub const ISSUER: &str = "https://auth.example";
/// The audience that every verifier demands.
pub const AUDIENCE: &str = "https://api.example";
/// The HMAC secret.
pub const SECRET: &str = "u4Zb7TqLw9XkP2sVf6Nc8RgYj3HdM5aE";
/// What is measured.
pub const ALGS: [&str; 4] = ["HS256", "ES256", "EdDSA", "RS256"];

/// A token and the key that checks it.
#[derive(Clone)]
pub struct Bed {
    /// The algorithm.
    pub alg: &'static str,
    /// The token.
    pub token: String,
    /// The public key, or the secret, as a JWK.
    pub jwk: Value,
    /// The public key, or the secret, as the algorithm takes it.
    pub key: Vec<u8>,
}

/// The time: the peers read the system's clock.
#[must_use]
pub fn now() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Claims of about 400 bytes, as an access token of a session has them, and `filler` bytes more.
#[must_use]
pub fn claims(filler: usize) -> String {
    let now = now();
    let mut claims = json!({
        "iss": ISSUER, "sub": "0197f3c2-7c1a-7000-8000-000000000001", "aud": AUDIENCE,
        "exp": now + 86_400, "nbf": now - 60, "iat": now - 60, "jti": "0197f3c2-7c1b-7000-8000-000000000001",
        "sid": "0197f3c2-7c1c-7000-8000-000000000001", "scope": "openid profile email", "email": "ada@bench.example",
        "role": "user", "amr": ["pwd", "otp"], "auth_time": now - 60,
    });
    if filler > 0 {
        claims["filler"] = "x".repeat(filler).into();
    }
    claims.to_string()
}

/// A token with the claims above, signed with a new key.
#[must_use]
pub fn bed(alg: &'static str) -> Bed {
    signed(alg, None, &claims(0))
}

/// A token with these claims; `kid` stands in the header and on the key.
#[must_use]
pub fn signed(alg: &'static str, kid: Option<&str>, claims: &str) -> Bed {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let mut header = json!({"alg": alg, "typ": "at+jwt"});
    let (key, mut jwk, sign) = pair(alg);
    if let Some(kid) = kid {
        header["kid"] = kid.into();
        jwk["kid"] = kid.into();
    }
    let header = encode(header.to_string().as_bytes());
    let input = format!("{header}.{}", encode(claims.as_bytes()));
    let token = format!("{input}.{}", encode(&sign(input.as_bytes())));
    Bed {
        alg,
        token,
        jwk,
        key,
    }
}

type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

fn pair(alg: &str) -> (Vec<u8>, Value, Sign) {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let random = SystemRandom::new();
    match alg {
        "HS256" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
            let jwk = json!({"kty": "oct", "alg": alg, "k": encode(SECRET.as_bytes())});
            let sign = move |input: &[u8]| hmac::sign(&key, input).as_ref().to_vec();
            (SECRET.as_bytes().to_vec(), jwk, Box::new(sign))
        }
        "ES256" => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let public = pair.public_key().as_ref().to_vec();
            let (x, y) = (encode(&public[1..33]), encode(&public[33..]));
            let jwk = json!({"kty": "EC", "crv": "P-256", "alg": alg, "x": x, "y": y});
            let sign = move |input: &[u8]| pair.sign(&random, input).unwrap().as_ref().to_vec();
            (public, jwk, Box::new(sign))
        }
        "EdDSA" => {
            let pair = Ed25519KeyPair::generate().unwrap();
            let public = pair.public_key().as_ref().to_vec();
            let jwk = json!({"kty": "OKP", "crv": "Ed25519", "alg": alg, "x": encode(&public)});
            let sign = move |input: &[u8]| pair.sign(input).as_ref().to_vec();
            (public, jwk, Box::new(sign))
        }
        _ => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
            let public = pair.public_key().clone();
            let n = public.modulus().big_endian_without_leading_zero();
            let e = public.exponent().big_endian_without_leading_zero();
            let jwk = json!({"kty": "RSA", "alg": alg, "n": encode(n), "e": encode(e)});
            let sign = move |input: &[u8]| rsa_signature(&pair, &random, input);
            (public.as_ref().to_vec(), jwk, Box::new(sign))
        }
    }
}

fn rsa_signature(pair: &rsa::KeyPair, random: &SystemRandom, input: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &aws_lc_rs::signature::RSA_PKCS1_SHA256,
        random,
        input,
        &mut signature,
    )
    .unwrap();
    signature
}
