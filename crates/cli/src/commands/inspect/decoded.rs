//! What stands in a token, believed or not.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::Timestamp;
use serde_json::{Map, Value};

use crate::table::pairs;

/// The parts of a token that can be read without a key. Nothing here has been verified.
#[derive(Debug, Default)]
pub struct Decoded {
    /// The protected header, if the first part is one (RFC 7515, section 4).
    pub header: Option<Map<String, Value>>,
    /// The claims, if the second part has some (RFC 7519, section 4).
    pub claims: Option<Map<String, Value>>,
}

impl Decoded {
    /// Reads what can be read.
    pub fn new(token: &str) -> Self {
        let mut parts = token.split('.');
        let header = parts.next().and_then(object);
        // Without a header there is no telling what the second part is.
        let claims = header.as_ref().and_then(|_| parts.next()).and_then(object);
        Self { header, claims }
    }

    /// Whether this is a JWE: only its header has `enc` (RFC 7516, section 9).
    pub fn is_encrypted(&self) -> bool {
        let header = self.header.as_ref();
        header.is_some_and(|header| header.contains_key("enc"))
    }

    /// Header and claims for people, with times as dates and their distance from `now`.
    pub fn human(&self, now: i64) -> String {
        let mut out = String::new();
        for (name, members) in [("Header", &self.header), ("Claims", &self.claims)] {
            let Some(members) = members else { continue };
            out.push_str(name);
            out.push('\n');
            let rows: Vec<_> = members
                .iter()
                .map(|(name, value)| (name.as_str(), shown(name, value, now)))
                .collect();
            for line in pairs(&rows).lines() {
                let _ = writeln!(out, "  {line}");
            }
            out.push('\n');
        }
        out
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    match serde_json::from_slice(&bytes).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Claims that are points in time (RFC 7519, section 4.1; OIDC Core, section 2).
const DATES: [&str; 5] = ["auth_time", "exp", "iat", "nbf", "updated_at"];

fn shown(name: &str, value: &Value, now: i64) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value.as_i64().filter(|_| DATES.contains(&name)) {
        Some(seconds) => format!("{text}  {}", moment(seconds, now)),
        None => text,
    }
}

/// `2026-07-01 12:00:00Z, 5 min ago`
pub fn moment(seconds: i64, now: i64) -> String {
    let text = Timestamp::from_seconds(seconds).to_string();
    let date = text
        .split('.')
        .next()
        .unwrap_or(&text)
        .replacen('T', " ", 1);
    let distance = span(seconds.abs_diff(now));
    match seconds.cmp(&now) {
        std::cmp::Ordering::Less => format!("{date}Z, {distance} ago"),
        std::cmp::Ordering::Equal => format!("{date}Z, now"),
        std::cmp::Ordering::Greater => format!("{date}Z, in {distance}"),
    }
}

/// A span in its largest unit that says enough.
fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        172_800..63_072_000 => format!("{} days", seconds / 86_400),
        _ => format!("{} years", seconds / 31_536_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.sig", part(header), part(claims))
    }

    #[test]
    fn header_and_claims_are_read_whatever_the_signature() {
        let decoded = Decoded::new(&token(r#"{"alg":"none"}"#, r#"{"sub":"a","exp":100}"#));
        assert_eq!(decoded.header.unwrap()["alg"], "none");
        assert_eq!(decoded.claims.unwrap()["exp"], 100);
    }

    #[test]
    fn what_is_no_token_has_nothing_to_read() {
        for text in [
            "",
            "a",
            "a.b.c",
            "csr_abcdef",
            "....",
            "W10.W10.W10",
            "é.é.é",
        ] {
            let decoded = Decoded::new(text);
            assert!(
                decoded.header.is_none() && decoded.claims.is_none(),
                "{text}"
            );
        }
    }

    #[test]
    fn times_are_dates_with_their_distance() {
        let decoded = Decoded::new(&token(
            r#"{"alg":"HS256"}"#,
            r#"{"exp":1700000000,"sub":"1700000000"}"#,
        ));
        let text = decoded.human(1_700_000_060);
        assert!(
            text.contains("exp  1700000000  2023-11-14 22:13:20Z, 60 s ago"),
            "{text}"
        );
        assert!(text.contains("sub  1700000000\n"), "{text}");
    }

    #[test]
    fn distances_have_the_unit_that_says_enough() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00Z, now"),
            (119, "1970-01-01 00:01:59Z, in 119 s"),
            (-120, "1969-12-31 23:58:00Z, 2 min ago"),
            (7200, "1970-01-01 02:00:00Z, in 2 h"),
            (172_800, "1970-01-03 00:00:00Z, in 2 days"),
            (1_700_000_000, "2023-11-14 22:13:20Z, in 53 years"),
        ] {
            assert_eq!(moment(seconds, 0), text);
        }
        for seconds in [i64::MIN, i64::MAX] {
            assert!(!moment(seconds, 0).is_empty());
        }
    }

    #[test]
    fn claims_cannot_steer_the_terminal() {
        let decoded = Decoded::new(&token(
            r#"{"alg":"HS256"}"#,
            r#"{"sub":"\u001b[2J","\u001b[2J":1}"#,
        ));
        assert!(!decoded.human(0).contains('\u{1b}'));
    }
}
