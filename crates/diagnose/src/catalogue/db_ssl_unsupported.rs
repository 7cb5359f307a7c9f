//! `db-ssl-unsupported`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbSslUnsupported,
    rule: Some(find),
    title: "The database server has no encryption, and the URL demands it",
    what: "The URL's `sslmode` asks for TLS, and the server answers that it has none.",
    why: &[
        "A URL of production is used with a local server, whose `ssl` is off.",
        "A pooler stands between, and `client_tls_sslmode` is off there.",
    ],
    fix: Fix {
        summary: "Switch TLS on at the server; on the same machine, remove `sslmode` instead.",
        steps: &[
            run("See what the server has.", "psql -h 127.0.0.1 -U app -c 'SHOW ssl'"),
            run("Give it a certificate and switch TLS on.", "psql -U postgres -c 'ALTER SYSTEM SET ssl = on' -c 'SELECT pg_reload_conf()'"),
            say("For a server on this very machine, `sslmode=disable` is fine: nothing leaves the machine."),
        ],
    },
    example: Example::StartUp {
        message: "127.0.0.1:5432 has no TLS, and DATABASE_URL says sslmode=require",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("PostgreSQL documentation, section 34.19 (SSL support)"),
    related: &[Cause::DbSslRequired, Cause::DbSslCaUntrusted],
};

/// The client insists on TLS, and the server has none.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.seen_any(&[Symptom::DatabaseTlsUnsupported]) else {
        return;
    };
    let message = "the client insists on TLS, and this database has none";
    let url = situation.postgres().next();
    let mut finding = Finding::new(Cause::DbSslUnsupported, Strength::Likely, message);
    if let Some(url) = url {
        finding = finding.at(url.spot.clone(), "");
    }
    found.push(finding.at(seen.spot.clone(), "said here"));
}
