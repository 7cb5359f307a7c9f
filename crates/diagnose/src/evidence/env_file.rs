//! Lines of env files: as they were written, and as loaders read them, who do not agree on what they mean.

use super::Spot;
use super::database_url::DatabaseUrl;
use super::loader::{Loader, Outer};
use crate::contract::{Purpose, canonical, purpose};
use countersign_verify::Fingerprint;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
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
    /// What other loaders make of it, where it is something else, each value once.
    pub(crate) others: Vec<OtherReading>,
    /// Where, with the value hidden where it is a secret.
    pub(crate) spot: Spot,
}

/// What another loader makes of a line.
#[derive(Clone)]
pub(crate) struct OtherReading {
    /// The loaders that read it so.
    pub(crate) loaders: Vec<Loader>,
    /// The value.
    pub(crate) value: Zeroizing<String>,
}

impl OtherReading {
    /// One of the loaders that read it so, for a sentence.
    pub(crate) fn loader_name(&self) -> &'static str {
        self.loaders
            .first()
            .map_or("another loader", |loader| loader.name())
    }
}

impl EnvLine {
    /// What a loader makes of the line, where that is something else than its value.
    pub(crate) fn read_by(&self, loader: Loader) -> Option<&OtherReading> {
        self.others
            .iter()
            .find(|other| other.loaders.contains(&loader))
    }
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

/// How long a file may be for every loader to be tried on it.
const MOST_COMPARED: usize = 64 * 1024;

/// Values by name and line.
type ByPlace = HashMap<(String, usize), Zeroizing<String>>;

/// Reads a file with its loader, and beside it with the others; and where its loader gives it up.
pub(super) fn read(
    source: &str,
    text: &str,
    loader: Loader,
    outer: Outer<'_>,
) -> (Vec<EnvLine>, Option<usize>) {
    let source: Arc<str> = Arc::from(source);
    let written: Vec<&str> = text.lines().collect();
    let others: Vec<(Loader, ByPlace)> = Loader::ALL
        .into_iter()
        .filter(|other| *other != loader && text.len() <= MOST_COMPARED)
        .map(|other| {
            let set = other.read(text, outer).assignments.into_iter();
            let by_place = set.map(|set| ((set.name, set.line), set.value));
            (other, by_place.collect())
        })
        .collect();
    let reading = loader.read(text, outer);
    let lines = reading.assignments.into_iter().map(|set| {
        let line = written.get(set.line.saturating_sub(1));
        let raw = line
            .and_then(|line| line.split_once('='))
            .map(|(_, raw)| raw);
        let shown = format!("{} = {}", set.name, shown_value(&set.name, &set.value));
        let place = (set.name, set.line);
        let mut different: Vec<OtherReading> = Vec::new();
        for (loader, values) in &others {
            let value = values.get(&place).filter(|value| **value != set.value);
            let Some(value) = value else {
                continue;
            };
            match different.iter_mut().find(|one| one.value == *value) {
                Some(one) => one.loaders.push(*loader),
                None => different.push(OtherReading {
                    loaders: vec![*loader],
                    value: value.clone(),
                }),
            }
        }
        EnvLine {
            spot: Spot::line(&source, place.1, shown),
            name: place.0,
            raw: Zeroizing::new(raw.unwrap_or_default().to_owned()),
            value: set.value,
            others: different,
        }
    });
    (lines.collect(), reading.refused_at)
}

/// A value as it may be shown: a fingerprint where the name or the value says that it is a secret.
pub(crate) fn shown_value(name: &str, value: &str) -> String {
    if value.is_empty() {
        return "(empty)".to_owned();
    }
    // Of an address the password alone is secret, and the rest is what has to be compared.
    let address = DatabaseUrl::parse("", "", value, Spot::line(&"".into(), 0, ""))
        .filter(|url| url.ends_early.is_none() && !value.contains(['"', '\'']));
    if let Some(url) = address {
        return url.shown();
    }
    if is_secret(name, value) {
        return Fingerprint::of(value.as_bytes()).to_string();
    }
    value.to_owned()
}

fn is_secret(name: &str, value: &str) -> bool {
    let name = canonical(name);
    let named = [
        "SECRET",
        "PASSWORD",
        "PASSPHRASE",
        "PASSWD",
        "SALT",
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
    let public = [
        "KEY_ID",
        "TTL",
        "LIFETIME",
        "EXPIRE",
        "ALGORITHM",
        "URL",
        "TOKEN_USE",
        "TOKEN_TYP",
        "TOKEN_KIND",
    ]
    .iter()
    .any(|part| name.contains(part))
        && !name.contains("DATABASE_URL");
    let has_password = value
        .split_once("://")
        .is_some_and(|(_, rest)| rest.contains('@'));
    // `DB_PASS`, `MYSQL_PWD`; and connection strings of pairs, or of Go's driver for `MySQL`.
    let short = name.ends_with("PASS") || name.ends_with("PWD");
    let lower = value.to_ascii_lowercase();
    let has_pair = ["password=", "pwd=", "@tcp("]
        .iter()
        .any(|part| lower.contains(part));
    let meant = purpose(&name).is_some_and(Purpose::is_secret);
    meant
        || short
        || has_pair
        || has_password
        || value.starts_with("eyJ")
        || value.contains("PRIVATE KEY")
        || (named && !public)
}

#[cfg(test)]
mod tests {
    use super::shown_value;

    #[test]
    fn passwords_are_shown_as_fingerprints_whatever_holds_them() {
        for (name, value) in [
            ("DB_PASS", "hunter2hunter2"),
            ("MYSQL_PWD", "hunter2hunter2"),
            (
                "ConnectionStrings__Default",
                "Host=db;Username=a;Password=hunter2",
            ),
            ("DSN", "app:hunter2@tcp(db:3306)/x"),
            ("MONGO_URI", "mongodb://a:hunter2@db/x"),
        ] {
            let shown = shown_value(name, value);
            assert!(!shown.contains("hunter2"), "{name}: {shown}");
        }
        assert_eq!(shown_value("DB_HOST", "db"), "db");
        let url = shown_value("DATABASE_URL", "postgres://a:hunter2@db.example:5432/x");
        assert!(url.ends_with("@db.example:5432/x"), "{url}");
    }
}
