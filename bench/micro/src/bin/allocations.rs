//! Counts the allocations of one check by each verifier, JSON on stdout. A program of its own: counting takes time.

use micro::bed::{self, ALGS};
use micro::{floors, ours, peers};
use serde_json::json;

fn main() {
    let mut rows = Vec::new();
    for alg in ALGS {
        let bed = bed::bed(alg);
        for subject in [
            floors::floor(&bed),
            ours::uncached(&bed),
            ours::cached(&bed),
            peers::jsonwebtoken(&bed),
            peers::jwt_simple(&bed),
            peers::josekit(&bed),
        ] {
            // What is made once is made now: a cache keeps a token at hand from its third use on.
            for _ in 0..4 {
                (subject.run)();
            }
            let counted = allocation_counter::measure(|| (subject.run)());
            rows.push(json!({
                "name": subject.name, "variant": subject.variant,
                "count": counted.count_total, "bytes": counted.bytes_total,
            }));
        }
    }
    println!("{:#}", json!(rows));
}
