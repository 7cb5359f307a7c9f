//! The address of a PostgreSQL server, with what the URL asks of the connection.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use countersign_verify::Cause;

use super::{invalid, percent_decoded};
use crate::StoreError;

/// How far TLS is asked for (libpq's `sslmode`).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SslMode {
    /// Never.
    Disable,
    /// If the server has it; nothing is checked.
    #[default]
    Prefer,
    /// Always; the certificate is not checked.
    Require,
    /// Always; the certificate must come from a trusted authority.
    VerifyCa,
    /// Always; the certificate must also be for the host's name.
    VerifyFull,
}

/// Where a PostgreSQL database lies, and how to sign in to it. Shown without the password.
#[derive(Clone, Eq, PartialEq)]
pub struct PostgresAddress {
    /// Host name, IP address, or the folder of a Unix socket (starts with `/`).
    pub host: String,
    /// Port; 5432 unless the URL says otherwise.
    pub port: u16,
    /// The role to sign in as.
    pub user: String,
    /// The database's name.
    pub database: String,
    /// How far TLS is asked for.
    pub ssl_mode: SslMode,
    pub(crate) password: Option<String>,
    pub(crate) ssl_root_cert: Option<PathBuf>,
    pub(crate) ssl_cert: Option<PathBuf>,
    pub(crate) ssl_key: Option<PathBuf>,
    pub(crate) application_name: String,
    pub(crate) connect_timeout: Duration,
}

impl PostgresAddress {
    pub(super) fn parse(rest: &str) -> Result<Self, StoreError> {
        let rest = rest
            .strip_prefix("//")
            .ok_or_else(|| invalid("the database URL lacks // after postgres:"))?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if authority.matches('@').count() > 1 || (!authority.contains('@') && tail.contains('@')) {
            return Err(unescaped());
        }
        let (sign_in, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let mut address = Self::at(host)?;
        address.sign_in(sign_in)?;
        let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
        if let Some(name) = path.strip_prefix('/').filter(|name| !name.is_empty()) {
            address.database = decoded(name)?;
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            address.parameter(name, &decoded(&value.replace('+', "%20"))?)?;
        }
        address.complete()
    }

    fn at(host: &str) -> Result<Self, StoreError> {
        // Only an IPv6 address has colons of its own, and it is in brackets (RFC 3986, section 3.2.2).
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            Some(_) | None => (host, ""),
        };
        if host.contains(',') {
            return Err(invalid(
                "the database URL names several hosts; name the primary server only",
            ));
        }
        let host = host
            .strip_prefix('[')
            .map_or(host, |inner| inner.trim_end_matches(']'));
        Ok(Self {
            host: decoded(host)?,
            port: if port.is_empty() {
                5432
            } else {
                port_of(port)?
            },
            user: String::new(),
            database: String::new(),
            ssl_mode: SslMode::default(),
            password: None,
            ssl_root_cert: None,
            ssl_cert: None,
            ssl_key: None,
            application_name: "countersign".to_owned(),
            connect_timeout: Duration::from_secs(10),
        })
    }

    fn sign_in(&mut self, sign_in: &str) -> Result<(), StoreError> {
        let (user, password) = match sign_in.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (sign_in, None),
        };
        self.user = decoded(user)?;
        self.password = password
            .map(|password| percent_decoded(password).ok_or_else(unescaped))
            .transpose()?;
        Ok(())
    }

    fn parameter(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        match name {
            "sslmode" | "ssl" => self.ssl_mode = ssl_mode(name, value)?,
            "sslrootcert" => self.ssl_root_cert = Some(value.into()),
            "sslcert" => self.ssl_cert = Some(value.into()),
            "sslkey" => self.ssl_key = Some(value.into()),
            "application_name" => value.clone_into(&mut self.application_name),
            "connect_timeout" => {
                let seconds = value.parse().map_err(|_| foreign(name))?;
                self.connect_timeout = Duration::from_secs(seconds);
            }
            "host" => value.clone_into(&mut self.host),
            "port" => self.port = port_of(value)?,
            "user" => value.clone_into(&mut self.user),
            "password" => self.password = Some(value.to_owned()),
            "dbname" => value.clone_into(&mut self.database),
            // What other drivers need for a pooler holds here always: no statement has a name.
            "pgbouncer"
            | "prepareThreshold"
            | "prepared_statement_cache_size"
            | "statement_cache_size"
            | "statement-cache-capacity" => {}
            "channel_binding" if matches!(value, "disable" | "prefer") => {}
            "target_session_attrs" if matches!(value, "any" | "read-write") => {}
            _ => return Err(foreign(name)),
        }
        Ok(())
    }

    fn complete(mut self) -> Result<Self, StoreError> {
        if self.host.is_empty() {
            "localhost".clone_into(&mut self.host);
        }
        if self.user.is_empty() {
            return Err(invalid(format!(
                "the database URL names no user: write postgres://USER:PASSWORD@{}:{}/NAME",
                self.host, self.port
            )));
        }
        if self.database.is_empty() {
            self.database.clone_from(&self.user);
        }
        // As libpq does: a given authority is there to be checked.
        if self.ssl_root_cert.is_some() && self.ssl_mode == SslMode::Require {
            self.ssl_mode = SslMode::VerifyCa;
        }
        Ok(self)
    }
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        };
        write!(
            formatter,
            "postgresql://{}@{open}{}{close}:{}/{}",
            self.user, self.host, self.port, self.database
        )
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PostgresAddress({self}, {:?})", self.ssl_mode)
    }
}

fn decoded(text: &str) -> Result<String, StoreError> {
    percent_decoded(text)
        .ok_or_else(|| invalid("the database URL has a % that is no escape; write %25"))
}

fn port_of(text: &str) -> Result<u16, StoreError> {
    // The text may be a part of an unescaped password, so it is not repeated.
    text.parse()
        .map_err(|_| invalid("the database URL's port is no number from 1 to 65535"))
}

fn ssl_mode(name: &str, value: &str) -> Result<SslMode, StoreError> {
    match value {
        "disable" | "allow" | "false" | "False" => Ok(SslMode::Disable),
        "prefer" => Ok(SslMode::Prefer),
        "require" | "no-verify" | "true" | "True" => Ok(SslMode::Require),
        "verify-ca" => Ok(SslMode::VerifyCa),
        "verify-full" => Ok(SslMode::VerifyFull),
        _ => Err(foreign(name)),
    }
}

fn foreign(name: &str) -> StoreError {
    StoreError::connection(
        Cause::DbUrlDriverParameter,
        format!(
            "the database URL's parameter {name:?}, or its value, is not known to this driver; remove it. \
             Known are sslmode (disable, prefer, require, verify-ca, verify-full), sslrootcert, sslcert, \
             sslkey, application_name, connect_timeout"
        ),
    )
}

fn unescaped() -> StoreError {
    StoreError::connection(
        Cause::DbUrlPasswordUnescaped,
        "the database URL's password has a reserved character; percent-encode it: \
         @ is %40, : is %3A, / is %2F, # is %23, ? is %3F, % is %25",
    )
}

#[cfg(test)]
mod tests {
    use super::super::DatabaseUrl;
    use super::*;

    fn parse(url: &str) -> Result<PostgresAddress, Cause> {
        match DatabaseUrl::parse(url) {
            Ok(DatabaseUrl::Postgres(address)) => Ok(address),
            Ok(DatabaseUrl::Sqlite(_)) => Err(Cause::InternalError),
            Err(error) => Err(error.cause()),
        }
    }

    #[test]
    fn every_form_is_understood() -> Result<(), Cause> {
        let cases = [
            ("postgres://a:b@db/n", "postgresql://a@db:5432/n"),
            ("postgresql://a@db:6543/n", "postgresql://a@db:6543/n"),
            (
                "postgresql+asyncpg://a:b@db/n?ssl=require",
                "postgresql://a@db:5432/n",
            ),
            ("postgresql+psycopg2://a:b@db", "postgresql://a@db:5432/a"),
            (
                "postgresql+psycopg://a.ref:p%40ss%2F@h/n",
                "postgresql://a.ref@h:5432/n",
            ),
            ("postgres://a:b@[::1]:5433/n", "postgresql://a@[::1]:5433/n"),
            ("postgres://a@[::1]/n", "postgresql://a@[::1]:5432/n"),
            (
                "postgres://%2Frun%2Fpg/n?user=a",
                "postgresql://a@/run/pg:5432/n",
            ),
            (
                "postgres:///n?host=/run/pg&user=a&port=7",
                "postgresql://a@/run/pg:7/n",
            ),
            (
                "postgres://a:b@db:6543/n?pgbouncer=true",
                "postgresql://a@db:6543/n",
            ),
        ];
        for (url, shown) in cases {
            assert_eq!(parse(url)?.to_string(), shown, "{url}");
        }
        Ok(())
    }

    #[test]
    fn passwords_are_decoded_and_never_shown() -> Result<(), Cause> {
        let address = parse("postgres://a:p%40ss:%2Fw%25@db/n")?;
        assert_eq!(address.password.as_deref(), Some("p@ss:/w%"));
        let shown = format!("{address} {address:?}");
        assert!(
            !shown.contains("p@ss") && !shown.contains("p%40"),
            "{shown}"
        );
        Ok(())
    }

    #[test]
    fn faults_have_their_cause_and_do_not_repeat_the_password() {
        let cases = [
            ("postgres://a:se@cret@db/n", Cause::DbUrlPasswordUnescaped),
            ("postgres://a:se/cret@db/n", Cause::DbUrlPasswordUnescaped),
            ("postgres://a:se#cret@db/n", Cause::DbUrlPasswordUnescaped),
            ("postgres://a:se?cret@db/n", Cause::DbUrlPasswordUnescaped),
            ("postgres://a:secret%@db/n", Cause::DbUrlPasswordUnescaped),
            (
                "postgres://a:secret@db/n?sslmode=maybe",
                Cause::DbUrlDriverParameter,
            ),
            (
                "postgres://a:secret@db/n?schema=x",
                Cause::DbUrlDriverParameter,
            ),
            (
                "postgres://a:secret@db/n?channel_binding=require",
                Cause::DbUrlDriverParameter,
            ),
            ("postgres://a:secret@db:port/n", Cause::SettingInvalid),
            ("postgres://a:secret@one,two/n", Cause::SettingInvalid),
            ("postgres:a:secret@db/n", Cause::SettingInvalid),
            ("postgres://db/n", Cause::SettingInvalid),
        ];
        for (url, cause) in cases {
            let error = DatabaseUrl::parse(url).err();
            assert_eq!(error.as_ref().map(StoreError::cause), Some(cause), "{url}");
            let text = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(!text.contains("cret"), "{text}");
        }
    }

    fn percent_encoded(text: &str) -> String {
        text.bytes().fold(String::new(), |encoded, byte| {
            encoded + &format!("%{byte:02X}")
        })
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in "(postgres|sqlite)?(://|:)?.{0,80}") {
            let _ = DatabaseUrl::parse(&text);
        }

        #[test]
        fn what_was_encoded_is_decoded(user in "\\PC{1,20}", password in ".{0,20}", name in "\\PC{1,20}") {
            let (encoded, secret) = (percent_encoded(&user), percent_encoded(&password));
            let url = format!("postgres://{encoded}:{secret}@db/{}", percent_encoded(&name));
            let address = parse(&url).expect("it is encoded");
            proptest::prop_assert_eq!(address.user, user);
            proptest::prop_assert_eq!(address.password, Some(password));
            proptest::prop_assert_eq!(address.database, name);
        }

        #[test]
        fn no_failure_repeats_the_password(secret in "[a-zA-Z0-9@:/?#%&=]{12,40}") {
            let secret = format!("hunter{secret}");
            if let Err(error) = DatabaseUrl::parse(&format!("postgres://a:{secret}@db/n")) {
                let text = error.to_string();
                proptest::prop_assert!(!text.contains("hunter"), "{}", text);
            }
        }
    }

    #[test]
    fn tls_is_asked_for_as_the_url_says() -> Result<(), Cause> {
        let cases = [
            ("", SslMode::Prefer),
            ("?sslmode=require", SslMode::Require),
            ("?ssl=true", SslMode::Require),
            ("?ssl=false", SslMode::Disable),
            ("?sslmode=require&sslrootcert=ca.pem", SslMode::VerifyCa),
            (
                "?sslmode=verify-full&sslrootcert=ca.pem",
                SslMode::VerifyFull,
            ),
        ];
        for (query, mode) in cases {
            let address = parse(&format!("postgres://a@db/n{query}"))?;
            assert_eq!(address.ssl_mode, mode, "{query}");
        }
        Ok(())
    }
}
