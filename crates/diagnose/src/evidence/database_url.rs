//! Addresses of databases, caches and mail servers, taken apart as their drivers would.

use super::Spot;
use super::env_file::shown_value;
use super::percent::decoded;
use countersign_verify::Fingerprint;
use std::fmt;
use zeroize::Zeroizing;

/// The address of a server, with what the URL asks of the connection. `Debug` shows no password.
#[derive(Clone)]
pub(crate) struct DatabaseUrl {
    /// The setting it is the value of, such as `DATABASE_URL`.
    pub(crate) setting: String,
    /// The service that has it; empty for a URL by itself.
    pub(crate) service: String,
    /// Where, without the password.
    pub(crate) spot: Spot,
    /// The scheme, with its driver: `postgresql+asyncpg`.
    pub(crate) scheme: String,
    /// The role to sign in as, decoded.
    pub(crate) user: String,
    /// The password as it was written; none if there is none.
    pub(crate) password: Option<Zeroizing<String>>,
    /// The host, in lower case.
    pub(crate) host: String,
    /// The port, as it was written; empty for the default.
    pub(crate) port: String,
    /// The database's name.
    pub(crate) database: String,
    /// The parameters, in their order.
    pub(crate) parameters: Vec<(String, String)>,
    /// A character of the password that ends it, for some driver or for all.
    pub(crate) ends_early: Option<char>,
    /// The setting that holds the password, where it is not in the address itself.
    pub(crate) password_at: Option<(String, Spot)>,
    /// How it is written.
    pub(crate) written: Written,
}

/// How an address is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Written {
    /// Pairs in one line: `Host=db;Username=app`.
    AsPairs,
    /// A URL.
    AsUrl,
    /// Settings of its own for each part.
    InParts,
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shown())
    }
}

/// Whose language a database speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Dialect {
    Mongo,
    MySql,
    Other,
    Postgres,
    Redis,
    Smtp,
    Sqlite,
}

impl Dialect {
    /// The port that its servers listen on.
    pub(crate) const fn port(self) -> u16 {
        match self {
            Self::Mongo => 27017,
            Self::MySql => 3306,
            Self::Redis => 6379,
            Self::Smtp => 587,
            Self::Other | Self::Postgres | Self::Sqlite => 5432,
        }
    }

    /// The scheme of its URLs.
    pub(crate) const fn scheme(self) -> &'static str {
        match self {
            Self::Mongo => "mongodb",
            Self::MySql => "mysql",
            Self::Redis => "redis",
            Self::Smtp => "smtp",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
            Self::Other => "sqlserver",
        }
    }

    /// Whether it keeps rows or documents, and is neither a cache nor a mail server.
    pub(crate) const fn is_database(self) -> bool {
        !matches!(self, Self::Redis | Self::Smtp)
    }
}

impl DatabaseUrl {
    /// Takes a URL apart. `None` if it is none of a database, a cache or a mail server.
    pub(crate) fn parse(setting: &str, service: &str, value: &str, spot: Spot) -> Option<Self> {
        // Quotes that a loader kept are another matter; what stands between them is the URL.
        let value = value.trim().trim_matches(['"', '\'']);
        let value = ["jdbc:", "r2dbc:"]
            .iter()
            .find_map(|driver| value.strip_prefix(driver))
            .unwrap_or(value);
        let (scheme, rest) = value.split_once(':')?;
        let scheme = scheme.to_ascii_lowercase();
        dialect(&scheme)?;
        let rest = rest.strip_prefix("//")?;
        let (authority, tail, ends_early) = authority(rest);
        let (sign_in, host_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = match sign_in.split_once(':') {
            Some((user, password)) => (user, Some(Zeroizing::new(password.to_owned()))),
            None => (sign_in, None),
        };
        let (host, port) = host_and_port(host_port);
        let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
        let query = query.split('#').next().unwrap_or_default();
        let pairs = query.split(['&', ';']).filter(|pair| !pair.is_empty());
        let parameters = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), value.to_owned())
        });
        let mut url = Self {
            setting: setting.to_owned(),
            service: service.to_owned(),
            spot,
            user: decoded(user),
            host: host.to_ascii_lowercase(),
            port: port.to_owned(),
            database: decoded(path.trim_start_matches('/')),
            parameters: parameters.collect(),
            scheme,
            password,
            ends_early,
            password_at: None,
            written: Written::AsUrl,
        };
        url.spot.shown = match setting {
            "" => url.shown(),
            name => format!("{name} = {}", url.shown()),
        };
        url.spot.columns = 0..0;
        Some(url)
    }

    /// The URL as it may be shown: with a fingerprint in place of the password.
    pub(crate) fn shown(&self) -> String {
        let password = self
            .password
            .as_ref()
            .map(|password| Fingerprint::of(password.as_bytes()).to_string());
        let sign_in = match (self.user.as_str(), password) {
            ("", None) => String::new(),
            (user, None) => format!("{user}@"),
            (user, Some(password)) => format!("{user}:{password}@"),
        };
        let port = if self.port.is_empty() {
            String::new()
        } else {
            format!(":{}", self.port)
        };
        let query: Vec<String> = self
            .parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", shown_value(name, value)))
            .collect();
        let query = if query.is_empty() {
            String::new()
        } else {
            format!("?{}", query.join("&"))
        };
        format!(
            "{}://{sign_in}{}{port}/{}{query}",
            self.scheme, self.host, self.database
        )
    }

    /// Its place with the user underlined, not the scheme, which may be the same word.
    pub(crate) fn user_spot(&self) -> Spot {
        self.spot.clone().mark_behind("://", &self.user)
    }

    /// Its place with the host underlined, not a user of the same name.
    pub(crate) fn host_spot(&self) -> Spot {
        let before = if self.spot.shown.contains('@') {
            "@"
        } else {
            "://"
        };
        self.spot.clone().mark_behind(before, &self.host)
    }

    /// Whose language it speaks.
    pub(crate) fn dialect(&self) -> Dialect {
        dialect(&self.scheme).unwrap_or(Dialect::Other)
    }

    /// The driver that the scheme names: `asyncpg` of `postgresql+asyncpg`.
    pub(crate) fn driver(&self) -> Option<&str> {
        self.scheme.split_once('+').map(|(_, driver)| driver)
    }

    /// A parameter's value.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(of, _)| of == name)
            .map(|(_, value)| value.as_str())
    }

    /// The port, or the dialect's own.
    pub(crate) fn port_number(&self) -> Option<u16> {
        if !self.port.is_empty() {
            return self.port.parse().ok();
        }
        match self.dialect() {
            Dialect::Other | Dialect::Sqlite => None,
            known => Some(known.port()),
        }
    }

    /// What it is called in sentences: the setting, or the URL that stands alone.
    pub(crate) fn name(&self) -> &str {
        if self.setting.is_empty() {
            "the database URL"
        } else {
            &self.setting
        }
    }

    /// The setting that holds the password, and where.
    pub(crate) fn password_place(&self) -> (&str, &Spot) {
        match &self.password_at {
            Some((name, spot)) => (name, spot),
            None => (self.name(), &self.spot),
        }
    }

    /// Whether this is its password: in a URL decoded, as every driver does.
    pub(crate) fn has_password(&self, other: &str) -> bool {
        self.password.as_ref().is_some_and(|own| {
            if self.written == Written::AsUrl {
                decoded(own) == other
            } else {
                own.as_str() == other
            }
        })
    }

    /// Whether this password was written into the URL as it is, though it has a `%` that drivers decode there.
    pub(crate) fn takes_for_escapes(&self, other: &str) -> bool {
        let written = self.password.as_ref().map(|own| own.as_str());
        self.written == Written::AsUrl && written == Some(other) && decoded(other) != other
    }

    /// The host as a compose file would name it: an alias, a container, a host of its own.
    pub(crate) fn host_in_text(&self) -> String {
        format!(" {}\n", self.host)
    }

    /// Whether the host is the machine itself.
    pub(crate) fn is_local(&self) -> bool {
        matches!(
            self.host.as_str(),
            "localhost" | "127.0.0.1" | "::1" | "0.0.0.0"
        )
    }

    /// Whether the host is the shared pooler of Supabase (Supavisor).
    pub(crate) fn is_supavisor(&self) -> bool {
        self.host.ends_with(".pooler.supabase.com")
    }

    /// The project's reference in a direct host: `db.REF.supabase.co`.
    pub(crate) fn supabase_direct(&self) -> Option<&str> {
        self.host.strip_prefix("db.")?.strip_suffix(".supabase.co")
    }

    /// Whether a pooler in transaction mode is behind it, as far as host and port tell.
    pub(crate) fn is_transaction_pooler(&self) -> bool {
        let port = self.port_number();
        (self.is_supavisor() && port == Some(6543))
            || (self.supabase_direct().is_some() && port == Some(6543))
            || (self.host.contains("-pooler.") && self.host.ends_with(".neon.tech"))
            || port == Some(6432)
            || self.host.contains("pgbouncer")
    }
}

fn dialect(scheme: &str) -> Option<Dialect> {
    Some(match scheme.split('+').next().unwrap_or_default() {
        // Some libraries name the driver alone (Tortoise, `databases`, Alembic's helpers).
        "postgres" | "postgresql" | "ecto" | "pgsql" | "postgis" | "prisma" | "prisma+postgres"
        | "asyncpg" | "psycopg" | "psycopg2" => Dialect::Postgres,
        "mysql" | "mariadb" | "mysql2" | "aiomysql" | "asyncmy" => Dialect::MySql,
        "redis" | "rediss" => Dialect::Redis,
        "smtp" | "smtps" => Dialect::Smtp,
        "sqlite" | "sqlite3" | "file" => Dialect::Sqlite,
        "mongodb" => Dialect::Mongo,
        "mssql" | "sqlserver" | "oracle" | "cockroachdb" | "cockroach" => Dialect::Other,
        _ => return None,
    })
}

/// The part with user, password and host, the rest, and a character that splits the password.
///
/// A password that is not percent-encoded makes more than one reading possible; the one taken here ends at the
/// last `@` before something that looks like a host, as the author meant it.
fn authority(rest: &str) -> (&str, &str, Option<char>) {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (head, _) = rest.split_at(end);
    let later = rest.get(end..).and_then(|tail| {
        let query = tail.find('?').unwrap_or(tail.len());
        // An @ behind the first slash, question mark or number sign: what came before was the password.
        let searched = if tail.starts_with('/') {
            tail.get(..query)?
        } else {
            tail
        };
        searched.rfind('@').map(|at| end + at)
    });
    if let Some(at) = later.filter(|_| head.contains(':')) {
        let after = rest.get(at..).unwrap_or_default();
        let stop = after.find(['/', '?']).map_or(rest.len(), |stop| at + stop);
        let ends = rest.get(end..).and_then(|tail| tail.chars().next());
        return (
            rest.get(..stop).unwrap_or(rest),
            rest.get(stop..).unwrap_or_default(),
            ends,
        );
    }
    let password = head
        .rsplit_once('@')
        .and_then(|(sign_in, _)| sign_in.split_once(':'));
    let ends = password.and_then(|(_, password)| {
        if password.contains('@') {
            Some('@')
        } else if password.contains(':') {
            Some(':')
        } else {
            bad_percent(password).then_some('%')
        }
    });
    (head, rest.get(end..).unwrap_or_default(), ends)
}

/// Whether a `%` is not followed by two hexadecimal digits (RFC 3986, section 2.1).
fn bad_percent(text: &str) -> bool {
    text.split('%').skip(1).any(|after| {
        let digits = after.bytes().take(2).filter(u8::is_ascii_hexdigit).count();
        digits < 2
    })
}

fn host_and_port(text: &str) -> (&str, &str) {
    if let Some((host, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, port.trim_start_matches(':'));
    }
    // Several hosts may be listed; the first is asked first.
    let first = text.split(',').next().unwrap_or(text);
    // JDBC for SQL Server puts its parameters behind the port.
    let first = first.split(';').next().unwrap_or(first);
    first.split_once(':').unwrap_or((first, ""))
}

#[cfg(test)]
mod tests;
