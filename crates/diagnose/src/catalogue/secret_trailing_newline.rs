//! `secret-trailing-newline`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretTrailingNewline,
    rule: Some(find),
    title: "The secret was used with a newline or blank at its end",
    what: "The token's signature holds under this server's secret with a line feed or a blank added, or taken away. The two sides have the same secret but for a character that nobody sees.",
    why: &[
        "The secret was stored with `echo`, which adds a newline: `echo \"$S\" | base64`, `echo \"$S\" | docker secret create …`.",
        "It was mounted as a file (Docker, Kubernetes), and the file ends with a newline.",
        "It was pasted into a web form with the line break after it.",
    ],
    fix: Fix {
        summary: "Store the secret again without the character, on the side that has it.",
        steps: &[
            run("Compare lengths: the side with the longer secret has the character.", "printf %s \"$JWT_SECRET\" | wc -c"),
            run("Write it with `printf`, which adds nothing.", "printf %s \"$SECRET\" | docker secret create jwt_secret -"),
            run("Where it is read from a file, take the end off.", "secret = Path(\"/run/secrets/jwt_secret\").read_text().strip()"),
            say("Restart the service. Tokens that it signed before end there; their users sign in again."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the signature holds under the configured secret followed by a line feed",
    },
    standard: Some("RFC 7515, section 5.2"),
    related: &[Cause::SecretMismatch, Cause::EnvQuotesLiteral, Cause::SecretBase64VsRaw, Cause::ConfigValueWhitespace],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::SecretTrailingNewline));
    found.extend(situation.newline_told());
}
