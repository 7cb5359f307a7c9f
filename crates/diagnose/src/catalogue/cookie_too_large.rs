//! `cookie-too-large`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Hindered, Obstacle, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CookieTooLarge,
    rule: Some(find),
    title: "The cookie is larger than browsers keep",
    what: "Name and value together exceed 4096 bytes, and browsers drop such a cookie without a word. The answer that sets it looks right, and the next request comes without it.",
    why: &[
        "The whole user, or the provider's access and ID tokens, are kept in an encrypted session cookie.",
        "Roles or groups made the token grow; some users have many and some few, so only some are signed out.",
        "The library splits large cookies (`.0`, `.1`), and the program's own code writes without it.",
    ],
    fix: Fix {
        summary: "Keep only an id in the cookie, and the rest on the server.",
        steps: &[
            say("Store the session on the server (database, Redis) and put its id into the cookie."),
            run("Or leave out what is not needed, for example in an Auth.js callback.", "jwt({ token, account }) {\n  if (account) token.sub = account.providerAccountId\n  return token\n}"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/user HTTP/1.1\nHost: app.example.org",
        trace: "the cookie app-session was set with 5218 bytes; browsers keep 4096",
    },
    standard: Some("RFC 6265bis, section 5.6"),
    related: &[Cause::HeaderTooLarge, Cause::TokenTooLarge, Cause::CookieNameMismatch],
};

/// The cookie was set with more than browsers keep.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    for cookie in situation.hindered().filter(|cookie| cookie.obstacle == Obstacle::TooLarge) {
        let message = format!("the cookie {} has {} bytes with its name, and browsers keep 4096", cookie.name, cookie.size);
        let finding = Finding::new(Cause::CookieTooLarge, cookie.strength(), message);
        found.push(cookie.place(finding, "dropped by the browser").explains(Hindered::EXPLAINED));
    }
    let says = |line: &str| {
        let line = line.to_ascii_lowercase();
        let about = line.contains("cookie") && !line.contains("chunk");
        about && ["length is too big", "is too large", "too large for", "exceeds 4096", "larger than 4096", "4096 bytes", "overflowed with size", "cookieoverflow"].iter().any(|words| line.contains(words)) && !line.contains("header or cookie")
    };
    if let Some(spot) = situation.log_line(says) {
        let finding = Finding::new(Cause::CookieTooLarge, Strength::Likely, "a cookie is larger than the 4096 bytes that browsers keep");
        found.push(finding.at(spot, "says so").explains(Hindered::EXPLAINED));
    }
}
