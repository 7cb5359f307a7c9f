//! `secret-base64-vs-raw`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretBase64VsRaw,
    rule: Some(find),
    title: "One side decodes the secret, the other takes it as text",
    what: "The token's signature holds under this server's secret once it is decoded from base64, base64url or hex, or encoded so. Both sides have the same characters and make different bytes of them.",
    why: &[
        "The secret looks like base64 (`openssl rand -base64 32`), and one library decodes it: Spring, `jjwt`, some versions of `jose`.",
        "A provider's dashboard says \"base64 encoded\" beside the secret, and the other side takes the text as it stands.",
        "It went through a Kubernetes manifest, where `data:` is base64 and `stringData:` is not.",
    ],
    fix: Fix {
        summary: "Agree on one reading: the text itself, byte for byte. That is what this server does.",
        steps: &[
            run("On the side that decodes, pass the text's bytes.", "key = os.environ[\"JWT_SECRET\"].encode()          # Python\nconst key = new TextEncoder().encode(secret)      // Node, jose\nKeys.hmacShaKeyFor(secret.getBytes(UTF_8))        // Java, jjwt"),
            say("If that side cannot be changed, give this server the decoded value, provided that it is text."),
            run("Compare fingerprints afterwards.", "printenv JWT_SECRET | countersign secret fingerprint"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the signature holds under the configured secret decoded from base64",
    },
    standard: Some("RFC 7518, section 3.2"),
    related: &[Cause::SecretMismatch, Cause::SecretTrailingNewline, Cause::EnvQuotesLiteral],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::SecretBase64VsRaw));
}
