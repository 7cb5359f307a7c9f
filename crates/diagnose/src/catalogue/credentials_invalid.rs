//! `credentials-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::{Carrier, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CredentialsInvalid,
    rule: Some(find),
    title: "The credentials are not valid",
    what: "For a sign-in: the address or the password is wrong. The answer, and the time it takes, are the same in both cases and for accounts that may not sign in, so that nobody can find out which accounts exist. For a token: it was refused for a reason that would reveal keys or accounts. Whoever runs the server finds the real cause under the trace id.",
    why: &[
        "The password has a slip: caps lock, another keyboard layout, a blank from copy and paste.",
        "The account is in another environment, or under another address.",
        "The account was made by signing in with GitHub or Google, and has no password.",
        "For a token: most often the two sides have different secrets, or the user was never synced.",
    ],
    fix: Fix {
        summary: "Check address and password; for a token, look the trace id up on the server.",
        steps: &[
            say("As a user: try again, or use \"forgot password\"."),
            run("As an operator: the trace has the cause, and what to change.", "countersign why TRACE_ID"),
            say("In development, the answer itself has the cause, `explanation` and `fix`."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"password\": \"…\"}",
        trace: "the account exists; the password is wrong",
    },
    standard: Some("ASVS V6.3.8; RFC 6750, section 3.1"),
    related: &[Cause::SecretMismatch, Cause::UserNotProvisioned, Cause::AccountLocked, Cause::EmailUnverified, Cause::RateLimited],
};

/// A message says so, and nothing better explains it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    // Words of credentials mean the token where one was presented.
    let presented = situation.tokens.iter().any(|token| matches!(token.carrier, Carrier::Authorization(_)));
    let signs_in = situation.request().is_some_and(|request| {
        let path = request.target.to_ascii_lowercase();
        ["login", "signin", "sign-in", "sign_in", "token", "session", "password"].iter().any(|part| path.contains(part))
    });
    // A renewal and a sign-out have no password that could be wrong.
    let renews = situation.request().is_some_and(|request| {
        let path = request.path().to_ascii_lowercase();
        let given = request.body.contains("password") || request.headers.first("authorization").is_some();
        !given && ["refresh", "renew", "logout", "signout", "sign-out"].iter().any(|part| path.contains(part))
    });
    let meant = (!presented || signs_in) && !renews;
    found.extend(situation.login_by_rows());
    if let Some(seen) = situation.seen_any(&[Symptom::LoginRefused]).filter(|_| meant) {
        let message = "address or password are wrong";
        let finding = Finding::new(Cause::CredentialsInvalid, Strength::Likely, message);
        found.push(
            finding
                .explains(&[Cause::OauthProviderError])
                .at(seen.spot.clone(), "said here"),
        );
    }
}
