//! `env-quotes-literal`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::EnvQuotesLiteral,
    rule: Some(find),
    title: "Quotes around the secret became part of it",
    what: "The token's signature holds under this server's secret with quotation marks around it, or without those that it has. One loader takes quotes as punctuation, the other as part of the value.",
    why: &[
        "`docker run --env-file`, and `environment:` lists in compose files, keep quotes; dotenv loaders drop them.",
        "The value was pasted with its quotes into the form of a hosting service.",
        "systemd, Make and shell scripts each have quoting rules of their own.",
    ],
    fix: Fix {
        summary: "Write the value without quotes.",
        steps: &[
            run("Take the quotes off where the trace says they are kept. A secret of letters, digits, `-` and `_` needs none, and `countersign secret generate` makes such.", "JWT_SECRET=kT3v…"),
            run("See what the container really got.", "docker exec backend sh -c 'printf %s \"$JWT_SECRET\" | head -c 1'"),
            say("Restart the service that had the quotes."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the signature holds under the configured secret between double quotes",
    },
    standard: Some("RFC 7515, section 5.2"),
    related: &[Cause::SecretMismatch, Cause::SecretTrailingNewline, Cause::EnvDollarExpanded, Cause::TokenJsonQuoted],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::EnvQuotesLiteral));
    found.extend(situation.quotes_kept());
    found.extend(situation.cut_database_passwords(Cause::EnvQuotesLiteral));
}
