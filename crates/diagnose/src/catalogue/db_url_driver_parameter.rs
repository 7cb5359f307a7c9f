//! `db-url-driver-parameter`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{DatabaseUrl, Symptom, Written};
use crate::finding::{Finding, Strength};
use crate::situation::Driver;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbUrlDriverParameter,
    rule: Some(find),
    title: "The database URL has a scheme or parameter that is not known",
    what: "The URL names a driver or a parameter that this program does not have. The forms `postgres://`, `postgresql://`, `postgresql+asyncpg://`, `postgresql+psycopg2://` and `sqlite:` are read, with the parameters of libpq that matter: `sslmode`, `sslrootcert`.",
    why: &[
        "The URL was written for another driver: `ssl=require` is asyncpg's, `pgbouncer=true` is Prisma's.",
        "The scheme is of another database (`mysql://`), or misspelt.",
    ],
    fix: Fix {
        summary: "Write the URL in a form that is read here.",
        steps: &[
            run("Change `ssl=…` to `sslmode=…`, and drop parameters of other programs.", "DATABASE_URL=postgresql://app:password@db.example.org:5432/app?sslmode=require"),
            say("Leave the URLs of your other services as they are: each driver has its own form."),
        ],
    },
    example: Example::StartUp {
        message: "the scheme mysql is not known",
        source: "backend/.env",
        line: Some((4, "DATABASE_URL=mysql://app@db.example.org/app", "mysql://")),
    },
    standard: Some("PostgreSQL documentation, section 34.1.1 (connection strings)"),
    related: &[Cause::DbUrlPasswordUnescaped, Cause::DbSslRequired, Cause::SettingInvalid],
};

/// The driver does not know the scheme or a parameter.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::DatabaseUrlRefused]);
    for url in situation.postgres().filter(|url| url.ends_early.is_none() && url.written == Written::AsUrl) {
        let Some(driver) = situation.driver(url) else {
            continue;
        };
        let scheme = unknown_scheme(driver, url).map(|fix| {
            let text = format!("{} does not know the scheme `{}`", driver.name(), url.scheme);
            (text, fix)
        });
        let parameter = url.parameters.iter().find_map(|(name, value)| {
            let fix = unknown_parameter(driver, name, value)?;
            Some((format!("{} does not know the parameter `{name}`", driver.name()), fix))
        });
        let Some((message, fix)) = scheme.or(parameter) else {
            continue;
        };
        let mark = message.rsplit('`').nth(1).unwrap_or_default().to_owned();
        let mut finding = Finding::new(Cause::DbUrlDriverParameter, Strength::Proved, message)
            .at(url.spot.clone().mark(&mark), "not known to this driver")
            .why("Each driver reads URLs in its own way: what one takes for a request for TLS or for a pooler, another refuses before it connects.")
            .fix(fix);
        if let Some(seen) = seen {
            finding = finding.at(seen.spot.clone(), "said here");
        }
        found.push(finding);
    }
    if let Some(seen) = seen.filter(|_| found.iter().all(|known| known.cause() != Cause::DbUrlDriverParameter)) {
        let message = "the database driver refuses the URL: a scheme or parameter it does not know";
        found.push(Finding::new(Cause::DbUrlDriverParameter, Strength::Likely, message).at(seen.spot.clone(), "said here"));
    }
}

/// What to write in place of a scheme that the driver refuses.
fn unknown_scheme(driver: Driver, url: &DatabaseUrl) -> Option<String> {
    let scheme = url.scheme.as_str();
    let plain = matches!(scheme, "postgres" | "postgresql");
    match driver {
        Driver::AsyncpgBySqlAlchemy | Driver::Libpq if scheme == "postgres" && url.driver().is_none() => {
            // libpq itself takes both; SQLAlchemy has dropped the short form in 1.4.
            (driver == Driver::AsyncpgBySqlAlchemy).then(|| "Begin the URL with `postgresql+asyncpg://`.".to_owned())
        }
        Driver::AsyncpgBySqlAlchemy if url.driver() != Some("asyncpg") => {
            Some("Begin the URL with `postgresql+asyncpg://`: an async engine needs an async driver.".to_owned())
        }
        Driver::Asyncpg | Driver::NodePg | Driver::PostgresJs | Driver::Prisma | Driver::Go | Driver::Rust if !plain => {
            Some("Begin the URL with `postgresql://`: names of Python drivers mean something to SQLAlchemy alone.".to_owned())
        }
        _ => None,
    }
}

/// What to write in place of a parameter that the driver refuses.
fn unknown_parameter(driver: Driver, name: &str, value: &str) -> Option<String> {
    const OF_PRISMA: &[&str] = &[
        "pgbouncer", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size", "schema", "sslaccept", "sslidentity",
    ];
    match driver {
        Driver::AsyncpgBySqlAlchemy => match name {
            "sslmode" if matches!(value, "disable" | "allow" | "prefer") => Some(format!("Write `?ssl={value}`: SQLAlchemy hands parameters to asyncpg.connect(), whose argument is `ssl`.")),
            "sslmode" => Some(format!("Write `?ssl={value}` in place of `?sslmode={value}`, or pass `connect_args={{\"ssl\": context}}`: SQLAlchemy hands parameters to asyncpg.connect(), whose argument is `ssl`.")),
            "sslrootcert" | "sslcert" | "sslkey" | "channel_binding" | "pgbouncer" | "connect_timeout" | "application_name" | "options" | "schema"
            | "connection_limit" | "supa" | "gssencmode" | "target_session_attrs" => Some(format!("Take `{name}` out of the URL: SQLAlchemy hands it to asyncpg.connect(), which has no such argument; use `connect_args`.")),
            _ => None,
        },
        Driver::Libpq if OF_PRISMA.contains(&name) || name == "supa" => {
            Some(format!("Take `{name}` out of the URL: it is a parameter of Prisma, and libpq refuses a URL with parameters it does not know."))
        }
        Driver::Asyncpg | Driver::Go if OF_PRISMA.contains(&name) => {
            Some(format!("Take `{name}` out of the URL: it is a parameter of Prisma; this driver sends it to the server as a setting, which the server refuses."))
        }
        _ => None,
    }
}
