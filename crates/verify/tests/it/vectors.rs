//! Published vectors, as facts.

use crate::making::{NOW, trace};
use countersign_verify::{Alg, Cause, Jwk, JwkSet, KeyRing, Policy, Verifier, jws};

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
