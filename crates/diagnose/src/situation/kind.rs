//! What kind of credential a token is, by what it looks like and what stands in it.

use super::{Carrier, PresentedToken, Situation};
use crate::contract::Purpose;
use crate::evidence::{Spot, Symptom};
use serde_json::Value;

/// What a token is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TokenKind {
    Access,
    Id,
    Refresh,
}

impl TokenKind {
    /// The kind that a setting or a claim names; what names none says nothing.
    pub(crate) fn named(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        Some(match text.as_str() {
            "access" | "access_token" | "access-token" | "accesstoken" | "at+jwt"
            | "application/at+jwt" => Self::Access,
            "id" | "id_token" | "id-token" | "idtoken" => Self::Id,
            "refresh" | "refresh_token" | "refresh-token" | "refreshtoken" => Self::Refresh,
            _ => return None,
        })
    }

    /// What it is called in sentences.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Access => "an access token",
            Self::Id => "an ID token",
            Self::Refresh => "a refresh token",
        }
    }
}

/// The kind that a token says it is of, with the claim that says so.
pub(crate) fn kind_said(token: &PresentedToken<'_>) -> Option<(&'static str, TokenKind)> {
    ["token_use", "token_type", "typ", "type"]
        .into_iter()
        .find_map(|name| {
            let said = token.text_claim(name)?;
            Some((name, TokenKind::named(said)?))
        })
}

/// What marks a token as an ID token (`OpenID` Connect Core 1.0, section 2), in words.
pub(crate) fn id_token_mark(
    token: &PresentedToken<'_>,
    situation: &Situation<'_>,
) -> Option<String> {
    let claims = token.claims.as_ref()?;
    if is_firebase(token) {
        return None;
    }
    if let Some(other) = same_as_issued(token, situation, &["id_token", "idToken"]) {
        return Some(format!("it is the {other} of the sign-in"));
    }
    if token.text_claim("token_use") == Some("id") {
        return Some("token_use is \"id\"".to_owned());
    }
    let kind = token
        .text_claim("typ")
        .or_else(|| token.header_text("typ"))
        .unwrap_or_default();
    if kind.eq_ignore_ascii_case("ID") {
        return Some("typ is \"ID\"".to_owned());
    }
    if kind.eq_ignore_ascii_case("Bearer")
        || kind.eq_ignore_ascii_case("at+jwt")
        || has_scopes(token)
    {
        return None;
    }
    let hash = ["at_hash", "c_hash", "s_hash", "nonce"]
        .into_iter()
        .find(|name| claims.contains_key(*name));
    if let Some(name) = hash {
        return Some(format!("it has {name}"));
    }
    let client = situation
        .settings(Purpose::ClientId)
        .find(|(_, line)| token.audiences() == [line.value.trim()]);
    client.map(|(_, line)| format!("its aud is the client id of {}", line.name))
}

/// What marks a token as a refresh token, in words.
pub(crate) fn refresh_token_mark(
    token: &PresentedToken<'_>,
    situation: &Situation<'_>,
) -> Option<String> {
    if let Some(other) = same_as_issued(
        token,
        situation,
        &["refresh_token", "refreshToken", "refresh"],
    ) {
        return Some(format!("it is the {other} of the sign-in"));
    }
    for name in [
        "token_type",
        "typ",
        "type",
        "token_use",
        "use",
        "tokenType",
        "kind",
        "purpose",
    ] {
        if let Some(value) = token.text_claim(name) {
            let lower = value.to_ascii_lowercase();
            if lower.contains("refresh") || lower == "offline" {
                return Some(format!("{name} is \"{value}\""));
            }
        }
    }
    let known = [
        ("v1.M", "Auth0"),
        ("1//0", "Google"),
        ("csr_", "Countersign"),
        ("ory_rt_", "Ory Hydra"),
    ];
    let of = known
        .iter()
        .find(|(start, _)| token.is_opaque() && token.text.starts_with(start));
    if let Some((start, provider)) = of {
        return Some(format!(
            "it begins with {start}, as refresh tokens of {provider} do"
        ));
    }
    let mut secrets = token
        .signature
        .settings()
        .filter(|(_, _, form)| form.is_none())
        .peekable();
    secrets.peek()?;
    let mut names = secrets.map(|(_, line, _)| line.name.as_str());
    let first = names.next()?;
    let all_refresh = first.contains("REFRESH") && names.all(|name| name.contains("REFRESH"));
    all_refresh.then(|| format!("{first} signed it"))
}

/// How the codes of Ory Hydra begin.
const HYDRA_CODE: &str = "ory_ac_";

/// What marks an opaque token as the code of a sign-in, which is for the token endpoint alone, in words.
pub(crate) fn code_mark(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<String> {
    if !token.is_opaque() || token.text.len() < 16 {
        return None;
    }
    if token.text.starts_with(HYDRA_CODE) {
        return Some("it begins with ory_ac_, as the codes of Ory Hydra do".to_owned());
    }
    let sent = format!("code={}", token.text);
    let mut logs = situation.evidence.logs.iter();
    logs.any(|log| log.text.contains(&sent))
        .then(|| "it is the code that came to the callback".to_owned())
}

/// What marks a token as a project's anon or service key, in words.
pub(crate) fn project_key_mark(
    token: &PresentedToken<'_>,
    situation: &Situation<'_>,
) -> Option<String> {
    let role = token
        .text_claim("role")
        .filter(|role| matches!(*role, "anon" | "service_role"));
    if let Some(role) = role.filter(|_| token.claim("sub").is_none()) {
        return Some(format!("its role is \"{role}\", and it has no sub"));
    }
    // The newer keys are no JWT: they are API keys like any other's.
    if token.text.starts_with("sb_") {
        return None;
    }
    if !token.is_signed_token() {
        return None;
    }
    let mut keys = situation.settings(Purpose::SupabaseKey);
    let same = keys.find(|(_, line)| !token.text.is_empty() && line.value.trim() == token.text);
    same.map(|(_, line)| format!("it is the value of {}", line.name))
}

/// Where no token is at hand: the message that names the kind which was sent.
pub(crate) fn said_kind(situation: &Situation<'_>, words: &[&str]) -> Option<Spot> {
    if situation.tokens.iter().any(PresentedToken::is_signed_token) {
        return None;
    }
    let refused = situation.sighting(Symptom::TokenTypeRefused)?;
    let text = refused.text.to_ascii_lowercase();
    words
        .iter()
        .any(|word| text.contains(word))
        .then(|| refused.spot.clone())
}

/// Whose opaque access token it is, by how it begins.
pub(crate) fn opaque_provider(text: &str) -> Option<&'static str> {
    let (_, provider) = OPAQUE.iter().find(|(start, _)| text.starts_with(start))?;
    (text.len() > 20).then_some(*provider)
}

/// How opaque access tokens begin, and whose they are.
const OPAQUE: &[(&str, &str)] = &[
    ("gho_", "GitHub"),
    ("ghu_", "GitHub"),
    ("ghp_", "GitHub"),
    ("github_pat_", "GitHub"),
    ("ya29.", "Google"),
    ("EAA", "Facebook"),
    ("glpat-", "GitLab"),
    ("xoxp-", "Slack"),
    ("EwB", "Microsoft"),
    ("AQX", "LinkedIn"),
];

/// How API keys begin, and whose they are.
const API_KEYS: &[(&str, &str)] = &[
    ("sk_live_", "a secret key of Stripe or Clerk"),
    ("sk_test_", "a secret key of Stripe or Clerk"),
    ("pk_live_", "a publishable key of Stripe or Clerk"),
    ("pk_test_", "a publishable key of Stripe or Clerk"),
    ("sk-", "an API key of an AI service"),
    ("sb_publishable_", "a publishable key of Supabase"),
    ("sb_secret_", "a secret key of Supabase"),
    ("AIza", "an API key of Google"),
    ("AKIA", "an access key of AWS"),
    ("SG.", "an API key of SendGrid"),
    ("xoxb-", "a bot token of Slack"),
    ("rk_live_", "a restricted key of Stripe"),
    ("re_", "an API key of Resend"),
    ("csk_", "an API key"),
    ("api_", "an API key"),
    ("apikey_", "an API key"),
    ("key_", "an API key"),
];

/// Whose API key it is, by how it begins.
pub(crate) fn api_key(text: &str) -> Option<&'static str> {
    let by_start = API_KEYS.iter().find(|(start, _)| text.starts_with(start));
    by_start
        .map(|(_, name)| *name)
        .or_else(|| names_environment(text).then_some("an API key"))
}

/// The length of what an opaque token begins with that tells what it is.
pub(crate) fn telling_start(text: &str) -> usize {
    let known = OPAQUE.iter().chain(API_KEYS).map(|(start, _)| *start);
    let longest = known
        .chain([HYDRA_CODE, "ory_at_", "ory_rt_"])
        .filter(|start| text.starts_with(start))
        .map(str::len)
        .max();
    let by_environment = || {
        let key = text.splitn(3, '_').nth(2)?;
        names_environment(text).then_some(text.len() - key.len())
    };
    longest.or_else(by_environment).unwrap_or_default()
}

/// Whether it begins as the keys of many services do since Stripe: `ak_live_`, `acme_test_`.
fn names_environment(text: &str) -> bool {
    let mut parts = text.splitn(3, '_');
    let (Some(kind), Some(environment), Some(key)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let short = (2..=8).contains(&kind.len()) && kind.chars().all(|c| c.is_ascii_lowercase());
    short && matches!(environment, "live" | "test" | "prod" | "dev") && key.len() >= 12
}

/// Whose token it is, if it is of a provider of social sign-in or of a directory.
pub(crate) fn social_provider(iss: &str) -> Option<&'static str> {
    let known = [
        ("https://accounts.google.com", "Google"),
        ("accounts.google.com", "Google"),
        ("https://appleid.apple.com", "Apple"),
        ("https://login.microsoftonline.com/", "Microsoft"),
        ("https://sts.windows.net/", "Microsoft"),
        ("https://www.facebook.com", "Facebook"),
        ("https://limited.facebook.com", "Facebook"),
        ("https://token.actions.githubusercontent.com", "GitHub"),
        ("https://gitlab.com", "GitLab"),
        ("https://securetoken.google.com/", "Firebase"),
    ];
    known
        .iter()
        .find(|(start, _)| iss.starts_with(start))
        .map(|(_, name)| *name)
}

/// Whether it is an ID token of Firebase, which its APIs do take.
pub(crate) fn is_firebase(token: &PresentedToken<'_>) -> bool {
    token.text_claim("iss").is_some_and(|iss| {
        iss.starts_with("https://securetoken.google.com/")
            || iss.starts_with("https://session.firebase.google.com/")
    })
}

/// The text of the claims `scope`, `scp` and `permissions`, each scope by itself.
pub(crate) fn scopes(token: &PresentedToken<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["scope", "scp", "scopes", "permissions"] {
        match token.claim(name) {
            Some(Value::String(text)) => {
                found.extend(
                    text.split([' ', ','])
                        .filter(|one| !one.is_empty())
                        .map(str::to_owned),
                );
            }
            Some(Value::Array(many)) => {
                found.extend(many.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    found
}

fn has_scopes(token: &PresentedToken<'_>) -> bool {
    ["scope", "scp", "scopes", "permissions"]
        .iter()
        .any(|name| token.claim(name).is_some())
}

/// The name of the member of a sign-in's answer that this token is.
fn same_as_issued<'s>(
    token: &PresentedToken<'_>,
    situation: &'s Situation<'_>,
    names: &[&str],
) -> Option<&'s str> {
    situation
        .other_tokens
        .iter()
        .find_map(|other| match &other.carrier {
            Carrier::Body(name) if other.text == token.text && names.contains(&name.as_str()) => {
                Some(name.as_str())
            }
            _ => None,
        })
}
