//! The key pins the algorithm, and is found by its name in a time that does not grow.

use crate::making::{NOW, trace};
use countersign_testkit::jose::TestKey;
use countersign_verify::{
    Alg, Cause, Check, JwkSet, KeyRing, Outcome, Policy, Verifier, VerifyingKey, jws,
};
use serde_json::{Value, json};

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn key_of(alg: Alg) -> TestKey {
    match alg {
        Alg::EdDsa => TestKey::ed25519(),
        Alg::Es256 => TestKey::es256(),
        Alg::Es384 => TestKey::es384(),
        Alg::Es512 => TestKey::es512(),
        Alg::Hs256 | Alg::Hs384 | Alg::Hs512 => TestKey::hs(SECRET),
        Alg::Ps256 | Alg::Ps384 | Alg::Ps512 | Alg::Rs256 | Alg::Rs384 | Alg::Rs512 => {
            TestKey::rsa2048()
        }
    }
}

fn ring(jwk: &Value) -> KeyRing {
    let set = JwkSet::parse(jwk.to_string().as_bytes()).unwrap();
    set.ring("jwk").unwrap()
}

fn pinned(alg: Alg) -> Value {
    let mut jwk = key_of(alg).public_jwk();
    jwk["alg"] = alg.as_str().into();
    jwk
}

fn cause(token: &str, ring: &KeyRing) -> Option<Cause> {
    let verified = jws::verify_compact(token, ring, None);
    verified.err().map(|refusal| refusal.cause)
}

#[test]
fn each_algorithm_verifies_with_and_without_alg_in_the_key() {
    for alg in Alg::ALL {
        let token = key_of(alg).token(alg.as_str(), &json!({"sub": "u", "exp": NOW + 9}));
        for jwk in [key_of(alg).public_jwk(), pinned(alg)] {
            assert_eq!(cause(&token, &ring(&jwk)), None, "{alg}");
            let verifier = Verifier::new(ring(&jwk), Policy::default());
            let good = verifier.verify(&token, NOW, &mut trace()).unwrap();
            assert_eq!(good.alg(), alg);
        }
    }
}

#[test]
fn a_key_with_alg_verifies_nothing_else() {
    for of_key in Alg::ALL {
        let ring = ring(&pinned(of_key));
        for of_token in Alg::ALL.into_iter().filter(|alg| *alg != of_key) {
            // Signed by whoever has that key: even by the owner of this one, as another algorithm.
            let token = key_of(of_token).token(of_token.as_str(), &json!({}));
            assert_eq!(
                cause(&token, &ring),
                Some(Cause::AlgMismatch),
                "{of_token} for {of_key}"
            );
        }
    }
}

#[test]
fn a_header_that_lies_about_its_algorithm_gains_nothing() {
    for of_key in [Alg::Rs256, Alg::Es256, Alg::Hs256] {
        let ring = ring(&key_of(of_key).public_jwk());
        for said in Alg::ALL.into_iter().filter(|alg| *alg != of_key) {
            let header = json!({"alg": said.as_str()}).to_string();
            let token = key_of(of_key).sign_as(of_key.as_str(), &header, b"{}");
            assert!(cause(&token, &ring).is_some(), "{of_key} said to be {said}");
        }
    }
}

#[test]
fn a_public_key_in_any_form_is_no_secret() {
    // The attack on libraries that let the token choose (RFC 8725, section 2.1).
    for alg in [Alg::Rs256, Alg::Es256, Alg::EdDsa] {
        let key = key_of(alg);
        let jwk = key.public_jwk();
        let forms = [key.public_pem(), jwk.to_string(), jwk["x"].to_string()];
        for form in forms {
            for hmac in ["HS256", "HS384", "HS512"] {
                let token = TestKey::hs(&form).token(hmac, &json!({"sub": "admin"}));
                assert_eq!(cause(&token, &ring(&jwk)), Some(Cause::AlgMismatch));
            }
        }
    }
}

#[test]
fn keys_in_the_header_are_never_believed() {
    let attacker = TestKey::es256();
    for member in [
        json!({"jwk": attacker.public_jwk()}),
        json!({"jku": "https://attacker.example/jwks.json"}),
        json!({"x5u": "https://attacker.example/cert.pem"}),
        json!({"x5c": ["MIIB"]}),
    ] {
        let mut header = json!({"alg": "ES256", "kid": "theirs"});
        header
            .as_object_mut()
            .unwrap()
            .extend(member.as_object().unwrap().clone());
        let token = attacker.sign(&header.to_string(), b"{}");
        let mut ours = pinned(Alg::Es384);
        ours["kid"] = "ours".into();
        assert!(cause(&token, &ring(&ours)).is_some(), "{header}");
    }
}

#[test]
fn the_fault_of_the_named_key_is_the_cause() {
    let named = |mut jwk: Value, kid: &str, more: Value| {
        jwk["kid"] = kid.into();
        jwk.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        jwk
    };
    let rsa = || TestKey::rsa2048().public_jwk();
    let set = json!({"keys": [
        named(rsa(), "exponent", json!({"e": "Aw"})),
        named(rsa(), "encrypting", json!({"use": "enc"})),
        named(rsa(), "signing", json!({"key_ops": ["sign"]})),
        named(TestKey::es256().public_jwk(), "point", json!({"y": TestKey::es256().public_jwk()["x"]})),
        named(TestKey::es256().public_jwk(), "curve", json!({"crv": "secp256k1"})),
        named(rsa(), "good", json!({})),
    ]});
    let ring = ring(&set);
    for (kid, wanted) in [
        ("exponent", Some(Cause::RsaExponentWeak)),
        ("encrypting", Some(Cause::KeyPurposeWrong)),
        ("signing", Some(Cause::KeyPurposeWrong)),
        ("point", Some(Cause::KeyPointInvalid)),
        ("curve", Some(Cause::KeyTypeUnsupported)),
        ("unheard of", Some(Cause::KidNotInJwks)),
        ("good", None),
    ] {
        let token = TestKey::rsa2048().with_kid(kid).token("RS256", &json!({}));
        assert_eq!(cause(&token, &ring), wanted, "{kid}");
    }
}

#[test]
fn what_is_left_untried_is_in_the_trace() {
    let other = |i: usize| VerifyingKey::hmac("other", &format!("{SECRET}{i}").into()).unwrap();
    let ours = VerifyingKey::hmac("ours", &SECRET.into()).unwrap();
    let ring = (0..20).fold(KeyRing::new().with(ours), |ring, i| ring.with(other(i)));
    let verifier = Verifier::new(ring, Policy::default());
    let mut trace = trace();
    let token = TestKey::hs(SECRET).token("HS256", &json!({"sub": "u", "exp": NOW + 9}));
    verifier.verify(&token, NOW, &mut trace).unwrap();
    let noted = trace
        .steps
        .iter()
        .find(|step| step.check == Check::Key && step.outcome == Outcome::Noted);
    assert!(noted.unwrap().detail.contains("13 keys were left out"));
    let wrong = TestKey::hs("wrong").token("HS256", &json!({"sub": "u", "exp": NOW + 9}));
    let refusal = verifier.verify(&wrong, NOW, &mut trace).unwrap_err();
    assert!(
        refusal.detail.contains("13 more were not tried"),
        "{refusal}"
    );
}

#[test]
fn a_named_key_is_found_among_many() {
    let ring = (0..2_000).fold(KeyRing::new(), |ring, i| {
        let key = VerifyingKey::hmac("k", &format!("{SECRET}{i}").into()).unwrap();
        ring.with(key.with_kid(countersign_verify::Kid::new(format!("k{i}"))))
    });
    let named = |i: usize, kid: &str| {
        let key = TestKey::hs(format!("{SECRET}{i}")).with_kid(kid);
        key.token("HS256", &json!({}))
    };
    assert_eq!(cause(&named(1_999, "k1999"), &ring), None);
    assert_eq!(
        cause(&named(1_999, "k1998"), &ring),
        Some(Cause::SecretMismatch)
    );
    assert_eq!(cause(&named(7, "k"), &ring), Some(Cause::KidNotInJwks));
}
