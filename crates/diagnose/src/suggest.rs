//! Finding a cause by what somebody typed.

use countersign_verify::Cause;
use std::fmt;

/// A name that is no cause's code or slug.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unknown {
    /// What was asked for.
    pub name: String,
    /// The cause with the nearest name, where one is near.
    pub nearest: Option<Cause>,
}

/// Finds a cause by its code (`CSN4001`, `4001`) or slug, in any case, with `_` or blanks for `-`.
///
/// # Errors
/// [`Unknown`] with the nearest name when no cause is called so.
pub fn find(name: &str) -> Result<Cause, Unknown> {
    let folded = folded(name);
    Cause::find(&folded)
        .or_else(|| Cause::find(&format!("CSN{folded}")))
        .ok_or_else(|| Unknown {
            name: name.to_owned(),
            nearest: nearest(&folded),
        })
}

fn folded(name: &str) -> String {
    name.trim()
        .to_lowercase()
        .replace(['_', ' '], "-")
        .trim_start_matches('[')
        .trim_end_matches([']', ':'])
        .to_owned()
}

/// Jaro-Winkler, which weighs the beginning: a code's stage, a slug's subject.
/// Below 0.8 a guess is no help.
fn nearest(name: &str) -> Option<Cause> {
    let is_code = name.starts_with("csn");
    let mut best = (0.8_f64, None);
    for cause in Cause::ALL {
        let score = if is_code {
            strsim::jaro_winkler(name, &cause.code().to_lowercase())
        } else {
            strsim::jaro_winkler(name, cause.slug())
        };
        if score > best.0 {
            best = (score, Some(*cause));
        }
    }
    best.1
}

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "no cause is called \"{}\"", self.name.escape_debug())?;
        match self.nearest {
            Some(cause) => write!(out, "; did you mean `{}` ({})?", cause.slug(), cause.code()),
            None => write!(out, "; `countersign explain --all` lists them"),
        }
    }
}

impl std::error::Error for Unknown {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_slugs_are_found_however_they_are_typed() {
        for name in [
            "CSN4001",
            "csn4001",
            "4001",
            " token-expired ",
            "Token_Expired",
            "token expired",
            "[CSN4001]:",
        ] {
            assert_eq!(find(name), Ok(Cause::TokenExpired), "{name}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_answered_with_the_nearest_name() {
        for (name, nearest) in [
            ("token-expird", Some(Cause::TokenExpired)),
            ("secret-missmatch", Some(Cause::SecretMismatch)),
            ("csrf-mismatch", Some(Cause::CsrfTokenMismatch)),
            ("zzzz", None),
            ("", None),
        ] {
            assert_eq!(find(name).unwrap_err().nearest, nearest, "{name}");
        }
    }

    #[test]
    fn an_unknown_code_is_answered_with_a_code_one_digit_off() {
        let unknown = find("CSN5018").unwrap_err();
        assert!(
            unknown
                .nearest
                .is_some_and(|cause| cause.code().starts_with("CSN50"))
        );
    }

    #[test]
    fn the_message_is_safe_to_print() {
        let message = find("\u{1b}[31mred").unwrap_err().to_string();
        assert!(!message.contains('\u{1b}'), "{message}");
        assert!(message.contains("countersign explain --all"), "{message}");
    }
}
