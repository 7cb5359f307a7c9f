//! The cache of verified tokens: the same verdicts, whatever it holds.

use crate::making::{NOW, encode, hs256, ring, session_claims, token_of, trace};
use countersign_verify::{
    Cause, Check, Claims, KeyRing, Policy, Secret, SigningKey, VerifiedCache, Verifier, issue,
};
use proptest::prelude::*;
use serde_json::json;
use std::sync::{Arc, Weak};

fn cached(capacity: usize) -> Verifier {
    Verifier::new(ring(), Policy::default()).with_cache(VerifiedCache::new(capacity, 7))
}

fn token(number: u32, exp: i64) -> String {
    token_of(&json!({"sub": format!("user-{number}"), "exp": exp}))
}

#[test]
fn a_token_is_verified_once_and_found_again() {
    let verifier = cached(64);
    let token = issue(&hs256(), &session_claims()).unwrap();
    let first = verifier.verify(&token, NOW, &mut trace()).unwrap();
    let mut trace = trace();
    let again = verifier.verify(&token, NOW, &mut trace).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    assert!(
        trace.steps[0].detail.contains("verified before")
            && trace.steps[0].check == Check::Signature
    );
}

#[test]
fn a_token_in_the_cache_still_ends() {
    let verifier = cached(64);
    let token = token(1, NOW + 10);
    assert!(verifier.verify(&token, NOW, &mut trace()).is_ok());
    assert!(verifier.verify(&token, NOW + 69, &mut trace()).is_ok());
    let refusal = verifier.verify(&token, NOW + 70, &mut trace()).unwrap_err();
    assert_eq!(refusal.cause, Cause::TokenExpired);
    assert!(
        verifier.verify(&token, NOW, &mut trace()).is_ok(),
        "a clock set back is no fault of the token"
    );
}

#[test]
fn a_token_that_began_is_refused_before_its_beginning_though_cached() {
    let verifier = cached(64);
    let token = token_of(&json!({"sub": "u", "exp": NOW + 9_000, "nbf": NOW, "iat": NOW}));
    assert!(verifier.verify(&token, NOW, &mut trace()).is_ok());
    let refusal = verifier
        .verify(&token, NOW - 3_600, &mut trace())
        .unwrap_err();
    assert_eq!(refusal.cause, Cause::ClockSkew);
}

#[test]
fn a_forged_token_with_a_known_signature_is_not_found() {
    let verifier = cached(64);
    let good = token(1, NOW + 10);
    assert!(verifier.verify(&good, NOW, &mut trace()).is_ok());
    let signature = good.rsplit_once('.').unwrap().1;
    // As long as the good one, so that the very same hash is looked up.
    let claims = encode(
        json!({"sub": "user-2", "exp": NOW + 10})
            .to_string()
            .as_bytes(),
    );
    let header = good.split_once('.').unwrap().0;
    let forged = format!("{header}.{claims}.{signature}");
    assert_eq!(forged.len(), good.len());
    assert_eq!(
        verifier
            .verify(&forged, NOW, &mut trace())
            .unwrap_err()
            .cause,
        Cause::SecretMismatch
    );
    assert!(verifier.verify(&good, NOW, &mut trace()).is_ok());
}

#[test]
fn the_cache_is_bounded_and_keeps_what_is_used() {
    let cache = VerifiedCache::new(16, 7);
    assert!(cache.is_empty());
    let verifier = Verifier::new(ring(), Policy::default()).with_cache(cache);
    let favourite = token(0, NOW + 10);
    let first = verifier.verify(&favourite, NOW, &mut trace()).unwrap();
    for number in 1..200 {
        verifier
            .verify(&token(number, NOW + 10), NOW, &mut trace())
            .unwrap();
        let again = verifier.verify(&favourite, NOW, &mut trace()).unwrap();
        assert!(Arc::ptr_eq(&first, &again), "evicted after {number}");
    }
    assert!(format!("{verifier:?}").contains("VerifiedCache { len: "));
}

#[test]
fn a_flood_of_tokens_takes_bounded_memory() {
    const CAPACITY: usize = 64;
    let verifier = cached(CAPACITY);
    let tokens = (0..2_000).map(|number| token(number, NOW + 10));
    let seen: Vec<_> = tokens
        .map(|token| Arc::downgrade(&verifier.verify(&token, NOW, &mut trace()).unwrap()))
        .collect();
    let held: Vec<_> = seen.iter().filter_map(Weak::upgrade).collect();
    assert!(
        held.len() <= CAPACITY && held.len() > CAPACITY / 2,
        "{}",
        held.len()
    );
    let bytes: usize = held.iter().map(|token| token.expose_token().len()).sum();
    assert!(bytes <= CAPACITY * 200, "{bytes}");
    drop(verifier);
    drop(held);
    assert!(seen.iter().all(|token| token.upgrade().is_none()));
}

#[test]
fn many_threads_share_a_cache() {
    let verifier = cached(32);
    let tokens: Vec<_> = (0..100).map(|number| token(number, NOW + 10)).collect();
    std::thread::scope(|scope| {
        for start in 0..4 {
            let (verifier, tokens) = (&verifier, &tokens);
            scope.spawn(move || {
                for (number, token) in tokens.iter().enumerate().cycle().skip(start * 25).take(400)
                {
                    let found = verifier.verify(token, NOW, &mut trace()).unwrap();
                    assert_eq!(found.sub(), format!("user-{number}"));
                }
            });
        }
    });
}

proptest! {
    #[test]
    fn a_hit_judges_as_a_miss_does(
        calls in proptest::collection::vec((0_u32..12, -200_i64..200), 1..60),
        seed: u128,
    ) {
        let cached = Verifier::new(ring(), Policy::default()).with_cache(VerifiedCache::new(8, seed));
        let plain = Verifier::new(ring(), Policy::default());
        for (number, later) in calls {
            let mut token = token_of(&json!({
                "sub": format!("user-{number}"), "exp": NOW + i64::from(number) * 10,
                "iat": NOW - i64::from(number), "aud": "a",
            }));
            if number == 11 {
                token.replace_range(..1, "x");
            }
            let verdict = |verifier: &Verifier| {
                let verdict = verifier.verify(&token, NOW + later, &mut trace());
                verdict.map(|verified| (verified.raw(), verified.exp(), verified.own()))
            };
            prop_assert_eq!(verdict(&cached), verdict(&plain));
        }
    }

    /// Other keys or another policy are another verifier: what the old one knew must not count.
    #[test]
    fn a_rotation_leaves_nothing_behind(
        calls in proptest::collection::vec((0_usize..3, 0_usize..3, 0_u32..4, -100_i64..100, any::<bool>()), 1..80),
    ) {
        let secrets = ["first", "second", "third"].map(|name| Secret::from(name.repeat(8).as_str()));
        let key = |at: usize| SigningKey::hmac("k", &secrets[at]).unwrap();
        let rotated = |at: usize, demanding: bool| {
            let ring = KeyRing::new().with(key(at).verifying_key("k").unwrap());
            let audiences = if demanding { vec!["api".to_owned()] } else { Vec::new() };
            Verifier::new(ring, Policy { audiences, ..Policy::default() })
        };
        let mut current = (0, false);
        let mut cached = rotated(0, false).with_cache(VerifiedCache::new(8, 7));
        for (ring, signer, number, later, demanding) in calls {
            if number == 0 && current != (ring, demanding) {
                current = (ring, demanding);
                cached = rotated(ring, demanding).with_cache(VerifiedCache::new(8, 7));
            }
            let claims = Claims {
                sub: number.to_string(),
                aud: (number % 2 == 0).then(|| "api".to_owned()),
                exp: NOW + i64::from(number),
                nbf: NOW - i64::from(number) * 20,
                ..Claims::default()
            };
            let token = issue(&key(signer), &claims).unwrap();
            let verdict = |verifier: &Verifier| {
                let verdict = verifier.verify(&token, NOW + later, &mut trace());
                verdict.map(|verified| verified.raw())
            };
            prop_assert_eq!(verdict(&cached), verdict(&rotated(current.0, current.1)));
        }
    }
}
