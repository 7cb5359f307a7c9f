//! What one argon2id hash costs on this core: the argon2 crate alone, with one
//! buffer that is used again. A login is measured against this figure.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use clap::Parser;

/// Hashes in a loop and prints one line of JSON.
#[derive(Parser)]
struct Options {
    /// Seconds to measure, after one second of warming up.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Memory of one hash in KiB.
    #[arg(long, default_value_t = 19_456)]
    memory: u32,
    /// Passes over the memory.
    #[arg(long, default_value_t = 2)]
    passes: u32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let params = Params::new(options.memory, options.passes, 1, Some(32))?;
    let mut blocks = vec![Block::default(); params.block_count()];
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    hashes(&hasher, &mut blocks, Duration::from_secs(1))?;
    let (started, cpu_started) = (Instant::now(), cpu_seconds()?);
    let span = Duration::from_secs_f64(options.seconds);
    let count = hashes(&hasher, &mut blocks, span)?;
    let elapsed = started.elapsed().as_secs_f64();
    let cpu = cpu_seconds()? - cpu_started;
    println!(
        "{}",
        serde_json::json!({
            "hashes_per_second": f64::from(count) / elapsed,
            "cpu_us_per_hash": cpu * 1e6 / f64::from(count),
        })
    );
    Ok(())
}

/// Hashes until `span` is over; how many that were.
fn hashes(hasher: &Argon2, blocks: &mut [Block], span: Duration) -> Result<u32, argon2::Error> {
    let started = Instant::now();
    let mut count = 0_u32;
    let mut out = [0_u8; 32];
    while started.elapsed() < span {
        let salt = u128::from(count).to_le_bytes();
        hasher.hash_password_into_with_memory(
            b"quiet harbour lantern 29",
            &salt,
            &mut out,
            &mut *blocks,
        )?;
        std::hint::black_box(&out);
        count += 1;
    }
    Ok(count)
}

/// CPU time of this thread, so that a neighbour on the core costs nothing here:
/// the first field of `/proc/thread-self/schedstat`, nanoseconds.
fn cpu_seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let first = text.split_ascii_whitespace().next().unwrap_or_default();
    Ok(first.parse::<f64>()? / 1e9)
}
