//! For tests only: a clock that stands still, repeatable randomness, signed tokens, temporary databases.
//!
//! - [`FixedClock`]: a time that moves when the test says so;
//! - [`seeded_rng`]: the same random numbers in every run;
//! - [`jose::TestKey`]: a key of any algorithm that signs any header and payload;
//! - [`case_book`]: the case folders of the doctor, out of short texts;
//! - [`case_folder`]: what the doctor may see of one, and whether it was right;
//! - [`IdentityProvider`]: discovery and keys on loopback, good or failing in many ways;
//! - [`TempDatabase`]: an empty SQLite file or PostgreSQL database, or a clone of a prepared one;
//! - [`Pooler`]: a pgbouncer in front of it;
//! - [`TlsServer`]: a PostgreSQL that is reached over TLS alone.
//!
//! PostgreSQL is a throw-away cluster, started once a test process and gone with it, however the
//! process ends. `TEST_POSTGRES_URL` names a server to use instead.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot have its surroundings must fail loudly"
)]

pub mod case_book;
pub mod case_folder;
mod clock;
mod cluster;
mod database;
mod identity_provider;
pub mod jose;
mod pooler;
mod script;

pub use clock::FixedClock;
pub use cluster::TlsServer;
pub use database::TempDatabase;
pub use identity_provider::{Behaviour, IdentityProvider};
pub use pooler::Pooler;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// A random number generator that gives the same numbers for the same seed.
#[must_use]
pub fn seeded_rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng as _;

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        assert_eq!(seeded_rng(7).next_u64(), seeded_rng(7).next_u64());
        assert_ne!(seeded_rng(7).next_u64(), seeded_rng(8).next_u64());
    }
}
