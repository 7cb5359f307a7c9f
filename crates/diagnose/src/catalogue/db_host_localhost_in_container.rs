//! `db-host-localhost-in-container`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbHostLocalhostInContainer,
    rule: None,
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
