//! Cookies that programs sign with a secret: how each library does it, and whether a secret did.

use super::Situation;
use super::signature::Signature;
use crate::evidence::{Spot, percent};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// How many signed cookies of a request are tried, so that its cost has a bound.
const MOST_COOKIES: usize = 6;

/// Above this, browsers do not send it (RFC 6265, section 6.1).
const LONGEST: usize = 8_192;

/// How many keys of one list are tried.
const MOST_KEYS: usize = 8;

/// Salts of itsdangerous: Starlette's `TimestampSigner`, and a `URLSafeTimedSerializer` without a salt of its own.
const CONCAT_SALTS: &[&str] = &["itsdangerous.Signer", "itsdangerous"];

/// The salt of Flask's sessions.
const FLASK_SALT: &str = "cookie-session";

/// Django's salts of its own cookies, each with what it puts before the secret.
const DJANGO_SALTS: &[(&str, &str)] = &[
    ("django.contrib.sessions.backends.signed_cookies", ""),
    ("django.contrib.messages", DJANGO_COOKIE),
];

/// What `get_cookie_signer` puts before the secret.
const DJANGO_COOKIE: &str = "django.http.cookies";

/// A cookie of the failing request that looks as if a library had signed it.
pub(crate) struct SignedCookie<'e> {
    pub(crate) spot: Spot,
    /// Which known secrets made its signature.
    pub(crate) signature: Signature<'e>,
    seals: Vec<Seal>,
}

/// A way in which a value may have been signed.
pub(crate) struct Seal {
    pub(crate) scheme: Scheme,
    pub(crate) input: Vec<u8>,
    pub(crate) mac: Vec<u8>,
    pub(crate) place: Place,
}

/// Where the signature stands.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// In a cookie of its own.
    Beside,
    /// Behind a sign.
    Behind(char, Digits),
    /// In the bytes that are encoded as a whole.
    Within,
}

/// How a signature is written.
#[derive(Clone, Copy)]
pub(crate) enum Digits {
    UrlSafe,
    Standard,
    Hex,
}

/// How the key is made of a secret.
pub(crate) enum Scheme {
    /// The secret itself is the key.
    Plain(hmac::Algorithm),
    /// Flask, Starlette and what else uses itsdangerous.
    ItsDangerous,
    /// Django, of a cookie of this name.
    Django(String),
}

impl Situation<'_> {
    /// Where the signed cookies of the failing request stand, and how they may be signed.
    fn sealed(&self) -> impl Iterator<Item = (Spot, Vec<Seal>)> {
        let requests = self.request().into_iter();
        requests.flat_map(|request| {
            let header = request.headers.all("cookie").next();
            let spot = header.map_or_else(|| request.start_spot(), |header| request.spot(header));
            let all: Vec<_> = request.cookies().collect();
            let sealed = all.iter().map(|(name, value)| seals(name, value, &all));
            let sealed: Vec<_> = sealed.filter(|seals| !seals.is_empty()).collect();
            let few = sealed.into_iter().take(MOST_COOKIES);
            few.map(move |seals| (spot.clone(), seals))
        })
    }
}

impl<'e> Situation<'e> {
    /// The signed cookies of the failing request, every known secret tried on them.
    pub(super) fn signed_cookies(&self) -> Vec<SignedCookie<'e>> {
        let cookies = self.sealed().map(|(spot, seals)| {
            let signature = Signature::of_other(&|secret| made_by(&seals, secret), self.evidence);
            SignedCookie {
                spot,
                signature,
                seals,
            }
        });
        cookies.collect()
    }
}

impl SignedCookie<'_> {
    /// Whether this secret signed it.
    pub(crate) fn is_signed_by(&self, secret: &[u8]) -> bool {
        made_by(&self.seals, secret)
    }
}

/// Whether a secret made one of the seals, or one of the keys of a list, as Koa and cookie-session take them.
fn made_by(seals: &[Seal], secret: &[u8]) -> bool {
    secrets_of(secret).any(|key| seals.iter().any(|seal| seal.place_of(key).is_some()))
}

/// The secret, and those in it if it is a list.
pub(crate) fn secrets_of(secret: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = std::iter::once(secret);
    let listed = secret.split(|byte| *byte == b',').take(MOST_KEYS);
    let parts = listed.filter(|_| secret.contains(&b',')).map(bare);
    whole.chain(parts).filter(|key| !key.is_empty())
}

/// A key of a list without blanks, brackets and quotes.
fn bare(mut key: &[u8]) -> &[u8] {
    let around = |byte: &u8| byte.is_ascii_whitespace() || b"[]\"'".contains(byte);
    while let Some((_, rest)) = key.split_first().filter(|(byte, _)| around(byte)) {
        key = rest;
    }
    while let Some((_, rest)) = key.split_last().filter(|(byte, _)| around(byte)) {
        key = rest;
    }
    key
}

impl Seal {
    /// Which of the keys that are made of a secret signed it.
    pub(crate) fn place_of(&self, secret: &[u8]) -> Option<usize> {
        // Compares in constant time.
        let mut keys = self.scheme.keys(secret).into_iter();
        keys.position(|key| hmac::verify(&key, &self.input, &self.mac).is_ok())
    }
}

impl Scheme {
    /// The keys that may be made of a secret, always in the same order.
    pub(crate) fn keys(&self, secret: &[u8]) -> Vec<hmac::Key> {
        match self {
            Self::Plain(algorithm) => vec![hmac::Key::new(*algorithm, secret)],
            Self::ItsDangerous => {
                let algorithm = hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
                let flask = hmac::Key::new(algorithm, secret);
                let flask = hmac::sign(&flask, FLASK_SALT.as_bytes());
                let concat = CONCAT_SALTS.iter().map(|salt| {
                    let key = [salt.as_bytes(), b"signer", secret].concat();
                    let key = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &key);
                    hmac::Key::new(algorithm, key.as_ref())
                });
                std::iter::once(hmac::Key::new(algorithm, flask.as_ref()))
                    .chain(concat)
                    .collect()
            }
            Self::Django(name) => {
                let own = (name.as_str(), DJANGO_COOKIE);
                let salts = DJANGO_SALTS.iter().copied().chain([own]);
                let keys = salts.map(|(salt, before)| {
                    let key = [salt.as_bytes(), b"signer", before.as_bytes(), secret].concat();
                    let key = digest::digest(&digest::SHA256, &key);
                    hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())
                });
                keys.collect()
            }
        }
    }
}

/// The ways in which a cookie may be signed, by the form of its value.
pub(crate) fn seals(name: &str, value: &str, all: &[(&str, &str)]) -> Vec<Seal> {
    if value.len() > LONGEST {
        return Vec::new();
    }
    let value = percent::decoded(value.trim_matches('"'));
    let found = [
        by_keygrip(name, &value, all),
        by_cookie_signature(&value),
        by_itsdangerous(&value),
        by_django(name, &value),
        by_flask_login(&value),
        by_securecookie(name, &value),
    ];
    found.into_iter().flatten().collect()
}

/// Koa, koa-session and cookie-session: a cookie beside the one that it signs.
fn by_keygrip(name: &str, value: &str, all: &[(&str, &str)]) -> Option<Seal> {
    let signed = name.strip_suffix(".sig")?;
    let (_, of) = all.iter().find(|(other, _)| *other == signed)?;
    seal(
        Scheme::Plain(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        format!("{signed}={of}"),
        of_length(URL_SAFE_NO_PAD.decode(value).ok()?, 20)?,
        Place::Beside,
    )
}

/// Express and Fastify (`s:` or nothing before it), Hono and Better Auth (with padding).
fn by_cookie_signature(value: &str) -> Option<Seal> {
    let marked = value.strip_prefix("s:");
    let (input, mac) = marked.unwrap_or(value).rsplit_once('.')?;
    // What begins so and has three parts is a JWT.
    if marked.is_none() && input.starts_with("ey") && input.contains('.') {
        return None;
    }
    let mac = STANDARD_NO_PAD.decode(mac.trim_end_matches('=')).ok()?;
    let mac = of_length(mac, 32)?;
    let scheme = Scheme::Plain(hmac::HMAC_SHA256);
    let place = Place::Behind('.', Digits::Standard);
    seal(scheme, input.to_owned(), mac, place)
}

fn by_itsdangerous(value: &str) -> Option<Seal> {
    super::session_cookie::is_dated(value).then_some(())?;
    let (input, mac) = value.rsplit_once('.')?;
    let mac = of_length(URL_SAFE_NO_PAD.decode(mac).ok()?, 20)?;
    let place = Place::Behind('.', Digits::UrlSafe);
    seal(Scheme::ItsDangerous, input.to_owned(), mac, place)
}

/// A value, a time and a signature between colons.
fn by_django(name: &str, value: &str) -> Option<Seal> {
    let (input, mac) = value.rsplit_once(':')?;
    input.contains(':').then_some(())?;
    let mac = of_length(URL_SAFE_NO_PAD.decode(mac).ok()?, 32)?;
    let scheme = Scheme::Django(name.to_owned());
    let place = Place::Behind(':', Digits::UrlSafe);
    seal(scheme, input.to_owned(), mac, place)
}

/// The cookie with which Flask-Login remembers a user: the id and a signature in hex.
fn by_flask_login(value: &str) -> Option<Seal> {
    let (input, mac) = value.rsplit_once('|')?;
    let digits = mac.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let mac = of_length(digits.collect::<Option<_>>()?, 64)?;
    let scheme = Scheme::Plain(hmac::HMAC_SHA512);
    let place = Place::Behind('|', Digits::Hex);
    seal(scheme, input.to_owned(), mac, place)
}

/// Gorilla: `date|value|` and the bytes of the signature, all of it in base64; the name is signed too.
fn by_securecookie(name: &str, value: &str) -> Option<Seal> {
    let bytes = URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')).ok()?;
    let (rest, mac) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
    let rest = std::str::from_utf8(rest.strip_suffix(b"|")?).ok()?;
    let (date, _) = rest.split_once('|')?;
    let dated = !date.is_empty() && date.bytes().all(|byte| byte.is_ascii_digit());
    dated.then_some(())?;
    let input = format!("{name}|{rest}");
    let scheme = Scheme::Plain(hmac::HMAC_SHA256);
    seal(scheme, input, mac.to_vec(), Place::Within)
}

fn of_length(mac: Vec<u8>, length: usize) -> Option<Vec<u8>> {
    (mac.len() == length).then_some(mac)
}

fn seal(scheme: Scheme, input: String, mac: Vec<u8>, place: Place) -> Option<Seal> {
    let input = input.into_bytes();
    (!input.is_empty()).then_some(Seal {
        scheme,
        input,
        mac,
        place,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cookies that the libraries made: the header, and the secret.
    const MADE: &[(&str, &str)] = &[
        // Flask 3
        (
            "session=eyJ1c2VyX2lkIjo3fQ.aw3nsw.f8zjoLgYhNa-oVykIKmYvQpf_wc",
            "flask-secret-A1b2",
        ),
        // Starlette's SessionMiddleware
        (
            "session=eyJ1c2VyIjogN30=.aw3nsw.qAwhG_vaHV6T_BEqURlPp-w3q5Y",
            "starlette-secret",
        ),
        // URLSafeTimedSerializer
        (
            "sid=eyJ1c2VyIjo3fQ.aw3nsw.mNMM-tJqZ51EzPfdm9MqWsSlOuA",
            "plain-secret",
        ),
        // django.contrib.sessions.backends.signed_cookies
        (
            "sessionid=eyJfYXV0aF91c2VyX2lkIjoiNyJ9:1xY8jj:l8Fq7TWUpf3bl6d9BcHkSB_kOlu9Jxd1zcT4wJdcsiI",
            "django-secret-c3d4",
        ),
        // HttpResponse.set_signed_cookie
        (
            "uid=7:1xY8jj:tQpY6wwU3z5q5JM0rxH6ejreCY0ALibALXFV8RB1qQY",
            "django-secret-c3d4",
        ),
        // cookie-signature
        (
            "connect.sid=s%3Aq1w2e3-session-id.w00NvtjKKjYYYMGyMEZnriuIGxNVLG5mzA%2BqqjcRTwI",
            "express-secret",
        ),
        // keygrip
        (
            "session=eyJ1c2VyIjo3fQ==; session.sig=rnzoSH-JCF1ivbTKapiTFVNYTJM",
            "koa-secret",
        ),
        // @fastify/cookie
        (
            "uid=7.yUP3RZujrIxBcOQAYLWIKjzShKe7TBfiVwy/Dpd7k4g",
            "fastify-secret-that-is-long-enough-1234",
        ),
        // hono/cookie
        (
            "sid=abc%2F7.NrFzRVedFj32%2BlqXXuEpm2POnzJ91ZO8INc1KkXy%2BW8%3D",
            "hono-secret",
        ),
        // better-call
        (
            "better-auth.session_token=AbCdEf123.r3YKYP1RQl%2BV5gSyTKuPtwkgMoFAixPAA0NNdYOG96I%3D",
            "better-secret",
        ),
        // gorilla/securecookie
        (
            "session=MTc5NjA3MzQ2OHxEWDhFQVFMX2dBQUJFQUVRQUFBWV80QUFBUVp6ZEhKcGJtY01Bd0FCZFFOcGJuUUVBZ0FPfO_90meiWt6_Ln8U2CwJ7Mslzitkwe-KABHrLhmWoyBI",
            "gorilla-hash-key-0123456789abcd",
        ),
    ];

    fn all_seals(header: &str) -> Vec<Seal> {
        let pairs: Vec<_> = header
            .split("; ")
            .filter_map(|pair| pair.split_once('='))
            .collect();
        let of = |(name, value): &(&str, &str)| seals(name, value, &pairs);
        pairs.iter().flat_map(of).collect()
    }

    #[test]
    fn the_secret_of_each_library_is_recognised() {
        for (header, secret) in MADE {
            let seals = all_seals(header);
            assert!(made_by(&seals, secret.as_bytes()), "{header}");
            assert!(!made_by(&seals, b"another-secret"), "{header}");
            let listed = format!("[\"new-one\", \"{secret}\"]");
            assert!(made_by(&seals, listed.as_bytes()), "{header}");
        }
    }

    #[test]
    fn what_no_library_signed_is_left_alone() {
        for header in [
            "_ga=GA1.2.1063.1700",
            "theme=dark",
            "sid=8f14e45fceea167a5a36dedd4bea2543",
            "token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.JoysCcyz9DAkaG0LWbaFaiKXW7qXX8L7d3yKtNp4fk0",
            "session.sig=rnzoSH-JCF1ivbTKapiTFVNYTJM",
        ] {
            assert!(all_seals(header).is_empty(), "{header}");
        }
    }
}
