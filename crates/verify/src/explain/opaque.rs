//! What a credential is that is no signed token: an encrypted one, a session's id, an opaque string.

use super::{ExplainContext, Explained};
use crate::Cause;
use crate::form;
use crate::refusal::shown;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// What is said of an encrypted token.
pub(super) fn encrypted(header: &Map<String, Value>, cookie: Option<&str>) -> Explained {
    let member = |name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default();
    let (alg, enc) = (member("alg"), member("enc"));
    let maker = match (alg, enc) {
        ("dir", "A256GCM") => ", as NextAuth 4 and nextjs-auth0 make their session cookies",
        ("dir", "A256CBC-HS512") => ", as Auth.js 5 makes its session cookie",
        _ => "",
    };
    let came = came_in(cookie);
    let text = format!(
        "the token{came} has five parts and the header enc {}: it is encrypted (alg {}){maker}; nobody can check its signature, for it has none",
        shown(enc),
        shown(alg)
    );
    let fix = "let the front end put a signed access token beside its session (in Auth.js: made in the jwt callback) and send that; or decrypt the session with the front end's own library";
    Explained::new(Cause::EncryptedSessionToken, 0.98, text).fix(fix)
}

fn came_in(cookie: Option<&str>) -> String {
    cookie.map_or_else(String::new, |name| {
        format!(" in the cookie {}", shown(name))
    })
}

/// What a credential without a JOSE header may be.
pub(super) fn credential(token: &str, context: &ExplainContext<'_>) -> Option<Explained> {
    let precise = form::placeholder(token)
        .or_else(|| form::quoted(token))
        .map(|refusal| Explained::new(refusal.cause, 0.97, refusal.detail));
    precise
        .or_else(|| prefixed(token))
        .or_else(|| session(token))
        .or_else(|| by_cookie(context.cookie?))
        .or_else(|| random(token))
}

fn prefixed(token: &str) -> Option<Explained> {
    let prefix = form::prefixes::by_prefix(token)?;
    let text = format!("by its prefix the credential is {}", prefix.kind);
    let fix = match prefix.cause {
        Cause::RefreshTokenAsAccessToken => {
            "send the access token; the refresh token goes to the refresh endpoint alone"
        }
        Cause::SessionStrategyDatabase => {
            "send it as the session cookie that it is, or send an access token"
        }
        _ => "send the access token of the user's sign-in to this application",
    };
    Some(Explained::new(prefix.cause, 0.97, text).fix(fix))
}

/// How frameworks write what they keep in their session cookies.
fn session(token: &str) -> Option<Explained> {
    let bare = token.split('%').next().unwrap_or_default();
    let proved = |cause, text: &str| Some(Explained::new(cause, 0.97, text));
    if laravel(token) {
        return proved(
            Cause::EncryptedSessionToken,
            "the credential is an encrypted value of Laravel (iv, value, mac): only that application can read it",
        );
    }
    if token.starts_with("Fe26.2*") {
        return proved(
            Cause::EncryptedSessionToken,
            "the credential is a sealed session of iron-session or hapi: only that application can open it",
        );
    }
    if bare.starts_with("CfDJ8") {
        return proved(
            Cause::EncryptedSessionToken,
            "the credential is a protected cookie of ASP.NET Core: only that application can read it",
        );
    }
    if token.split("--").count() == 3 && token.len() > 60 {
        let text = "the credential has the form of an encrypted cookie of Rails (three parts between two hyphens): only that application can read it";
        return Some(Explained::new(Cause::EncryptedSessionToken, 0.9, text));
    }
    if itsdangerous(token) {
        return proved(
            Cause::TokenMalformed,
            "the credential is a signed session cookie of Flask or Django (data, time and signature), and no JWT",
        );
    }
    if supabase_cookie(token) {
        return proved(
            Cause::TokenMalformed,
            "the credential is a whole session of supabase-js, with access and refresh token inside: send its access_token alone",
        );
    }
    let paseto = ["v1.", "v2.", "v3.", "v4."].iter().any(|version| {
        let rest = token.strip_prefix(version);
        rest.is_some_and(|rest| rest.starts_with("local.") || rest.starts_with("public."))
    });
    if paseto {
        return proved(
            Cause::TokenMalformed,
            "the credential is a PASETO token, which has another form than a JWT",
        );
    }
    is_uuid(token).then(|| {
        let text =
            "the credential is a UUID, as the id of a session in a database is, and no token";
        Explained::new(Cause::SessionStrategyDatabase, 0.85, text)
    })
}

/// Base64 of `{"iv": …, "value": …, "mac": …}`.
fn laravel(token: &str) -> bool {
    let bare = token.replace("%3D", "=");
    let json = STANDARD.decode(bare).ok();
    let value = json.and_then(|json| serde_json::from_slice::<Map<String, Value>>(&json).ok());
    value.is_some_and(|value| {
        ["iv", "value", "mac"]
            .iter()
            .all(|name| value.contains_key(*name))
    })
}

/// `payload.time.signature` of itsdangerous, `payload:time:signature` of Django; a payload that was
/// compressed begins with a dot.
fn itsdangerous(token: &str) -> bool {
    let body = token.strip_prefix('.').unwrap_or(token);
    let mark = if body.contains(':') { ':' } else { '.' };
    let parts: Vec<_> = body.split(mark).collect();
    let [payload, time, signature] = parts[..] else {
        return false;
    };
    let base = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !text.is_empty() && text.bytes().all(fits)
    };
    // The time is a count of seconds in base 64 or 62.
    payload.starts_with("eJ") | payload.starts_with("eyJ") | payload.starts_with("gA")
        && base(payload)
        && base(time)
        && (5..=8).contains(&time.len())
        && base(signature)
        && (20..=90).contains(&signature.len())
}

fn supabase_cookie(token: &str) -> bool {
    token.starts_with("base64-eyJ")
        || [
            "[\"eyJ",
            "%5B%22eyJ",
            "{\"access_token\"",
            "%7B%22access_token",
        ]
        .iter()
        .any(|start| token.starts_with(start))
}

/// What the cookie's name says, where the value says nothing.
fn by_cookie(cookie: &str) -> Option<Explained> {
    const STORES: [(&str, &str); 12] = [
        ("ASP.NET_SessionId", "ASP.NET"),
        ("JSESSIONID", "Java servers"),
        ("PHPSESSID", "PHP"),
        ("authjs.session-token", "Auth.js with a database"),
        ("better-auth.session_token", "Better Auth"),
        ("ci_session", "CodeIgniter"),
        ("connect.sid", "Express"),
        ("koa.sess", "Koa"),
        ("laravel_session", "Laravel"),
        ("next-auth.session-token", "NextAuth with a database"),
        ("sessionid", "Django"),
        ("sid", "many session stores"),
    ];
    let bare = cookie
        .trim_start_matches("__Secure-")
        .trim_start_matches("__Host-");
    let (_, store) = STORES.into_iter().find(|(name, _)| *name == bare)?;
    let text = format!(
        "the credential came in the cookie {}, in which {store} keep the id of a session, and it is no token",
        shown(cookie)
    );
    Some(Explained::new(Cause::SessionStrategyDatabase, 0.9, text))
}

/// A string that says nothing: an issuer that was asked for no audience returns such access tokens.
fn random(token: &str) -> Option<Explained> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !token.bytes().all(plain) || !(20..=128).contains(&token.len()) {
        return None;
    }
    let hex = token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lower = token
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    if hex || lower {
        let text = "the credential is a random string of lower-case letters and digits, as ids of sessions are";
        return Some(Explained::new(Cause::SessionStrategyDatabase, 0.55, text));
    }
    // Auth0's are 32 letters and digits; those of others are of any length.
    let confidence = if token.len() == 32 { 0.75 } else { 0.5 };
    let text = format!(
        "the credential is an opaque string of {} characters: an issuer that was asked for no audience returns such access tokens",
        token.len()
    );
    let fix = "ask the issuer for a token for this API: send its identifier as audience (Auth0), resource or scope with the request for the token";
    Some(Explained::new(Cause::AccessTokenOpaqueNoAudience, confidence, text).fix(fix))
}

pub(super) fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(token: &str, cookie: Option<&str>) -> Option<(Cause, bool)> {
        let context = ExplainContext {
            cookie,
            ..ExplainContext::default()
        };
        let one = credential(token, &context)?;
        assert!(
            !one.text.contains(token) || token.len() < 12,
            "{}",
            one.text
        );
        Some((one.cause, one.confidence > 0.95))
    }

    #[test]
    fn session_cookies_of_frameworks_are_known() {
        let laravel = STANDARD.encode(r#"{"iv":"a","value":"b","mac":"c","tag":""}"#);
        for (token, cause) in [
            ("s%3AhV0Vd3Pq5rT.q2v4Zk1", Cause::SessionStrategyDatabase),
            ("s:hV0Vd3Pq5rT.q2v4Zk1", Cause::SessionStrategyDatabase),
            (laravel.as_str(), Cause::EncryptedSessionToken),
            (&laravel.replace('=', "%3D"), Cause::EncryptedSessionToken),
            ("Fe26.2*1*ab*cd*ef", Cause::EncryptedSessionToken),
            (
                "CfDJ8NrAkSldwD9CpLRyOtm6FiJB1Jr_F7FQJQDvhlHLoNJj",
                Cause::EncryptedSessionToken,
            ),
            (
                ".eJwlzjkOwjAQAMC_uKaw99jFfCby.ZbCdEw.x8mCk0gTrcxJ6mG2nPjN0lE1q7A",
                Cause::TokenMalformed,
            ),
            (
                "eyJfdXNlcl9pZCI6IjEifQ.ZbCdEw.x8mCk0gTrcxJ6mG2nPjN0lE1q7A",
                Cause::TokenMalformed,
            ),
            (
                ".eJxVjDsOwjAQBe_iGlnG:1rT2Kd:x8mCk0gTrcxJ6mG2nPjN0lE1q7Ax8mCk0gTrcxJ6mG2n",
                Cause::TokenMalformed,
            ),
            ("base64-eyJhY2Nlc3NfdG9rZW4iOiJl", Cause::TokenMalformed),
            (
                "%5B%22eyJhbGciOiJIUzI1NiJ9.a.b%22%5D",
                Cause::TokenMalformed,
            ),
            ("v4.public.eyJzdWIiOiJhIn0", Cause::TokenMalformed),
        ] {
            assert_eq!(found(token, None), Some((cause, true)), "{token}");
        }
    }

    #[test]
    fn prefixes_placeholders_and_quotes_are_proof() {
        for (token, cause) in [
            ("undefined", Cause::TokenNullOrUndefined),
            ("\"abc.def.ghi\"", Cause::TokenJsonQuoted),
            ("sb_secret_Kd8wYp4sHc6uJf2m", Cause::ApiKeyAsBearerToken),
            ("AKIAIOSFODNN7EXAMPLE", Cause::ApiKeyAsBearerToken),
            ("xoxp-2345-abcdef", Cause::ProviderTokenInsteadOfAppToken),
            (
                "EAABsbCS1iHgBAKd8wYp4sHc6",
                Cause::ProviderTokenInsteadOfAppToken,
            ),
            (
                "v1.MKd8wYp4sHc6uJf2mGa5eZ",
                Cause::RefreshTokenAsAccessToken,
            ),
            (
                "csr_Kd8wYp4sHc6uJf2mGa5eZ",
                Cause::RefreshTokenAsAccessToken,
            ),
        ] {
            assert_eq!(found(token, None), Some((cause, true)), "{token}");
        }
    }

    #[test]
    fn what_says_nothing_is_only_suggested() {
        let uuid = "0b6d4a3e-6f0d-4c58-9c5a-1f0d2c3b4a59";
        assert_eq!(
            found(uuid, None),
            Some((Cause::SessionStrategyDatabase, false))
        );
        let auth0 = "eXjedN35U3bAafkZSSXXKpUFli1x28xS";
        assert_eq!(
            found(auth0, None),
            Some((Cause::AccessTokenOpaqueNoAudience, false))
        );
        let named = Some("__Secure-next-auth.session-token");
        assert_eq!(
            found(auth0, named),
            Some((Cause::SessionStrategyDatabase, false))
        );
        let django = "x7k2m9q4w1z8c3v6b5n0a7s2d9f4g1h8";
        assert_eq!(
            found(django, None),
            Some((Cause::SessionStrategyDatabase, false))
        );
        for nothing in ["short", "a b", "é", "two.parts", "."] {
            assert_eq!(found(nothing, None), None, "{nothing}");
        }
    }

    #[test]
    fn an_encrypted_token_names_its_maker_where_it_is_known() {
        for (header, part) in [
            (r#"{"alg":"dir","enc":"A256GCM"}"#, "NextAuth 4"),
            (
                r#"{"alg":"dir","enc":"A256CBC-HS512","kid":"x"}"#,
                "Auth.js 5",
            ),
            (r#"{"alg":"RSA-OAEP","enc":"A128GCM"}"#, "RSA-OAEP"),
        ] {
            let header = serde_json::from_str(header).unwrap();
            let one = encrypted(&header, Some("appSession"));
            assert_eq!(one.cause, Cause::EncryptedSessionToken);
            assert!(
                one.text.contains(part) && one.text.contains("appSession"),
                "{}",
                one.text
            );
        }
    }
}
