//! Countersign, with and without its cache.

use crate::Subject;
use crate::bed::{AUDIENCE, Bed, ISSUER, now};
use countersign_verify::{JwkSet, KeyRing, Policy, Trace, TraceId, VerifiedCache, Verifier};
use std::hint::black_box;

/// Without a cache.
#[must_use]
pub fn uncached(bed: &Bed) -> Subject {
    subject("countersign", bed.alg, bed, verifier(&[bed]))
}

/// With a cache that holds the token.
#[must_use]
pub fn cached(bed: &Bed) -> Subject {
    let verifier = verifier(&[bed]).with_cache(VerifiedCache::new(1024, 7));
    subject("countersign, cached", bed.alg, bed, verifier)
}

/// Without a cache, with the keys of all these.
#[must_use]
pub fn with_keys(variant: impl Into<String>, bed: &Bed, all: &[&Bed]) -> Subject {
    subject("countersign", variant, bed, verifier(all))
}

fn verifier(beds: &[&Bed]) -> Verifier {
    let mut ring = KeyRing::new();
    for bed in beds {
        let set = JwkSet::parse(bed.jwk.to_string().as_bytes()).unwrap();
        for key in &set.keys {
            ring = ring.with(key.verifying_key("bench").unwrap());
        }
    }
    let policy = Policy {
        issuer: Some(ISSUER.to_owned()),
        audiences: vec![AUDIENCE.to_owned()],
        ..Policy::default()
    };
    Verifier::new(ring, policy)
}

fn subject(
    name: &'static str,
    variant: impl Into<String>,
    bed: &Bed,
    verifier: Verifier,
) -> Subject {
    let (token, now) = (bed.token.clone(), now());
    Subject::new(name, variant, move || {
        let mut trace = Trace::new(TraceId::from_bytes([1; 16]));
        let verified = verifier.verify(black_box(&token), now, &mut trace);
        black_box(verified).unwrap();
    })
}
