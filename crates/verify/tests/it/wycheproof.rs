//! Cases of Project Wycheproof's `json_web_signature_test` (Apache-2.0), as facts.

use countersign_verify::{JwkSet, jws};

const HS256: &str = r#"{"alg":"HS256","use":"sig","k":"-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE","kid":"kid-aes-sign","kty":"oct"}"#;
const ES256: &str = r#"{"alg":"ES256","use":"sig","x":"04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY","y":"UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw","crv":"P-256","kid":"kid-ec-sign","kty":"EC"}"#;

const HS_HEADER: &str = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImtpZC1hZXMtc2lnbiJ9";
const HS_TAG: &str = "TD37p4c_0jmreSrBSDmE0F3mYSPtkZ3WrSyI5wb_KTg";
const ES_HEADER: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImtpZC1lYy1zaWduIn0";
const ES_SIGNATURE: &str =
    "5cA0OHyMP7ezamUd5c9kV-FrGxdx4hbGXOdplQkutrqWrte5P-pAvsE3Ve6xSyU3YDQwUHjVVOtvcrEbbnZ8yA";

fn accepted(key: &str, token: &str) -> bool {
    let keys = JwkSet::parse(key.as_bytes()).unwrap();
    jws::verify_compact(token, &keys, None).is_ok_and(|payload| payload == b"foo")
}

#[test]
fn valid_tokens_are_accepted() {
    assert!(accepted(HS256, &format!("{HS_HEADER}.Zm9v.{HS_TAG}")));
    assert!(accepted(ES256, &format!("{ES_HEADER}.Zm9v.{ES_SIGNATURE}")));
}

#[test]
fn modified_and_incomplete_tokens_are_refused() {
    for (key, header, signature, other_header) in [
        (
            HS256,
            HS_HEADER,
            HS_TAG,
            "eyJhbGciOiJIUzI1NiIsImtpZCI6IlhpZC1hZXMtc2lnbiJ9",
        ),
        (
            ES256,
            ES_HEADER,
            ES_SIGNATURE,
            "eyJhbGciOiJFUzI1NiIsImtpZCI6IlhpZC1lYy1zaWduIn0",
        ),
    ] {
        let modified = format!("X{}", &signature[1..]);
        for token in [
            format!("{header}.Zm9v.{modified}"),
            format!("{header}.Zm9v."),
            format!("{header}.Zm9v"),
            format!("{header}.WG9v.{signature}"),
            format!("{header}..{signature}"),
            format!("{header}.{signature}"),
            format!("{other_header}.Zm9v.{signature}"),
            format!(".Zm9v.{signature}"),
            format!("Zm9v.{signature}"),
            ".Zm9v.".to_owned(),
            "Zm9v".to_owned(),
            String::new(),
            format!("{header}.Zm9v.{signature}."),
            format!("{header}.Zm9v.{signature}.foo"),
            "eyJhbGciOiJub25lIiwia2lkIjoia2lkLWFlcy1zaWduIn0.Zm9v.".to_owned(),
            format!(
                r#"{{"payload":"Zm9v","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#
            ),
        ] {
            assert!(!accepted(key, &token), "{token}");
        }
    }
}

#[test]
fn a_public_key_is_never_an_hmac_secret() {
    let confused = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImtpZC1lYy1zaWduIn0.Zm9v.TgWtz2FIRukBQ_mA5sgHa0Ybtgn7bl-YBPAi7Z0XdHU";
    assert!(!accepted(ES256, confused));
}

#[test]
fn a_key_in_the_header_is_never_trusted() {
    let embedded = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImtpZC1lYy1zaWduIiwiandrIjp7Imt0eSI6IkVDIiwia2lkIjoia2lkLWVjLXNpZ24iLCJ1c2UiOiJzaWciLCJhbGciOiJFUzI1NiIsIngiOiJNZG5UWkRJaERKYmZBU2RGcWFtY3BPMkNoOUdOS0sybTBNUWxoNDAyU3BvIiwieSI6Ijdhdko0bHFfV3l4LW5MUERCUTJZcHl0dUh5TWlvMDdCVXl2bDNqYUMtMVkiLCJjcnYiOiJQLTI1NiJ9fQ.Zm9v.4jmsollQD8ZxvySzXYnIEYA4fwaZi2ZbC0aI1J4LYmW2Bn31NhKdjms2N6o51Dff5-InWXQF9m45VtTexl6yjg";
    assert!(!accepted(ES256, embedded));
}
