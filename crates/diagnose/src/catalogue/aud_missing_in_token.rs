//! `aud-missing-in-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AudMissingInToken,
    rule: None,
    title: "The token names no audience, and this server demands one",
    what: "`AUTH_JWT_AUDIENCE` is set, so a token has to say for whom it is meant. This one has no `aud`.",
    why: &[
        "The front end that signs tokens with the shared secret sets no `aud`.",
        "The provider's access tokens never have one: Cognito has `client_id` instead.",
    ],
    fix: Fix {
        summary: "Have the issuer set `aud`, or do not demand it.",
        steps: &[
            run("Set it where the token is made.", "new SignJWT({ email }).setAudience('https://api.example.org')"),
            say("If the issuer cannot, and signs for this API alone, take `AUTH_JWT_AUDIENCE` out of the settings and restart."),
            say("If several APIs share the issuer's key, do not do that: without `aud`, a token for one opens all."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "no aud; expected https://api.example.org",
    },
    standard: Some("RFC 7519, section 4.1.3; ASVS V9.2.3, V9.2.4"),
    related: &[Cause::AudMismatch, Cause::AudNotConfigured, Cause::ClaimMissing],
};
