//! Tokens of every malformed kind: a cause each, and no panic.

use crate::making::{
    NOW, SECRET, cause, encode, hs256, session_claims, signed, token_of, trace, verifier,
};
use countersign_verify::{
    Cause, ExplainContext, KnownSecret, Policy, Secret, SecretRole, Source, Verifier, explain,
    issue, jws,
};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn each_malformed_kind_has_its_cause() {
    let good = token_of(&json!({"sub": "u", "exp": NOW + 9}));
    let (input, tag) = good.rsplit_once('.').unwrap();
    let jwe = format!(
        "{}.k.iv.text.tag",
        encode(br#"{"alg":"dir","enc":"A256CBC-HS512"}"#)
    );
    for (token, expected) in [
        (good.clone(), None),
        (String::new(), Some(Cause::TokenNullOrUndefined)),
        ("null".to_owned(), Some(Cause::TokenNullOrUndefined)),
        (format!("\"{good}\""), Some(Cause::TokenJsonQuoted)),
        (format!("{good}\""), Some(Cause::TokenMalformed)),
        (jwe, Some(Cause::EncryptedSessionToken)),
        (
            "csr_abcdef".to_owned(),
            Some(Cause::RefreshTokenAsAccessToken),
        ),
        ("a.b.c".to_owned(), Some(Cause::TokenMalformed)),
        ("..".to_owned(), Some(Cause::TokenMalformed)),
        (
            format!("{input}.{tag}="),
            Some(Cause::TokenBase64Noncanonical),
        ),
        (format!("{input}."), Some(Cause::SecretMismatch)),
        (
            format!("{input}.{}", encode(&[0; 32])),
            Some(Cause::SecretMismatch),
        ),
        (format!("{good}.x"), Some(Cause::TokenMalformed)),
        ("x".repeat(16_385), Some(Cause::TokenTooLarge)),
        (signed(r#"{"alg":"none"}"#, "{}"), Some(Cause::AlgMismatch)),
        (signed(r#"{"alg":"RS256"}"#, "{}"), Some(Cause::AlgMismatch)),
        (signed(r#"{"alg":"EdDSA"}"#, "{}"), Some(Cause::AlgMismatch)),
        (
            signed(r#"{"alg":"HS256","crit":["x"]}"#, "{}"),
            Some(Cause::TokenHeaderUnsupported),
        ),
        (
            signed(r#"{"alg":"HS256"}"#, "[]"),
            Some(Cause::TokenMalformed),
        ),
        (
            signed(r#"{"alg":"HS256"}"#, "{\"exp\":1,\"exp\":2}"),
            Some(Cause::TokenMalformed),
        ),
        (
            signed(r#"{"alg":"HS256"}"#, &"[".repeat(9_000)),
            Some(Cause::TokenMalformed),
        ),
    ] {
        assert_eq!(cause(&token), expected, "{}", &token[..token.len().min(90)]);
    }
}

#[test]
fn claims_are_not_looked_at_before_the_signature() {
    // ASVS 9.1.1: an expired token of a stranger is a stranger's, not expired.
    let good = token_of(&json!({"sub": "u", "exp": 1}));
    let forged = format!("{}.{}", good.rsplit_once('.').unwrap().0, encode(&[7; 32]));
    assert_eq!(cause(&forged), Some(Cause::SecretMismatch));
}

#[test]
fn no_refusal_shows_the_token() {
    let token = issue(&hs256(), &session_claims()).unwrap();
    let mut longer = token.clone();
    longer.push('A');
    let mut trace = trace();
    for token in [longer, format!("{token}x.y"), format!("\"{token}\"")] {
        let refusal = verifier(Policy::default())
            .verify(&token, NOW, &mut trace)
            .unwrap_err();
        let signature = token.rsplit('.').nth(1).unwrap_or(&token);
        assert!(
            !format!("{refusal} {trace:?}").contains(signature),
            "{refusal}"
        );
    }
}

fn everything(token: &str) {
    let secrets = [KnownSecret::new(
        "JWT_SECRET",
        Secret::from(SECRET),
        Source::Process,
        SecretRole::Current,
    )];
    let verifier = verifier(Policy::default());
    let mut trace = trace();
    if let Err(refusal) = verifier.verify(token, NOW, &mut trace) {
        let context = ExplainContext {
            secrets: &secrets,
            now: NOW,
            ..ExplainContext::default()
        };
        let found = explain(token, Some(&refusal), &context);
        assert!(
            found
                .iter()
                .any(|explained| explained.cause == refusal.cause)
        );
        assert!(found.is_sorted_by(|a, b| a.grade >= b.grade));
    }
    let _ = jws::verify_compact(token, &countersign_verify::KeyRing::new(), None);
}

proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic(token in "\\PC{0,200}") {
        everything(&token);
    }

    #[test]
    fn any_three_parts_are_judged_without_a_panic(
        header in "\\{?(\"(alg|kid|typ|crit|b64)\":(\"(HS256|EdDSA|none|JWT|k)\"|1|null|\\[\\]|\\{\\}),?){0,4}\\}?",
        payload in "\\{?(\"(sub|exp|nbf|iat|iss|aud|sid|role|amr)\":(\"x\"|1|-1|1e400|1e99|null|\\[\"a\"\\]|\\{\\}|true),?){0,6}\\}?",
    ) {
        everything(&signed(&header, &payload));
    }

    /// The verifier knows the header of the good token to the letter, and each bad one is refused as by one that
    /// never saw it.
    #[test]
    fn a_header_seen_before_spares_no_check(
        typ in "at\\+jwt|JWT|dpop\\+jwt",
        payload in "\\{?(\"(sub|exp|nbf|iss|aud|role)\":(\"x\"|1|1700000009|null),?){0,4}\\}?",
        place in 0_usize..1000, flip in 0_u8..128,
    ) {
        let header = format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#);
        let good = signed(&header, r#"{"sub":"u","exp":1700000009}"#);
        let used = verifier(Policy::default());
        let _either = used.verify(&good, NOW, &mut trace());
        let mut bytes = signed(&header, &payload).into_bytes();
        let place = place % bytes.len();
        bytes[place] ^= flip;
        let Ok(token) = String::from_utf8(bytes) else { return Ok(()) };
        let judged = |by: &Verifier| {
            let mut trace = trace();
            let verdict = by.verify(&token, NOW, &mut trace);
            (verdict.map(|verified| verified.raw()), trace)
        };
        prop_assert_eq!(judged(&used), judged(&verifier(Policy::default())));
    }

    #[test]
    fn a_changed_byte_never_passes(place in 0_usize..1000, flip in 1_u8..128) {
        let token = issue(&hs256(), &session_claims()).unwrap();
        let mut bytes = token.clone().into_bytes();
        let place = place % bytes.len();
        bytes[place] ^= flip;
        if let Ok(changed) = String::from_utf8(bytes) {
            everything(&changed);
            prop_assert!(cause(&changed).is_some(), "byte {place}: {changed}");
        }
    }

    #[test]
    fn any_claims_come_back_as_they_were_issued(sub in "\\PC{1,40}", email in "\\PC{0,40}", lives in 1_i64..100_000) {
        let mut claims = session_claims();
        claims.sub.clone_from(&sub);
        claims.email = Some(email.clone());
        claims.exp = NOW + lives;
        let token = issue(&hs256(), &claims).unwrap();
        let verified = verifier(Policy::default()).verify(&token, NOW, &mut trace()).unwrap();
        prop_assert_eq!(verified.sub(), sub);
        prop_assert_eq!(verified.email(), Some(email.as_str()));
        prop_assert_eq!(verified.exp(), NOW + lives);
    }
}
