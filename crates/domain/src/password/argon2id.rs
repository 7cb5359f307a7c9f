//! Argon2 (RFC 9106) and the PHC string format.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq as _;

use super::{HashError, Verification};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;

/// The most memory and passes that an imported hash may ask for.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;

/// No password has this hash: its 32 bytes were not computed but written down.
pub(super) const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y291bnRlcnNpZ24gZHVtbQ$\
    bm8gcGFzc3dvcmQgZXZlciBoYXMgdGhpcyBoYXNoISE";

/// How many blocks are asked for at once: over 32 MiB, of which only those in use become memory.
///
/// glibc gets such a size from the system and gives it back when it is freed, always. A smaller one is
/// taken from the heap once one of its size was freed, and stays there for good.
const ROOM: usize = 33 * 1024;

/// Working memory of a hash, kept between hashes: to get 19 MiB from the system each time costs
/// as much as a tenth of the hash.
#[derive(Default)]
pub struct Argon2Memory(Vec<Block>);

impl Argon2Memory {
    /// Gives the memory back to the system until the next hash.
    pub fn release(&mut self) {
        self.0 = Vec::new();
    }

    /// How much memory is in use, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.0.len() * Block::SIZE
    }

    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.reserve_exact(count.max(ROOM) - self.0.len());
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }

    /// Gives back what a costlier hash than ours needed.
    fn shrink(&mut self) {
        if self.0.len() > MEMORY_KIB as usize {
            self.release();
        }
    }
}

impl std::fmt::Debug for Argon2Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Argon2Memory({} bytes)", self.held_bytes())
    }
}

pub(super) fn hash(
    password: &[u8],
    salt: [u8; 16],
    memory: &mut Argon2Memory,
) -> Result<String, HashError> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES)).map_err(|_| HashError)?;
    let mut output = [0; OUTPUT_BYTES];
    let blocks = memory.blocks(params.block_count());
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, &salt, &mut output, blocks)
        .map_err(|_| HashError)?;
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    Ok(format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${output}"
    ))
}

pub(super) fn verify(hash: &str, password: &[u8], memory: &mut Argon2Memory) -> Verification {
    let Some(stored) = Stored::parse(hash) else {
        return Verification::Unreadable;
    };
    let needs_rehash = !stored.is_current();
    let mut output = vec![0; stored.output.len()];
    let blocks = memory.blocks(stored.params.block_count());
    let done = Argon2::new(stored.algorithm, stored.version, stored.params)
        .hash_password_into_with_memory(password, &stored.salt, &mut output, blocks);
    memory.shrink();
    if done.is_err() {
        Verification::Unreadable
    } else if bool::from(output.ct_eq(&stored.output)) {
        Verification::Match {
            needs_rehash,
            truncated: false,
        }
    } else {
        Verification::Mismatch
    }
}

/// Whether a stored hash is what [`hash`] would make today.
pub(super) fn is_current(hash: &str) -> bool {
    Stored::parse(hash).is_some_and(|stored| stored.is_current())
}

struct Stored {
    algorithm: Algorithm,
    output: Vec<u8>,
    params: Params,
    salt: Vec<u8>,
    version: Version,
}

impl Stored {
    /// Reads `$argon2id$v=19$m=19456,t=2,p=1$SALT$OUTPUT`; the version may be missing.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('$')?.split('$').peekable();
        let algorithm = Algorithm::new(parts.next()?).ok()?;
        let version = match parts.next_if(|part| part.starts_with("v=")) {
            Some("v=19") => Version::V0x13,
            None | Some("v=16") => Version::V0x10,
            Some(_) => return None,
        };
        let mut costs = parts.next()?.split(',');
        let mut cost = |name: &str| costs.next()?.strip_prefix(name)?.parse::<u32>().ok();
        let (memory, passes, lanes) = (cost("m=")?, cost("t=")?, cost("p=")?);
        if costs.next().is_some() || memory > MAX_MEMORY_KIB || passes > MAX_PASSES {
            return None;
        }
        let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        let output = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        if parts.next().is_some() || output.len() > 128 {
            return None;
        }
        let params = Params::new(memory, passes, lanes, Some(output.len())).ok()?;
        Some(Self {
            algorithm,
            output,
            params,
            salt,
            version,
        })
    }

    fn is_current(&self) -> bool {
        let params = &self.params;
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
            && self.output.len() == OUTPUT_BYTES
            && self.salt.len() >= 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(hash: &str, password: &str) -> Verification {
        verify(hash, password.as_bytes(), &mut Argon2Memory::default())
    }

    const MATCH: Verification = Verification::Match {
        needs_rehash: true,
        truncated: false,
    };

    #[test]
    fn hashes_of_the_reference_implementation_verify_and_want_to_be_replaced() {
        // From the test suite of the reference implementation (phc-winner-argon2, src/test.c).
        for hash in [
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
        ] {
            assert_eq!(checked(hash, "password"), MATCH, "{hash}");
            assert_eq!(checked(hash, "passwore"), Verification::Mismatch, "{hash}");
        }
    }

    #[test]
    fn damaged_and_excessive_hashes_are_unreadable() {
        for hash in [
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAA$x",
            "$argon2id$v=19$m=19456,t=2,p=1$!$AAAAAAAAAAAA",
            "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAA",
            "$argon2id$v=19$m=256,t=99,p=1$c29tZXNhbHQ$AAAAAAAAAAAA",
            "$argon2id$v=19$m=256,t=2,p=0$c29tZXNhbHQ$AAAAAAAAAAAA",
            "$argon2id$v=19$m=256,t=2,p=1,x=1$c29tZXNhbHQ$AAAAAAAAAAAA",
            "$argon2id$v=20$m=256,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAA",
            "$argon2x$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAA",
            "$argon2id$v=19$t=2,m=256,p=1$c29tZXNhbHQ$AAAAAAAAAAAA",
        ] {
            assert_eq!(checked(hash, "x"), Verification::Unreadable, "{hash}");
        }
    }

    #[test]
    fn our_own_hashes_are_current() {
        let text = hash(b"x", [3; 16], &mut Argon2Memory::default()).unwrap();
        assert!(Stored::parse(&text).unwrap().is_current());
        assert!(Stored::parse(DUMMY).unwrap().is_current());
    }

    #[test]
    fn memory_is_reused_and_given_back() {
        let mut memory = Argon2Memory::default();
        let first = hash(b"x", [3; 16], &mut memory).unwrap();
        assert_eq!(memory.held_bytes(), 19 * 1024 * 1024);
        // What the last hash left behind has no influence.
        assert_eq!(hash(b"x", [3; 16], &mut memory).unwrap(), first);
        memory.release();
        assert_eq!(memory.held_bytes(), 0);
        assert_eq!(hash(b"x", [3; 16], &mut memory).unwrap(), first);
    }

    #[test]
    fn memory_beyond_the_usual_is_given_back_at_once() {
        let mut memory = Argon2Memory::default();
        let costly = format!(
            "$argon2id$v=19$m={},t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAA",
            30 * 1024
        );
        assert_eq!(verify(&costly, b"x", &mut memory), Verification::Mismatch);
        assert_eq!(memory.held_bytes(), 0);
    }

    #[test]
    fn the_salt_makes_the_hash() {
        let mut memory = Argon2Memory::default();
        let first = hash(b"x", [1; 16], &mut memory).unwrap();
        assert_ne!(first, hash(b"x", [2; 16], &mut memory).unwrap());
    }
}
