//! Under which names a server reads its session cookie.

use super::cookie::{bare_name, is_csrf};
use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::{Request, Service, Spot, without_secrets};
use crate::finding::Strength;
use std::sync::Arc;

/// A name that is read.
pub(crate) struct ExpectedCookie {
    pub(crate) name: String,
    pub(crate) spot: Spot,
    /// How sure it is that the server reads it.
    pub(crate) strength: Strength,
    /// Whether it is written somewhere, so that any other session cookie counts as its twin.
    said: bool,
}

impl ExpectedCookie {
    /// Whether a cookie that came is the same session under another name.
    pub(crate) fn is_twin(&self, name: &str, situation: &Situation<'_>) -> bool {
        if is_csrf(name) || name == self.name {
            return false;
        }
        let family = |name: &str| bare_name(name).replace("next-auth", "authjs");
        if family(name) == family(&self.name) {
            return true;
        }
        // Another name counts where a sign-in was seen to set it, or another service names it.
        let set = situation
            .browsing
            .jar
            .iter()
            .any(|stored| stored.cookie.name == name);
        let named = situation
            .settings(Purpose::CookieName)
            .any(|(_, line)| line.value.trim() == name);
        self.said && (set || named)
    }
}

/// The names, the surest first.
pub(crate) fn all(situation: &Situation<'_>) -> Vec<ExpectedCookie> {
    let mut found = by_settings(situation);
    found.extend(by_logs(situation));
    found.extend(by_source(situation));
    if situation.outcome() == Outcome::Bad {
        found.extend(by_address(situation));
    }
    found
}

fn by_settings(situation: &Situation<'_>) -> Vec<ExpectedCookie> {
    let lines = situation
        .evidence
        .services
        .iter()
        .flat_map(Service::settings);
    let named = lines
        .filter(|line| purpose(&line.name) == Some(Purpose::CookieName) && !is_csrf(&line.name));
    named
        .map(|line| ExpectedCookie {
            name: line.value.trim().to_owned(),
            spot: line.spot.clone(),
            strength: Strength::Proved,
            said: true,
        })
        .filter(|expected| !expected.name.is_empty())
        .collect()
}

/// A log that names a cookie and finds nothing under it: `cookieName=x -> null`, `cookie "x" not found`.
fn by_logs(situation: &Situation<'_>) -> Vec<ExpectedCookie> {
    let mut found = Vec::new();
    for log in &situation.evidence.logs {
        let source: Arc<str> = log.source();
        for (at, line) in log.text.lines().enumerate() {
            let lower = line.to_ascii_lowercase();
            let nothing = [
                "null",
                "undefined",
                "none",
                "not found",
                "missing",
                "no cookie",
                "absent",
                "empty",
            ];
            let about = lower.contains("cookie") || lower.contains("gettoken");
            if !about
                || !nothing.iter().any(|word| lower.contains(word))
                || lower.contains("set-cookie")
            {
                continue;
            }
            let part = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
            let words = line
                .split(part)
                .filter(|word| super::cookie::is_session(word) && looks_like_a_name(word));
            for word in words {
                found.push(ExpectedCookie {
                    name: word.trim_matches('.').to_owned(),
                    spot: Spot::line(&source, at + 1, without_secrets(line)),
                    strength: Strength::Proved,
                    said: true,
                });
            }
        }
    }
    found
}

/// Calls in quoted source that read a cookie by the name in quotes behind them.
const READERS: &[&str] = &[
    "cookies.get(",
    "cookies().get(",
    "cookies()).get(",
    "cookies.has(",
    "cookies[",
    "cookies.getvalue(",
    "cookie.get(",
    "cookiestore.get(",
    "getcookie(",
    "get_cookie(",
    "getsignedcookie(",
    ".cookie(",
    "cookievalue(",
    "@cookieparam(",
    "$_cookie[",
    "cookies.fetch(",
    "cookies.signed[",
    "cookies.encrypted[",
    "signedcookies[",
    "jar.get(",
];

/// Library calls that read a cookie of a fixed name unless another is said in the call.
const BY_DEFAULT: &[(&str, &str, &str)] = &[
    ("getsessioncookie(", "better-auth.session_token", "cookie"),
    ("getcookiecache(", "better-auth.session_data", "cookie"),
];

/// The cookies that quoted source reads.
fn by_source(situation: &Situation<'_>) -> Vec<ExpectedCookie> {
    let mut found = Vec::new();
    // A call that reads a name by default tries it with the prefix too; programs try several names. One that comes is
    // enough.
    let bare = |name: &str| name.trim_start_matches("__Secure-").to_owned();
    let carried = |name: &str, by_default: bool| {
        let mut cookies = situation.request().into_iter().flat_map(Request::cookies);
        cookies.any(|(other, _)| other == name || by_default && bare(other) == bare(name))
    };
    for document in situation.evidence.quoting() {
        let source: Arc<str> = document.source();
        for (at, line) in document.text.lines().enumerate() {
            let named = read_by_name(line).map(|name| (name, false));
            let read = named.or_else(|| read_by_default(line).map(|name| (name, true)));
            let Some((name, by_default)) = read else {
                continue;
            };
            if carried(&name, by_default) {
                return Vec::new();
            }
            found.push(ExpectedCookie {
                name,
                spot: Spot::line(&source, at + 1, without_secrets(line)),
                strength: Strength::Likely,
                said: true,
            });
        }
    }
    found
}

/// The session cookie that a line of source reads by its name.
fn read_by_name(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    let named = READERS.iter().find_map(|call| {
        let after = lower.find(call)? + call.len();
        // `res.cookie("sid", value)` writes one.
        let writes = *call == ".cookie(" && lower.contains("res.cookie(");
        let arguments = line.get(after..)?.trim_start();
        // Hono and h3 take the context first: `getCookie(c, 'session')`.
        let (first, others) = arguments.split_once(',').unwrap_or((arguments, ""));
        let context = first.chars().all(|c| c.is_alphanumeric() || c == '.');
        let quoted = if context {
            others.trim_start()
        } else {
            arguments
        };
        let quote = quoted
            .chars()
            .next()
            .filter(|c| "\"'`:".contains(*c) && !writes)?;
        let rest = quoted.get(1..)?;
        let end = |c: char| if quote == ':' { c == ']' } else { c == quote };
        let name = rest.split(end).next()?;
        (rest.len() > name.len()).then(|| name.to_owned())
    });
    named.filter(|name| super::cookie::is_session(name))
}

/// The session cookie that a library call in a line of source reads where it is not told another.
fn read_by_default(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    let (call, name, option) = BY_DEFAULT.iter().find(|(call, ..)| lower.contains(call))?;
    let (_, arguments) = lower.split_once(call)?;
    let code = arguments.split("//").next().unwrap_or_default();
    let closed = code.contains(')') && !code.contains(option);
    closed.then(|| (*name).to_owned())
}

fn looks_like_a_name(word: &str) -> bool {
    let known = ["connect.sid", "sessionid", "jsessionid", "phpsessid"];
    let marked = word.starts_with("__")
        || word.contains("session-token")
        || word.contains("session_token")
        || word.contains("session_id")
        || word.contains("_session");
    marked || known.contains(&word.to_ascii_lowercase().as_str())
}

/// What Auth.js derives from its settings: the prefix from the address's scheme, the family from its version.
fn by_address(situation: &Situation<'_>) -> Vec<ExpectedCookie> {
    let Some(request) = situation.request() else {
        return Vec::new();
    };
    let mut carried = request.cookies().map(|(name, _)| name);
    let Some(carried) = carried.find(|name| bare_name(name).ends_with("session-token")) else {
        return Vec::new();
    };
    let urls = situation
        .evidence
        .services
        .iter()
        .flat_map(Service::settings);
    let url = urls
        .filter(|line| matches!(line.name.as_str(), "NEXTAUTH_URL" | "AUTH_URL"))
        .find_map(|line| {
            let https = super::Origin::parse(&line.value)?.https;
            Some((https, line.spot.clone()))
        });
    let Some((https, spot)) = url else {
        return Vec::new();
    };
    let prefix = if https { "__Secure-" } else { "" };
    let fifth = [
        "next-auth v5",
        "nextauth v5",
        "next-auth 5",
        "auth.js v5",
        "nextauth.js v5",
        "next-auth@5",
        "authjs",
    ]
    .iter()
    .any(|name| situation.uses(name));
    let family = if fifth {
        "authjs.session-token"
    } else {
        bare_name(carried)
    };
    let name = format!("{prefix}{family}");
    (name != carried.trim_end_matches(".0"))
        .then_some(ExpectedCookie {
            name,
            spot,
            strength: Strength::Likely,
            said: false,
        })
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_names_the_cookie_that_it_reads() {
        for (line, name) in [
            ("c, err := r.Cookie(\"session_id\")", Some("session_id")),
            (
                "const s = request.cookies.get('session')?.value",
                Some("session"),
            ),
            ("token = request.cookies['auth_token']", Some("auth_token")),
            ("const t = getCookie(c, 'session')", Some("session")),
            (
                "getSessionCookie(request)   // better-auth/cookies",
                Some("better-auth.session_token"),
            ),
            ("getSessionCookie(request, { cookiePrefix: 'x' })", None),
            ("res.cookie('session', value)", None),
            ("const theme = cookies.get('theme')", None),
        ] {
            assert_eq!(
                read_by_name(line)
                    .or_else(|| read_by_default(line))
                    .as_deref(),
                name,
                "{line}"
            );
        }
    }
}
