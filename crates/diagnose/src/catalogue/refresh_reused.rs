//! `refresh-reused`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RefreshReused,
    rule: Some(find),
    title: "A used refresh token came back",
    what: "This refresh token was exchanged before, and the token that it was exchanged for has been used since. So two parties hold tokens of one session, and one of them is not who it should be. The whole session was ended. (A mere repetition, by parallel tabs or after a lost answer, does not come to this: within 30 seconds it gets the same token again.)",
    why: &[
        "Somebody copied the token: from a log, a backup, a stolen device.",
        "A client has two copies of the tokens, and refreshes both: two browser profiles from one backup, a mobile app and its extension, a server and the browser.",
        "A client was set back to an old state, with old tokens.",
    ],
    fix: Fix {
        summary: "Sign in again; if it may have been theft, change the password, which ends every other session.",
        steps: &[
            run("Look at who used which token, when and from where.", "countersign why TRACE_ID\ncountersign audit tail"),
            say("If the addresses are not all yours, change the password and look through the list of sessions."),
            say("If it was your own client twice, give each its own sign-in, and let only one of them refresh."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/refresh HTTP/1.1\nContent-Type: application/json\n\n{\"refresh_token\": \"csr_…\"}",
        trace: "used at 09:00:00Z, its successor at 09:40:00Z; the session was ended",
    },
    standard: Some("RFC 9700, section 4.14.2; RFC 6749, section 10.4; ASVS V10.4.5"),
    related: &[Cause::RefreshRotationRace, Cause::SessionRevoked, Cause::RefreshTokenUnknown],
};

/// A row or an earlier exchange shows that the token was exchanged long before.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.kept_sessions_of(Cause::RefreshReused));
}
