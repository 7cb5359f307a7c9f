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
    if let Some(spot) = situation.log_line(says_so) {
        let finding = Finding::new(Cause::CookieTooLarge, Strength::Likely, "a cookie is larger than the 4096 bytes that browsers keep");
        found.push(finding.at(spot, "says so").explains(Hindered::EXPLAINED));
    }
}

/// gorilla, Werkzeug, Rack, Rails, Plug, Pyramid, Bottle, `SvelteKit`, Remix, iron-session, nextjs-auth0 and others say it of
/// one cookie; of the whole header others do, and what is cut into pieces is no fault.
fn says_so(line: &str) -> bool {
    const LARGE: &[&str] = &[
        "is too big", "is too large", "is too long", "too large for", "value too long", "exceeds 4", "exceed 4", "exceeds the 4",
        "larger than 4", "longer than 4", "4096 bytes", "overflowed with size", "cookieoverflow", "exceeds maximum size",
        "exceed browser maximum", "exceeds browser maximum", "will be discarded by the browser",
    ];
    const OTHERS: &[&str] = &["chunk", "split", "multiple cookies", "header or cookie", "cookie header", "header is too"];
    let line = line.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    line.contains("cookie") && has(LARGE) && !has(OTHERS)
}

#[cfg(test)]
mod tests {
    use super::says_so;

    #[test]
    fn libraries_say_it_of_one_cookie() {
        for line in [
            "securecookie: the value is too long",
            "The 'session' cookie is too large: the value was 4600 bytes but the header required 36 extra bytes.",
            "Warning! Rack::Session::Cookie data size exceeds 4K.",
            "ActionDispatch::Cookies::CookieOverflow",
            "** (Plug.Conn.CookieOverflowError) cookie named \"_app_key\" exceeds maximum size of 4096 bytes",
            "ValueError: Cookie value is too long to store (4816 bytes)",
            "Error: Cookie length will exceed browser maximum. Length: 4500",
            "iron-session: Cookie length is too big (4500 bytes), browsers will refuse it.",
            "The __session cookie size exceeds 4096 bytes, which may cause issues in some browsers.",
            "Cookie \"session\" is too large, and will be discarded by the browser",
        ] {
            assert!(says_so(line), "{line}");
        }
        for line in [
            "Request Header Or Cookie Too Large",
            "Multiple cookies are required for this session as it exceeds the 4kb cookie limit.",
            "Session cookie exceeds allowed 4096 bytes, chunking it",
        ] {
            assert!(!says_so(line), "{line}");
        }
    }
}
