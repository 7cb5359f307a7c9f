//! Hashes that come with an import; they are replaced at the next sign-in.

use super::Verification;

/// What bcrypt reads of a password.
const BCRYPT_BYTES: usize = 72;
/// The highest cost that is served: 2^14 rounds take about a second.
const MAX_COST: u32 = 14;

pub(super) fn verify_bcrypt(hash: &str, password: &[u8]) -> Verification {
    let mut parts = hash.split('$').skip(1);
    let known = parts
        .next()
        .is_some_and(|version| matches!(version, "2a" | "2b" | "2y"));
    let cost = parts.next().and_then(|cost| cost.parse().ok());
    if !known || cost.is_none_or(|cost: u32| cost > MAX_COST) {
        return Verification::Unreadable;
    }
    match bcrypt::verify(password, hash) {
        Ok(true) => Verification::Match {
            needs_rehash: true,
            truncated: password.len() > BCRYPT_BYTES,
        },
        Ok(false) => Verification::Mismatch,
        Err(_) => Verification::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(truncated: bool) -> Verification {
        Verification::Match {
            needs_rehash: true,
            truncated,
        }
    }

    // Public test vectors of the crypt_blowfish distribution.
    const VECTOR: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    #[test]
    fn hashes_of_other_programs_verify() {
        assert_eq!(verify_bcrypt(VECTOR, b"U*U"), matched(false));
        assert_eq!(verify_bcrypt(VECTOR, b"U*U*"), Verification::Mismatch);
        for version in ["2b", "2y"] {
            let hash = VECTOR.replacen("2a", version, 1);
            assert_eq!(verify_bcrypt(&hash, b"U*U"), matched(false), "{version}");
        }
    }

    #[test]
    fn the_72_byte_limit_is_noted() {
        let exact = "x".repeat(72);
        let hash = bcrypt::hash_with_salt(&exact, 4, [7; 16])
            .unwrap()
            .to_string();
        assert_eq!(verify_bcrypt(&hash, exact.as_bytes()), matched(false));
        assert_eq!(
            verify_bcrypt(&hash, format!("{exact}y").as_bytes()),
            matched(true)
        );
        assert_eq!(
            verify_bcrypt(&hash, "x".repeat(71).as_bytes()),
            Verification::Mismatch
        );
    }

    #[test]
    fn damaged_and_excessive_hashes_are_unreadable() {
        for hash in [
            "$2b$",
            "$2b$05$",
            "$2b$05$short",
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$xx$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$05$CCCCCCCCCCCCCCCCCCCC!.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        ] {
            assert_eq!(
                verify_bcrypt(hash, b"U*U"),
                Verification::Unreadable,
                "{hash}"
            );
        }
    }
}
