//! Stand-ins letter by letter: of the same length, with the same kinds of characters at the same places.
//!
//! A letter's stand-in depends on the key and on the letters before it. So equal texts have equal stand-ins, what
//! was cut off at its end stays a beginning of the whole, and quotes, blanks and escapes around or in a text stay as
//! they are. Upper and lower case of a letter have one stand-in in both cases.

use super::keep;
use crate::situation::kind::telling_start;
use aws_lc_rs::hmac;
use countersign_verify::Secret;
use countersign_verify::secret_chain::{Weakness, strength};

/// The keyed map.
pub(super) struct Letters {
    key: hmac::Key,
}

/// What the letters of a text may become, so that it can still be read as what it is.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Alphabet {
    Any,
    Base32,
    Hex,
}

/// Beginnings that say what something is, and whose, besides those that rules read: they are public.
const PREFIXES: &[&str] = &[
    "rk_test_",
    "whsec_",
    "sbp_",
    "ghs_",
    "ASIA",
    "sk-proj-",
    "sk-ant-",
    "v1.M",
    "1//0",
    "csr_",
    "s%3A",
    "s:",
    "sess_",
    "user_",
    "org_",
    "ins_",
    "auth0|",
    "google-oauth2|",
    "github|",
    "base64:",
    "base64-",
    "eyJ",
    "pat_",
    "id_",
    "app_",
    "cus_",
    "rt_",
    "at_",
    "st_",
    "django-insecure-",
    "GOCSPX-",
    "dapi",
    "CfDJ8",
    ".eJ",
    "npm_",
    "pypi-",
];

/// A letter's place in its alphabet, and the alphabet's length.
const fn place(c: u8, alphabet: Alphabet) -> Option<(u8, u8, u8)> {
    match (c, alphabet) {
        (b'0'..=b'9', Alphabet::Any | Alphabet::Hex) => Some((b'0', c - b'0', 10)),
        (b'2'..=b'7', Alphabet::Base32) => Some((b'2', c - b'2', 6)),
        (b'a'..=b'f', Alphabet::Hex) => Some((b'a', c - b'a', 6)),
        (b'A'..=b'F', Alphabet::Hex) => Some((b'A', c - b'A', 6)),
        (b'a'..=b'z', _) => Some((b'a', c - b'a', 26)),
        (b'A'..=b'Z', _) => Some((b'A', c - b'A', 26)),
        _ => None,
    }
}

impl Letters {
    /// The map of a key.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
        }
    }

    /// 32 bytes that stand for a text and a purpose.
    pub(super) fn bytes(&self, purpose: &str, text: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(text);
        let tag = context.sign();
        std::array::from_fn(|at| tag.as_ref().get(at).copied().unwrap_or_default())
    }

    /// The stand-in of a secret or an identifier: a known beginning stays, and so does what makes it weak.
    pub(super) fn secret(&self, text: &str) -> String {
        let made = self.mapped(text, None);
        let of = |text: &str| strength(&Secret::from(text)).err();
        let (before, after) = (of(text), of(&made));
        let same = match (before, after) {
            (Some(Weakness::Predictable { .. }), _) => false,
            (one, other) => one == other,
        };
        if same {
            return made;
        }
        // One step for all letters keeps how often each stands there, and how they repeat.
        let start: Vec<u8> = text
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .take(8)
            .collect();
        let step = self.bytes("step", &start)[0];
        self.mapped(text, Some(step))
    }

    /// The stand-in of a word: of each letter alone.
    pub(super) fn word(&self, text: &str) -> String {
        self.map(text, Alphabet::Any, None, &mut self.start())
    }

    /// The stand-in of a part of a name; none of the words that stay, which other parts may be.
    pub(super) fn name(&self, text: &str) -> String {
        let mut made = self.word(text);
        // The map has no two letters for one, so this ends, and keeps different parts different.
        for _ in 0..64 {
            if !keep::is_common(&made) {
                break;
            }
            made = self.word(&made);
        }
        made
    }

    fn mapped(&self, text: &str, step: Option<u8>) -> String {
        let start = text.len()
            - text
                .trim_start_matches([' ', '\t', '"', '\'', '`', '\u{feff}'])
                .len();
        let (before, rest) = text.split_at(start);
        let prefix = PREFIXES
            .iter()
            .filter(|prefix| rest.starts_with(**prefix))
            .map(|prefix| prefix.len())
            .max();
        let kept = prefix.unwrap_or_default().max(telling_start(rest));
        let (kept, core) = rest.split_at(kept);
        let (core, last) = core.split_at(core.len() - kept_at_end(core));
        let made = self.segments(core, step);
        [before, kept, &made, last].concat()
    }

    /// Hashes of passwords name their algorithm and its cost between dollar signs.
    fn segments(&self, core: &str, step: Option<u8>) -> String {
        let mut seen = self.start();
        // A token beside its hash is compared with the token alone.
        for mark in ["|", "%7C", "%7c", "."] {
            if let Some((front, back)) = core.split_once(mark)
                && is_hash(front)
                && is_hash(back)
            {
                return [front, back]
                    .map(|part| self.map(part, Alphabet::Hex, step, &mut self.start()))
                    .join(mark);
            }
        }
        if core.matches('$').count() < 2 {
            return self.map(core, alphabet(core), step, &mut seen);
        }
        let parts = core.split('$').map(|part| {
            if is_told(part) {
                part.to_owned()
            } else {
                self.map(part, Alphabet::Any, step, &mut seen)
            }
        });
        parts.collect::<Vec<_>>().join("$")
    }

    fn map(&self, text: &str, alphabet: Alphabet, step: Option<u8>, seen: &mut [u8; 32]) -> String {
        let mut made = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '%' || c == '\\' {
                // An escape stays what it is.
                made.push(c);
                let unicode =
                    c == '\\' && chars.next_if_eq(&'u').inspect(|u| made.push(*u)).is_some();
                let count = if unicode {
                    4
                } else {
                    1 + usize::from(c == '%')
                };
                let escaped = |c: char| {
                    if count > 1 {
                        c.is_ascii_hexdigit()
                    } else {
                        c.is_ascii_alphabetic()
                    }
                };
                for _ in 0..count {
                    made.extend(chars.next_if(|c| escaped(*c)));
                }
                continue;
            }
            if c == '$' {
                // What follows may be read as a name, and stand elsewhere by itself.
                *seen = self.start();
            }
            let byte = u8::try_from(c).unwrap_or_default();
            let Some((base, at, of)) = place(byte, alphabet) else {
                made.push(self.foreign(c, seen));
                continue;
            };
            let step = step.unwrap_or_else(|| seen[usize::from(of < 26)]);
            self.goes_on(seen, byte.to_ascii_lowercase().into());
            made.push(char::from(base + (at + 1 + step % (of - 1)) % of));
        }
        made
    }

    fn start(&self) -> [u8; 32] {
        self.bytes("start", &[])
    }

    /// What the next letter's stand-in depends on: all letters so far.
    fn goes_on(&self, seen: &mut [u8; 32], letter: u32) {
        let mut all = [0; 36];
        all[..32].copy_from_slice(seen);
        all[32..].copy_from_slice(&letter.to_be_bytes());
        *seen = self.bytes("letter", &all);
    }

    /// Letters beyond ASCII become others of the same length in UTF-8; signs stay.
    fn foreign(&self, c: char, seen: &mut [u8; 32]) -> char {
        if !c.is_alphabetic() || c.len_utf8() > 3 {
            return c;
        }
        let step = u32::from(seen[2]);
        self.goes_on(seen, c.into());
        let (start, count) = match (c.len_utf8(), c.is_uppercase()) {
            (2, true) => (0xc0, 22),
            (2, false) => (0xe0, 22),
            _ => (0x4e00, 255),
        };
        char::from_u32(start + step % count).unwrap_or(c)
    }
}

/// How much of the end of a base64 text stays: its padding, and the letter that has bits left over.
fn kept_at_end(text: &str) -> usize {
    let bare = text.trim_end_matches('=');
    let padded = bare.len() < text.len() && text.len().is_multiple_of(4);
    let whole = bare.len() >= 22
        && bare
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte));
    if whole && (padded || matches!(bare.len() % 4, 2 | 3)) {
        return text.len() - bare.len() + 1;
    }
    0
}

/// Whether a part of a password's hash says how it was made.
pub(super) fn is_told(part: &str) -> bool {
    part.len() < 12
        || ["pbkdf2", "argon2", "scrypt", "sha", "m="]
            .iter()
            .any(|start| part.starts_with(start))
}

fn is_hash(text: &str) -> bool {
    text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn alphabet(text: &str) -> Alphabet {
    // What was escaped into its end is not of it.
    let own = text
        .trim_end_matches(['"', '\''])
        .trim_end_matches("\\n")
        .trim_end_matches("\\r");
    let bare = own.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let all = |allowed: fn(u8) -> bool| bare.len() >= 16 && bare.bytes().all(allowed);
    if all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && bare.bytes().any(|byte| byte.is_ascii_alphabetic())
    {
        return Alphabet::Hex;
    }
    if all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)) {
        return Alphabet::Base32;
    }
    Alphabet::Any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters() -> Letters {
        Letters::new(&[7; 32])
    }

    #[test]
    fn what_was_done_to_a_secret_is_done_to_its_stand_in() {
        let letters = letters();
        let whole = letters.secret("WPSn7eHNfXOXEzW4TMBugddYmJ4RvasLRzxTcOmfoJ1");
        assert_eq!(
            letters
                .secret("\"WPSn7eHNfXOXEzW4TMBugddYmJ4RvasLRzxTcOmfoJ1\"")
                .trim_matches('"')[..40],
            whole[..40]
        );
        assert_eq!(letters.secret("WPSn7eHNfXOXEzW4"), whole[..16]);
        assert_eq!(letters.secret("p%40ss\\nword").len(), "p%40ss\\nword".len());
        assert!(letters.secret("p%40ss\\nword").contains("%40"));
        assert!(
            letters.secret("  x1Y2 ").starts_with("  ") && letters.secret("  x1Y2 ").ends_with(' ')
        );
    }

    #[test]
    fn lengths_kinds_and_beginnings_stay() {
        let letters = letters();
        assert_eq!(letters.secret("\\u00e4\\u00e4"), "\\u00e4\\u00e4");
        let hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c";
        assert_eq!(
            letters.secret(&format!("{hex}\\n")),
            letters.secret(hex) + "\\n"
        );
        for text in [
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "deadbeef00112233deadbeef00112233",
            "Grüße",
            "JBSWY3DPEHPK3PXPJBSWY3DP",
            "$2b$12$abcdefghijklmnopqrstuv",
        ] {
            let made = letters.secret(text);
            assert_eq!(made.len(), text.len(), "{made}");
            assert_ne!(made, text);
            let kinds = |text: &str| {
                text.chars()
                    .map(|c| (c.is_ascii_digit(), c.is_uppercase()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(kinds(&made), kinds(text), "{made}");
        }
        assert!(
            letters
                .secret("sk_live_4eC39HqLyjWDarjtT1zdp7dc")
                .starts_with("sk_live_")
        );
        assert!(
            letters
                .secret("deadbeef00112233deadbeef00112233")
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit())
        );
        assert!(
            letters
                .secret("$2b$12$abcdefghijklmnopqrstuv")
                .starts_with("$2b$12$")
        );
    }

    #[test]
    fn a_weak_secret_has_a_weak_stand_in() {
        for weak in [
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "qwertzqwertzqwertzqwertzqwertzqwertz",
            "short1",
        ] {
            let made = letters().secret(weak);
            assert_eq!(
                strength(&Secret::from(made.as_str())),
                strength(&Secret::from(weak)),
                "{made}"
            );
        }
    }

    #[test]
    fn another_key_gives_other_stand_ins() {
        let other = Letters::new(&[8; 32]);
        assert_ne!(
            letters().secret("hunter2hunter2"),
            other.secret("hunter2hunter2")
        );
    }
}
