//! Sessions that a cookie holds: when they were made, and by which key.

use super::{Situation, http_date};
use crate::evidence::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::ops::Range;

/// What begins every payload of ASP.NET's data protection.
const PROTECTED: [u8; 4] = [0x09, 0xf0, 0xc9, 0xf0];

impl Situation<'_> {
    /// When the session was made that the failing request carries: by the sign-in that set its cookie, else by the
    /// cookie itself.
    pub(crate) fn session_made_at(&self) -> Option<i64> {
        let request = self.request()?;
        let answers = self
            .evidence
            .earlier
            .iter()
            .filter_map(|one| one.response.as_ref());
        let by_sign_in = answers.into_iter().find_map(|answer| {
            let date = http_date::read(answer.headers.value("date")?)?;
            let set = answer.headers.all("set-cookie").any(|header| {
                let pair = header.value.split(';').next().unwrap_or_default();
                let pair = pair.trim().split_once('=');
                pair.is_some_and(|pair| request.cookies().any(|cookie| cookie == pair))
            });
            set.then_some(date)
        });
        by_sign_in.or_else(|| request.cookies().find_map(|(_, value)| dated(value)))
    }

    /// Whether the failing request carries a session that the program keeps on its own side, under a number.
    pub(crate) fn carries_a_session_number(&self) -> bool {
        let names = [
            "connect.sid",
            "jsessionid",
            "phpsessid",
            "session_id",
            "sid",
            "sessionid",
        ];
        let numbered = |value: &str| !value.contains('.') && !value.contains(':');
        self.request().is_some_and(|request| {
            request.cookies().any(|(name, value)| {
                let name = name.to_ascii_lowercase();
                names.contains(&name.as_str()) && (numbered(value) || value.starts_with("s%3A"))
            })
        })
    }

    /// The keys of ASP.NET's data protection that the cookies of the failing request name.
    pub(crate) fn protecting_keys(&self) -> Vec<String> {
        let requests = self.request().into_iter();
        let cookies = requests.flat_map(Request::cookies);
        cookies
            .filter_map(|(_, value)| protecting_key(value))
            .collect()
    }
}

/// Whether a text is a session of itsdangerous: a payload, a time and a signature (Flask, Starlette).
pub(crate) fn is_dated(text: &str) -> bool {
    dated(text).is_some()
}

/// The time that itsdangerous has signed.
fn dated(text: &str) -> Option<i64> {
    time_in(text).map(|(_, time)| time)
}

/// Where that time stands, and which it is.
pub(crate) fn time_in(text: &str) -> Option<(Range<usize>, i64)> {
    let mut parts = text.rsplitn(3, '.');
    let (signature, time, payload) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes: [u8; 4] = URL_SAFE_NO_PAD.decode(time).ok()?.try_into().ok()?;
    let plain = !payload.trim_start_matches('.').contains('.');
    // 27 characters of SHA-1, 43 of SHA-256.
    let range = payload.len() + 1..payload.len() + 1 + time.len();
    (plain && matches!(signature.len(), 27 | 43))
        .then(|| (range, i64::from(u32::from_be_bytes(bytes))))
}

/// .NET writes the first three numbers of an id with their lowest byte first.
const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/// The id of the key that sealed a payload of ASP.NET's data protection, as its log writes it.
pub(crate) fn protecting_key(value: &str) -> Option<String> {
    let start = value.get(..28)?;
    let bytes = URL_SAFE_NO_PAD.decode(start).ok()?;
    let id = bytes.strip_prefix(&PROTECTED)?;
    let mut text = String::new();
    for (count, at) in ORDER.into_iter().enumerate() {
        if matches!(count, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = id.get(at)?;
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16)?);
        }
    }
    Some(text)
}

/// The beginning of a payload with the id of another key in it: of as many characters as hold the id.
pub(crate) fn protected_by(value: &str, id: &str) -> Option<String> {
    let mut bytes = URL_SAFE_NO_PAD.decode(value.get(..28)?).ok()?;
    let digits: Vec<u8> = id
        .chars()
        .filter_map(|c| u8::try_from(c.to_digit(16)?).ok())
        .collect();
    for (pair, at) in digits.chunks(2).zip(ORDER) {
        let [high, low] = *pair else { return None };
        *bytes.get_mut(PROTECTED.len() + at)? = high << 4 | low;
    }
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protected_cookie_names_its_key() {
        let value = "CfDJ8Ew-0ly0BoxHhead87paX3ykljFT7-YdRg6NW";
        assert_eq!(
            protecting_key(value).as_deref(),
            Some("5cd23e4c-06b4-478c-85e6-9df3ba5a5f7c")
        );
        assert_eq!(protecting_key("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"), None);
        let other = "8ef12f1e-97a8-482e-84b9-2cd4eb9f7c8a";
        assert_eq!(
            protecting_key(&protected_by(value, other).unwrap()).as_deref(),
            Some(other)
        );
    }

    #[test]
    fn a_signed_session_has_its_time_in_it() {
        assert!(is_dated("eyJhIjoxfQ.bDHSOQ.v18sRXzNAC5owwKfbLrhnVD-rWc"));
        assert!(is_dated(
            ".eJwljjEOwzAIAP.bDHSOQ.v18sRXzNAC5owwKfbLrhnVD-rWc"
        ));
        assert!(!is_dated(
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.JoysCcyz9DAkaG_LWbaFaiKXW7qXX8L7d3yKtNp4fk0"
        ));
    }
}
