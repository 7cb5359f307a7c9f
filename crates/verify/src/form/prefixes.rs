//! Credentials that their first letters give away.

use crate::Cause;

/// What a prefix says about a credential.
pub(crate) struct Prefix {
    pub(crate) cause: Cause,
    /// What it is, to stand behind "the bearer token is".
    pub(crate) kind: &'static str,
}

/// How long a credential must be for its prefix to count: a word is none.
const SHORTEST: usize = 5;

/// The kind of a credential, by its prefix.
pub(crate) fn by_prefix(token: &str) -> Option<Prefix> {
    let of = |cause: Cause, table: &[(&'static str, &[&str])]| {
        let row = table
            .iter()
            .find(|(_, prefixes)| prefixes.iter().any(|prefix| token.starts_with(prefix)))?;
        Some(Prefix { cause, kind: row.0 })
    };
    if token.len() < SHORTEST {
        return None;
    }
    of(Cause::RefreshTokenAsAccessToken, REFRESH)
        .or_else(|| of(Cause::SessionStrategyDatabase, SESSIONS))
        .or_else(|| of(Cause::ProviderTokenInsteadOfAppToken, PROVIDERS))
        .or_else(|| of(Cause::ApiKeyAsBearerToken, API_KEYS))
}

const REFRESH: &[(&str, &[&str])] = &[
    ("a refresh token of Countersign", &["csr_"]),
    ("a refresh token of Auth0", &["v1.M"]),
    ("a refresh token of GitHub", &["ghr_"]),
    ("a refresh token of GitLab", &["glrt-"]),
    ("a refresh token of Google", &["1//0"]),
    (
        "a refresh token of Microsoft",
        &["0.AX", "0.AR", "1.AX", "1.AR", "M.C5", "M.R3"],
    ),
];

const SESSIONS: &[(&str, &[&str])] = &[
    ("a session id of Countersign", &["css_"]),
    (
        "a signed session id of Express (the cookie connect.sid)",
        &["s%3A", "s:"],
    ),
];

const PROVIDERS: &[(&str, &[&str])] = &[
    ("an access token of Facebook", &["EAA"]),
    ("an access token of GitHub", &["gho_", "ghs_", "ghu_"]),
    ("an access token of Google", &["ya29."]),
    ("an access token of Microsoft", &["EwA", "EwB", "EwC"]),
    ("a user's token of Slack", &["xoxe.", "xoxp-"]),
];

const API_KEYS: &[(&str, &[&str])] = &[
    ("an API key of Anthropic", &["sk-ant-"]),
    ("an access key id of AWS", &["AKIA", "ASIA"]),
    ("a token of DigitalOcean", &["dop_v1_"]),
    (
        "a personal access token of GitHub",
        &["ghp_", "github_pat_"],
    ),
    ("a personal access token of GitLab", &["glpat-"]),
    ("an API key of Google", &["AIza"]),
    ("a client secret of Google", &["GOCSPX-"]),
    ("an API key of Groq", &["gsk_"]),
    ("a token of Hugging Face", &["hf_"]),
    ("a token of Notion", &["ntn_"]),
    ("a token of npm", &["npm_"]),
    ("an API key of OpenAI or one like it", &["sk-"]),
    ("an API key of Resend", &["re_"]),
    ("an API key of SendGrid", &["SG."]),
    ("an access token of Shopify", &["shpat_", "shppa_"]),
    ("a bot's or app's token of Slack", &["xapp-", "xoxb-"]),
    (
        "an API key (Stripe and Clerk have such)",
        &["pk_", "rk_", "sk_", "whsec_"],
    ),
    ("a publishable API key of Supabase", &["sb_publishable_"]),
    ("a secret API key of Supabase", &["sb_secret_"]),
    ("a personal access token of Supabase", &["sbp_"]),
    ("a token of Vault", &["hvs."]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_prefix_leads_to_its_own_row() {
        let mut seen = BTreeSet::new();
        for (cause, table) in [
            (Cause::RefreshTokenAsAccessToken, REFRESH),
            (Cause::SessionStrategyDatabase, SESSIONS),
            (Cause::ProviderTokenInsteadOfAppToken, PROVIDERS),
            (Cause::ApiKeyAsBearerToken, API_KEYS),
        ] {
            for (kind, prefixes) in table {
                for prefix in *prefixes {
                    assert!(seen.insert(*prefix), "{prefix} stands twice");
                    let found = by_prefix(&format!("{prefix}0123456789abcdef")).unwrap();
                    assert_eq!((found.cause, found.kind), (cause, *kind), "{prefix}");
                }
            }
        }
    }

    #[test]
    fn words_and_signed_tokens_have_no_prefix() {
        for token in [
            "",
            "sk",
            "EAA",
            "s:",
            "re_",
            "eyJhbGciOiJIUzI1NiJ9.e30.x",
            "null",
        ] {
            assert!(by_prefix(token).is_none(), "{token}");
        }
    }
}
