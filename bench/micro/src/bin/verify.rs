//! Times every verifier on the same token in the same run: `verify verifiers|sizes|keys|threads ROUNDS MILLISECONDS`,
//! JSON on stdout.
//!
//! Rounds go round the subjects, so that a slow moment of the machine hits all of them.
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up has to stop"
)]

use micro::bed::{self, ALGS, Bed};
use micro::{Subject, as_f64, floors, ours, peers};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, rounds, milliseconds] = arguments.as_slice() else {
        eprintln!("usage: verify verifiers|sizes|keys|threads ROUNDS MILLISECONDS");
        std::process::exit(2);
    };
    let rounds = rounds.parse().unwrap();
    let target = Duration::from_millis(milliseconds.parse().unwrap());
    let rows = match what.as_str() {
        "verifiers" => timed(&verifiers(), rounds, target),
        "sizes" => timed(&sizes(), rounds, target),
        "keys" => timed(&keys(), rounds, target),
        _ => threads(rounds, target * 4),
    };
    println!(
        "{:#}",
        json!({"claims_bytes": bed::claims(0).len(), "rows": rows})
    );
}

fn verifiers() -> Vec<Subject> {
    let of = |alg| {
        let bed = bed::bed(alg);
        [
            floors::floor(&bed),
            ours::uncached(&bed),
            ours::cached(&bed),
            peers::jsonwebtoken(&bed),
            peers::jwt_simple(&bed),
            peers::josekit(&bed),
        ]
    };
    ALGS.into_iter().flat_map(of).collect()
}

/// Tokens of growing size, up to the longest that is looked at.
fn sizes() -> Vec<Subject> {
    let of = |kib: usize| {
        let text = bed::claims(kib * 768 - bed::claims(0).len() - 120);
        let bed = bed::signed("HS256", None, &text);
        let variant = format!("{} bytes", bed.token.len());
        ours::with_keys(variant, &bed, &[&bed])
    };
    [1, 2, 4, 8, 16].map(of).into()
}

/// A ring of more and more keys, of which the token names one.
fn keys() -> Vec<Subject> {
    let of = |alg, count: usize| {
        let names: Vec<_> = (0..count)
            .map(|number| format!("key-{number:03}"))
            .collect();
        let beds: Vec<Bed> = names
            .iter()
            .map(|name| bed::signed(alg, Some(name), &bed::claims(0)))
            .collect();
        let all: Vec<_> = beds.iter().collect();
        ours::with_keys(format!("{alg}, {count} keys"), all[count / 2], &all)
    };
    let counts = [1, 10, 100];
    let hs256 = counts.map(|count| of("HS256", count));
    let es256 = counts.map(|count| of("ES256", count));
    hs256.into_iter().chain(es256).collect()
}

/// Nanoseconds a check, of each round.
fn timed(subjects: &[Subject], rounds: u64, target: Duration) -> Value {
    let times: Vec<_> = subjects
        .iter()
        .map(|subject| subject.times(target))
        .collect();
    let mut nanoseconds = vec![Vec::new(); subjects.len()];
    for _ in 0..rounds {
        for ((subject, times), nanoseconds) in subjects.iter().zip(&times).zip(&mut nanoseconds) {
            nanoseconds.push(subject.timed(*times).as_secs_f64() * 1e9 / as_f64(*times));
        }
    }
    let rows = subjects.iter().zip(nanoseconds).map(|(subject, nanoseconds)| {
        json!({"name": subject.name, "variant": subject.variant, "ns": nanoseconds})
    });
    rows.collect()
}

/// Checks a second of one verifier that one and two threads share.
fn threads(rounds: u64, target: Duration) -> Value {
    let bed = bed::bed("HS256");
    let subjects = [ours::uncached(&bed), ours::cached(&bed)];
    let rows = subjects.iter().map(|subject| {
        let times = subject.times(target);
        let rates = |threads| {
            (0..rounds)
                .map(|_| rate(subject, times, threads))
                .collect::<Vec<_>>()
        };
        json!({"name": subject.name, "variant": subject.variant, "one": rates(1), "two": rates(2)})
    });
    rows.collect()
}

fn rate(subject: &Subject, times: u64, threads: u64) -> f64 {
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| subject.timed(times));
        }
    });
    as_f64(threads * times) / began.elapsed().as_secs_f64()
}
