//! The root key and the keys derived from it, one for each purpose (NIST SP 800-108, HKDF).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use rand::CryptoRng;
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const SEALED_VERSION: u8 = 1;

/// The 32 bytes from which all other secrets of the server itself are derived.
#[derive(Clone)]
pub struct RootKey(Zeroizing<[u8; KEY_BYTES]>);

/// A text or value that cannot be used as a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// The text is not base64.
    #[error("the key is not base64")]
    Encoding,
    /// The text is base64 of another length.
    #[error(
        "the key has {0} bytes; 32 are needed (`countersign secret generate --bytes 32` makes one)"
    )]
    Length(usize),
    /// The cryptographic library refused a key of the right length, which it never should.
    #[error("the cryptographic library refused the key")]
    Refused,
}

/// A sealed value that cannot be opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// The value is too short or of an unknown version.
    #[error("the sealed value is damaged or of a later version")]
    Form,
    /// It was sealed under another key or for another place, or was changed since.
    #[error("the sealed value does not open with this encryption key")]
    Key,
}

impl RootKey {
    /// Draws a new key.
    #[must_use]
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        rng.fill_bytes(&mut *bytes);
        Self(bytes)
    }

    /// Takes 32 bytes as they are.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads a key written in base64 or base64url, padded or not.
    ///
    /// # Errors
    ///
    /// [`KeyError::Encoding`] or [`KeyError::Length`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD]
            .iter()
            .find_map(|engine| engine.decode(text).ok())
            .map(Zeroizing::new)
            .ok_or(KeyError::Encoding)?;
        let key = <[u8; KEY_BYTES]>::try_from(bytes.as_slice())
            .map_err(|_| KeyError::Length(bytes.len()))?;
        Ok(Self::from_bytes(key))
    }

    /// The key in base64, for the file that keeps it.
    #[must_use]
    pub fn expose_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(*self.0))
    }

    /// A value that tells whether two servers hold the same key, and nothing else about it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Refused`] if the cryptographic library fails.
    pub fn check_value(&self) -> Result<String, KeyError> {
        let derived = self.derive("countersign key check v1")?;
        Ok(derived[..16]
            .iter()
            .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")))
    }

    /// The key of CSRF tokens.
    ///
    /// # Errors
    ///
    /// [`KeyError::Refused`] if the cryptographic library fails.
    pub fn csrf_key(&self) -> Result<CsrfKey, KeyError> {
        self.derive("countersign csrf v1")
            .map(|key| CsrfKey(hmac_key(&key)))
    }

    /// The key that derives refresh tokens from their predecessors.
    ///
    /// # Errors
    ///
    /// [`KeyError::Refused`] if the cryptographic library fails.
    pub fn refresh_key(&self) -> Result<RefreshKey, KeyError> {
        self.derive("countersign refresh v1")
            .map(|key| RefreshKey(hmac_key(&key)))
    }

    /// The key that seals private keys at rest.
    ///
    /// # Errors
    ///
    /// [`KeyError::Refused`] if the cryptographic library fails.
    pub fn sealing_key(&self) -> Result<SealingKey, KeyError> {
        let key = self.derive("countersign sealing v1")?;
        let key = UnboundKey::new(&AES_256_GCM, &*key).map_err(|_| KeyError::Refused)?;
        Ok(SealingKey(LessSafeKey::new(key)))
    }

    fn derive(&self, purpose: &str) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
        let mut derived = Zeroizing::new([0; KEY_BYTES]);
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"")
            .extract(&*self.0)
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut *derived))
            .map_err(|_| KeyError::Refused)?;
        Ok(derived)
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(…)")
    }
}

fn hmac_key(bytes: &[u8; KEY_BYTES]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, bytes)
}

/// The key of CSRF tokens. See [`crate::csrf`].
#[derive(Clone, Debug)]
pub struct CsrfKey(pub(crate) hmac::Key);

/// The key that derives refresh tokens from their predecessors. See [`crate::refresh`].
#[derive(Clone, Debug)]
pub struct RefreshKey(pub(crate) hmac::Key);

/// The key that seals private keys at rest, with AES-256-GCM (ASVS 11.3.3).
pub struct SealingKey(LessSafeKey);

impl SealingKey {
    /// Seals `plain` for the place named by `place` (a table and a row, say): opened for another
    /// place it is refused, so that sealed values cannot be swapped.
    ///
    /// The nonce is drawn for each value; the few keys that are ever sealed stay far below the
    /// 2^32 at which random nonces may collide (NIST SP 800-38D, section 8.3).
    ///
    /// # Errors
    ///
    /// [`KeyError::Refused`] if the cryptographic library fails.
    pub fn seal<R: CryptoRng + ?Sized>(
        &self,
        plain: &[u8],
        place: &str,
        rng: &mut R,
    ) -> Result<Vec<u8>, KeyError> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill_bytes(&mut nonce);
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| KeyError::Refused)?;
        sealed.splice(0..0, [SEALED_VERSION].into_iter().chain(nonce));
        Ok(sealed)
    }

    /// Opens what [`seal`](Self::seal) made for the same place.
    ///
    /// # Errors
    ///
    /// [`OpenError::Form`] or [`OpenError::Key`].
    pub fn open(&self, sealed: &[u8], place: &str) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (&version, rest) = sealed.split_first().ok_or(OpenError::Form)?;
        if version != SEALED_VERSION {
            return Err(OpenError::Form);
        }
        let (nonce, body) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(OpenError::Form)?;
        let mut plain = Zeroizing::new(body.to_vec());
        let length = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(place.as_bytes()),
                &mut plain,
            )
            .map_err(|_| OpenError::Key)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn sealing(seed: u8) -> SealingKey {
        RootKey::from_bytes([seed; 32]).sealing_key().unwrap()
    }

    #[test]
    fn a_key_is_read_in_every_spelling_of_base64() {
        let key = RootKey::from_bytes([0xfb; 32]);
        let standard = key.expose_base64();
        let url = standard.replace('+', "-").replace('/', "_");
        for text in [
            standard.to_string(),
            format!("{}\n", *standard),
            standard.trim_end_matches('=').to_owned(),
            url.clone(),
            url.trim_end_matches('=').to_owned(),
        ] {
            assert_eq!(*RootKey::parse(&text).unwrap().0, [0xfb; 32], "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_keys() {
        assert_eq!(RootKey::parse("äöü").unwrap_err(), KeyError::Encoding);
        assert_eq!(RootKey::parse("").unwrap_err(), KeyError::Length(0));
        assert_eq!(RootKey::parse("AAAA").unwrap_err(), KeyError::Length(3));
    }

    #[test]
    fn debug_shows_no_key() {
        let key = RootKey::from_bytes([7; 32]);
        assert_eq!(
            format!("{key:?} {:?}", key.sealing_key().unwrap()),
            "RootKey(…) SealingKey(…)"
        );
    }

    #[test]
    fn check_values_tell_keys_apart() {
        let check = |byte| RootKey::from_bytes([byte; 32]).check_value().unwrap();
        assert_eq!(check(1), check(1));
        assert_ne!(check(1), check(2));
        assert_eq!(check(1).len(), 32);
    }

    #[test]
    fn the_purposes_have_keys_of_their_own() {
        let root = RootKey::from_bytes([1; 32]);
        let csrf = hmac::sign(&root.csrf_key().unwrap().0, b"x");
        let refresh = hmac::sign(&root.refresh_key().unwrap().0, b"x");
        assert_ne!(csrf.as_ref(), refresh.as_ref());
    }

    #[test]
    fn a_sealed_value_opens_with_its_key_at_its_place_alone() {
        let mut rng = StdRng::seed_from_u64(1);
        let sealed = sealing(1).seal(b"private", "keys/a", &mut rng).unwrap();
        assert_eq!(**sealing(1).open(&sealed, "keys/a").unwrap(), *b"private");
        assert_eq!(sealing(2).open(&sealed, "keys/a"), Err(OpenError::Key));
        assert_eq!(sealing(1).open(&sealed, "keys/b"), Err(OpenError::Key));
        assert_eq!(sealing(1).open(&[], "keys/a"), Err(OpenError::Form));
        assert_eq!(
            sealing(1).open(&sealed[..5], "keys/a"),
            Err(OpenError::Form)
        );
        assert_eq!(
            sealing(1).open(&[&[9], &sealed[1..]].concat(), "keys/a"),
            Err(OpenError::Form)
        );
    }

    #[test]
    fn no_two_seals_are_alike() {
        let mut rng = StdRng::seed_from_u64(1);
        let key = sealing(1);
        let sealed = key.seal(b"x", "p", &mut rng).unwrap();
        assert_ne!(sealed, key.seal(b"x", "p", &mut rng).unwrap());
    }

    proptest! {
        #[test]
        fn any_change_is_noticed(plain in prop::collection::vec(any::<u8>(), 0..64), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let key = sealing(3);
            let mut sealed = key.seal(&plain, "p", &mut StdRng::seed_from_u64(1)).unwrap();
            prop_assert_eq!(&**key.open(&sealed, "p").unwrap(), &plain[..]);
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(key.open(&sealed, "p").is_err());
        }
    }
}
