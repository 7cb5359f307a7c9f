//! Signed cookies: the stand-in of one is signed with the stand-in of the secret that signed it.

use super::letters::Letters;
use crate::evidence::{Evidence, Exchange, percent};
use crate::situation::signed_cookie::{Digits, Place, Scheme, Seal, seals, secrets_of};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use countersign_verify::secret_variants;
use std::collections::BTreeMap;

/// A cookie with those that were sent with it.
struct Cookie<'c> {
    name: &'c str,
    value: &'c str,
    all: &'c [(&'c str, &'c str)],
}

/// The stand-ins of the signed cookies of all requests; `draft` has the stand-ins of what they sign, `secrets` those
/// of the secrets.
pub(super) fn stand_ins(
    letters: &Letters,
    before: &Evidence,
    draft: &Evidence,
    secrets: &[(String, String)],
) -> BTreeMap<String, String> {
    let mut made = BTreeMap::new();
    for (was, is) in cookies(before).iter().zip(&cookies(draft)) {
        for (one, other) in was.iter().zip(is) {
            let one = Cookie {
                name: one.0,
                value: one.1,
                all: was,
            };
            let other = Cookie {
                name: other.0,
                value: other.1,
                all: is,
            };
            if let Some(stand_in) = stand_in(letters, &one, &other, secrets) {
                made.insert(one.value.to_owned(), stand_in);
            }
        }
    }
    made
}

fn cookies(evidence: &Evidence) -> Vec<Vec<(&str, &str)>> {
    let exchanges = evidence.failing.iter().chain(&evidence.earlier);
    let requests = exchanges.filter_map(|one: &Exchange| one.request.as_ref());
    requests
        .map(|request| request.cookies().collect())
        .collect()
}

fn stand_in(
    letters: &Letters,
    was: &Cookie<'_>,
    is: &Cookie<'_>,
    secrets: &[(String, String)],
) -> Option<String> {
    let all = seals(was.name, was.value, was.all);
    let signed = all.iter().find_map(|seal| {
        secrets
            .iter()
            .find_map(|pair| key(seal, is.name, pair))
            .map(|key| (seal, Some(key)))
    });
    let (seal, key) = signed.or_else(|| all.first().map(|seal| (seal, None)))?;
    let mac = |input: &[u8]| {
        if let Some(key) = &key {
            return hmac::sign(key, input).as_ref().to_vec();
        }
        // Of a secret that is not known: another signature of the same length, which fits nothing either.
        let drawn = letters.bytes("seal", &seal.mac);
        drawn.iter().cycle().take(seal.mac.len()).copied().collect()
    };
    match seal.place {
        Place::Beside => {
            let signed = is.name.strip_suffix(".sig")?;
            let (_, of) = is.all.iter().find(|(other, _)| *other == signed)?;
            Some(URL_SAFE_NO_PAD.encode(mac(format!("{signed}={of}").as_bytes())))
        }
        Place::Behind(sign, digits) => behind(was, is, seal, (sign, digits), &mac),
        Place::Within => within(letters, was, is, &mac),
    }
}

/// The key that the stand-in of a secret gives where the secret signed.
fn key(seal: &Seal, name: &str, (was, is): &(String, String)) -> Option<hmac::Key> {
    let scheme = match &seal.scheme {
        Scheme::Django(_) => &Scheme::Django(name.to_owned()),
        other => other,
    };
    let of = |was: &[u8], is: &[u8]| {
        let mut pairs = secrets_of(was).zip(secrets_of(is));
        pairs.find_map(|(was, is)| {
            let place = seal.place_of(was)?;
            scheme.keys(is).into_iter().nth(place)
        })
    };
    of(was.as_bytes(), is.as_bytes()).or_else(|| {
        let others = secret_variants(is.as_bytes());
        secret_variants(was.as_bytes()).iter().find_map(|form| {
            let other = others.iter().find(|other| other.how == form.how)?;
            of(&form.bytes, &other.bytes)
        })
    })
}

/// What was signed, with the signature behind a sign.
fn behind(
    was: &Cookie<'_>,
    is: &Cookie<'_>,
    seal: &Seal,
    (sign, digits): (char, Digits),
    mac: &dyn Fn(&[u8]) -> Vec<u8>,
) -> Option<String> {
    let plain = |value: &str| percent::decoded(value.trim_matches('"'));
    let (old, new) = (plain(was.value), plain(is.value));
    let (front, end) = old.rsplit_once(sign)?;
    // `s:` is not signed.
    let marked = front.len().checked_sub(seal.input.len())?;
    let mac = mac(new.rsplit_once(sign)?.0.get(marked..)?.as_bytes());
    let mut text = match digits {
        Digits::UrlSafe => URL_SAFE_NO_PAD.encode(mac),
        Digits::Standard => STANDARD_NO_PAD.encode(mac),
        Digits::Hex => mac
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect(),
    };
    text += end.get(end.trim_end_matches('=').len()..)?;
    if was.value.contains('%') {
        for (sign, escape) in [("+", "%2B"), ("/", "%2F"), ("=", "%3D")] {
            text = text.replace(sign, escape);
        }
    }
    let escaped = format!("%{:02X}", u32::from(sign));
    let start = [sign.to_string(), escaped.to_ascii_lowercase(), escaped]
        .iter()
        .filter_map(|sign| Some(is.value.rfind(sign.as_str())? + sign.len()))
        .max()?;
    let quote = if is.value.ends_with('"') { "\"" } else { "" };
    Some([is.value.get(..start)?, &text, quote].concat())
}

/// Gorilla's `date|value|signature`, all of it in base64: the date stays.
fn within(
    letters: &Letters,
    was: &Cookie<'_>,
    is: &Cookie<'_>,
    mac: &dyn Fn(&[u8]) -> Vec<u8>,
) -> Option<String> {
    let value = percent::decoded(was.value.trim_matches('"'));
    let bare = value.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(bare).ok()?;
    let mut parts = bytes.splitn(3, |byte| *byte == b'|');
    let (date, sealed) = (parts.next()?, parts.next()?);
    let rest = [
        date,
        b"|",
        letters.secret(std::str::from_utf8(sealed).ok()?).as_bytes(),
    ]
    .concat();
    let mac = mac(&[is.name.as_bytes(), b"|", &rest].concat());
    let made = URL_SAFE_NO_PAD.encode([&rest, b"|".as_slice(), &mac].concat());
    Some(made + value.get(bare.len()..)?)
}
