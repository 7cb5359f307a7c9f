//! Tokens: decoded, replaced inside, encoded again.

use super::redactor::Redactor;
use super::spans::Kind;
use crate::situation::session_cookie::is_dated;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);
const URL_SAFE_LENIENT: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);
const STANDARD_LENIENT: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);

/// A part of a token: the text in it, and what stands around that.
struct Segment<'a> {
    plain: String,
    /// Bytes at the end that are no whole character.
    rest: Vec<u8>,
    engine: &'static GeneralPurpose,
    /// What is no base64 any more: padding, a letter too many.
    end: &'a str,
}

impl<'a> Segment<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let bare = text.trim_end_matches('=');
        let whole = bare.len() - usize::from(bare.len() % 4 == 1);
        let (body, _) = bare.split_at_checked(whole)?;
        let engine = if body.contains(['+', '/']) {
            &STANDARD_LENIENT
        } else {
            &URL_SAFE_LENIENT
        };
        let mut bytes = engine.decode(body).ok()?;
        let valid = match std::str::from_utf8(&bytes) {
            Ok(_) => bytes.len(),
            Err(error) => error.valid_up_to(),
        };
        if valid + 4 < bytes.len() {
            return None;
        }
        let rest = bytes.split_off(valid);
        let plain = String::from_utf8(bytes).ok()?;
        Some(Self {
            plain,
            rest,
            engine,
            end: text.get(whole..)?,
        })
    }

    fn written(&self, plain: String) -> String {
        let mut bytes = plain.into_bytes();
        bytes.extend(&self.rest);
        self.engine.encode(bytes) + self.end
    }
}

/// The text in base64, where it is one.
pub(super) fn plain(segment: &str) -> Option<String> {
    Segment::read(segment)
        .map(|segment| segment.plain)
        .filter(|plain| plain.len() > 2 && !plain.contains('\0'))
}

/// The stand-in of a token, or of JSON in base64, whole or damaged.
pub(super) fn stand_in(redactor: &Redactor, token: &str) -> String {
    let parts = token.split('.').count();
    let made = token
        .split('.')
        .enumerate()
        .map(|(at, part)| match (parts, at) {
            // The time that itsdangerous has signed.
            (3, 1) if is_dated(token) => part.to_owned(),
            (3, 2) => redactor
                .signatures
                .get(token)
                .cloned()
                .unwrap_or_else(|| redactor.letters.secret(part)),
            _ => inside(redactor, part),
        });
    made.collect::<Vec<_>>().join(".")
}

fn inside(redactor: &Redactor, part: &str) -> String {
    let json = Segment::read(part)
        .filter(|segment| segment.plain.trim_start().starts_with(['{', '[', '"']));
    let Some(segment) = json else {
        return redactor.letters.secret(part);
    };
    let made = redactor.text(&segment.plain, Kind::People);
    if made == segment.plain {
        part.to_owned()
    } else {
        segment.written(made)
    }
}
