//! Values whose names say that they are secret, or somebody's.

use super::super::hosts;
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
    "_SALT",
    "SALT_",
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
        // What stands before a port or a password is a host or a user.
        let outside = text.get(..start).unwrap_or_default();
        if outside.ends_with("//") || outside.ends_with('@') || hosts::looks_like_one(name) {
            continue;
        }
        if name.len() > 1 && name.len() <= 80 && !name.bytes().all(|byte| byte.is_ascii_digit()) {
            value(text, name, (start, sign), kind, found);
        }
    }
}

fn value(text: &str, name: &str, (begin, sign): (usize, usize), kind: Kind, found: &mut Vec<Span>) {
    let inside = around(text, name, begin);
    let of_string = || inside.and_then(|_| of_connection_string(text, name, begin));
    let Some(mut class) = class(name, kind).or_else(of_string) else {
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
        _ if settings => match inside {
            Some(inside) => (start, end_of_part(text, start, inside)),
            None => (start, end_of_setting(text, start)),
        },
        _ => (
            start,
            run(text, start, |c| {
                !c.is_whitespace() && !"\"'`,;&)}]<>|".contains(c)
            }),
        ),
    };
    let value = text.get(start..end).unwrap_or_default();
    if value.contains("://") || value.starts_with("-----") || is_time(value) {
        return;
    }
    if class == Class::Host {
        each_host(value, start, found);
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

/// The hosts of a list, without their ports.
fn each_host(value: &str, start: usize, found: &mut Vec<Span>) {
    for (at, part) in value.split([',', ' ', '|']).scan(start, |at, part| {
        let here = *at;
        *at += part.len() + 1;
        Some((here, part))
    }) {
        let end = at + part.find(':').unwrap_or(part.len());
        found.push(Span {
            range: at..end,
            class: Class::Host,
        });
    }
}

/// Whether it is a moment, which is nobody's secret whatever its name says.
fn is_time(value: &str) -> bool {
    let digits = |range| {
        value
            .get(range)
            .is_some_and(|part: &str| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let rest = value.get(10..).unwrap_or_default();
    digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && value.get(4..5) == Some("-")
        && value.get(7..8) == Some("-")
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || "T :.Z+-".contains(c))
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
    let outright = ["PASSWORD", "SECRET", "PASSWD", "_PASS", "_PWD", "SALT"];
    if outright.iter().any(|end| upper.ends_with(end)) {
        return Some(Class::Secret);
    }
    let camel = upper.replace('_', "");
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
                camel.as_str(),
                "NAME" | "SUB" | "USER" | "ID" | "UID" | "USERID" | "UUID" | "LOCALID" | "PK"
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

/// Where the value ends within which a name stands, as in a connection string, and whether blanks end its parts.
#[derive(Clone, Copy)]
struct Around {
    quote: Option<char>,
    blanks: bool,
}

fn around(text: &str, name: &str, start: usize) -> Option<Around> {
    let line = text.get(..start)?.rsplit(['\n', '\r']).next()?;
    let after = text.get(start + name.len()..)?;
    let opened = |quote: &char| line.matches(*quote).count() % 2 == 1 && !after.starts_with(*quote);
    let quote = ['"', '\''].into_iter().find(opened);
    let blanks = line.contains('=') && !line.contains(';');
    (quote.is_some() || line.contains(['=', ';'])).then_some(Around { quote, blanks })
}

/// Names that say something in a connection string alone: `User Id=app;Data Source=db`.
fn of_connection_string(text: &str, name: &str, start: usize) -> Option<Class> {
    let before = text.get(..start)?.to_ascii_lowercase();
    match name.to_ascii_lowercase().as_str() {
        "user" | "uid" => Some(Class::Person),
        "id" if before.ends_with("user ") => Some(Class::Person),
        "server" | "addr" | "hostaddr" => Some(Class::Host),
        "source" if before.ends_with("data ") => Some(Class::Host),
        _ => None,
    }
}

/// The end of a value within another one: the next semicolon, or the next blank where there are no such.
fn end_of_part(text: &str, start: usize, around: Around) -> usize {
    let end = run(text, start, |c| {
        c != '\n' && c != '\r' && Some(c) != around.quote
    });
    let part = text.get(start..end).unwrap_or_default();
    let blanks = around.blanks && !part.contains(';');
    let length = part.find(|c: char| c == ';' || blanks && c.is_whitespace());
    start + length.unwrap_or(part.len())
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
