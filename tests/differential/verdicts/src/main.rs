//! Judges the corpus: `countersign-differential countersign|jsonwebtoken CORPUS NOW`, one line a case, `ID accept` or
//! `ID refuse REASON`.

use countersign_verify::{JwkSet, Policy, Trace, TraceId, Verifier};
use jsonwebtoken::{DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use std::error::Error;

const LEEWAY: u16 = 600;

#[derive(Deserialize)]
struct Case {
    id: u64,
    token: String,
    key: Value,
    alg: String,
    aud: Option<String>,
    iss: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, corpus, now] = arguments.as_slice() else {
        return Err("usage: countersign-differential countersign|jsonwebtoken CORPUS NOW".into());
    };
    let now: i64 = now.parse()?;
    for line in std::fs::read_to_string(corpus)?.lines() {
        let case: Case = serde_json::from_str(line)?;
        let verdict = match program.as_str() {
            "countersign" => countersign(&case, now),
            "jsonwebtoken" => peer(&case),
            other => return Err(format!("{other} is no verifier here").into()),
        };
        match verdict {
            Ok(()) => println!("{} accept", case.id),
            Err(reason) => println!(
                "{} refuse {}",
                case.id,
                reason
                    .to_string()
                    .escape_default()
                    .take(200)
                    .collect::<String>()
            ),
        }
    }
    Ok(())
}

fn countersign(case: &Case, now: i64) -> Result<(), Box<dyn Error>> {
    let ring = JwkSet::parse(case.key.to_string().as_bytes())?.ring("differential")?;
    let policy = Policy {
        issuer: case.iss.clone(),
        audiences: case.aud.iter().cloned().collect(),
        leeway: i64::from(LEEWAY),
        ..Policy::default()
    };
    let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
    Verifier::new(ring, policy).verify(&case.token, now, &mut trace)?;
    Ok(())
}

/// With its defaults and what every program here asks for: `exp`, `sub`, `nbf`, the leeway, and the `aud` and `iss`
/// that a case demands.
fn peer(case: &Case) -> Result<(), Box<dyn Error>> {
    let key = DecodingKey::from_jwk(&serde_json::from_value(case.key.clone())?)?;
    let mut validation = Validation::new(case.alg.parse()?);
    validation.leeway = u64::from(LEEWAY);
    validation.validate_nbf = true;
    let mut required = vec!["exp", "sub"];
    if let Some(audience) = &case.aud {
        validation.set_audience(&[audience]);
        required.push("aud");
    }
    if let Some(issuer) = &case.iss {
        validation.set_issuer(&[issuer]);
        required.push("iss");
    }
    validation.set_required_spec_claims(&required);
    jsonwebtoken::decode::<Value>(&case.token, &key, &validation)?;
    Ok(())
}
