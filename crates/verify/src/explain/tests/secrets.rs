//! Tests of explanations by secrets: each damage, each role, and the bound on the cost.

use super::*;
use crate::explain::secrets::{MOST_HASHED, MOST_HMACS, Signer, Trial, who_signed};
use crate::{Setting, Variables, compare_secrets};
use aws_lc_rs::hmac;

fn signed(alg: &str, secret: &[u8]) -> String {
    let algorithm = match alg {
        "HS384" => hmac::HMAC_SHA384,
        "HS512" => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    };
    let parts = [
        json!({"alg": alg}),
        json!({"sub": "u", "iat": NOW, "exp": NOW + 900}),
    ];
    let [header, payload] = parts.map(|part| base64url::encode(part.to_string().as_bytes()));
    let input = format!("{header}.{payload}");
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}

fn of(token: &str, secrets: &[KnownSecret]) -> Vec<Explained> {
    let context = ExplainContext {
        secrets,
        now: NOW,
        ..ExplainContext::default()
    };
    let found = explain(token, None, &context);
    in_order(&found);
    found
}

fn held(secret: &[u8]) -> KnownSecret {
    known("JWT_SECRET", secret, SecretRole::Current)
}

#[test]
fn damages_are_found_under_every_hash() {
    for alg in ["HS256", "HS384", "HS512"] {
        assert_eq!(
            of(&signed(alg, OURS.as_bytes()), &[held(OURS.as_bytes())]),
            [],
            "{alg}"
        );
        let found = of(
            &signed(alg, format!("{OURS}\n").as_bytes()),
            &[held(OURS.as_bytes())],
        );
        assert_eq!(
            (found[0].cause, found[0].grade),
            (Cause::SecretTrailingNewline, Grade::Proved),
            "{alg}"
        );
    }
}

#[test]
fn each_form_that_a_loader_makes_is_named_with_its_side() {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"pass$word#1");
    let signers: [(&[u8], Cause, &str); 12] = [
        (b"pass#1", Cause::EnvDollarExpanded, "expanded to nothing"),
        (b"pass", Cause::EnvDollarExpanded, "cut off at the $"),
        (b"pass$word", Cause::EnvCommentTruncated, "cut off at the #"),
        (b"pass$$word#1", Cause::EnvDollarExpanded, "$$"),
        (b"'pass$word#1'", Cause::EnvQuotesLiteral, "single quotes"),
        (b"pass$word#1\r\n", Cause::SecretTrailingNewline, "Windows"),
        (b"pass%24word%231", Cause::SecretBase64VsRaw, "URLs"),
        (b"cGFzcyR3b3JkIzE=", Cause::SecretBase64VsRaw, "base64"),
        (
            b"cGFzcyR3b3JkIzE",
            Cause::SecretBase64VsRaw,
            "without padding",
        ),
        (b"7061737324776f72642331", Cause::SecretBase64VsRaw, "hex"),
        (
            b"7061737324776F72642331",
            Cause::SecretBase64VsRaw,
            "capitals",
        ),
        (digest.as_ref(), Cause::SecretBase64VsRaw, "SHA-256"),
    ];
    for (signer, cause, part) in signers {
        let found = of(&signed("HS256", signer), &[held(b"pass$word#1")]);
        let one = &found[0];
        assert_eq!(
            (one.cause, one.grade),
            (cause, Grade::Proved),
            "{}",
            one.text
        );
        assert!(one.text.contains(part), "{}", one.text);
        assert!(one.fix.is_some() && one.about[0].name == "JWT_SECRET");
        let shown = format!("{one:?}");
        assert!(
            !shown.contains("pass$word") && !shown.contains("cGFzc"),
            "{shown}"
        );
    }
}

#[test]
fn variables_and_the_line_itself_are_used() {
    let mut variables = Variables::default();
    variables.insert_layer([("USER".to_owned(), Setting::new("root", Source::Process))]);
    let secrets = [held(b"ab$USER-cd")];
    let context = ExplainContext {
        secrets: &secrets,
        variables: Some(&variables),
        now: NOW,
        ..ExplainContext::default()
    };
    let found = explain(&signed("HS256", b"abroot-cd"), None, &context);
    assert_eq!(found[0].cause, Cause::EnvDollarExpanded);
    let mut cut = held(b"vYCjhtOt");
    cut.written = Some(Secret::from("vYCjhtOt#qBCY"));
    assert_eq!(
        of(&signed("HS256", b"vYCjhtOt#qBCY"), &[cut])[0].cause,
        Cause::EnvCommentTruncated
    );
}

#[test]
fn the_issuers_secret_is_named_beside_the_verifiers() {
    let issuer = known(
        "NEXTAUTH_SECRET",
        b"another secret altogether",
        SecretRole::Issuer,
    );
    let secrets = [held(OURS.as_bytes()), issuer];
    let found = of(&signed("HS256", b"another secret altogether"), &secrets);
    assert_eq!(found[0].cause, Cause::SecretMismatch);
    for name in ["NEXTAUTH_SECRET", "JWT_SECRET"] {
        assert!(found[0].text.contains(name), "{}", found[0].text);
        assert!(found[0].fix.as_deref().unwrap().contains(name));
    }
    let previous = [
        held(OURS.as_bytes()),
        known("OLD", b"the one before", SecretRole::Previous),
    ];
    let found = of(&signed("HS256", b"the one before\n"), &previous);
    assert_eq!(found[0].cause, Cause::SecretRotatedStaleSession);
}

#[test]
fn keys_that_are_no_secrets_are_told() {
    let public =
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD\n-----END PUBLIC KEY-----\n";
    let private = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\n-----END PRIVATE KEY-----\n";
    for (text, role, cause) in [
        (public, SecretRole::Current, Cause::TokenTampered),
        (public, SecretRole::OtherPurpose, Cause::TokenTampered),
        (private, SecretRole::Issuer, Cause::AlgMismatch),
        (
            "sb_secret_abcdef",
            SecretRole::ApiKey,
            Cause::SupabaseApiKeyAsSecret,
        ),
    ] {
        let found = of(
            &signed("HS256", text.as_bytes()),
            &[known("KEY", text.as_bytes(), role)],
        );
        assert_eq!(
            (found[0].cause, found[0].grade),
            (cause, Grade::Proved),
            "{text}"
        );
    }
}

#[test]
fn the_verifiers_own_secret_is_looked_at_when_nobody_signed() {
    let token = signed("HS256", b"nobody here knows it");
    for (secret, cause) in [
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.abc",
            Cause::SupabaseApiKeyAsSecret,
        ),
        ("sb_publishable_abcdef", Cause::SupabaseApiKeyAsSecret),
        ("${JWT_SECRET}", Cause::EnvVarNotExpanded),
    ] {
        assert_eq!(
            of(&token, &[held(secret.as_bytes())])[0].cause,
            cause,
            "{secret}"
        );
    }
    let found = of(&token, &[held(format!("\"{OURS}\"").as_bytes())]);
    assert_eq!(
        found[0].cause,
        Cause::SecretMismatch,
        "quotes alone are no proof"
    );
    assert!(found.iter().any(|one| one.cause == Cause::EnvQuotesLiteral));
}

#[test]
fn a_secret_that_is_drawn_at_each_start_is_told() {
    let mut own = held(OURS.as_bytes());
    own.drawn_at = Some(NOW + 300);
    let found = of(&signed("HS256", b"the draw before"), &[own]);
    assert_eq!(found[0].cause, Cause::SecretRandomPerProcess);
    assert!(found[0].text.contains("5 min after"), "{}", found[0].text);
}

#[test]
fn two_secrets_are_compared_without_a_token() {
    let issuer = |secret: &[u8]| known("AUTH_SECRET", secret, SecretRole::Issuer);
    let own = held(OURS.as_bytes());
    assert_eq!(compare_secrets(&own, &issuer(OURS.as_bytes()), None), None);
    for (other, cause) in [
        (format!("'{OURS}'"), Cause::EnvQuotesLiteral),
        (format!("{OURS} "), Cause::SecretTrailingNewline),
        ("something else".to_owned(), Cause::SecretMismatch),
    ] {
        let found = compare_secrets(&own, &issuer(other.as_bytes()), None).unwrap();
        assert_eq!(
            (found.cause, found.about.len()),
            (cause, 2),
            "{}",
            found.text
        );
        assert!(!found.text.contains(OURS), "{}", found.text);
    }
}

/// The worst that a caller can ask for: every secret holds all that makes variants.
fn worst() -> Vec<KnownSecret> {
    let secret = |at: u8| {
        let mut one = known(
            "S",
            &[b"\" a$B${C}$$#\\n\\\\#YWJj\n\" ", &[at][..]].concat(),
            SecretRole::Previous,
        );
        one.written = Some(Secret::from("'x$Y#z' # ${W}"));
        one
    };
    (0..100).map(secret).collect()
}

#[test]
fn the_cost_has_a_bound() {
    let secrets = worst();
    let context = ExplainContext {
        secrets: &secrets,
        now: NOW,
        ..ExplainContext::default()
    };
    for length in [0, 1_000, 11_000] {
        let claims = json!({"sub": "u", "pad": "x".repeat(length)});
        let token = by_hand(&json!({"alg": "HS512"}), &claims, b"nobody's");
        let Form::Jws(unverified) = Form::of(&token) else {
            panic!("a signed token")
        };
        let mut trial = Trial::of(&unverified).unwrap();
        assert!(matches!(who_signed(&mut trial, &context), Signer::Unknown));
        assert!(trial.done <= MOST_HMACS, "{}", trial.done);
        assert!(trial.hashed <= MOST_HASHED, "{}", trial.hashed);
        // Every secret as it is, and each form of the first few, is tried all the same.
        assert!(trial.done >= 300, "{length}: {}", trial.done);
    }
}

#[test]
fn no_more_than_thirty_two_secrets_are_tried() {
    let all: Vec<_> = (0..40)
        .map(|at| {
            known(
                &format!("S{at}"),
                format!("secret {at}").as_bytes(),
                SecretRole::Previous,
            )
        })
        .collect();
    let found = of(&signed("HS256", b"secret 31"), &all);
    assert_eq!(found[0].cause, Cause::SecretRotatedStaleSession);
    assert_eq!(of(&signed("HS256", b"secret 32"), &all), []);
}
