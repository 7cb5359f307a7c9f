//! The cache of verified tokens: the same verdicts, whatever it holds.

use crate::making::{NOW, encode, hs256, ring, session_claims, token_of, trace};
use countersign_verify::{
    Cause, Check, Claims, KeyRing, Policy, Refusal, Secret, SigningKey, VerifiedCache, Verifier,
    issue,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::sync::mpsc::{Receiver, Sender, channel};
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
    for _ in 0..4 {
        assert!(verifier.verify(&good, NOW, &mut trace()).is_ok());
    }
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

#[test]
fn a_thread_that_uses_a_token_again_has_a_copy_of_its_own() {
    let verifier = cached(64);
    let token = token(1, NOW + 10);
    let used = || {
        let again = || verifier.verify(&token, NOW, &mut trace()).unwrap();
        [again(), again(), again(), again()][3].clone()
    };
    let first = used();
    // Of many, since a few may share a desk.
    let others = std::thread::scope(|scope| {
        let other = |_| scope.spawn(|| (used(), used())).join().unwrap();
        (0..40).map(other).collect::<Vec<_>>()
    });
    for (other, again) in &others {
        assert!(Arc::ptr_eq(other, again));
        assert_eq!(other.raw(), first.raw());
        assert_eq!(other.expose_token(), first.expose_token());
        assert_eq!(
            (other.exp(), other.alg(), other.key_label()),
            (first.exp(), first.alg(), first.key_label())
        );
    }
    assert!(others.iter().any(|(other, _)| !Arc::ptr_eq(other, &first)));
    assert!(Arc::ptr_eq(&first, &used()));
}

#[test]
fn copies_are_bounded_too_and_end_with_their_cache() {
    const CAPACITY: usize = 64;
    let verifier = cached(CAPACITY);
    let tokens: Vec<_> = (0..500).map(|number| token(number, NOW + 10)).collect();
    let of_one = || {
        let used = tokens
            .iter()
            .flat_map(|token| std::iter::repeat_n(token, 4));
        let seen = used.map(|token| verifier.verify(token, NOW, &mut trace()).unwrap());
        seen.map(|token| Arc::downgrade(&token)).collect::<Vec<_>>()
    };
    let seen: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(of_one)).collect();
        let seen = threads.into_iter().flat_map(|one| one.join().unwrap());
        seen.collect()
    });
    let held: Vec<_> = seen.iter().filter_map(Weak::upgrade).collect();
    let different: HashSet<_> = held.iter().map(Arc::as_ptr).collect();
    let count = different.len();
    assert!(count <= CAPACITY + CAPACITY / 2, "{count}");
    drop((verifier, held));
    assert!(seen.iter().all(|token| token.upgrade().is_none()));
}

type Judged = Result<(Map<String, Value>, i64, bool), Refusal>;

fn judged(verifier: &Verifier, token: &str, now: i64) -> Judged {
    let verdict = verifier.verify(token, now, &mut trace());
    verdict.map(|verified| (verified.raw(), verified.exp(), verified.own()))
}

type Told = (Arc<Verifier>, String, i64);

/// Threads that verify as they are told, one after the other.
struct Threads(Vec<(Sender<Told>, Receiver<Judged>)>);

impl Threads {
    fn new() -> Self {
        let thread = |_| {
            let ((tell, told), (answer, answers)) = (channel::<Told>(), channel());
            std::thread::spawn(move || {
                while let Ok((verifier, token, now)) = told.recv() {
                    if answer.send(judged(&verifier, &token, now)).is_err() {
                        break;
                    }
                }
            });
            (tell, answers)
        };
        Self((0..THREADS).map(thread).collect())
    }

    fn judged(&self, thread: usize, verifier: &Arc<Verifier>, token: &str, now: i64) -> Judged {
        let (tell, answers) = &self.0[thread];
        tell.send((Arc::clone(verifier), token.to_owned(), now))
            .unwrap();
        answers.recv().unwrap()
    }
}

const THREADS: usize = 3;

proptest! {
    #[test]
    fn a_hit_judges_as_a_miss_does(
        calls in proptest::collection::vec((0..THREADS, 0_u32..12, -200_i64..200), 1..120),
        seed: u128,
    ) {
        let cache = VerifiedCache::new(8, seed);
        let cached = Arc::new(Verifier::new(ring(), Policy::default()).with_cache(cache));
        let threads = Threads::new();
        let plain = Verifier::new(ring(), Policy::default());
        for (thread, number, later) in calls {
            let mut token = token_of(&json!({
                "sub": format!("user-{number}"), "exp": NOW + i64::from(number) * 10,
                "iat": NOW - i64::from(number), "aud": "a",
            }));
            if number == 11 {
                token.replace_range(..1, "x");
            }
            let now = NOW + later;
            prop_assert_eq!(threads.judged(thread, &cached, &token, now), judged(&plain, &token, now));
        }
    }

    /// Other keys or another policy are another verifier: what the old one knew must not count, whichever thread
    /// learnt it.
    #[test]
    fn a_rotation_leaves_nothing_behind(
        calls in proptest::collection::vec(
            (0..THREADS, 0_usize..3, 0_usize..2, 0_u32..4, -100_i64..100, any::<bool>()), 1..160,
        ),
    ) {
        let secrets = ["first", "second", "third"].map(|name| Secret::from(name.repeat(8).as_str()));
        let key = |at: usize| SigningKey::hmac("k", &secrets[at]).unwrap();
        let rotated = |at: usize, demanding: bool| {
            let ring = KeyRing::new().with(key(at).verifying_key("k").unwrap());
            let audiences = if demanding { vec!["api".to_owned()] } else { Vec::new() };
            Verifier::new(ring, Policy { audiences, ..Policy::default() })
        };
        let mut current = (0, false);
        let fresh = |at, demanding| Arc::new(rotated(at, demanding).with_cache(VerifiedCache::new(8, 7)));
        let (mut cached, threads) = (fresh(0, false), Threads::new());
        for (thread, ring, signer, number, later, demanding) in calls {
            if later % 16 == 0 && current != (ring, demanding) {
                current = (ring, demanding);
                cached = fresh(ring, demanding);
            }
            let claims = Claims {
                sub: number.to_string(),
                aud: (number % 2 == 0).then(|| "api".to_owned()),
                exp: NOW + i64::from(number),
                nbf: NOW - i64::from(number) * 20,
                ..Claims::default()
            };
            let token = issue(&key(signer), &claims).unwrap();
            let (plain, now) = (rotated(current.0, current.1), NOW + later);
            prop_assert_eq!(threads.judged(thread, &cached, &token, now), judged(&plain, &token, now));
        }
    }
}
