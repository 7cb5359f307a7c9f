//! What a credential that is no signed token looks like.

pub(crate) mod prefixes;

use crate::refusal::shown;
use crate::{Cause, Refusal, base64url, strict_json};

/// Why `token` is no compact JWS. For tokens that [`Compact::split`](crate::compact::Compact) refused.
#[cold]
pub(crate) fn refusal(token: &str) -> Refusal {
    if let Some(refusal) = placeholder(token)
        .or_else(|| quoted(token))
        .or_else(|| by_prefix(token))
    {
        return refusal;
    }
    let parts = token.split('.').count();
    if parts == 5 && has_member(token, "enc") {
        return Refusal::new(
            Cause::EncryptedSessionToken,
            "the token has five parts and an enc header: it is encrypted (RFC 7516), as Auth.js session cookies are",
        );
    }
    let detail = match parts {
        1 => format!(
            "the token has one part ({} characters, no dot); a JWT has three",
            token.chars().count()
        ),
        3 => "the token has three parts, but the first (header) is empty".to_owned(),
        parts => format!("the token has {parts} parts; a JWT has three"),
    };
    Refusal::new(Cause::TokenMalformed, detail)
}

/// A word of a program that had no token to send.
pub(crate) fn placeholder(token: &str) -> Option<Refusal> {
    const WORDS: [&str; 10] = [
        "",
        "null",
        "undefined",
        "none",
        "nil",
        "nan",
        "false",
        "true",
        "[object object]",
        "[object promise]",
    ];
    let bare = token.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let unfilled = bare.len() <= LONGEST_PLACEHOLDER
        && (bare.starts_with("${") || bare.starts_with("{{") || is_bracketed_word(&bare));
    (WORDS.contains(&bare.as_str()) || unfilled).then(|| {
        let detail = if bare.is_empty() {
            "nothing stands after Bearer: the client had no token when it built the header"
                .to_owned()
        } else {
            format!(
                "the header says Bearer {}: the client had no token when it built the header",
                shown(token)
            )
        };
        Refusal::new(Cause::TokenNullOrUndefined, detail)
    })
}

/// Above this it may be a token, which is not to be shown.
const LONGEST_PLACEHOLDER: usize = 40;

/// `<your-token>`, but not a token in brackets.
fn is_bracketed_word(text: &str) -> bool {
    let inner = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    let is_of_words =
        |character: char| character.is_ascii_alphabetic() || " _-".contains(character);
    inner.is_some_and(|inner| inner.chars().all(is_of_words))
}

/// A token with the quotes of the JSON it was stored as.
pub(crate) fn quoted(token: &str) -> Option<Refusal> {
    let marks = ['"', '\''];
    let quoted = token.starts_with(marks) || token.ends_with(marks) || token.starts_with("%22");
    quoted.then(|| {
        Refusal::new(
            Cause::TokenJsonQuoted,
            "quotes stand around the token: it was stored with JSON.stringify and read without JSON.parse",
        )
    })
}

/// Credentials of other kinds that their prefix gives away.
fn by_prefix(token: &str) -> Option<Refusal> {
    let prefix = prefixes::by_prefix(token)?;
    let detail = format!(
        "the bearer token is {}; send the access token of the sign-in",
        prefix.kind
    );
    Some(Refusal::new(prefix.cause, detail))
}

/// Whether the token's first part is a JSON object with this member.
fn has_member(token: &str, member: &str) -> bool {
    let header = token
        .split('.')
        .next()
        .and_then(|part| base64url::decode(part).ok());
    header
        .and_then(|json| strict_json::object(&json).ok())
        .is_some_and(|header| header.contains_key(member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_cause() {
        let jwe = format!(
            "{}.a.b.c.d",
            base64url::encode(br#"{"alg":"dir","enc":"A256GCM"}"#)
        );
        let table = [
            ("null", Cause::TokenNullOrUndefined),
            ("undefined", Cause::TokenNullOrUndefined),
            ("[object Object]", Cause::TokenNullOrUndefined),
            ("\"null\"", Cause::TokenNullOrUndefined),
            ("", Cause::TokenNullOrUndefined),
            ("${TOKEN}", Cause::TokenNullOrUndefined),
            ("<token>", Cause::TokenNullOrUndefined),
            ("\"aaa.bbb.ccc\"", Cause::TokenJsonQuoted),
            ("%22aaa.bbb.ccc%22", Cause::TokenJsonQuoted),
            (jwe.as_str(), Cause::EncryptedSessionToken),
            ("a.b.c.d.e", Cause::TokenMalformed),
            ("csr_abcdef", Cause::RefreshTokenAsAccessToken),
            ("sk_live_abc", Cause::ApiKeyAsBearerToken),
            ("sb_publishable_abc", Cause::ApiKeyAsBearerToken),
            ("gho_abcdef", Cause::ProviderTokenInsteadOfAppToken),
            ("ya29.abc", Cause::ProviderTokenInsteadOfAppToken),
            ("abc", Cause::TokenMalformed),
            ("a.b", Cause::TokenMalformed),
            (".b.c", Cause::TokenMalformed),
        ];
        for (token, cause) in table {
            assert_eq!(refusal(token).cause, cause, "{token}");
        }
    }

    #[test]
    fn a_detail_never_holds_the_credential() {
        for token in [
            "csr_secretsecret",
            "sk_live_secretsecret",
            "secretsecret",
            "a.secretsecret",
        ] {
            assert!(!refusal(token).detail.contains("secretsecret"), "{token}");
        }
    }
}
