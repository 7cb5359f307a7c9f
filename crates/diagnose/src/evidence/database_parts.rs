//! Addresses of databases that settings give in parts (`DB_HOST`, `DB_USER`, …), or as pairs in one line.

use super::database_url::Written;
use super::{DatabaseUrl, Dialect, EnvLine, Service, Spot};
use zeroize::Zeroizing;

/// Ends of names of settings that hold a host.
const HOSTS: &[&str] = &["HOST", "HOSTNAME", "SERVER", "ADDRESS", "ADDR"];
const PORTS: &[&str] = &["PORT"];
const USERS: &[&str] = &["USER", "USERNAME", "LOGIN"];
const PASSWORDS: &[&str] = &["PASSWORD", "PASS", "PASSWD", "PWD"];
const NAMES: &[&str] = &["NAME", "DATABASE", "DB", "DBNAME"];
/// Ends of names of settings that say whose language it is.
const KINDS: &[&str] = &[
    "CONNECTION",
    "CLIENT",
    "TYPE",
    "DIALECT",
    "ENGINE",
    "DRIVER",
    "VENDOR",
];

/// The addresses that a service's settings give otherwise than as URLs; `likely` is the dialect where no name and
/// no value tells it.
pub(crate) fn of_service(service: &Service, likely: Dialect) -> Vec<DatabaseUrl> {
    let lines: Vec<Named<'_>> = service
        .settings()
        .map(|line| (normal(&line.name), line))
        .collect();
    let mut found: Vec<DatabaseUrl> = Vec::new();
    for (name, line) in &lines {
        let address = pairs(line, service).or_else(|| parts(name, line, &lines, service, likely));
        found.extend(address);
    }
    found
}

/// Takes user and password of a URL without them from the settings beside it: `SPRING_DATASOURCE_USERNAME`.
pub(crate) fn complete(url: &mut DatabaseUrl, service: &Service) {
    let name = normal(&url.setting);
    let Some(prefix) = ["_URL", "_URI", "_DSN"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .filter(|_| url.user.is_empty())
    else {
        return;
    };
    let lines: Vec<Named<'_>> = service
        .settings()
        .map(|line| (normal(&line.name), line))
        .collect();
    if let Some(user) = beside(&lines, prefix, "_", USERS) {
        url.user = user.value.trim().to_owned();
    }
    if let Some(password) = beside(&lines, prefix, "_", PASSWORDS) {
        url.password = Some(password.value.clone());
        url.password_at = Some((password.name.clone(), password.spot.clone()));
    }
}

/// A line with its name in capitals, its parts divided by one underscore.
type Named<'s> = (String, &'s EnvLine);

fn normal(name: &str) -> String {
    name.to_ascii_uppercase()
        .replace("__", "_")
        .replace(['.', '-', ':'], "_")
}

/// The line of the first name that there is.
fn beside<'s>(lines: &[Named<'s>], prefix: &str, glue: &str, ends: &[&str]) -> Option<&'s EnvLine> {
    ends.iter().find_map(|end| {
        let wanted = format!("{prefix}{glue}{end}");
        let of_name = lines.iter().find(|(name, _)| *name == wanted);
        of_name.map(|(_, line)| *line)
    })
}

/// Whether words of a name speak of a database, a cache or a mail server.
fn is_of_server(words: &str) -> bool {
    dialect_of(words).is_some()
        || words_of(words)
            .any(|word| ["DB", "DATABASE", "SQL", "TYPEORM", "RDS", "DATASOURCE"].contains(&word))
}

fn words_of(words: &str) -> impl Iterator<Item = &str> {
    words.split(|c: char| !c.is_ascii_alphanumeric())
}

/// Whose language it is, by a word of a name or of a value.
fn dialect_of(words: &str) -> Option<Dialect> {
    const WORDS: &[(&[&str], Dialect)] = &[
        (
            &[
                "POSTGRES",
                "POSTGRESQL",
                "POSTGRESDB",
                "PG",
                "PGSQL",
                "PSQL",
            ],
            Dialect::Postgres,
        ),
        (
            &["MYSQL", "MYSQL2", "MARIADB", "MYSQLDB", "WORDPRESS"],
            Dialect::MySql,
        ),
        (&["REDIS", "VALKEY", "KEYDB"], Dialect::Redis),
        (&["SMTP", "MAIL", "EMAIL", "MAILER"], Dialect::Smtp),
        (&["MONGO", "MONGODB"], Dialect::Mongo),
    ];
    let mut words = words_of(words);
    words.find_map(|word| {
        let known = WORDS.iter().find(|(names, _)| names.contains(&word));
        known.map(|(_, dialect)| *dialect)
    })
}

/// What stands before `HOST` in the name of a setting with a server's host, and what is between them.
fn host_name(name: &str) -> Option<(&str, &'static str)> {
    let (prefix, glue) = HOSTS.iter().find_map(|end| {
        let prefix = name.strip_suffix(end)?;
        match prefix.strip_suffix('_') {
            Some(prefix) => Some((prefix, "_")),
            None => (prefix == "PG").then_some((prefix, "")),
        }
    })?;
    // `MYSQL_ROOT_HOST` says from where root may come.
    (is_of_server(prefix) && !prefix.ends_with("ROOT")).then_some((prefix, glue))
}

fn by_port(port: &str) -> Option<Dialect> {
    match port {
        "3306" => Some(Dialect::MySql),
        "5432" | "6543" | "6432" => Some(Dialect::Postgres),
        "27017" => Some(Dialect::Mongo),
        _ => None,
    }
}

/// `DB_HOST` with the settings beside it.
fn parts(
    name: &str,
    line: &EnvLine,
    lines: &[Named<'_>],
    service: &Service,
    likely: Dialect,
) -> Option<DatabaseUrl> {
    let (prefix, glue) = host_name(name)?;
    let host = line.value.trim();
    let plain = host
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']'));
    if host.is_empty() || !plain {
        return None;
    }
    // `DATABASE_CONNECTION_HOST` stands beside `DATABASE_CLIENT`, `KC_DB_URL_HOST` beside `KC_DB_USERNAME`.
    let mut prefixes = vec![prefix];
    while let Some((shorter, _)) = prefixes.last().and_then(|last| last.rsplit_once('_')) {
        prefixes.push(shorter);
    }
    prefixes.retain(|prefix| is_of_server(prefix));
    let get = |ends: &[&str]| {
        prefixes
            .iter()
            .find_map(|prefix| beside(lines, prefix, glue, ends))
    };
    let text = |ends: &[&str]| get(ends).map(|line| line.value.trim().to_owned());
    let (host, own_port) = match host.split_once(':') {
        Some((host, port)) if !host.contains('[') && !port.contains(':') => (host, port),
        _ => (host, ""),
    };
    let port = text(PORTS).unwrap_or_else(|| own_port.to_owned());
    let kind = text(KINDS).and_then(|kind| dialect_of(&kind.to_ascii_uppercase()));
    let dialect = dialect_of(prefix)
        .or(kind)
        .or_else(|| by_port(&port))
        .unwrap_or(likely);
    let password = get(PASSWORDS);
    let mut parameters = Vec::new();
    for (parameter, ends) in [
        ("sslmode", &["SSLMODE", "SSL_MODE"] as &[&str]),
        ("ssl", &["SSL"]),
    ] {
        parameters.extend(text(ends).map(|value| (parameter.to_owned(), value)));
    }
    Some(DatabaseUrl {
        setting: line.name.clone(),
        service: service.name.clone(),
        spot: line.spot.clone(),
        scheme: dialect.scheme().to_owned(),
        user: text(USERS).unwrap_or_default(),
        password: password.map(|line| line.value.clone()),
        password_at: password.map(|line| (line.name.clone(), line.spot.clone())),
        host: host.to_ascii_lowercase(),
        port,
        database: text(NAMES).unwrap_or_default(),
        parameters,
        ends_early: None,
        written: Written::InParts,
    })
}

/// `Host=db;Username=app;Password=…` of ADO.NET, `host=db user=app password=…` of libpq, `app:…@tcp(db:3306)/app`
/// of Go's driver for `MySQL`.
fn pairs(line: &EnvLine, service: &Service) -> Option<DatabaseUrl> {
    let value = line.value.trim().trim_matches(['"', '\'']);
    if value.contains("://") {
        return None;
    }
    let address = if let Some((sign_in, rest)) = value.split_once("@tcp(") {
        let (host, rest) = rest.split_once(')')?;
        let (user, password) = sign_in.split_once(':').unwrap_or((sign_in, ""));
        let database = rest.trim_start_matches('/').split('?').next();
        [
            ("host", host),
            ("user", user),
            ("password", password),
            ("database", database.unwrap_or_default()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    } else {
        let between = if value.contains(';') { ';' } else { ' ' };
        let all: Option<Vec<(String, String)>> = value
            .split(between)
            .filter(|pair| !pair.trim().is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=')?;
                Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            })
            .collect();
        all?
    };
    let go = value.contains("@tcp(");
    of_pairs(&address, go, line, service)
}

fn of_pairs(
    pairs: &[(String, String)],
    go: bool,
    line: &EnvLine,
    service: &Service,
) -> Option<DatabaseUrl> {
    let get = |names: &[&str]| {
        let named = |(name, _): &&(String, String)| names.contains(&name.as_str());
        pairs.iter().find(named).map(|(_, value)| value.clone())
    };
    let host = get(&["host", "server", "data source", "addr", "address"])?;
    let user = get(&["user", "username", "user id", "userid", "uid"]);
    let database = get(&["dbname", "database", "initial catalog"]);
    if user.is_none() && database.is_none() {
        return None;
    }
    let (host, own_port) = host.split_once([':', ',']).unwrap_or((&host, ""));
    let port = get(&["port"]).unwrap_or_else(|| own_port.to_owned());
    let is_mysql = go || port == "3306" || get(&["uid"]).is_some();
    let is_postgres = get(&["host", "dbname"]).is_some() || port == "5432";
    let dialect = match (is_mysql, is_postgres) {
        (true, _) => Dialect::MySql,
        (false, true) => Dialect::Postgres,
        (false, false) => Dialect::Other,
    };
    let password = get(&["password", "pwd"]);
    let modes = get(&["sslmode", "ssl mode", "ssl-mode"]);
    let mode = modes.map(|mode| ("sslmode".to_owned(), mode.to_ascii_lowercase()));
    let mut spot = Spot::line(&line.spot.source, line.spot.line, "");
    spot.shown = format!(
        "{} (host {host}, user {})",
        line.name,
        user.as_deref().unwrap_or("none")
    );
    Some(DatabaseUrl {
        setting: line.name.clone(),
        service: service.name.clone(),
        spot,
        scheme: dialect.scheme().to_owned(),
        user: user.unwrap_or_default(),
        password: password.map(Zeroizing::new),
        password_at: None,
        host: host.to_ascii_lowercase(),
        port,
        database: database.unwrap_or_default(),
        parameters: mode.into_iter().collect(),
        ends_early: None,
        written: Written::AsPairs,
    })
}

#[cfg(test)]
mod tests {
    use crate::evidence::{Dialect, Document, Evidence};
    use crate::situation::Situation;

    /// What the settings come to: dialect, user, host, port, database, password.
    fn address(settings: &str) -> Vec<(Dialect, String)> {
        let evidence = Evidence::read(vec![Document::new("api.env", settings)]);
        let situation = Situation::new(&evidence);
        let shown = |url: &crate::evidence::DatabaseUrl| {
            let password = url.password.as_ref().map_or("", |own| own.as_str());
            let at = format!("{}:{password}@{}:{}", url.user, url.host, url.port);
            (url.dialect(), format!("{at}/{}", url.database))
        };
        situation.databases.iter().map(shown).collect()
    }

    #[test]
    fn addresses_in_parts_and_in_pairs_are_put_together() {
        for (settings, dialect, whole) in [
            (
                "DB_CONNECTION=mysql\nDB_HOST=db\nDB_DATABASE=shop\nDB_USERNAME=app\nDB_PASSWORD=p@w",
                Dialect::MySql,
                "app:p@w@db:/shop",
            ),
            (
                "PGHOST=localhost\nPGUSER=app\nPGPASSWORD=pw\nPGDATABASE=x\nPGPORT=5433",
                Dialect::Postgres,
                "app:pw@localhost:5433/x",
            ),
            (
                "KC_DB=postgres\nKC_DB_URL_HOST=pg\nKC_DB_USERNAME=kc\nKC_DB_PASSWORD=pw",
                Dialect::Postgres,
                "kc:pw@pg:/",
            ),
            (
                "WORDPRESS_DB_HOST=db:3306\nWORDPRESS_DB_USER=wp",
                Dialect::MySql,
                "wp:@db:3306/",
            ),
            (
                "ConnectionStrings__Default=Host=db;Port=5432;Database=x;Username=app;Password=pw",
                Dialect::Postgres,
                "app:pw@db:5432/x",
            ),
            (
                "DSN=host=db user=app password=pw dbname=x port=5432 sslmode=disable",
                Dialect::Postgres,
                "app:pw@db:5432/x",
            ),
            (
                "DSN=app:pw@tcp(127.0.0.1:3306)/x?parseTime=true",
                Dialect::MySql,
                "app:pw@127.0.0.1:3306/x",
            ),
            (
                "SPRING_DATASOURCE_URL=jdbc:postgresql://db:5432/x\nSPRING_DATASOURCE_USERNAME=app\nSPRING_DATASOURCE_PASSWORD=pw",
                Dialect::Postgres,
                "app:pw@db:5432/x",
            ),
        ] {
            assert_eq!(
                address(settings),
                [(dialect, whole.to_owned())],
                "{settings}"
            );
        }
    }

    #[test]
    fn other_hosts_are_no_databases_and_a_url_counts_over_parts() {
        assert!(address("HOST=0.0.0.0\nAPI_HOST=x\nMYSQL_ROOT_HOST=%\nALLOWED_HOST=a").is_empty());
        let both = "DATABASE_URL=postgres://a:b@db/x\nDB_HOST=localhost";
        assert_eq!(address(both).len(), 1);
    }
}
