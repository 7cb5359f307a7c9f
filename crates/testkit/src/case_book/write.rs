//! What stands for `«…»`, and the headers that every answer has.

use crate::jose::TestKey;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fmt::Write as _;

/// FNV-1a of a name: the same number for it in every run.
pub(super) fn number_of(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The text with everything between `«` and `»` replaced, from the innermost outwards.
pub(super) fn expand(case: &str, text: &str, now: i64) -> String {
    let mut text = text.to_owned();
    while let Some(end) = text.find('»') {
        let start = text[..end]
            .rfind('«')
            .unwrap_or_else(|| panic!("{case}: a » without its «"));
        let inside = &text[start + '«'.len_utf8()..end];
        let value = one(case, inside, now);
        text.replace_range(start..end + '»'.len_utf8(), &value);
    }
    text
}

fn one(case: &str, inside: &str, now: i64) -> String {
    let (name, rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let seconds = || now + rest.parse::<i64>().unwrap_or_default();
    match name {
        "b64" => STANDARD.encode(bytes(rest)),
        "b64url" => URL_SAFE_NO_PAD.encode(bytes(rest)),
        "hex" => bytes(rest)
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
        "text" => letters(rest, 40),
        "jwe" => jwe(case),
        "jwk" => key(case, rest).public_jwk().to_string(),
        "pem" => key(case, rest).public_pem().trim_end().to_owned(),
        "pem1" => key(case, rest).public_pem().replace('\n', "\\n"),
        "at" => seconds().to_string(),
        "iso" => iso(seconds()),
        "date" => http_date(seconds()),
        "fill" => letters(case, rest.parse().expect("a count")),
        "jws" => jws(case, None, rest, now),
        "jws-as" => {
            let (alg, rest) = rest.split_once(' ').expect("an algorithm");
            jws(case, Some(alg), rest, now)
        }
        other => panic!("{case}: nothing is called {other}"),
    }
}

fn jws(case: &str, alg: Option<&str>, text: &str, now: i64) -> String {
    let text = timed(text, now);
    let (key_name, rest) = text.split_once(' ').expect("a key and its claims");
    let split = rest.find("} {").map_or(0, |at| at + 1);
    let (header, claims) = rest.split_at(split);
    let key = key(case, key_name);
    let mut header: serde_json::Value =
        serde_json::from_str(header).unwrap_or_else(|why| panic!("{case}: {header}: {why}"));
    if let (_, Some(kid)) = named(key_name) {
        header["kid"] = kid.into();
    }
    let claims: serde_json::Value =
        serde_json::from_str(claims.trim()).unwrap_or_else(|why| panic!("{case}: {claims}: {why}"));
    let claims = claims.to_string();
    match alg {
        Some("none") => format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims)
        ),
        Some(alg) => key.sign_as(alg, &header.to_string(), claims.as_bytes()),
        None => key.sign(&header.to_string(), claims.as_bytes()),
    }
}

/// `@-60` outside of quotes becomes the time a minute ago.
fn timed(text: &str, now: i64) -> String {
    let mut out = String::new();
    let mut parts = text.split(":@");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let length = part
            .find(|c: char| c != '-' && c != '+' && !c.is_ascii_digit())
            .unwrap_or(part.len());
        let offset: i64 = part[..length].parse().unwrap_or_default();
        write!(out, ":{}{}", now + offset, &part[length..]).expect("a String takes all");
    }
    out
}

/// A key and its name; a shared secret has none, and may have a `#` in it.
fn named(key: &str) -> (&str, Option<&str>) {
    match key.split_once('#') {
        Some((key, kid)) if !key.starts_with("hs") => (key, Some(kid)),
        Some(_) | None => (key, None),
    }
}

fn key(case: &str, name: &str) -> TestKey {
    let (name, kid) = named(name);
    let key = match name.split_once(':') {
        Some(("hs", secret)) => TestKey::hs(secret.replace("\\n", "\n").replace("\\s", " ")),
        Some(("hs64", secret)) => TestKey::hs(STANDARD.decode(secret).expect("base64")),
        Some(("rsa", "a")) => TestKey::rsa2048(),
        Some(("rsa", "b")) => TestKey::rsa2048_b(),
        Some(("rsa", "c")) => TestKey::rsa2048_c(),
        Some(("ed", seed)) => TestKey::ed25519_of(seed.parse().expect("a seed")),
        _ => panic!("{case}: no key is called {name}"),
    };
    match kid {
        Some(kid) => key.with_kid(kid),
        None => key,
    }
}

/// 32 bytes of a name.
fn bytes(name: &str) -> Vec<u8> {
    (0..8)
        .flat_map(|part| number_of(&format!("{name} {part} {name}")).to_be_bytes())
        .collect()
}

fn letters(name: &str, count: usize) -> String {
    (0..=count / 32)
        .map(|part| URL_SAFE_NO_PAD.encode(bytes(&format!("{name}{part}"))))
        .collect::<String>()
        .replace(['-', '_'], "x")
        .chars()
        .take(count)
        .collect()
}

/// RFC 7516, section 3.1, with direct encryption, as `NextAuth` writes it: its second part is empty.
fn jwe(case: &str) -> String {
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256GCM"}"#);
    let part = |name: &str, count| letters(&format!("{case}{name}"), count);
    format!(
        "{head}..{}.{}.{}",
        part("iv", 16),
        part("text", 214),
        part("tag", 22)
    )
}

fn iso(at: i64) -> String {
    let (year, month, day) = date_of(at);
    format!("{year}-{month:02}-{day:02}T{}Z", clock(at))
}

fn clock(at: i64) -> String {
    let second = at.rem_euclid(86_400);
    format!(
        "{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

fn http_date(at: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (year, month, day) = date_of(at);
    let weekday = usize::try_from(at.div_euclid(86_400).rem_euclid(7)).expect("0 to 6");
    let month = usize::try_from(month - 1).expect("0 to 11");
    format!(
        "{}, {day:02} {} {year} {} GMT",
        DAYS[weekday],
        MONTHS[month],
        clock(at)
    )
}

/// Year, month and day of a time after 1970 (the proleptic Gregorian calendar, counted from March).
fn date_of(at: i64) -> (i64, i64, i64) {
    let days = at.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The last answer in a file with `Date` and `Content-Length`, as every server sends them.
pub(super) fn with_headers(text: &str, now: i64) -> String {
    let Some(start) = text
        .find("HTTP/1.1 ")
        .filter(|at| *at == 0)
        .or_else(|| text.find("\nHTTP/1.1 ").map(|at| at + 1))
    else {
        return text.to_owned();
    };
    let (before, answer) = text.split_at(start);
    let (head, body) = answer
        .trim_end()
        .split_once("\n\n")
        .unwrap_or((answer.trim_end(), ""));
    let mut head = head.to_owned();
    if !head.contains("\nDate: ") {
        let line = head.find('\n').unwrap_or(head.len());
        head.insert_str(line, &format!("\nDate: {}", http_date(now)));
    }
    if !head.contains("\nContent-Length: ") && !head.contains("\nTransfer-Encoding: ") {
        write!(head, "\nContent-Length: {}", body.len()).expect("a String takes all");
    }
    format!("{before}{head}\n\n{body}\n")
}
