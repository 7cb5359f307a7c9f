//! RSA keys that are not fit to verify, each with its fault.

use crate::making::encode;
use countersign_testkit::jose::TestKey;
use countersign_verify::{Alg, Algs, Cause, Jwk, JwkError, KeyError, RsaFault};
use serde_json::{Value, json};

/// Two primes as the flawed generator of CVE-2017-15361 drew them, multiplied. Made for this test.
const MARKED: &str = "tZnwg-N6xFly7GIIlrDk9gbIGHbu1OxCC71T3beuIFTKXkb_xC58KI9UsNiaXzA6sMMimLxxz9wuHgHQsPgzN-3DpjMI9czlrCJSUPl5YIUCw2kebudPOhIJ17NRjqex9AiErSdxTfYDHHPKr_wD-ruph6O3F9jofvM-xEcrrirBLnYutZ38ku20FywGOTvjftCx5qjafzYzjknfHyIjKiF6s7r90D6wDqSefS9-pkbOLhf6zt2CbNzkNJ38WGPKWEQSqHCf__51l098K6YiUyNR6l1GAwnjXgog9NdrKhM48NJUaUA8djeJjc9RryDEfnREn2fdAmxLjYDr9ZrG9w";

fn good() -> Value {
    TestKey::rsa2048().public_jwk()
}

fn read(n: impl Into<Value>, e: impl Into<Value>) -> Result<Jwk, JwkError> {
    let jwk = json!({"kty": "RSA", "n": n.into(), "e": e.into()});
    Jwk::parse(jwk.to_string().as_bytes())
}

fn fault(n: impl Into<Value>, e: impl Into<Value>) -> RsaFault {
    let error = read(n, e).unwrap_err();
    let JwkError::Key(KeyError::Rsa(fault)) = error else {
        unreachable!("{error}")
    };
    fault
}

#[test]
fn a_good_key_serves_every_rsa_algorithm() {
    let key = good();
    let jwk = read(key["n"].clone(), key["e"].clone()).unwrap();
    assert_eq!(jwk.algs(), Algs::RSA);
    let verifying = jwk.verifying_key("rsa").unwrap();
    for alg in Alg::ALL {
        if Algs::RSA.contains(alg) {
            let signature = TestKey::rsa2048().signature(alg.as_str(), b"input");
            assert!(verifying.signed(alg, b"input", &signature), "{alg}");
            let others = Alg::ALL.into_iter().filter(|other| *other != alg);
            for other in others {
                assert!(
                    !verifying.signed(other, b"input", &signature),
                    "{alg} as {other}"
                );
            }
        }
    }
}

#[test]
fn exponents_are_odd_and_not_small() {
    for (e, wanted) in [
        (vec![1], RsaFault::Exponent(1)),
        (vec![3], RsaFault::Exponent(3)),
        (vec![17], RsaFault::Exponent(17)),
        (vec![0xff, 0xff], RsaFault::Exponent(65_535)),
        (vec![1, 0, 0], RsaFault::Exponent(65_536)),
        (vec![1, 0, 2], RsaFault::Exponent(65_538)),
        (vec![2, 0, 0, 0, 1], RsaFault::ExponentTooLarge),
        (vec![1; 9], RsaFault::ExponentTooLarge),
        (vec![1; 256], RsaFault::ExponentTooLarge),
    ] {
        let found = fault(good()["n"].clone(), encode(&e));
        assert_eq!((found, found.cause()), (wanted, Cause::RsaExponentWeak));
    }
    assert!(read(good()["n"].clone(), encode(&[1, 0, 3])).is_ok());
}

#[test]
fn moduli_have_2048_to_8192_bits() {
    for (bytes, first, bits) in [(128, 0x80, 1_024), (256, 0x7f, 2_047), (1_025, 1, 8_193)] {
        let mut n = vec![0xff; bytes];
        n[0] = first;
        let found = fault(encode(&n), "AQAB");
        assert_eq!(
            (found, found.cause()),
            (RsaFault::Size(bits), Cause::RsaKeySize)
        );
    }
}

#[test]
fn moduli_that_can_be_factored_are_known() {
    let found = fault(MARKED, "AQAB");
    assert_eq!(
        (found, found.cause()),
        (RsaFault::Marked, Cause::RsaModulusWeak)
    );
    for (last, factor) in [(0xfe, 2), (0xff, 3)] {
        // 2^2048 - 1 is divided by 3, as 4^1024 - 1.
        let mut n = vec![0xff; 256];
        n[255] = last;
        let found = fault(encode(&n), "AQAB");
        assert_eq!(
            (found, found.cause()),
            (RsaFault::SmallFactor(factor), Cause::RsaModulusWeak)
        );
    }
}

#[test]
fn numbers_stand_in_their_shortest_form() {
    let short = |n: &[u8]| encode(n);
    for (n, e) in [
        (good()["n"].clone(), short(&[0, 1, 0, 1]).into()),
        (good()["n"].clone(), Value::from("")),
        (good()["n"].clone(), Value::from("AQAB=")),
        (good()["n"].clone(), Value::from(65_537)),
        (Value::from("AQ=="), Value::from("AQAB")),
        (
            short(&[&[0], [0xff; 256].as_slice()].concat()).into(),
            Value::from("AQAB"),
        ),
    ] {
        let error = read(n, e).unwrap_err();
        assert!(matches!(error, JwkError::Member { .. }), "{error}");
        assert_eq!(error.cause(), Cause::KeyUnusable);
    }
    for missing in ["n", "e"] {
        let mut key = good();
        key.as_object_mut().unwrap().remove(missing);
        let error = Jwk::parse(key.to_string().as_bytes()).unwrap_err();
        assert_eq!(error, JwkError::Missing(missing));
    }
}
