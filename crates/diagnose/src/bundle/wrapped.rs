//! Texts in base64, as terminals show what Kubernetes keeps: decoded, replaced, encoded again.

use super::spans::Kind;
use super::{hosts, keep};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A text with how it was encoded.
pub(super) struct Wrapped<'a> {
    pub(super) plain: String,
    encoded: &'a str,
}

impl<'a> Wrapped<'a> {
    /// Reads base64 of a text that can be shown; what only might be base64 decodes to other bytes.
    pub(super) fn read(encoded: &'a str) -> Option<Self> {
        let bare = encoded.trim_end_matches('=');
        let has = |class: fn(&u8) -> bool| bare.as_bytes().iter().any(class);
        let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
        if !mixed || encoded.len() < 8 || encoded.len() - bare.len() > 2 {
            return None;
        }
        let bytes = if bare.contains(['-', '_']) {
            URL_SAFE_NO_PAD.decode(bare)
        } else {
            STANDARD_NO_PAD.decode(bare)
        };
        let plain = String::from_utf8(bytes.ok()?).ok()?;
        let shown = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        let letters = plain.chars().any(char::is_alphanumeric);
        (letters && plain.chars().all(shown)).then_some(Self { plain, encoded })
    }

    /// Another text, encoded as this one was.
    pub(super) fn with(&self, plain: &str) -> String {
        if plain == self.plain {
            return self.encoded.to_owned();
        }
        let bare = self.encoded.trim_end_matches('=');
        let mut made = if bare.contains(['-', '_']) {
            URL_SAFE_NO_PAD.encode(plain)
        } else {
            STANDARD_NO_PAD.encode(plain)
        };
        let padded = self.encoded.len().is_multiple_of(4);
        while padded && !made.len().is_multiple_of(4) {
            made.push('=');
        }
        made
    }

    /// The text without the blanks and line ends behind it, which are what such a bundle may be about; and those.
    pub(super) fn core(&self) -> (&str, &str) {
        self.plain.split_at(self.plain.trim_end().len())
    }

    /// How the text is to be read, where it is more than one value.
    pub(super) fn kind(&self) -> Option<Kind> {
        let plain = self.plain.trim();
        if plain.starts_with(['{', '[']) {
            return Some(Kind::People);
        }
        let other = plain.contains("://")
            || plain.contains("-----BEGIN")
            || plain.contains("eyJ")
            || plain.contains('\n');
        other.then_some(Kind::Text)
    }

    /// Whether the text is a password or a key, though no name says so.
    pub(super) fn looks_drawn(&self) -> bool {
        let core = self.plain.trim();
        let has = |class: fn(&u8) -> bool| core.as_bytes().iter().any(class);
        let sure = self.encoded.ends_with('=')
            || self.encoded.bytes().any(|byte| byte.is_ascii_digit())
            || self.encoded.len() >= 16;
        sure && core.len() >= 8
            && has(u8::is_ascii_digit)
            && has(u8::is_ascii_alphabetic)
            && !core.contains(|c: char| c.is_whitespace() || matches!(c, ':' | '/' | '='))
            && !keep::is_wordy(core)
            && !keep::is_public(core)
            && !hosts::looks_like_one(core)
    }
}

/// The host in a publishable key of Clerk, with what stands before and after its base64.
pub(super) fn clerk_host(part: &str) -> Option<(String, &'static str, &str)> {
    let prefix = ["pk_test_", "pk_live_"]
        .into_iter()
        .find(|prefix| part.starts_with(prefix))?;
    let rest = part.strip_prefix(prefix)?;
    let bytes = STANDARD_NO_PAD.decode(rest.trim_end_matches('=')).ok()?;
    let host = String::from_utf8(bytes).ok()?.strip_suffix('$')?.to_owned();
    Some((host, prefix, if rest.ends_with('=') { "=" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_padding_stay() {
        let wrapped = Wrapped::read("cGx1bWFnZS1wcm9kCg==").unwrap();
        assert_eq!(wrapped.core(), ("plumage-prod", "\n"));
        assert_eq!(wrapped.with("ovsyrhc-prod\n"), "b3ZzeXJoYy1wcm9kCg==");
        assert_eq!(
            Wrapped::read("cGxvdmVyLWFwaQo")
                .unwrap()
                .with("ovmbzm-api\n"),
            "b3ZtYnptLWFwaQo"
        );
    }

    #[test]
    fn words_and_drawn_keys_are_no_texts() {
        for word in [
            "username",
            "ConnectionStrings",
            "WPSn7eHNfXOXEzW4TMBugddYmJ4RvasLRzxTcOmfoJps",
            "5f7c8ec7c33c6c004bbafe82",
        ] {
            assert!(Wrapped::read(word).is_none(), "{word}");
        }
    }
}
