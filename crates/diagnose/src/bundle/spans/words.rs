//! Parts that show by themselves what they are: tokens, keys, addresses, drawn identifiers.

use super::super::wrapped::Wrapped;
use super::super::{hosts, keep};
use super::{Class, Span, run, run_back};

const BEGIN: &str = "-----BEGIN ";

/// PEM blocks, whole or cut off.
pub(super) fn pem(text: &str, found: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(BEGIN)) {
        let start = from + at;
        let rest = text.get(start..).unwrap_or_default();
        let next = rest
            .get(BEGIN.len()..)
            .and_then(|rest| rest.find(BEGIN))
            .map_or(rest.len(), |at| at + BEGIN.len());
        let block = rest.get(..next).unwrap_or_default();
        let end = block.find("-----END").map_or_else(
            || cut_off(block),
            |at| {
                run(block, at + 8, |c| {
                    c.is_ascii_uppercase() || c == ' ' || c == '-'
                })
            },
        );
        found.push(Span {
            range: start..start + end,
            class: Class::Pem,
        });
        from = start + end.max(1);
    }
}

/// Where a block without an end ends: after the last line of base64.
fn cut_off(block: &str) -> usize {
    let mut end = 0;
    for (at, line) in block.split_inclusive('\n').enumerate() {
        let bare = line.trim();
        let is_body = bare
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=\\\"'".contains(&byte));
        if at > 0 && (bare.is_empty() || !is_body) {
            break;
        }
        end += line.len();
    }
    end
}

/// What begins as JSON in base64: tokens above all.
pub(super) fn encoded(text: &str, found: &mut Vec<Span>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.+/=".contains(c);
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("eyJ")) {
        let start = from + at;
        let before = text
            .get(..start)
            .and_then(|before| before.chars().next_back());
        let end = run(text, start, is_part);
        let end = run_back(text, end, |c| c == '.' || c == '/').max(start + 3);
        let fresh = before.is_none_or(|c| !c.is_ascii_alphanumeric());
        if fresh && end > start + 12 {
            found.push(Span {
                range: start..end,
                class: Class::Encoded,
            });
        }
        from = end;
    }
}

/// Other texts in base64.
pub(super) fn wrapped(text: &str, found: &mut Vec<Span>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(is_part)) {
        let start = from + at;
        let body = run(text, start, is_part);
        let end = body + run(text.get(body..).unwrap_or_default(), 0, |c| c == '=').min(2);
        if Wrapped::read(text.get(start..end).unwrap_or_default()).is_some() {
            found.push(Span {
                range: start..end,
                class: Class::Wrapped,
            });
        }
        from = end;
    }
}

/// Identifiers, hosts and addresses, word by word.
pub(super) fn find(text: &str, is_known: &dyn Fn(&str) -> bool, found: &mut Vec<Span>) {
    let in_word = |c: char| {
        c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.' || c == ':' || c == '+'
    };
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(in_word)) {
        let start = from + at;
        let end = run(text, start, in_word);
        let before = text
            .get(..start)
            .and_then(|before| before.chars().next_back());
        // The two digits of an escape are no part of the word.
        let escape = before == Some('%')
            && text
                .get(start..end)
                .is_some_and(|word| word.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
        word(
            text,
            if escape { end.min(start + 2) } else { start },
            end,
            before,
            is_known,
            found,
        );
        from = end;
    }
    for sign in ["@", "%40"] {
        for (at, _) in text.match_indices(sign) {
            email(text, at, at + sign.len(), found);
        }
    }
}

fn word(
    text: &str,
    start: usize,
    end: usize,
    before: Option<char>,
    is_known: &dyn Fn(&str) -> bool,
    found: &mut Vec<Span>,
) {
    let whole = text.get(start..end).unwrap_or_default();
    let mut push = |range, class| found.push(Span { range, class });
    if is_v6(whole) {
        return push(start..end, Class::Address);
    }
    if whole.starts_with('+')
        && (9..=17).contains(&whole.len())
        && whole.bytes().skip(1).all(|byte| byte.is_ascii_digit())
    {
        return push(start + 1..end, Class::Phone);
    }
    // What stands before a value is its name: that of a cookie often has a hash at its end.
    let after = text.get(end..).unwrap_or_default().as_bytes();
    let is_name =
        after.first() == Some(&b'=') && after.get(1).is_some_and(u8::is_ascii_alphanumeric);
    let mut at = start;
    for part in whole.split([':', '+']) {
        let bare = part.trim_matches('.');
        let from = at + (part.len() - part.trim_start_matches('.').len());
        if is_v4(bare)
            && !before.is_some_and(|c| {
                c == '/' && at == start && !text.get(..start).unwrap_or_default().ends_with("//")
            })
        {
            push(from..from + bare.len(), Class::Address);
        } else if bare.contains('.')
            && (hosts::looks_like_one(bare)
                || hosts::site(bare).is_some_and(|site| is_known(&site)))
        {
            push(from..from + bare.len(), Class::Host);
        } else if !is_name {
            drawn(bare, from, &mut push);
        }
        at += part.len() + 1;
    }
}

/// Drawn identifiers: UUIDs, and long words that mix digits and letters.
fn drawn(bare: &str, start: usize, push: &mut impl FnMut(std::ops::Range<usize>, Class)) {
    if let Some(at) = uuid(bare) {
        return push(start + at..start + at + 36, Class::Opaque);
    }
    if is_pool(bare) {
        return push(start + bare.len() - 9..start + bare.len(), Class::Opaque);
    }
    let mut at = start;
    for part in bare.split('.') {
        if part.len() >= 20 && keep::is_random(part) {
            push(at..at + part.len(), Class::Opaque);
        }
        at += part.len() + 1;
    }
}

fn uuid(word: &str) -> Option<usize> {
    let is_one = |text: &str| {
        text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let last = word.len().checked_sub(36)?;
    (0..=last.min(8)).find(|at| word.get(*at..at + 36).is_some_and(is_one))
}

/// A user pool of Cognito: `eu-west-1_AbCdEfGhI`.
fn is_pool(word: &str) -> bool {
    word.rsplit_once('_').is_some_and(|(region, id)| {
        id.len() == 9
            && region.matches('-').count() >= 2
            && region.len() < 20
            && region
                .split('-')
                .next_back()
                .is_some_and(|last| last.len() == 1)
    })
}

fn is_v4(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let [first, second, _, _] = parts.as_slice() else {
        return false;
    };
    let own = match (*first, second.parse::<u8>()) {
        ("0" | "10" | "127" | "169" | "255", _)
        | ("192", Ok(168))
        | ("172", Ok(16..=31))
        | ("100", Ok(64..=127)) => true,
        (_, _) => parts == ["1", "1", "1", "1"] || parts == ["8", "8", "8", "8"],
    };
    !own && parts
        .iter()
        .all(|part| !part.is_empty() && part.len() <= 3 && part.parse::<u8>().is_ok())
}

fn is_v6(word: &str) -> bool {
    // Without the two colons that stand for noughts it has all of its groups, and is no date before a time.
    word.starts_with(['2', '3'])
        && (word.contains("::") || word.matches(':').count() == 7)
        && word
            .split(':')
            .all(|part| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
        && word.split(':').next().is_some_and(|part| part.len() == 4)
}

fn email(text: &str, at: usize, after: usize, found: &mut Vec<Span>) {
    let start = run_back(text, at, |c| c.is_alphanumeric() || "._%+-".contains(c));
    let end = run(text, after, |c| {
        c.is_ascii_alphanumeric() || c == '.' || c == '-'
    });
    let host = text
        .get(after..end)
        .unwrap_or_default()
        .trim_end_matches(['.', '-']);
    let top = host.rsplit('.').next().unwrap_or_default();
    if start == at
        || !host.contains('.')
        || top.len() < 2
        || !top.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        return;
    }
    found.push(Span {
        range: start..at,
        class: Class::Person,
    });
    found.push(Span {
        range: after..after + host.len(),
        class: Class::Host,
    });
}
