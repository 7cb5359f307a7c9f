//! The least that anybody can do: what the verifiers are measured against.

use crate::Subject;
use crate::bed::{AUDIENCE, Bed, ISSUER, now};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use std::hint::black_box;

#[derive(Deserialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    nbf: i64,
}

/// HS256: a prepared HMAC, SIMD base64 into buffers on the stack, JSON borrowed from them. For the others, the bare
/// check of the signature with a parsed key.
#[must_use]
pub fn floor(bed: &Bed) -> Subject {
    if bed.alg == "HS256" {
        return hs256(bed);
    }
    let key = match bed.alg {
        "ES256" => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &bed.key),
        "EdDSA" => ParsedPublicKey::new(&ED25519, &bed.key),
        _ => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &bed.key),
    }
    .unwrap();
    let (input, signature) = bed.token.rsplit_once('.').unwrap();
    let (input, signature) = (input.to_owned(), URL_SAFE_NO_PAD.decode(signature).unwrap());
    Subject::new("floor", bed.alg, move || {
        key.verify_sig(black_box(input.as_bytes()), black_box(&signature))
            .unwrap();
    })
}

fn hs256(bed: &Bed) -> Subject {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bed.key);
    let token = bed.token.clone();
    let now = now();
    Subject::new("floor", bed.alg, move || {
        let (input, signature) = black_box(token.as_str()).rsplit_once('.').unwrap();
        let (_, payload) = input.split_once('.').unwrap();
        let mut tag = [0; 32];
        let tag = decode(signature, &mut tag);
        hmac::verify(&key, input.as_bytes(), tag).unwrap();
        let mut json = [0; 1024];
        let claims: Claims<'_> = serde_json::from_slice(decode(payload, &mut json)).unwrap();
        assert!(claims.exp > now && claims.nbf <= now && !claims.sub.is_empty());
        assert!(claims.iss == ISSUER && claims.aud == AUDIENCE);
        black_box(claims.sub);
    })
}

fn decode<'a>(text: &str, buffer: &'a mut [u8]) -> &'a [u8] {
    let out = base64_simd::Out::from_slice(buffer);
    base64_simd::URL_SAFE_NO_PAD
        .decode(text.as_bytes(), out)
        .unwrap()
}
