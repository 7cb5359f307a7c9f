//! Published vectors, as facts.

use crate::making::{NOW, trace};
use countersign_verify::{Alg, Algs, Cause, Jwk, JwkSet, KeyRing, Policy, Verifier, jws};
use serde_json::Value;

/// RFC 7515, appendix A.1.1.
const A1_KEY: &str = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
const A1_TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const A1_PAYLOAD: &str =
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

/// RFC 7515, appendix A.3.1.
const A3_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
const A3_TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/// RFC 8037, appendices A.1 to A.4.
const ED_KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const ED_TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

fn set(json: &str) -> KeyRing {
    JwkSet::parse(json.as_bytes())
        .unwrap()
        .ring("vector")
        .unwrap()
}

#[test]
fn rfc_7515_a1_hs256() {
    assert_eq!(
        jws::verify_compact(A1_TOKEN, &set(A1_KEY), None).unwrap(),
        A1_PAYLOAD.as_bytes()
    );
}

#[test]
fn rfc_7515_a3_es256() {
    assert_eq!(
        jws::verify_compact(A3_TOKEN, &set(A3_KEY), Some(Alg::Es256)).unwrap(),
        A1_PAYLOAD.as_bytes()
    );
}

#[test]
fn rfc_7515_a5_unsecured_is_refused() {
    let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    assert_eq!(
        jws::verify_compact(token, &set(A1_KEY), None)
            .unwrap_err()
            .cause,
        Cause::AlgMismatch
    );
}

#[test]
fn rfc_7515_e_unknown_critical_header_is_refused() {
    let token = "eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA.";
    assert_eq!(
        jws::verify_compact(token, &set(A1_KEY), None)
            .unwrap_err()
            .cause,
        Cause::TokenHeaderUnsupported
    );
}

#[test]
fn rfc_8037_a4_ed25519() {
    assert_eq!(
        jws::verify_compact(ED_TOKEN, &set(ED_KEY), None).unwrap(),
        b"Example of Ed25519 signing"
    );
}

#[test]
fn rfc_8037_a3_thumbprint() {
    // The rules are those of RFC 7638, section 3; the example there is of an RSA key.
    let jwk = Jwk::parse(ED_KEY.as_bytes()).unwrap();
    assert_eq!(
        jwk.thumbprint().unwrap(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn the_private_part_of_a_key_is_never_published() {
    for (json, private) in [(A3_KEY, "jpsQnnGQ"), (ED_KEY, "nWGxne_9")] {
        let jwk = Jwk::parse(json.as_bytes()).unwrap();
        let published = jwk.public_json().unwrap().to_string();
        assert!(
            !published.contains(private) && !published.contains("\"d\""),
            "{published}"
        );
        assert!(!format!("{jwk:?}").contains(private));
        assert_eq!(
            Jwk::parse(published.as_bytes()).unwrap().thumbprint(),
            jwk.thumbprint()
        );
    }
    let secret = Jwk::parse(A1_KEY.as_bytes()).unwrap();
    assert!(secret.public_json().is_none() && secret.thumbprint().is_none());
    assert!(!format!("{secret:?}").contains("AyM1"));
}

#[test]
fn the_whole_pipeline_runs_over_a_vector() {
    // The token of appendix A.1 has no sub, so no verifier of access tokens takes it at any time.
    let key = Jwk::parse(A1_KEY.as_bytes())
        .unwrap()
        .verifying_key("A.1")
        .unwrap();
    let verifier = Verifier::new(KeyRing::new().with(key), Policy::default());
    assert_eq!(
        verifier
            .verify(A1_TOKEN, NOW, &mut trace())
            .unwrap_err()
            .cause,
        Cause::ClaimMissing
    );
}

/// RFC 7515, appendices A.2 and A.4; RFC 7520, sections 4.1 to 4.4, with the public keys of section 3.
const STANDARDS: &str = include_str!("standards.json");

#[test]
fn the_examples_of_rfc_7515_and_rfc_7520_verify() {
    let examples: Vec<Value> = serde_json::from_str(STANDARDS).unwrap();
    let mut payloads = Vec::new();
    for example in &examples {
        let text = |name: &str| example[name].as_str().unwrap();
        let jwk = example["jwk"].to_string();
        let ring = set(&jwk);
        let payload = jws::verify_compact(text("jws"), &ring, None);
        payloads.push(String::from_utf8(payload.unwrap()).unwrap());
        let (input, signature) = text("jws").rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { "B" } else { "A" };
        let changed = format!("{input}.{first}{}", &signature[1..]);
        assert!(jws::verify_compact(&changed, &ring, None).is_err());
    }
    let (of_7515, of_7520) = payloads.split_at(2);
    assert_eq!(of_7515, [A1_PAYLOAD, "Payload"]);
    assert_eq!(of_7520.len(), 4);
    for payload in of_7520 {
        assert!(payload.ends_with("no knowing where you might be swept off to."));
    }
}

/// RFC 7517, appendix A.1: a key for encryption and one for RS256.
const A1_SET: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}]}"#;

#[test]
fn rfc_7517_a1_and_rfc_7638_3_1_thumbprint() {
    let set = JwkSet::parse(A1_SET.as_bytes()).unwrap();
    assert_eq!((set.ignored.len(), set.keys.len()), (1, 1));
    let rsa = &set.keys[0];
    assert_eq!(set.ignored[0].reason.cause(), Cause::KeyPurposeWrong);
    assert_eq!(rsa.algs().only(), Some(Alg::Rs256));
    assert_eq!(
        rsa.thumbprint().unwrap(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    let published = rsa.public_json().unwrap();
    let given: Value = serde_json::from_str(A1_SET).unwrap();
    assert_eq!(
        (&published["n"], &published["e"]),
        (&given["keys"][1]["n"], &given["keys"][1]["e"])
    );
}

#[test]
fn rfc_7517_a3_short_and_long_secrets() {
    let a128kw = r#"{"kty":"oct","alg":"A128KW","k":"GawgguFyGrWKav7AX4VKUg"}"#;
    let error = Jwk::parse(a128kw.as_bytes()).unwrap_err();
    assert_eq!(error.cause(), Cause::KeyTypeUnsupported);
    let hmac = Jwk::parse(A1_KEY.as_bytes()).unwrap();
    assert_eq!(hmac.algs(), Algs::of(&[Alg::Hs256, Alg::Hs384, Alg::Hs512]));
}
