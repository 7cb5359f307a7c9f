//! The address of a SQLite file.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{invalid, percent_decoded};
use crate::StoreError;

/// Where a SQLite database lies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SqliteAddress {
    pub(super) path: PathBuf,
}

impl SqliteAddress {
    pub(super) fn parse(rest: &str) -> Result<Self, StoreError> {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            if !matches!(parameter, "mode=rwc" | "mode=rw") {
                return Err(invalid(format!(
                    "the SQLite URL has the parameter {parameter:?}, which is not known; remove it"
                )));
            }
        }
        let path = percent_decoded(path)
            .ok_or_else(|| invalid("the SQLite URL has a % that is no escape; write %25"))?;
        if path.is_empty() || path.contains(":memory:") || path.contains('\0') {
            return Err(invalid(
                "the SQLite URL names no file; accounts must outlive the program, so write sqlite:FILE",
            ));
        }
        Ok(Self { path: path.into() })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for SqliteAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sqlite:{}", self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use super::super::DatabaseUrl;

    #[test]
    fn every_form_names_the_same_kind_of_file() {
        let cases = [
            ("sqlite:data/app.db", "sqlite:data/app.db"),
            ("sqlite://data/app.db", "sqlite:data/app.db"),
            ("sqlite:///srv/app.db", "sqlite:/srv/app.db"),
            ("sqlite:/srv/app.db?mode=rwc", "sqlite:/srv/app.db"),
            ("SQLITE:a%20b.db", "sqlite:a b.db"),
        ];
        for (url, shown) in cases {
            let parsed = DatabaseUrl::parse(url).map(|url| url.to_string());
            assert_eq!(parsed.as_deref(), Ok(shown), "{url}");
        }
    }

    #[test]
    fn what_is_no_file_is_refused() {
        for url in [
            "sqlite:",
            "sqlite://",
            "sqlite::memory:",
            "sqlite:a.db?mode=ro",
            "sqlite:100%.db",
        ] {
            assert!(DatabaseUrl::parse(url).is_err(), "{url}");
        }
    }
}
