//! Targets: tokens as they come, and what stands behind a good signature.

use crate::bed::{FIXTURE, NOW, SECRET, SIGNING, signing};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::{
    Alg, Claims, ExplainContext, Grade, Trace, TraceId, Verifier, explain, issue, jws,
};
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// The path of a token: verdict, trace, explanation, bare signature. A cache changes no verdict.
///
/// # Panics
/// If a promise is broken.
pub fn token(data: &[u8]) {
    let token = String::from_utf8_lossy(data);
    let fixture = &*FIXTURE;
    let verdict = |verifier: &Verifier| {
        let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
        let verdict = verifier.verify(&token, NOW, &mut trace);
        assert!(!trace.steps.is_empty(), "a verdict without a step");
        verdict.map(|verified| (verified.sub().to_owned(), verified.raw()))
    };
    let first = verdict(&fixture.cached);
    assert_eq!(
        first,
        verdict(&fixture.cached),
        "the cache changed the verdict"
    );
    assert_eq!(
        first,
        verdict(&fixture.plain),
        "the cache changed the verdict"
    );
    if let Err(refusal) = first {
        let shown = refusal.detail.contains(SECRET);
        assert!(!shown || presents_secret(&token), "the secret is shown");
        let found = explain(&token, Some(&refusal), &context());
        assert!(
            found
                .iter()
                .any(|one| one.cause == refusal.cause || one.grade == Grade::Proved)
        );
    }
    let _ = jws::verify_compact(&token, &fixture.keys, None);
}

fn context() -> ExplainContext<'static> {
    ExplainContext {
        secrets: &FIXTURE.known,
        now: NOW,
        ..ExplainContext::default()
    }
}

/// The explanation of what another program refused: no secret is shown, and no cause stands twice.
///
/// # Panics
/// If a promise is broken.
pub fn explanation(data: &[u8]) {
    let (header, payload) = lines(data);
    for token in [&*String::from_utf8_lossy(data), &sign(header, payload)] {
        let found = explain(token, None, &context());
        for (place, one) in found.iter().enumerate() {
            let shown = one.text.contains(SECRET);
            assert!(!shown || presents_secret(token), "the secret is shown");
            let again = found.iter().skip(place + 1);
            assert!(again.into_iter().all(|other| other.cause != one.cause));
        }
    }
}

/// Who a token speaks for, whoever made it.
///
/// # Panics
/// If a promise is broken.
pub fn principal(data: &[u8]) {
    let token = sign(br#"{"alg":"HS256","typ":"at+jwt"}"#, data);
    let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
    let Ok(verified) = FIXTURE.trusting.verify(&token, NOW, &mut trace) else {
        return;
    };
    let principal = verified.principal();
    assert_eq!(principal.subject, verified.sub());
    assert_eq!(principal.raw, verified.raw());
    let place = &principal.role_claim;
    assert!(!place.is_user_writable(), "a role that users write");
    assert_eq!(principal.roles, place.texts(&principal.raw));
}

/// The path behind a good signature: the header before the first newline, the claims after it.
///
/// # Panics
/// If a promise is broken.
pub fn signed_token(data: &[u8]) {
    let (header, payload) = lines(data);
    token(sign(header, payload).as_bytes());
}

/// The claims alone, well signed: what is accepted says so to an independent reader too.
///
/// # Panics
/// If a promise is broken.
pub fn claims(data: &[u8]) {
    let token = sign(br#"{"alg":"HS256","typ":"JWT"}"#, data);
    let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
    let Ok(verified) = FIXTURE.plain.verify(&token, NOW, &mut trace) else {
        return;
    };
    let read: Map<String, Value> =
        serde_json::from_slice(data).expect("accepted without an object");
    let text = |name: &str| read.get(name).and_then(Value::as_str);
    assert_eq!(text("sub"), Some(verified.sub()));
    assert!(!verified.sub().is_empty());
    for (name, found) in [("iss", verified.iss()), ("jti", verified.jti())] {
        assert_eq!(text(name), found, "{name}");
    }
    for (name, found) in [("sid", verified.sid()), ("email", verified.email())] {
        assert_eq!(text(name), found, "{name}");
    }
    #[expect(clippy::cast_precision_loss, reason = "the times near now are exact")]
    let (earliest, latest) = ((NOW - 60) as f64, (NOW + 61) as f64);
    let number = |name: &str| read.get(name).and_then(Value::as_f64);
    assert!(number("exp").is_some_and(|exp| exp > earliest), "exp");
    for name in ["nbf", "iat"] {
        let time = number(name).or(read.get(name).map(|_| f64::NAN));
        assert!(time.is_none_or(|time| time < latest), "{name}");
    }
    assert_eq!(verified.raw(), read);
    assert_eq!(names(data), read.len(), "a member stands twice");
}

/// A compact JWS with any header and payload: what is accepted has one spelling only.
///
/// # Panics
/// If a promise is broken.
pub fn compact_jws(data: &[u8]) {
    let (header, payload) = lines(data);
    let signed = sign(header, payload);
    for token in [signed.as_str(), &String::from_utf8_lossy(data)] {
        let Ok(found) = jws::verify_compact(token, &FIXTURE.secrets, None) else {
            continue;
        };
        let parts: Vec<_> = token.split('.').collect();
        assert_eq!(parts.len(), 3, "accepted without three parts");
        assert_eq!(URL_SAFE_NO_PAD.encode(&found), parts[1], "another spelling");
        let header = URL_SAFE_NO_PAD
            .decode(parts[0])
            .expect("a header of base64url");
        let header: Map<String, Value> = serde_json::from_slice(&header).expect("a header of JSON");
        for member in ["b64", "crit", "enc", "zip"] {
            assert!(!header.contains_key(member), "{member} was passed over");
        }
        let alg = header
            .get("alg")
            .and_then(Value::as_str)
            .and_then(Alg::parse);
        assert!(alg.is_some(), "an algorithm that nobody knows");
    }
}

/// Whether the token itself holds the secret, as the fuzzer finds out to write it.
fn presents_secret(token: &str) -> bool {
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(SECRET);
    let decoded = |part| URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    holds(token.as_bytes()) || token.split('.').any(|part| holds(&decoded(part)))
}

/// What stands before the first line end, and what after it.
fn lines(data: &[u8]) -> (&[u8], &[u8]) {
    let mut lines = data.splitn(2, |byte| *byte == b'\n');
    (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    )
}

fn sign(header: &[u8], payload: &[u8]) -> String {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let input = format!("{}.{}", encode(header), encode(payload));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", encode(tag.as_ref()))
}

/// How many members an object has, those with equal names counted one by one.
fn names(json: &[u8]) -> usize {
    struct Count;
    impl<'de> Visitor<'de> for Count {
        type Value = usize;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<usize, A::Error> {
            let mut count = 0;
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                count += 1;
            }
            Ok(count)
        }
    }
    let mut reader = serde_json::Deserializer::from_slice(json);
    reader.deserialize_map(Count).expect("it was read before")
}

fn session() -> Claims {
    Claims {
        iss: Some("https://auth.example".to_owned()),
        sub: "018c0000-0000-7000-8000-000000000001".to_owned(),
        exp: NOW + 900,
        nbf: NOW,
        iat: NOW,
        sid: "018c0000-0000-7000-8000-000000000003".to_owned(),
        email: Some("ada@example.com".to_owned()),
        amr: vec!["pwd".to_owned()],
        ..Claims::default()
    }
}

pub(crate) fn token_seeds() -> Vec<Vec<u8>> {
    let issued = SIGNING.map(|alg| issue(&signing(alg), &session()).expect("the key signs"));
    let texts = [
        "null",
        "\"a.b.c\"",
        "csr_0123456789",
        "eyJhbGciOiJub25lIn0.e30.",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0.a.b.c.d",
        "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsieCJdfQ.e30.AAAA",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjEsImV4cCI6MTcwMDAwMDAwMDAwMH0.AAAA",
        "0b6d4a3e-6f0d-4c58-9c5a-1f0d2c3b4a59",
    ];
    issued
        .into_iter()
        .chain(texts.map(str::to_owned))
        .map(String::into_bytes)
        .collect()
}

pub(crate) fn signed_token_seeds() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"alg":"HS256"}
{"sub":"u","exp":1700000900}"#,
        r#"{"alg":"HS256","typ":"at+jwt"}
{"iss":"i","sub":"u","aud":["a","b"],"exp":1700000900,"nbf":1700000000,"iat":1700000000,"jti":"j","sid":"s","scope":"a b"}"#,
        r#"{"typ":"JWT","alg":"HS256","kid":"k"}
{"sub":42,"role":"anon","exp":1.7e9,"at_hash":"x","amr":["pwd"],"email":null,"email_verified":true,"auth_time":1}"#,
        r#"{"alg":"HS256","crit":[]}
{"token_use":"id","x":{"y":[1,2,{"z":null}]}}"#,
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

pub(crate) fn claims_seeds() -> Vec<Vec<u8>> {
    let lines = signed_token_seeds().into_iter();
    lines
        .map(|seed| {
            seed.splitn(2, |byte| *byte == b'\n')
                .nth(1)
                .unwrap_or_default()
                .to_vec()
        })
        .collect()
}

pub(crate) fn compact_jws_seeds() -> Vec<Vec<u8>> {
    [token_seeds(), signed_token_seeds()].concat()
}

pub(crate) fn explanation_seeds() -> Vec<Vec<u8>> {
    compact_jws_seeds()
}

pub(crate) fn principal_seeds() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"iss":"own","sub":"u","sid":"s","role":"admin","email":"a@b.example","exp":1700000900}"#,
        r#"{"iss":"own","sub":"a@b.example","id":"7","exp":1700000900}"#,
        r#"{"iss":"shared","sub":"1","email":"a@b.example","email_verified":true,"exp":1700000900}"#,
        r#"{"iss":"supabase","sub":"u","role":"authenticated","aud":"authenticated","app_metadata":{"role":"x"},
            "user_metadata":{"role":"admin"},"amr":[{"method":"password","timestamp":1}],"aal":"aal1",
            "session_id":"s","is_anonymous":false,"exp":1700000900}"#,
        r#"{"iss":"oidc","sub":"u","azp":"c","realm_access":{"roles":["a"]},"resource_access":{"c":{"roles":["b"]}},
            "typ":"Bearer","scope":"a b","preferred_username":"x","exp":1700000900}"#,
        r#"{"iss":"oidc","sub":"u","tid":"t","oid":"o","ver":"2.0","roles":["a"],"scp":"a","groups":["g"],
            "xms_edov":true,"upn":"a@b.example","exp":1700000900}"#,
        r#"{"iss":"oidc","sub":"auth0|1","permissions":["a"],"https://a.example/roles":["b"],"exp":1700000900}"#,
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}
