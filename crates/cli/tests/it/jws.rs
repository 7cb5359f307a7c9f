//! `countersign jws verify`, by the examples of the standards.

use std::fs;

use countersign_testkit::jose::TestKey;

use crate::support::command::Ended;
use crate::support::{Countersign, folder};

struct Example {
    name: &'static str,
    alg: &'static str,
    jwk: &'static str,
    jws: &'static str,
    payload: &'static str,
}

const EXAMPLES: &[Example] = &[
    Example {
        name: "RFC 7515, appendix A.1",
        alg: "HS256",
        jwk: r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
        jws: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        payload: "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    },
    Example {
        name: "RFC 7515, appendix A.3",
        alg: "ES256",
        jwk: r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
        jws: "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        payload: "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
    },
    Example {
        name: "RFC 8037, appendix A.4",
        alg: "EdDSA",
        jwk: r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        jws: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        payload: "Example of Ed25519 signing",
    },
];

fn verify(jwk: &str, jws: &str, more: &[&str]) -> Ended {
    let folder = folder();
    fs::write(folder.path().join("key.json"), jwk).unwrap();
    let arguments = ["jws", "verify", "--jwk", "key.json"].iter().chain(more);
    Countersign::new(folder.path(), arguments).run_with(jws)
}

#[test]
fn the_standards_examples_verify() {
    for example in EXAMPLES {
        for end in ["", "\n", "\r\n"] {
            let jws = format!("{}{end}", example.jws);
            let payload = verify(example.jwk, &jws, &["--alg", example.alg]).good();
            assert_eq!(payload, example.payload, "{}", example.name);
        }
    }
}

#[test]
fn a_changed_signature_is_bad_news_with_its_cause_and_no_payload() {
    for example in EXAMPLES {
        let at = example.jws.rfind('.').unwrap() + 5;
        let other = if &example.jws[at..=at] == "A" {
            "B"
        } else {
            "A"
        };
        let jws = format!("{}{other}{}", &example.jws[..at], &example.jws[at + 1..]);
        let ended = verify(example.jwk, &jws, &[]);
        assert_eq!(ended.stdout, "", "{}", example.name);
        let said = ended.bad();
        assert!(said.contains("error[CSN3"), "{}: {said}", example.name);
    }
}

#[test]
fn the_key_pins_the_algorithm() {
    let [hmac, ec, _] = EXAMPLES else {
        panic!("three examples")
    };
    assert!(verify(ec.jwk, hmac.jws, &[]).bad().contains("CSN3018"));
    assert!(
        verify(hmac.jwk, hmac.jws, &["--alg", "ES256"])
            .bad()
            .contains("CSN3018")
    );
    let none = "eyJhbGciOiJub25lIn0.e30.";
    assert!(verify(hmac.jwk, none, &[]).bad().contains("error[CSN"));
}

#[test]
fn what_is_no_jws_is_bad_news() {
    let jwk = EXAMPLES[0].jwk;
    for jws in ["", "a.b", "a.b.c.d", "not a token", "..", "\u{1b}[2J"] {
        let said = verify(jwk, jws, &[]).bad();
        assert!(said.contains("error[CSN2"), "{jws:?}: {said}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
    let twice = format!("{0}\n{0}", EXAMPLES[0].jws);
    verify(jwk, &twice, &[]).bad();
    let huge = "a".repeat(2 << 20);
    let said = verify(jwk, &huge, &[]).bad();
    assert!(said.contains("token-too-large"), "{said}");
    let blank = format!("{} ", EXAMPLES[0].jws);
    verify(jwk, &blank, &[]).bad();
}

#[test]
fn what_is_no_key_is_bad_news_and_no_file_wrong_use() {
    let jws = EXAMPLES[0].jws;
    for jwk in [
        "",
        "{}",
        "[]",
        "{\"kty\":\"oct\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
    ] {
        let said = verify(jwk, jws, &[]).bad();
        assert!(said.contains("error[CSN3"), "{jwk}: {said}");
    }
    let folder = folder();
    let said = Countersign::new(folder.path(), ["jws", "verify", "--jwk", "no.json"])
        .run()
        .wrong();
    assert!(said.contains("no.json"), "{said}");
    let said = verify(EXAMPLES[0].jwk, jws, &["--alg", "none"]).wrong();
    assert!(said.contains("HS256"), "{said}");
}

#[test]
fn every_algorithm_verifies_from_jwk_and_pem() {
    let secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    for (key, algs) in [
        (TestKey::ed25519(), &["EdDSA"][..]),
        (TestKey::es256(), &["ES256"]),
        (TestKey::es384(), &["ES384"]),
        (TestKey::es512(), &["ES512"]),
        (TestKey::hs(secret), &["HS256", "HS384", "HS512"]),
        (
            TestKey::rsa2048(),
            &["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"],
        ),
    ] {
        for alg in algs {
            let jws = key.sign(&format!(r#"{{"alg":"{alg}"}}"#), "any payload ü".as_bytes());
            let jwk = key.public_jwk().to_string();
            assert_eq!(verify(&jwk, &jws, &[]).good(), "any payload ü", "{alg}");
            if !alg.starts_with("HS") {
                let payload = verify(&key.public_pem(), &jws, &["--alg", alg]).good();
                assert_eq!(payload, "any payload ü", "{alg}");
            }
        }
    }
}

#[test]
fn a_key_that_is_not_fit_is_named_with_its_fault() {
    let jws = TestKey::rsa2048().sign(r#"{"alg":"RS256"}"#, b"x");
    let with = |name: &str, value: serde_json::Value| {
        let mut jwk = TestKey::rsa2048().public_jwk();
        jwk[name] = value;
        jwk.to_string()
    };
    let oct = TestKey::hs([7; 32]).public_jwk();
    let mixed = format!(r#"{{"keys":[{oct},{}]}}"#, TestKey::rsa2048().public_jwk());
    let short = r#"{"kty":"oct","k":"c2hvcnQ"}"#.to_owned();
    let damaged = TestKey::rsa2048().public_pem().replace('\n', "\\n");
    for (jwk, slug) in [
        (with("use", "enc".into()), "key-purpose-wrong"),
        (with("e", "Aw".into()), "rsa-exponent-weak"),
        (with("n", "AQAB".into()), "rsa-key-size"),
        (with("alg", "RSA-OAEP".into()), "key-type-unsupported"),
        (with("alg", "PS256".into()), "alg-mismatch"),
        (mixed, "key-set-mixed"),
        (short, "secret-too-short"),
        (damaged, "pem-damaged-in-env"),
    ] {
        let said = verify(&jwk, &jws, &[]).bad();
        assert!(
            said.contains("error[CSN3") && said.contains(slug),
            "{slug}: {said}"
        );
    }
}
