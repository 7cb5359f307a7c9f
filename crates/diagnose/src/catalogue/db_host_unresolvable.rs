//! `db-host-unresolvable`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbHostUnresolvable,
    rule: Some(find),
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

/// The host's name has no address where the program runs.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.silent_database(Cause::DbHostUnresolvable));
    let Some(seen) = situation.seen_any(&[Symptom::DatabaseHostUnknown]) else {
        return;
    };
    let line = seen.spot.shown.to_ascii_lowercase();
    let url = situation.databases.iter().find(|url| !url.host.is_empty() && line.contains(&url.host));
    let url = url.or_else(|| situation.databases.first());
    let message = match url {
        Some(url) => format!("{} has no address where the program runs", url.host),
        None => "a host name has no address where the program runs".to_owned(),
    };
    let named = url.is_some_and(|url| line.contains(&url.host));
    let mut finding = Finding::new(Cause::DbHostUnresolvable, if named { Strength::Likely } else { Strength::Suggested }, message);
    if let Some(url) = url {
        finding = finding.at(url.host_spot(), "no address");
        if !url.host.contains('.') && !url.is_local() {
            finding = finding
                .why("A name without a dot is the name of a container: it resolves inside the compose network alone.")
                .fix("Start the program inside the network of the compose file, or use `localhost` with the published port from outside.");
        }
    }
    found.push(finding.at(seen.spot.clone(), "said here"));
}
