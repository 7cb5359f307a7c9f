//! `secret-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretMismatch,
    rule: Some(find),
    title: "The token was signed with another secret",
    what: "The token is sound in form, but its signature does not hold under any key of this server, and none of the usual accidents (quotes, blanks, encodings) explains it. The side that signs and the side that checks hold different secrets. Where the secret is that of another environment, the trace names the environment.",
    why: &[
        "The secret was changed on one side, and not on the other.",
        "The two services read different names: one takes `JWT_SECRET_STAGING`, the other knows only `JWT_SECRET_KEY`.",
        "The token comes from another environment: a staging token in production, a tab that was open before the address changed.",
        "One service did not restart after its secret was set.",
    ],
    fix: Fix {
        summary: "See whose secret signed the token: if it is another environment's, send it to the server that issued it; if not, give both sides the same secret.",
        steps: &[
            say("If the trace says that the token is from another environment, the secrets are right and must stay different: send the request to the server that issued the token, or sign in here."),
            run("Else, on the side that signs and on the side that checks, print the fingerprint of the secret in use.", "printenv JWT_SECRET | countersign secret fingerprint"),
            run("If they differ, see which name and which file the value came from.", "countersign config show"),
            say("Set the same value on both sides (`JWT_SECRET_{ENVIRONMENT}` is the first name that is read), and restart both."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "HS256, no kid: the signature does not hold under sha256:1f0c22ab (JWT_SECRET_STAGING); it holds under sha256:c0ffee12, the secret of production",
    },
    standard: Some("RFC 7515, section 5.2; ASVS V9.1.1"),
    related: &[Cause::SecretTrailingNewline, Cause::EnvQuotesLiteral, Cause::SecretBase64VsRaw, Cause::EnvVarNameMismatch, Cause::BaseUrlDrift, Cause::TokenTampered],
};

/// One side's signing secret is not the other's, and this makes the difference.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.secret_faults_of(Cause::SecretMismatch));
}
