//! `db-refused`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbRefused,
    rule: Some(find),
    title: "The database does not accept connections",
    what: "The host is there, but nobody answers on that port, or the answer is that connections are refused.",
    why: &[
        "The database is not running, or is still starting.",
        "It listens on another port, or on loopback alone.",
        "A firewall or the network of the container is in between.",
        "`localhost` inside a container is the container itself.",
    ],
    fix: Fix {
        summary: "Start the database, or correct host and port.",
        steps: &[
            run("Ask whether it takes connections.", "pg_isready -h 127.0.0.1 -p 5432"),
            run("See on which addresses it listens.", "ss -ltn | grep 5432"),
            say("In a container, use the database's service name, or `host.docker.internal`, and not `localhost`."),
        ],
    },
    example: Example::StartUp {
        message: "127.0.0.1:5432 refuses the connection",
        source: "DATABASE_URL",
        line: None,
    },
    standard: None,
    related: &[Cause::DbHostLocalhostInContainer, Cause::DbHostUnresolvable, Cause::DbPoolExhausted, Cause::Unavailable],
};

/// Nothing listens at the address.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.seen_any(&[Symptom::DatabaseConnectionRefused]) else {
        return;
    };
    let url = situation.databases.iter().find(|url| url.dialect().is_database());
    let message = match url {
        Some(url) => format!("nothing accepts connections at {}:{}", url.host, url.port_number().unwrap_or_default()),
        None => "nothing accepts connections at the database's address".to_owned(),
    };
    let mut finding = Finding::new(Cause::DbRefused, Strength::Likely, message);
    if let Some(url) = url {
        finding = finding.at(url.spot.clone(), "");
        let published = situation.published_port(url.dialect().port()).filter(|port| Some(*port) != url.port_number());
        if let Some(port) = published.filter(|_| url.is_local()) {
            finding = Finding::new(Cause::DbRefused, Strength::Proved, format!("the database is published on port {port}, and the URL asks port {}", url.port_number().unwrap_or_default()))
                .at(url.spot.clone(), "")
                .fix(format!("Write the port {port}."));
        }
    }
    if seen.text.contains("::1") && url.is_none_or(|url| url.host == "localhost") {
        finding = finding
            .why("`localhost` is `::1` first for this program, and the database listens on the IPv4 address alone.")
            .fix("Write `127.0.0.1` in place of `localhost`.");
    }
    found.push(finding.at(seen.spot.clone(), "said here"));
}
