//! The bare signatures and tags of Project Wycheproof, under keys that are read as JWK.

use crate::making::encode;
use countersign_verify::{Alg, Algs, Cause, Jwk, Secret, VerifyingKey};
use serde_json::{Value, json};
use wycheproof::{ecdsa, eddsa, mac, rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hex_member(of: &Value, name: &str) -> Vec<u8> {
    unhex(of[name].as_str().unwrap())
}

/// A number as in a JWK: no leading zero byte.
fn number(of: &Value, name: &str) -> String {
    let bytes = hex_member(of, name);
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    encode(&bytes[zeros..])
}

fn groups(json: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(json).unwrap();
    file["testGroups"].as_array().unwrap().clone()
}

fn rsa_jwk(group: &Value, alg: Alg) -> Value {
    let key = &group["publicKey"];
    let (n, e) = (number(key, "modulus"), number(key, "publicExponent"));
    json!({"kty": "RSA", "alg": alg.as_str(), "n": n, "e": e})
}

fn read(jwk: &Value) -> VerifyingKey {
    let jwk = Jwk::parse(jwk.to_string().as_bytes()).unwrap();
    jwk.verifying_key("vector").unwrap()
}

/// Holds each test of a group to its result; returns how many there were.
fn hold(key: &VerifyingKey, alg: Alg, group: &Value, valid: impl Fn(&Value) -> bool) -> usize {
    let tests = group["tests"].as_array().unwrap();
    for test in tests {
        let signature = test.get("sig").or_else(|| test.get("tag")).unwrap();
        let signature = unhex(signature.as_str().unwrap());
        let good = key.signed(alg, &hex_member(test, "msg"), &signature);
        assert_eq!(good, valid(test), "{alg} {test}");
    }
    tests.len()
}

fn is_valid(test: &Value) -> bool {
    test["result"] == "valid"
}

#[test]
fn rsassa_pkcs1() {
    let of_hash = |hash: &str| match hash {
        "SHA-256" => Some(Alg::Rs256),
        "SHA-384" => Some(Alg::Rs384),
        "SHA-512" => Some(Alg::Rs512),
        _ => None,
    };
    let (mut held, mut refused) = (0, 0);
    for group in pkcs1::TestName::all()
        .iter()
        .flat_map(|name| groups(name.json_data()))
    {
        let Some(alg) = of_hash(group["sha"].as_str().unwrap()) else {
            continue;
        };
        let jwk = rsa_jwk(&group, alg);
        if jwk["e"] == encode(&[3]) {
            // FIPS 186-5, section 5.4: we are stricter than the vectors, which call these valid.
            let error = Jwk::parse(jwk.to_string().as_bytes()).unwrap_err();
            assert_eq!(error.cause(), Cause::RsaExponentWeak);
            refused += 1;
            continue;
        }
        held += hold(&read(&jwk), alg, &group, is_valid);
    }
    assert!(held > 2_500 && refused > 0, "{held} and {refused}");
}

#[test]
fn rsassa_pss() {
    let mut held = [0, 0];
    for group in pss::TestName::all()
        .iter()
        .flat_map(|name| groups(name.json_data()))
    {
        let (alg, salt) = match group["sha"].as_str().unwrap() {
            "SHA-256" => (Alg::Ps256, 32),
            "SHA-384" => (Alg::Ps384, 48),
            "SHA-512" => (Alg::Ps512, 64),
            _ => continue,
        };
        // RFC 7518, section 3.5: the salt is as long as the hash, and MGF1 uses the same hash.
        let ours = group["sLen"] == salt && group["mgfSha"] == group["sha"];
        let key = read(&rsa_jwk(&group, alg));
        // Among those of another length of salt, one has the length that we want.
        let made_ours = format!("s_len changed to {salt}");
        let same_hash = group["mgfSha"] == group["sha"];
        let valid = |test: &Value| {
            if ours {
                is_valid(test)
            } else {
                same_hash && test["comment"] == made_ours.as_str()
            }
        };
        held[usize::from(ours)] += hold(&key, alg, &group, valid);
    }
    assert!(held[0] > 100 && held[1] > 800, "{held:?}");
}

#[test]
fn ecdsa_p1363() {
    for (name, alg, size) in [
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, Alg::Es256, 32),
        (ecdsa::TestName::EcdsaSecp384r1Sha384P1363, Alg::Es384, 48),
        (ecdsa::TestName::EcdsaSecp521r1Sha512P1363, Alg::Es512, 66),
    ] {
        let mut held = 0;
        for group in groups(name.json_data()) {
            let point = hex_member(&group["publicKey"], "uncompressed");
            let (x, y) = point[1..].split_at(size);
            let crv = format!("P-{}", if size == 66 { 521 } else { size * 8 });
            let jwk = json!({"kty": "EC", "crv": crv, "x": encode(x), "y": encode(y)});
            held += hold(&read(&jwk), alg, &group, is_valid);
        }
        assert!(held > 250, "{alg} {held}");
    }
}

#[test]
fn ed25519() {
    let mut held = 0;
    for group in groups(eddsa::TestName::Ed25519.json_data()) {
        let jwk = &group["publicKeyJwk"];
        held += hold(&read(jwk), Alg::EdDsa, &group, is_valid);
    }
    assert!(held > 140, "{held}");
}

#[test]
fn hmac() {
    for (name, alg) in [
        (mac::TestName::HmacSha256, Alg::Hs256),
        (mac::TestName::HmacSha384, Alg::Hs384),
        (mac::TestName::HmacSha512, Alg::Hs512),
    ] {
        let mut held = 0;
        for group in groups(name.json_data()) {
            // RFC 7518, section 3.2: the whole tag, never a part of it.
            let whole = group["tagSize"] == alg.hash_bytes() * 8;
            for test in group["tests"].as_array().unwrap() {
                let secret = Secret::new(hex_member(test, "key"));
                let key = VerifyingKey::hmac_for(Algs::from(alg), "vector", &secret).unwrap();
                let tag = hex_member(test, "tag");
                let good = key.signed(alg, &hex_member(test, "msg"), &tag);
                assert_eq!(good, whole && is_valid(test), "{alg} {test}");
                held += 1;
            }
        }
        assert!(held > 150, "{alg} {held}");
    }
}
