//! A refusal: one cause, and the particulars for those who may see them.

use crate::{Cause, IssuerName};
use std::borrow::Cow;
use std::fmt;

/// Why a credential was refused.
///
/// The client learns [`Cause::told`] alone; `detail` is for the trace and holds no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The one cause.
    pub cause: Cause,
    /// What was found in this very credential, in one sentence.
    pub detail: Cow<'static, str>,
    /// The issuer whose key set could change the verdict, since it lacks the key or is not held at all.
    /// Who can fetch it may do so and verify once more.
    pub needs: Option<IssuerName>,
}

impl Refusal {
    /// A refusal with its particulars.
    pub fn new(cause: Cause, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            cause,
            detail: detail.into(),
            needs: None,
        }
    }

    /// The same refusal, which the key set of `issuer` could change.
    #[must_use]
    pub fn needing(mut self, issuer: IssuerName) -> Self {
        self.needs = Some(issuer);
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}: {}",
            self.cause.code(),
            self.cause.slug(),
            self.detail
        )
    }
}

impl std::error::Error for Refusal {}

/// A piece of input as it may stand in a message: shortened, control characters made visible.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown = String::with_capacity(LONGEST + 4);
    shown.push('"');
    for character in text.chars() {
        if shown.len() > LONGEST {
            shown.push('…');
            break;
        }
        shown.extend(character.escape_debug());
    }
    shown.push('"');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_code_slug_and_detail() {
        let refusal = Refusal::new(Cause::TokenExpired, "exp was 5 s ago");
        assert_eq!(
            refusal.to_string(),
            "CSN4001 token-expired: exp was 5 s ago"
        );
    }

    #[test]
    fn shown_input_is_short_and_printable() {
        assert_eq!(shown("a\nb\u{1b}[0m"), r#""a\nb\u{1b}[0m""#);
        assert!(shown(&"x".repeat(10_000)).len() < 100);
    }
}
