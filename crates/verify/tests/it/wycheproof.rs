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
    let keys = JwkSet::parse(key.as_bytes())
        .unwrap()
        .ring("vector")
        .unwrap();
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

/// The key of the group `base64`: 32 zero bytes.
const ZERO: &str = r#"{"kty":"oct","kid":"hs256-key","use":"sig","alg":"HS256","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
const ZERO_HEADER: &str = "eyJraWQiOiJoczI1Ni1rZXkiLCJhbGciOiJIUzI1NiJ9";

fn verified(key: &str, token: &str) -> bool {
    let keys = JwkSet::parse(key.as_bytes())
        .unwrap()
        .ring("vector")
        .unwrap();
    jws::verify_compact(token, &keys, None).is_ok()
}

#[test]
fn edge_cases_of_base64_and_json_are_accepted() {
    for token in [
        format!("{ZERO_HEADER}.VGVzdA.c1LROH7eNQwUT8KMVEO52VC3WZ9e_AnDWbZ7aMmowV8"),
        format!("{ZERO_HEADER}.VDIxMzI1NjY4.AAAAtBuQqoI9HuBeAsgjL4nx8sCGYJa5-G2OrureLO4"),
        format!("{ZERO_HEADER}.VDgxMjM0MTM.____ETVRY0lRV9XgQeYX6ixdGT0NLHYb-wZem_ifJ5k"),
        "eyAia2lkIiA6ICJoczI1Ni1rZXkiLCAiYWxnIiA6ICJIUzI1NiIgfQ.VGVzdA.3nl1C7dKVGLfNyALp4ZKkmNFBJlFP8M9VGzCyil9S1c".to_owned(),
        "eyJraWQiOiJoczI1Ni1rZXkiLAoJImFsZyI6IkhTMjU2In0.VGVzdA.Yxn8cTl7IHpFIoEPOFrWmjm-GQlr_RMqHNJOp1ZuweY".to_owned(),
    ] {
        assert!(verified(ZERO, &token), "{token}");
    }
}

#[test]
fn blanks_strange_characters_and_unused_bits_are_refused() {
    // The tags are right for the text as it stands: only a strict decoder refuses these.
    for token in [
        format!("{ZERO_HEADER}.VGVzdA.    c1LROH7eNQwUT8KMVEO52VC3WZ9e_AnDWbZ7aMmowV8"),
        format!("{ZERO_HEADER}.VGVzdA.?c1LROH7eNQwUT8KMVEO52VC3WZ9e_AnDWbZ7aMmowV8"),
        format!("{ZERO_HEADER}.VGVzdA.c1LROH7eNQwUT8KMVEO52VC3WZ9e_AnDWbZ7aMmowV8?"),
        format!("{ZERO_HEADER}.VDIxMzI1NjY4.?AAAtBuQqoI9HuBeAsgjL4nx8sCGYJa5-G2OrureLO4"),
        format!("{ZERO_HEADER}    .VGVzdA.DR-cdw2cCB53b3mpzMfk2gKTeyN0PhXBrTW1atMfSdM"),
        format!("{ZERO_HEADER}####.VGVzdA.23srvDiEYo7665_26qKv4D-0E2a149WRWH_av2ki2I4"),
        format!("{ZERO_HEADER}.    VGVzdA.AbPJgmXfihyNBUYpbdPK8qRpPjNuTE-Z_wYQyrU2lMQ"),
        format!("{ZERO_HEADER}.####VGVzdA.Ixs2CdBkk8qjqe2-hq2dobqVvv9iDcDS6gPNgoXJyFY"),
        format!("{ZERO_HEADER}.?VGVzdA.q0zEA3Js33N6HcOFfBK875qJ_nFwSzI9SN9qJnx5sOc"),
        format!("{ZERO_HEADER}.AB.8sL_ycV8G_D-K_2A3I0EW3NoPMeQzv13cAzuHlQ5TAE"),
        format!("{ZERO_HEADER}.AB.9phoKDvkBMAqTgeVIYeqAi6-lvC0pbKg9ER--3T97w0"),
    ] {
        assert!(!verified(ZERO, &token), "{token}");
    }
}

#[test]
fn a_key_for_another_operation_is_no_key() {
    let wrong = ES256.replace(r#""use":"sig""#, r#""key_ops":["encrypt"]"#);
    assert!(JwkSet::parse(wrong.as_bytes()).is_err());
    let wrong = ES256.replace(r#""use":"sig""#, r#""use":"enc""#);
    assert!(JwkSet::parse(wrong.as_bytes()).is_err());
}

#[test]
fn ecdsa_signatures_of_other_lengths_and_of_edge_values_are_refused() {
    let other_half =
        "5cA0OHyMP7ezamUd5c9kV-FrGxdx4hbGXOdplQkutrppUShFwBW_Qj7IqhFOtNrIXLLKXS5CSZmERxmnjeyoiQ";
    assert!(
        accepted(ES256, &format!("{ES_HEADER}.Zm9v.{other_half}")),
        "s and n - s are both good"
    );
    for signature in [
        "AOXANDh8jD-3s2plHeXPZFfhaxsXceIWxlznaZUJLra6AJau17k_6kC-wTdV7rFLJTdgNDBQeNVU629ysRtudnzI",
        "5cA0OHyMP7ezamUd5c9kV-FrGxdx4hbGXOdplQkutroAlq7XuT_qQL7BN1XusUslN2A0MFB41VTrb3KxG252fMgA",
        "AeXANDd8jD-4s2plHeXPZFeeUhXFGPm1S1ChNFgFkdwLAJau17k_6kC-wTdV7rFLJTdgNDBQeNVU629ysRtudnzI",
    ] {
        assert!(
            !accepted(ES256, &format!("{ES_HEADER}.Zm9v.{signature}")),
            "{signature}"
        );
    }
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order: Vec<u8> = (0..32)
        .map(|i| u8::from_str_radix(&order[2 * i..2 * i + 2], 16).unwrap())
        .collect();
    let (mut one, mut below) = (vec![0; 32], order.clone());
    one[31] = 1;
    below[31] -= 1;
    let edges = [vec![0; 32], one, below, order];
    for r in &edges {
        for s in &edges {
            let signature = crate::making::encode(&[r.as_slice(), s.as_slice()].concat());
            assert!(
                !accepted(ES256, &format!("{ES_HEADER}.Zm9v.{signature}")),
                "{signature}"
            );
        }
    }
}
