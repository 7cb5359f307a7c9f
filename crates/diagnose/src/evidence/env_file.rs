//! Lines of env files, kept as they were written, for loaders do not agree on what they mean.

use super::{Document, Spot};
use countersign_verify::Fingerprint;
use std::fmt;
use zeroize::Zeroizing;

/// One `NAME=value` line. `Debug` shows no value.
#[derive(Clone)]
pub(crate) struct EnvLine {
    /// The name.
    pub(crate) name: String,
    /// What stands after the `=`, untouched, without the line's end.
    pub(crate) raw: Zeroizing<String>,
    /// The value as this service's loader reads it.
    pub(crate) value: Zeroizing<String>,
    /// Where, with the value hidden where it is a secret.
    pub(crate) spot: Spot,
}

impl fmt::Debug for EnvLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {}:{}",
            self.name, self.spot.source, self.spot.line
        )
    }
}

/// Reads the lines of an env file; what is no line is left out.
pub(super) fn read(document: &Document) -> Vec<EnvLine> {
    let source = document.source();
    let mut lines = Vec::new();
    for (at, text) in document.text.lines().enumerate() {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let text = text.strip_prefix("export ").unwrap_or(text);
        let Some((name, raw)) = text.split_once('=').filter(|_| !text.starts_with('#')) else {
            continue;
        };
        let name = name.trim_end().to_owned();
        let value = unquoted(raw);
        let shown = format!("{name} = {}", shown_value(&name, &value));
        lines.push(EnvLine {
            spot: Spot::line(&source, at + 1, shown),
            name,
            raw: Zeroizing::new(raw.to_owned()),
            value: Zeroizing::new(value),
        });
    }
    lines
}

fn unquoted(raw: &str) -> String {
    let trimmed = raw.trim();
    for quote in ['"', '\''] {
        let inner = trimmed
            .strip_prefix(quote)
            .and_then(|rest| rest.find(quote).map(|end| &rest[..end]));
        if let Some(inner) = inner {
            return inner.to_owned();
        }
    }
    trimmed
        .find(" #")
        .map_or(trimmed, |at| trimmed[..at].trim_end())
        .to_owned()
}

/// A value as it may be shown: a fingerprint where the name or the value says that it is a secret.
pub(crate) fn shown_value(name: &str, value: &str) -> String {
    if value.is_empty() {
        return "(empty)".to_owned();
    }
    if is_secret(name, value) {
        return Fingerprint::of(value.as_bytes()).to_string();
    }
    value.to_owned()
}

fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let named = [
        "SECRET",
        "PASSWORD",
        "TOKEN",
        "PRIVATE",
        "CREDENTIAL",
        "_KEY",
        "APIKEY",
        "DATABASE_URL",
        "_DSN",
    ]
    .iter()
    .any(|part| name.contains(part));
    let public = ["KEY_ID", "TTL", "LIFETIME", "EXPIRE", "ALGORITHM", "URL"]
        .iter()
        .any(|part| name.contains(part))
        && !name.contains("DATABASE_URL");
    let has_password = value
        .split_once("://")
        .is_some_and(|(_, rest)| rest.contains('@'));
    has_password || value.starts_with("eyJ") || value.contains("PRIVATE KEY") || (named && !public)
}
