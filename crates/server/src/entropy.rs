//! The one place where the server draws randomness.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng, TryCryptoRng, TryRng};

/// Where the server's randomness comes from. Cloned handles share one source.
///
/// It is a cryptographic generator in either form (ASVS V11.5.1); a seeded one is for tests.
#[derive(Clone, Debug, Default)]
pub struct Entropy(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    Seeded(Arc<Mutex<StdRng>>),
    #[default]
    System,
}

impl Entropy {
    /// The system's generator.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A generator that yields the same sequence for the same seed, for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(
            seed,
        )))))
    }

    fn with<T>(&self, draw: impl FnOnce(&mut dyn Rng) -> T) -> T {
        match &self.0 {
            Source::Seeded(rng) => draw(&mut *rng.lock().unwrap_or_else(PoisonError::into_inner)),
            Source::System => draw(&mut system()),
        }
    }
}

impl TryRng for Entropy {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.with(|rng| rng.next_u32()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.with(|rng| rng.next_u64()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.with(|rng| rng.fill_bytes(bytes));
        Ok(())
    }
}

impl TryCryptoRng for Entropy {}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the source of randomness"
)]
fn system() -> impl Rng {
    rand::rng()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(mut entropy: Entropy) -> [u8; 16] {
        let mut bytes = [0; 16];
        entropy.fill_bytes(&mut bytes);
        bytes
    }

    #[test]
    fn a_seed_fixes_the_sequence_which_all_handles_share() {
        assert_eq!(draw(Entropy::seeded(7)), draw(Entropy::seeded(7)));
        assert_ne!(draw(Entropy::seeded(7)), draw(Entropy::seeded(8)));
        let shared = Entropy::seeded(7);
        assert_ne!(draw(shared.clone()), draw(shared));
    }

    #[test]
    fn the_system_source_does_not_repeat_itself() {
        assert_ne!(draw(Entropy::system()), draw(Entropy::system()));
    }
}
