//! `db-host-unresolvable`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbHostUnresolvable,
    rule: None,
    title: "The database's host name is not known",
    what: "No address was found for the host of the URL, from where this program runs.",
    why: &[
        "A slip in the name, or the name of a project that was paused or deleted.",
        "The name is that of a compose service (`db`), and the program runs outside of compose; or they are in different networks.",
        "A special character in the password makes a wrong host of the rest.",
        "The machine has no name service.",
    ],
    fix: Fix {
        summary: "Use a name that resolves on this machine.",
        steps: &[
            run("Ask for it here, or in the container.", "getent hosts db.example.org"),
            say("Outside of compose, use `localhost` and the published port; inside, the name of the service."),
            say("If the host in the message is not the one you wrote, percent-encode the password."),
        ],
    },
    example: Example::StartUp {
        message: "the host db.exmaple.org has no address",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("RFC 1035, section 4.1.1"),
    related: &[Cause::DbUrlPasswordUnescaped, Cause::DbRefused, Cause::DbHostIpv6Only, Cause::DbPoolerHost],
};
