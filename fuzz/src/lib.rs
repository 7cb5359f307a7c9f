//! The fuzz targets: each takes any bytes, and panics if the code under it does or breaks a promise.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::{
    Accepts, Alg, Claims, ExplainContext, JwkSet, KeyRing, KnownSecret, Policy, Presented, Secret,
    SecretRole, Setting, SigningKey, Source, Trace, TraceId, Variables, VerifiedCache, Verifier,
    VerifyingKey, cookies, env_file, explain, issue, jws, secret_chain,
};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use std::sync::LazyLock;

const NOW: i64 = 1_700_000_000;
const SECRET: &str = "qL9v-Rx3_Tz7bNn1Kd8wYp4sHc6uJf2mGa5eZi0oXtE";
const SESSION_COOKIE: &str = "__Host-countersign_session";
const ALL: Accepts = Accepts {
    api_key: true,
    bearer: true,
    cookie: true,
};

/// A target: its name, its body, and inputs to start from.
pub struct Target {
    /// The name, as cargo-fuzz knows it.
    pub name: &'static str,
    /// The body.
    pub run: fn(&[u8]),
    /// Inputs that reach into it.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "authorization",
        run: authorization,
        seeds: authorization_seeds,
    },
    Target {
        name: "cookie",
        run: cookie,
        seeds: cookie_seeds,
    },
    Target {
        name: "env_file",
        run: env_file,
        seeds: env_file_seeds,
    },
    Target {
        name: "key_set",
        run: key_set,
        seeds: key_set_seeds,
    },
    Target {
        name: "signed_token",
        run: signed_token,
        seeds: signed_token_seeds,
    },
    Target {
        name: "token",
        run: token,
        seeds: token_seeds,
    },
];

struct Fixture {
    cached: Verifier,
    plain: Verifier,
    known: Vec<KnownSecret>,
    keys: KeyRing,
}

/// What our own tokens are signed with.
const OURS: [Alg; 3] = [Alg::EdDsa, Alg::Es256, Alg::Hs256];

fn signing(alg: Alg) -> SigningKey {
    match alg {
        Alg::Hs256 => SigningKey::hmac("JWT_SECRET", &Secret::from(SECRET)),
        pair => SigningKey::from_seed(pair, &[7; 32]),
    }
    .expect("the keys of the fixture are good")
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let verifying = |alg| {
        signing(alg)
            .verifying_key("fixture")
            .expect("the key is good")
    };
    let ring = || {
        OURS.into_iter()
            .fold(KeyRing::new(), |ring, alg| ring.with(verifying(alg)))
    };
    let known = KnownSecret {
        label: "JWT_SECRET".to_owned(),
        secret: Secret::from(SECRET),
        source: Source::Process,
        role: SecretRole::Current,
    };
    let public = [Alg::EdDsa, Alg::Es256].map(|alg| signing(alg).public_jwk().cloned());
    Fixture {
        cached: Verifier::new(ring(), Policy::default()).with_cache(VerifiedCache::new(64, 7)),
        plain: Verifier::new(ring(), Policy::default()),
        known: vec![known],
        keys: JwkSet {
            keys: public.into_iter().flatten().collect(),
            ignored: Vec::new(),
        }
        .ring("fixture")
        .expect("the keys of the fixture are good"),
    }
});

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
        assert!(!refusal.detail.contains(SECRET), "the secret is shown");
        let (ring, policy) = (fixture.plain.ring(), fixture.plain.policy());
        let context = ExplainContext {
            ring,
            policy,
            known: &fixture.known,
            now: NOW,
        };
        let found = explain(&token, &refusal, &context);
        assert!(
            found
                .iter()
                .any(|explained| explained.cause == refusal.cause)
        );
    }
    let _ = jws::verify_compact(&token, &fixture.keys, None);
}

/// The path behind a good signature: the header before the first newline, the claims after it.
///
/// # Panics
/// If a promise is broken.
pub fn signed_token(data: &[u8]) {
    let split = data
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(data.len());
    let (header, payload) = (&data[..split], data.get(split + 1..).unwrap_or_default());
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let input = format!("{}.{}", encode(header), encode(payload));
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()),
        input.as_bytes(),
    );
    token(format!("{input}.{}", encode(tag.as_ref())).as_bytes());
}

/// The Authorization header.
///
/// # Panics
/// If a promise is broken.
pub fn authorization(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, value);
    let presented = Presented::from_headers(&headers, SESSION_COOKIE, ALL);
    let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
    let found = presented.credential(&mut trace).is_ok();
    assert!(
        found || !presented.near_misses.is_empty(),
        "a header that was not noticed"
    );
}

/// The Cookie header.
///
/// # Panics
/// If a promise is broken.
pub fn cookie(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, value);
    for (name, value) in cookies(&headers) {
        assert!(!name.is_empty() && !value.contains(';'), "{name}={value}");
    }
    for accepts in [ALL, Accepts::BEARER] {
        let presented = Presented::from_headers(&headers, SESSION_COOKIE, accepts);
        let _ = presented.refusal();
    }
}

/// An env file, and the secrets in it.
///
/// # Panics
/// If a promise is broken.
pub fn env_file(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match env_file::parse(&text, |name| (name == "HOME").then(|| "/root".to_owned())) {
        Ok(entries) => {
            let _ = env_file::duplicates(&entries);
            let layer = entries.into_iter().map(|entry| {
                let source = Source::EnvFile {
                    path: ".env".to_owned(),
                    line: entry.line,
                };
                (entry.name, Setting::new(entry.value.as_str(), source))
            });
            let mut variables = Variables::default();
            variables.insert_layer(layer);
            for environment in countersign_verify::Environment::ALL {
                let _ = secret_chain::reuse(environment, &variables);
                if let Ok(Some(found)) = secret_chain::signing_secret(environment, &variables) {
                    let _ = secret_chain::strength(&found.secret);
                }
            }
        }
        Err(error) => {
            let lines = text.split('\n').count();
            assert!(
                (1..=lines).contains(&error.line) && error.column >= 1,
                "{error}"
            );
        }
    }
}

/// A JWK or a set of them, and a token checked against it.
///
/// # Panics
/// If a promise is broken.
pub fn key_set(data: &[u8]) {
    let Ok(keys) = JwkSet::parse(data) else {
        return;
    };
    for key in &keys.keys {
        let _ = key.thumbprint();
        let made: VerifyingKey = key
            .verifying_key("fuzz")
            .expect("a key that was read is good");
        for alg in Alg::ALL {
            let passed = made.signed(alg, b"x", &[0; 64]);
            assert!(!passed, "a zero signature passed");
        }
    }
    let ring = keys.ring("fuzz").expect("keys that were read are good");
    let _ = jws::verify_compact("eyJhbGciOiJIUzI1NiJ9.Zm9v.AAAA", &ring, None);
}

fn claims() -> Claims {
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

fn token_seeds() -> Vec<Vec<u8>> {
    let issued = OURS.map(|alg| issue(&signing(alg), &claims()).expect("the key signs"));
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

fn signed_token_seeds() -> Vec<Vec<u8>> {
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

fn authorization_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        "Bearer Bearer a.b.c",
        "bearer\tnull",
        "Basic dXNlcjpwYXNz, Bearer a.b.c",
        "JWT a.b.c",
        "Bearer \"a.b.c\"",
        "Bearer [object Object]",
        "a.b.c",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

fn cookie_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "__Host-countersign_session=css_1; __Host-countersign_csrf=x",
        "countersign_session=a; countersign_session=b",
        "access_token=eyJ.b.c; a=\"q\"; =; ;b",
        "a=1",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

fn env_file_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "# c\nexport JWT_SECRET=\"a\\n${HOME}\" # x\nJWT_SECRET_STAGING='b'\r\n",
        "A=${B:-c}\nA=${A}d\nAUTH_SYNC_SECRET=abc #d",
        "KEY=\"-----BEGIN\nabc\n-----END\"\n",
        "\u{feff}JWT_SECRET_KEY = your-256-bit-secret\nB: 1",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

fn key_set_seeds() -> Vec<Vec<u8>> {
    let public = |alg| {
        let key = signing(alg);
        key.public_jwk()
            .and_then(countersign_verify::Jwk::public_json)
            .map(|json| json.to_string())
    };
    let (ed, ec) = (
        public(Alg::EdDsa).unwrap_or_default(),
        public(Alg::Es256).unwrap_or_default(),
    );
    let oct =
        r#"{"kty":"oct","k":"cUw5di1SeDNfVHo3Yk5uMUtkOHdZcDRzSGM2dUpmMm0","key_ops":["verify"]}"#;
    [
        format!(r#"{{"keys":[{ed},{ec},{oct}]}}"#),
        ed,
        ec,
        oct.to_owned(),
    ]
    .map(String::into_bytes)
    .into()
}
