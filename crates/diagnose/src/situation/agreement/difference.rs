//! What makes two values of one secret differ, and which of them is the damaged one.

use countersign_verify::{Cause, secret_variants};

/// Which of two values is to be mended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Damaged {
    /// The first.
    First,
    /// The second.
    Second,
}

/// Why two values differ that were meant to be one; none if they were hardly meant so.
pub(crate) fn between(first: &[u8], second: &[u8]) -> Option<(Cause, Damaged)> {
    if let Some(cause) = turns_into(first, second) {
        return Some((cause, damaged(cause, first, second)));
    }
    let cause = turns_into(second, first)?;
    Some((cause, damaged(cause, first, second)))
}

fn turns_into(from: &[u8], to: &[u8]) -> Option<Cause> {
    if to.len() < 4 || from == to {
        return None;
    }
    let variants = secret_variants(from);
    let found = variants
        .iter()
        .find(|variant| variant.bytes.as_slice() == to);
    if let Some(variant) = found {
        return Some(variant.cause);
    }
    let quotes = without_quotes(from).filter(|inner| *inner == to);
    if quotes.is_some() {
        return Some(Cause::EnvQuotesLiteral);
    }
    // Loaders expand `$` each in its own way; what stands before the first one is always kept.
    let dollar = from.iter().position(|byte| *byte == b'$')?;
    let before = from.get(..dollar)?;
    (!before.is_empty() && to.starts_with(before) && to.len() < from.len())
        .then_some(Cause::EnvDollarExpanded)
}

fn damaged(cause: Cause, first: &[u8], second: &[u8]) -> Damaged {
    let first_is = match cause {
        Cause::EnvQuotesLiteral | Cause::SecretTrailingNewline => first.len() > second.len(),
        Cause::EnvCommentTruncated | Cause::EnvDollarExpanded => first.len() < second.len(),
        _ => true,
    };
    if first_is {
        Damaged::First
    } else {
        Damaged::Second
    }
}

fn without_quotes(value: &[u8]) -> Option<&[u8]> {
    match value {
        [first, inner @ .., last] if first == last && matches!(first, b'"' | b'\'' | b'`') => {
            Some(inner)
        }
        _ => None,
    }
}

/// Whether quotes stand around a value as a part of it.
pub(crate) fn keeps_quotes(value: &str) -> bool {
    let value = value.trim();
    value.len() > 2 && (without_quotes(value.as_bytes()).is_some() || is_typographic(value))
}

/// Whether typographic quotes stand around a value, which no loader takes for quotes.
pub(crate) fn is_typographic(value: &str) -> bool {
    let quotes = ['“', '”', '„', '‘', '’', '‚', '«', '»'];
    let value = value.trim();
    value.starts_with(quotes) && value.ends_with(quotes) && value.chars().count() > 2
}

/// Whether a value is a reference or a command that nothing expanded: `${NAME}`, `$(command)`, `{{ name }}`.
pub(crate) fn is_reference(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    let inside = |open: &str, close: &str| {
        value
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|inner| !inner.is_empty())
    };
    let name = value.strip_prefix('$').filter(|name| {
        name.len() > 2
            && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    });
    inside("${", "}")
        || inside("$(", ")")
        || inside("`", "`") && value.contains(' ')
        || inside("{{", "}}")
        || inside("${{", "}}")
        || inside("%", "%")
            && value
                .chars()
                .all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '%'))
        || name.is_some()
}
