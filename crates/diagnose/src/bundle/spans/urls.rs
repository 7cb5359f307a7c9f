//! The parts of URLs that are somebody's: user, password, host, secrets in queries.

use super::{Class, Span, run, run_back};

/// Finds the parts of every URL.
pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    for (at, _) in text.match_indices("://") {
        let scheme = text
            .get(run_back(text, at, |c| c.is_ascii_alphanumeric() || "+.-".contains(c))..at)
            .unwrap_or_default();
        if !scheme.is_empty() {
            one(text, scheme, at + 3, found);
        }
    }
    for mark in ["%3A%2F%2F", "%3a%2f%2f"] {
        for (at, _) in text.match_indices(mark) {
            let start = at + mark.len();
            let end = run(text, start, |c| {
                c.is_ascii_alphanumeric() || ".-_".contains(c)
            });
            if text.get(start..end).is_some_and(|host| host.contains('.')) {
                found.push(Span {
                    range: start..end,
                    class: Class::Host,
                });
            }
        }
    }
    for (at, _) in text.match_indices(['?', '&']) {
        parameter(text, at + 1, found);
    }
}

fn one(text: &str, scheme: &str, start: usize, found: &mut Vec<Span>) {
    let end = run(text, start, |c| !c.is_whitespace() && !"\"'`<>".contains(c));
    let whole = text.get(start..end).unwrap_or_default();
    let authority = whole
        .find(['/', '?', '#', ',', ')', ';', '\\'])
        .unwrap_or(whole.len());
    let web = scheme.starts_with("http") || scheme.starts_with("ws");
    // A password may hold what should have been encoded; only a database's URL is read so far.
    let user_end = match whole.get(..authority).and_then(|before| before.rfind('@')) {
        Some(at) if web => Some(at),
        None if web => None,
        _ => whole.rfind('@').filter(|at| {
            whole.find('?').is_none_or(|query| *at < query)
                || !whole.get(..*at).unwrap_or_default().contains('?')
        }),
    };
    let host_start = user_end.map_or(start, |at| start + at + 1);
    if let Some(at) = user_end {
        let user = whole.get(..at).unwrap_or_default();
        let name = user.find(':').unwrap_or(user.len());
        found.push(Span {
            range: start..start + name,
            class: Class::Person,
        });
        if name < user.len() {
            found.push(Span {
                range: start + name + 1..start + at,
                class: Class::Secret,
            });
        }
    }
    let host_end = run(text, host_start, |c| {
        c.is_ascii_alphanumeric() || ".-_*".contains(c)
    })
    .min(end);
    if text
        .get(host_start..host_end)
        .is_some_and(|host| host.contains('.'))
    {
        found.push(Span {
            range: host_start..host_end,
            class: Class::Host,
        });
    }
    if text.get(host_start..host_end) == Some("securetoken.google.com") {
        // The project's name is the path, and the audience.
        let path = host_end + 1;
        found.push(Span {
            range: path..run(text, path, |c| c.is_ascii_alphanumeric() || c == '-'),
            class: Class::Person,
        });
    }
}

fn parameter(text: &str, start: usize, found: &mut Vec<Span>) {
    let name_end = run(text, start, |c| {
        c.is_ascii_alphanumeric() || "_-.".contains(c)
    });
    if !text.get(name_end..).unwrap_or_default().starts_with('=') {
        return;
    }
    let name = text
        .get(start..name_end)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let end = run(text, name_end + 1, |c| {
        !c.is_whitespace() && !"&#\"'`<>;,)\\".contains(c)
    });
    let value = text.get(name_end + 1..end).unwrap_or_default();
    let secret = [
        "token",
        "secret",
        "password",
        "passwd",
        "apikey",
        "api_key",
        "ticket",
        "assertion",
    ]
    .iter()
    .any(|part| name.contains(part));
    let drawn = [
        "code",
        "state",
        "nonce",
        "sid",
        "session",
        "sig",
        "signature",
        "key",
        "code_challenge",
        "code_verifier",
    ]
    .contains(&name.as_str());
    if (secret && !super::keep::is_wordy(value))
        || (drawn && value.len() >= 8 && !super::keep::is_wordy(value))
    {
        found.push(Span {
            range: name_end + 1..end,
            class: Class::Secret,
        });
    }
}
