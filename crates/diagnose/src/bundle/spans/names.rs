//! Values whose names say that they are secret, or somebody's.

use super::{Class, Kind, Span, keep, run, run_back};
use crate::contract::{Purpose, purpose};
use crate::evidence::says_nothing;

/// Parts of names of secrets.
const SECRET: &[&str] = &[
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "_PASS",
    "PGPASS",
    "PWD",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "_KEY",
    "KEY_",
    "PRIVATE",
    "SALT",
    "CREDENTIAL",
    "PEPPER",
    "WEBHOOK",
    "_DSN",
    "CSRF",
    "XSRF",
    "SIGNATURE",
    "OTP",
    "SESSION_ID",
    "SESSIONID",
    "CODE_VERIFIER",
    "NONCE",
    "JTI",
];

/// Parts of names of what is about secrets and is none.
const ABOUT: &[&str] = &[
    "EXPIRE",
    "LIFETIME",
    "TTL",
    "MINUTE",
    "SECOND",
    "DAYS",
    "HOURS",
    "_AGE",
    "MAXAGE",
    "LEEWAY",
    "ALG",
    "_NAME",
    "URL",
    "URI",
    "PATH",
    "_FILE",
    "HEADER",
    "ISSUER",
    "AUDIENCE",
    "_TYPE",
    "LENGTH",
    "PREFIX",
    "ENDPOINT",
    "ENABLED",
    "REQUIRED",
    "ROTATE",
    "DURATION",
    "MODE",
    "SAMESITE",
    "SECURE",
    "DOMAIN",
    "HTTPONLY",
    "_LOCATION",
    "STRATEGY",
    "STORAGE",
    "ORIGIN",
    "TOKEN_USE",
    "TOKENTYPE",
    "COOKIE_PATH",
    "KEY_ID",
    "KID",
    "SIGNATURE_VERIFICATION",
    "CLIENT_ID",
    "CODE",
    "STATUS",
];

/// Names of what is about a person.
const PERSON: &[&str] = &[
    "username",
    "user_name",
    "preferred_username",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "full_name",
    "fullname",
    "first_name",
    "last_name",
    "firstname",
    "lastname",
    "display_name",
    "displayname",
    "login",
    "phone",
    "phone_number",
    "street_address",
    "pguser",
    "db_user",
    "db_username",
    "postgres_user",
    "mysql_user",
    "smtp_user",
];

/// Names whose values are hosts.
const HOSTS: &[&str] = &[
    "HOST",
    "HOSTNAME",
    "DOMAIN",
    "SERVER_NAME",
    "RP_ID",
    "RPID",
    "HOSTS",
    "ORIGIN",
    "ORIGINS",
];

/// Finds the values.
pub(super) fn find(text: &str, kind: Kind, found: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(['=', ':'])) {
        let sign = from + at;
        from = sign + 1;
        if text.get(from..).is_some_and(|rest| rest.starts_with("//")) {
            continue;
        }
        let before = text
            .get(..sign)
            .unwrap_or_default()
            .trim_end_matches([' ', '"', '\'']);
        let start = run_back(text, before.len(), |c| {
            c.is_ascii_alphanumeric() || "_-.".contains(c)
        });
        let name = before.get(start..).unwrap_or_default();
        if name.len() > 1 && name.len() <= 80 && !name.bytes().all(|byte| byte.is_ascii_digit()) {
            value(text, name, sign, kind, found);
        }
    }
}

fn value(text: &str, name: &str, sign: usize, kind: Kind, found: &mut Vec<Span>) {
    let Some(mut class) = class(name, kind) else {
        return;
    };
    let start = run(text, sign + 1, |c| c == ' ' || c == '\t');
    let quote = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .filter(|c| matches!(c, '"' | '\'' | '`'));
    let settings = kind == Kind::Settings;
    let (start, end) = match quote {
        Some(quote) if !settings || closes(text, start + 1, quote) => {
            (start + 1, run(text, start + 1, |c| c != quote && c != '\n'))
        }
        _ if settings => (start, end_of_setting(text, start)),
        _ => (
            start,
            run(text, start, |c| {
                !c.is_whitespace() && !"\"'`,;&)}]<>|".contains(c)
            }),
        ),
    };
    let value = text.get(start..end).unwrap_or_default();
    if value.contains("://") || value.starts_with("-----") {
        return;
    }
    if class == Class::Host {
        for (at, part) in value.split([',', ' ', '|']).scan(start, |at, part| {
            let here = *at;
            *at += part.len() + 1;
            Some((here, part))
        }) {
            let end = at + part.find(':').unwrap_or(part.len());
            found.push(Span {
                range: at..end,
                class,
            });
        }
        return;
    }
    let setting = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    if class == Class::Person && setting && value.len() < 4 {
        return;
    }
    let lower = name.to_ascii_lowercase();
    if !settings && class == Class::Secret {
        // `secret=value` of a log, and no expression of a program.
        let bare = text.as_bytes().get(sign) == Some(&b'=')
            && start == sign + 1
            && !value.contains(['.', '(', '[']);
        if is_message(&lower, value, quote.is_some() || bare) {
            return;
        }
    }
    if lower.contains("phone") {
        class = Class::Phone;
    }
    found.push(Span {
        range: start..end,
        class,
    });
}

/// In logs and answers messages stand beside values: whether this is one, or too short for a secret. `given` says
/// that it is quoted, or written as a value is.
fn is_message(name: &str, value: &str, given: bool) -> bool {
    let password = given
        && !says_nothing(value)
        && ["pass", "pwd", "secret"]
            .iter()
            .any(|part| name.contains(part));
    value.len() < 4 || keep::is_wordy(value) && (!password || value.contains(' '))
}

fn class(name: &str, kind: Kind) -> Option<Class> {
    let upper = name.to_ascii_uppercase().replace('-', "_");
    // Headers with values of several parts are read by themselves.
    if matches!(upper.as_str(), "COOKIE" | "SET_COOKIE" | "AUTHORIZATION") {
        return None;
    }
    let outright = ["PASSWORD", "SECRET", "PASSWD", "_PASS", "_PWD"];
    if outright.iter().any(|end| upper.ends_with(end)) {
        return Some(Class::Secret);
    }
    let known = purpose(name);
    if known.is_some_and(Purpose::is_secret) || known == Some(Purpose::SupabaseKey) {
        return Some(Class::Secret);
    }
    if ["_USER", "_USERNAME"]
        .iter()
        .any(|end| upper.ends_with(end))
        || PERSON.contains(&name.to_ascii_lowercase().as_str())
        || (kind == Kind::People
            && matches!(
                name,
                "name" | "sub" | "user" | "id" | "_id" | "uid" | "user_id" | "userId" | "uuid"
            ))
    {
        return Some(Class::Person);
    }
    if HOSTS
        .iter()
        .any(|end| upper == *end || upper.ends_with(&format!("_{end}")))
    {
        return Some(Class::Host);
    }
    let camel = upper.replace('_', "");
    let is = |parts: &[&str]| {
        parts.iter().any(|part| {
            upper.contains(part) || (part.len() > 5 && camel.contains(&part.replace('_', "")))
        })
    };
    (is(SECRET) && !is(ABOUT)).then_some(Class::Secret)
}

/// Whether a quote is closed before its line ends.
fn closes(text: &str, from: usize, quote: char) -> bool {
    let line = text
        .get(from..)
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default();
    line.contains(quote)
}

/// The end of a value without quotes: its line's end, or a comment.
fn end_of_setting(text: &str, start: usize) -> usize {
    let end = run(text, start, |c| c != '\n' && c != '\r');
    let value = text.get(start..end).unwrap_or_default();
    let value = value
        .find(" #")
        .and_then(|at| value.get(..at))
        .unwrap_or(value);
    start + value.trim_end().len()
}
