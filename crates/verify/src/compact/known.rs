//! Headers that good tokens came with.

use super::Header;
use super::header::Places;
use crate::Alg;
use std::sync::OnceLock;

/// As many as issuers and keys that most verifiers see at the same time.
const MOST: usize = 8;

/// Headers that good tokens came with, found by their encoded text.
///
/// All tokens of one key have the same header, to the letter, and the same letters always say the same. A header comes
/// in here only with a signature that held, so nobody else can fill the places; and none ever leaves.
#[derive(Debug, Default)]
pub(crate) struct KnownHeaders([OnceLock<Known>; MOST]);

#[derive(Debug)]
struct Known {
    encoded: Box<str>,
    json: Box<str>,
    places: Places,
    alg: Alg,
}

impl KnownHeaders {
    /// What [`Header::decode`] and [`Header::known_alg`] said of this very text.
    pub(crate) fn find(&self, encoded: &str) -> Option<(Header<'_>, Alg)> {
        let known = self.known().find(|known| &*known.encoded == encoded)?;
        Some((Header::at(&known.json, known.places), known.alg))
    }

    /// Remembers what `header` says, if there is a place left, and if it is written without escapes.
    pub(crate) fn keep(&self, encoded: &str, header: &Header<'_>, alg: Alg) {
        let Some((json, places)) = header.plain() else {
            return;
        };
        let Some(free) = self.0.iter().find(|place| place.get().is_none()) else {
            return;
        };
        // Another thread may have taken the place since: then it is for the next token to keep.
        let _taken = free.set(Known {
            encoded: encoded.into(),
            json: json.into(),
            places,
            alg,
        });
    }

    fn known(&self) -> impl Iterator<Item = &Known> {
        self.0.iter().map_while(OnceLock::get)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url::{self, Room};

    /// Decodes and keeps it.
    fn keep(known: &KnownHeaders, json: &str) -> String {
        let encoded = base64url::encode(json.as_bytes());
        let mut room = Room::default();
        let header = Header::decode(&encoded, &mut room).unwrap();
        known.keep(&encoded, &header, header.known_alg().unwrap());
        encoded
    }

    #[test]
    fn a_known_header_says_what_it_said_at_first() {
        let known = KnownHeaders::default();
        for json in [
            r#"{"alg":"HS256","typ":"at+jwt"}"#,
            r#"{"alg":"ES256","kid":"k1"}"#,
            r#" {"x":["y"],"kid":"é","alg":"EdDSA","typ":"JWT"}"#,
        ] {
            let encoded = base64url::encode(json.as_bytes());
            assert!(known.find(&encoded).is_none(), "{json}");
            keep(&known, json);
            let mut room = Room::default();
            let read = Header::decode(&encoded, &mut room).unwrap();
            let (found, alg) = known.find(&encoded).unwrap();
            assert_eq!(alg, read.known_alg().unwrap());
            assert_eq!(
                (found.alg(), found.kid(), found.typ()),
                (read.alg(), read.kid(), read.typ())
            );
        }
    }

    #[test]
    fn only_the_very_same_text_is_known() {
        let known = KnownHeaders::default();
        let encoded = keep(&known, r#"{"alg":"HS256"}"#);
        for other in [
            &encoded[1..],
            &format!("{encoded}="),
            &encoded.to_lowercase(),
            "",
        ] {
            assert!(known.find(other).is_none(), "{other}");
        }
    }

    #[test]
    fn places_are_few_and_escapes_take_none() {
        let known = KnownHeaders::default();
        keep(&known, r#"{"alg":"\u0048S256"}"#);
        assert_eq!(known.known().count(), 0);
        for kid in 0..2 * MOST {
            keep(&known, &format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#));
        }
        assert_eq!(known.known().count(), MOST);
    }
}
