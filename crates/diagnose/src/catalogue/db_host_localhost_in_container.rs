//! `db-host-localhost-in-container`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{DatabaseUrl, Dialect, Response, Sighting, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbHostLocalhostInContainer,
    rule: Some(find),
    title: "In a container, localhost is the container itself",
    what: "The URL points to `localhost`, and this program runs in a container, where that is the container. The database is on another one, or on the machine around it.",
    why: &[
        "The URL that works on the developer's machine was put into the compose file.",
        "The database runs on the host, and its published port was taken for reachable from inside.",
    ],
    fix: Fix {
        summary: "Use the name of the database's service, or the host's name as seen from the container.",
        steps: &[
            run("In compose, the service's name is its host name, and the port is the one inside.", "DATABASE_URL=postgresql://app:…@db:5432/app"),
            run("For a database on the machine itself:", "DATABASE_URL=postgresql://app:…@host.docker.internal:5432/app"),
            say("On Linux, add `extra_hosts: [\"host.docker.internal:host-gateway\"]` to the service."),
        ],
    },
    example: Example::StartUp {
        message: "localhost:5432 refuses the connection, and this is a container",
        source: "DATABASE_URL",
        line: None,
    },
    standard: None,
    related: &[Cause::DbRefused, Cause::DbHostUnresolvable, Cause::DbPasswordVolumeStale],
};

/// In a container, localhost is the container itself.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.silent_database(Cause::DbHostLocalhostInContainer));
    if !situation.in_container() {
        return;
    }
    let refused = [Symptom::DatabaseConnectionRefused, Symptom::RedisFailed, Symptom::SmtpFailed];
    let seen = situation.seen_any(&refused);
    // An address that cannot be read fails first; the host in it fails as soon as it can.
    let unread = situation.seen_any(&[Symptom::DatabaseUrlRefused, Symptom::DatabaseUrlSplit]).map(|seen| seen.spot.clone());
    let containers = situation.compose_services();
    for url in situation.databases.iter().filter(|url| url.is_local() && situation.runs_inside(url)) {
        let of_this = seen.filter(|seen| concerns(seen, url));
        let silent = || situation.silent_failure().filter(|_| url.ends_early.is_some()).map(Response::status_spot);
        let hidden = || unread.clone().or_else(silent).filter(|_| url.dialect().is_database());
        let of_this = of_this.map(|seen| (seen.spot.clone(), Strength::Proved));
        let Some((seen, strength)) = of_this.or_else(|| hidden().map(|spot| (spot, Strength::Likely))) else {
            continue;
        };
        let message = format!("the program runs in a container, where {} is the container itself", url.host);
        let beside = containers.iter().find(|name| names_a_server(name, url.dialect()));
        let fix = match beside {
            Some(name) => format!("Write the name of the service as the host: `{name}`, with the port inside ({}).", url.dialect().port()),
            None => "Write the database service's name as the host, or `host.docker.internal` for one on the machine itself.".to_owned(),
        };
        found.push(
            Finding::new(Cause::DbHostLocalhostInContainer, strength, message)
                .at(url.host_spot(), "the container itself")
                .at(seen, "said here")
                .fix(fix)
                .explains(&[Cause::DbRefused, Cause::RedisUnreachable, Cause::SmtpUnreachable, Cause::DbHostUnresolvable]),
        );
    }
}

/// Whether a message of a cache or a mail server is about one, and others about a database.
fn concerns(seen: &Sighting, url: &DatabaseUrl) -> bool {
    match seen.symptom {
        Symptom::RedisFailed => url.dialect() == Dialect::Redis,
        Symptom::SmtpFailed => url.dialect() == Dialect::Smtp,
        _ => url.dialect().is_database(),
    }
}

fn names_a_server(name: &str, dialect: Dialect) -> bool {
    let parts: &[&str] = match dialect {
        Dialect::MySql => &["mysql", "mariadb", "db"],
        Dialect::Redis => &["redis", "valkey", "cache"],
        Dialect::Smtp => &["mail", "smtp"],
        Dialect::Mongo => &["mongo", "db"],
        Dialect::Other | Dialect::Postgres | Dialect::Sqlite => &["postgres", "pg", "db", "database"],
    };
    parts.iter().any(|part| name.to_ascii_lowercase().contains(part))
}
