//! `secret-random-per-process`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SecretRandomPerProcess,
    rule: Some(find),
    title: "The secret is drawn anew at each start",
    what: "The program draws its signing secret at random when it starts, because none is configured. Each worker and each run has one of its own, so a token holds only in the process that made it, and only until the next restart.",
    why: &[
        "The code says something like `SECRET_KEY = os.environ.get(\"SECRET_KEY\", secrets.token_hex())` or `crypto.randomBytes(32)`, and the variable is not set.",
        "Several workers or instances run: requests fail by chance, each time another worker answers.",
        "A development server restarts on every change, and everybody is signed out.",
    ],
    fix: Fix {
        summary: "Draw the secret once, keep it in the settings, and let every process read it.",
        steps: &[
            run("Draw one.", "countersign secret generate"),
            run("Set it where every worker and instance reads it.", "JWT_SECRET_KEY=<the value>"),
            say("Take the random default out of the code, and refuse to start without a secret."),
            say("Sign in again: tokens of the old secrets are lost."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOi…",
        trace: "SECRET_KEY (sha256:1f0c22ab, default) was drawn at random at the last start, 5 min after the token was made",
    },
    standard: None,
    related: &[Cause::SecretMissing, Cause::SecretMismatch, Cause::SecretRotatedStaleSession, Cause::EnvFileNotLoaded],
};

/// A log or quoted code draws the secret at start, or processes do not know each other's sessions.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.drawn_secret());
    found.extend(situation.scattered_secret());
    found.extend(situation.fleeting_key_ring());
}
