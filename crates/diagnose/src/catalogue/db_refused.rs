//! `db-refused`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbRefused,
    rule: None,
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
