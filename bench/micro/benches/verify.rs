//! One access token, verified: Countersign with and without its cache, beside
//! jsonwebtoken, which keeps no trace and no cache.
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up has to stop"
)]

use aws_lc_rs::rand::SystemRandom;
use countersign_verify::{
    Alg, Claims, KeyRing, Policy, Secret, SigningKey, Trace, TraceId, VerifiedCache, Verifier,
    issue,
};
use divan::{Bencher, black_box};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

const NOW: i64 = 1_800_000_000;
const SECRET: &str = "u4Zb7TqLw9XkP2sVf6Nc8RgYj3HdM5aE";
const ALGS: [&str; 3] = ["HS256", "EdDSA", "ES256"];

fn main() {
    divan::main();
}

struct Bed {
    key: SigningKey,
    token: String,
}

fn bed(alg: &str) -> Bed {
    let key = match alg {
        "HS256" => SigningKey::hmac("bench", &Secret::from(SECRET)),
        "EdDSA" => SigningKey::generate(Alg::EdDsa, &SystemRandom::new()),
        _ => SigningKey::generate(Alg::Es256, &SystemRandom::new()),
    }
    .unwrap();
    let claims = Claims {
        iss: Some("https://auth.example".to_owned()),
        sub: "0197f3c2-7c1a-7000-8000-000000000001".to_owned(),
        sid: "0197f3c2-7c1c-7000-8000-000000000001".to_owned(),
        email: Some("user1@bench.example".to_owned()),
        role: Some("user".to_owned()),
        iat: NOW,
        nbf: NOW,
        exp: NOW + 4_000_000_000,
        auth_time: NOW,
        ..Claims::default()
    };
    let token = issue(&key, &claims).unwrap();
    Bed { key, token }
}

fn verifier(bed: &Bed) -> Verifier {
    let ring = KeyRing::new().with(bed.key.verifying_key("bench").unwrap());
    Verifier::new(ring, Policy::default())
}

fn verify(verifier: &Verifier, token: &str) {
    let mut trace = Trace::new(TraceId::from_bytes([1; 16]));
    black_box(verifier.verify(black_box(token), NOW, &mut trace)).unwrap();
}

#[divan::bench(args = ALGS)]
fn countersign(bencher: Bencher, alg: &str) {
    let bed = bed(alg);
    let verifier = verifier(&bed);
    bencher.bench_local(|| verify(&verifier, &bed.token));
}

#[divan::bench(args = ALGS)]
fn countersign_cached(bencher: Bencher, alg: &str) {
    let bed = bed(alg);
    let verifier = verifier(&bed).with_cache(VerifiedCache::new(1024, 7));
    bencher.bench_local(|| verify(&verifier, &bed.token));
}

#[divan::bench(args = ALGS)]
fn peer_jsonwebtoken(bencher: Bencher, alg: &str) {
    let bed = bed(alg);
    let (algorithm, key) = match alg {
        "HS256" => (
            Algorithm::HS256,
            DecodingKey::from_secret(SECRET.as_bytes()),
        ),
        other => {
            let jwk = bed.key.public_jwk().unwrap().public_json().unwrap();
            let jwk = serde_json::from_value(jwk).unwrap();
            let algorithm = if other == "EdDSA" {
                Algorithm::EdDSA
            } else {
                Algorithm::ES256
            };
            (algorithm, DecodingKey::from_jwk(&jwk).unwrap())
        }
    };
    let validation = Validation::new(algorithm);
    bencher.bench_local(|| {
        black_box(jsonwebtoken::decode::<serde_json::Value>(
            black_box(&bed.token),
            &key,
            &validation,
        ))
        .unwrap();
    });
}

#[divan::bench(args = ALGS)]
fn issue_token(bencher: Bencher, alg: &str) {
    let bed = bed(alg);
    let claims = Claims {
        sub: "0197f3c2-7c1a-7000-8000-000000000001".to_owned(),
        exp: NOW,
        ..Claims::default()
    };
    bencher.bench_local(|| black_box(issue(&bed.key, black_box(&claims))).unwrap());
}
