//! Database URLs: every form that teams have in their settings, parsed once.

mod postgres;
mod sqlite;

use std::fmt;

use countersign_verify::Cause;

pub use postgres::{PostgresAddress, SslMode};
pub use sqlite::SqliteAddress;

use crate::StoreError;

/// A database's address, as `DATABASE_URL` gives it. Never shows a password.
///
/// Accepted are `sqlite:FILE` (also with `//`; three slashes are an absolute path) and
/// `postgres://`, `postgresql://`, `postgresql+asyncpg://`, `postgresql+psycopg2://`,
/// `postgresql+psycopg://`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DatabaseUrl {
    /// A PostgreSQL server.
    Postgres(PostgresAddress),
    /// A file of SQLite.
    Sqlite(SqliteAddress),
}

impl DatabaseUrl {
    /// Parses a database URL.
    ///
    /// # Errors
    /// `db-url-password-unescaped`, `db-url-driver-parameter`, or `setting-invalid` for every
    /// other fault of form.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        let Some((scheme, rest)) = text.split_once(':') else {
            return Err(invalid(
                "the database URL has no scheme; write sqlite:FILE or postgres://USER:PASSWORD@HOST:5432/NAME",
            ));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => SqliteAddress::parse(rest).map(Self::Sqlite),
            "postgres"
            | "postgresql"
            | "postgresql+asyncpg"
            | "postgresql+psycopg"
            | "postgresql+psycopg2" => PostgresAddress::parse(rest).map(Self::Postgres),
            known if known.starts_with("postgresql+") || known.starts_with("postgres+") => {
                Err(StoreError::connection(
                    Cause::DbUrlDriverParameter,
                    format!(
                        "the database URL names the driver {scheme:?}, which is not known here; \
                         write postgresql://"
                    ),
                ))
            }
            _ => Err(invalid(
                "the database URL's scheme is not known; write sqlite:FILE or postgres://USER:PASSWORD@HOST:5432/NAME",
            )),
        }
    }

    /// The address of a SQLite file.
    #[must_use]
    pub fn sqlite(path: impl Into<std::path::PathBuf>) -> Self {
        Self::Sqlite(SqliteAddress { path: path.into() })
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(address) => address.fmt(formatter),
            Self::Sqlite(address) => address.fmt(formatter),
        }
    }
}

fn invalid(message: impl Into<String>) -> StoreError {
    StoreError::connection(Cause::SettingInvalid, message)
}

/// Undoes percent-encoding (RFC 3986, section 2.1); `None` if a `%` is not followed by two
/// hexadecimal digits or the result is no UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_required_and_known() {
        let cases = [
            ("data.db", Cause::SettingInvalid),
            ("mysql://root@localhost/x", Cause::SettingInvalid),
            (
                "postgresql+pg8000://localhost/x",
                Cause::DbUrlDriverParameter,
            ),
            ("", Cause::SettingInvalid),
        ];
        for (url, cause) in cases {
            let error = DatabaseUrl::parse(url).map_err(|error| error.cause());
            assert_eq!(error, Err(cause), "{url}");
        }
    }

    #[test]
    fn percent_encoding_is_undone_or_refused() {
        assert_eq!(percent_decoded("a%40b%2F").as_deref(), Some("a@b/"));
        assert_eq!(percent_decoded("%c3%a9").as_deref(), Some("é"));
        for broken in ["100%", "%zz", "%4", "%ff"] {
            assert_eq!(percent_decoded(broken), None, "{broken}");
        }
    }
}
