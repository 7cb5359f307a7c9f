//! The forged-request check of the failing request: its tokens, and what is compared with what.

use super::cookie::is_csrf;
use super::{Outcome, Situation};
use crate::evidence::http::parameter;
use crate::evidence::percent::decoded;
use crate::evidence::{Evidence, Request, Spot};

/// Headers that carry a token.
const HEADERS: &[&str] = &[
    "x-csrf-token",
    "x-csrftoken",
    "x-xsrf-token",
    "csrf-token",
    "xsrf-token",
    "x-csrf",
    "x-csrf-header",
    "x-antiforgery-token",
    "requestverificationtoken",
    "anti-csrf-token",
    "x-wp-nonce",
];

/// Fields of forms and JSON bodies that carry one.
const FIELDS: &[&str] = &[
    "csrfmiddlewaretoken",
    "authenticity_token",
    "_csrf",
    "_token",
    "csrf_token",
    "csrfToken",
    "csrf",
    "__RequestVerificationToken",
    "_csrf_token",
    "_wpnonce",
];

/// The characters of Django's tokens, in the order in which masks count.
const DJANGO: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A token as the request carries it.
pub(crate) struct CsrfToken<'e> {
    /// The header's, cookie's or field's name.
    pub(crate) name: &'e str,
    /// Percent-decoded; never shown.
    pub(crate) value: String,
    pub(crate) spot: Spot,
}

/// How the two tokens of a request stand to each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Comparison {
    /// They differ, and nothing explains it but a mismatch.
    Differ,
    /// They belong together.
    Fit,
    /// They are of forms that nobody but the server can compare.
    Incomparable,
}

/// The token in a header or in the body.
pub(crate) fn sent(request: &Request) -> Option<CsrfToken<'_>> {
    let header = HEADERS.iter().find_map(|name| request.headers.first(name));
    if let Some(header) = header.filter(|header| !header.value.is_empty()) {
        return Some(CsrfToken {
            name: &header.name,
            value: header.value.clone(),
            spot: request.spot(header),
        });
    }
    FIELDS.iter().find_map(|name| {
        let value = parameter(&request.body, name)
            .map(decoded)
            .or_else(|| in_json(&request.body, name))
            .or_else(|| request.query(name).map(decoded))?;
        (!value.is_empty()).then(|| CsrfToken {
            name,
            value,
            spot: request.start_spot(),
        })
    })
}

/// The tokens in cookies, in their order.
pub(crate) fn cookies(request: &Request) -> Vec<CsrfToken<'_>> {
    let header = request.headers.first("cookie");
    let found = request.cookies().filter(|(name, _)| is_csrf(name));
    found
        .filter_map(|(name, value)| {
            let spot = request.spot(header?).mark(name);
            Some(CsrfToken {
                name,
                value: decoded(value),
                spot,
            })
        })
        .collect()
}

/// Compares a token that was sent with the cookie's, as the schemes of the common frameworks do.
pub(crate) fn compare(sent: &str, cookie: &str) -> Comparison {
    if sent == cookie {
        return Comparison::Fit;
    }
    // Auth.js and csrf-csrf keep `token|hash` (or `hash.token`) in the cookie and send the token.
    for mark in ['|', '.'] {
        if let Some((front, back)) = cookie.split_once(mark)
            && is_hex(front)
            && is_hex(back)
        {
            return if sent == front || sent == back {
                Comparison::Fit
            } else {
                Comparison::Differ
            };
        }
    }
    if let (Some(one), Some(other)) = (unmasked(sent), unmasked(cookie)) {
        return if one == other {
            Comparison::Fit
        } else {
            Comparison::Differ
        };
    }
    let plain = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let alike = sent.len() == cookie.len() && plain(sent) && plain(cookie);
    if alike {
        Comparison::Differ
    } else {
        Comparison::Incomparable
    }
}

/// Django's secret behind its mask: 32 characters, or 64 of which the first half masks the second.
pub(crate) fn unmasked(token: &str) -> Option<String> {
    if token.len() == 32 && token.bytes().all(|c| at(c).is_some()) {
        return Some(token.to_owned());
    }
    if token.len() != 64 {
        return None;
    }
    let (mask, cipher) = token.split_at_checked(32)?;
    let secret = mask
        .bytes()
        .zip(cipher.bytes())
        .map(|(mask, cipher)| letter(at(cipher)? + DJANGO.len() - at(mask)?));
    secret.collect()
}

/// What such a mask makes of a secret.
pub(crate) fn masked(secret: &str, mask: &str) -> Option<String> {
    let pairs = secret.bytes().zip(mask.bytes());
    pairs
        .map(|(secret, mask)| letter(at(secret)? + at(mask)?))
        .collect()
}

fn at(c: u8) -> Option<usize> {
    DJANGO.iter().position(|known| *known == c)
}

fn letter(place: usize) -> Option<char> {
    DJANGO.get(place % DJANGO.len()).map(|c| char::from(*c))
}

fn is_hex(text: &str) -> bool {
    text.len() >= 32 && text.chars().all(|c| c.is_ascii_hexdigit())
}

fn in_json(body: &str, name: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(body.get(name)?.as_str()?.to_owned())
}

/// Whether something speaks for such a check at all: a cookie, a setting, a product, a message.
pub(crate) fn is_checked(situation: &Situation<'_>) -> bool {
    let Some(request) = situation.request() else {
        return false;
    };
    let named = !cookies(request).is_empty()
        || situation
            .browsing
            .jar
            .iter()
            .any(|stored| is_csrf(stored.cookie.name));
    named || has_setting(situation.evidence) || says_csrf(situation)
}

fn has_setting(evidence: &Evidence) -> bool {
    let mut lines = evidence
        .services
        .iter()
        .flat_map(crate::evidence::Service::settings);
    lines.any(|line| is_csrf(&line.name))
}

/// A call of `WordPress`' REST interface with the cookie of a sign-in and without a nonce: it counts as nobody's.
pub(crate) fn lacks_nonce(request: &Request) -> bool {
    let signed_in = request
        .cookies()
        .any(|(name, _)| name.starts_with("wordpress_logged_in"));
    let by_header = request.headers.first("authorization").is_some();
    request.target.contains("wp-json") && signed_in && sent(request).is_none() && !by_header
}

/// Whether an answer or a log speaks of the check.
pub(crate) fn says_csrf(situation: &Situation<'_>) -> bool {
    let body = situation
        .response()
        .is_some_and(|response| is_csrf(&response.body));
    body || situation.log_line(is_csrf).is_some()
        || situation.is_seen(countersign_verify::Cause::CsrfTokenMissing)
}

/// Whether the failing request is one that such a check refuses: unsafe, with cookies, and refused.
pub(crate) fn is_refused(situation: &Situation<'_>) -> bool {
    let Some(request) = situation
        .request()
        .filter(|_| situation.outcome() == Outcome::Bad)
    else {
        return false;
    };
    let status = situation.response().map_or(403, |response| response.status);
    let bearer = request
        .headers
        .value("authorization")
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("bearer "));
    let answered = matches!(status, 400 | 401 | 403 | 419 | 422)
        || !(400..500).contains(&status) && says_csrf(situation);
    !request.is_safe() && answered && !bearer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_compared_as_frameworks_do() {
        let hex = "0123456789abcdef0123456789abcdef";
        for (sent, cookie, expected) in [
            ("abc", "abc", Comparison::Fit),
            ("abc", "abd", Comparison::Differ),
            (
                hex,
                "0123456789abcdef0123456789abcdef|fedcba98765432100123456789abcdef",
                Comparison::Fit,
            ),
            (
                "00000000000000000000000000000000",
                "0123456789abcdef0123456789abcdef|fedcba98765432100123456789abcdef",
                Comparison::Differ,
            ),
            (
                "short",
                "eyJpdiI6IlBhIiwidmFsdWUi",
                Comparison::Incomparable,
            ),
        ] {
            assert_eq!(compare(sent, cookie), expected, "{sent} {cookie}");
        }
    }

    #[test]
    fn djangos_masks_are_taken_off() {
        let secret = "abcdefghijklmnopqrstuvwxyzABCDEF";
        let mask = "b".repeat(32);
        // A mask of `b` moves every character by one.
        let cipher = "bcdefghijklmnopqrstuvwxyzABCDEFG";
        assert_eq!(
            unmasked(&format!("{mask}{cipher}")).as_deref(),
            Some(secret)
        );
        assert_eq!(compare(&format!("{mask}{cipher}"), secret), Comparison::Fit);
        assert_eq!(
            compare(&format!("{mask}{}", "z".repeat(32)), secret),
            Comparison::Differ
        );
    }
}
