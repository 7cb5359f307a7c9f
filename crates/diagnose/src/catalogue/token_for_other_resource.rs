//! `token-for-other-resource`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenForOtherResource,
    rule: Some(find),
    title: "The access token was made for another API",
    what: "The token is sound, and meant for another resource: the provider's own API, its user-info endpoint, or a cloud's management interface. Only that resource may take it, and some of these tokens cannot be checked by anybody else at all.",
    why: &[
        "The client asked for scopes of another API, such as `User.Read` of Microsoft Graph, and none of this one.",
        "The client asked for no resource, and the provider gave it a token for its own API.",
        "One token is used for two APIs, where each wants its own.",
    ],
    fix: Fix {
        summary: "Ask the provider for an access token of this API.",
        steps: &[
            run("Name this API when the token is asked for: a scope of the API (Entra ID), `audience` (Auth0), `resource` (RFC 8707).", "scope=api://0f2c…/access_as_user"),
            say("Keep the other token for the other API; ask for a token for each."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJ0eXAiOiJKV1QiLCJub25jZSI6…",
        trace: "aud is 00000003-0000-0000-c000-000000000000: a token for Microsoft Graph",
    },
    standard: Some("RFC 8707, section 2; RFC 9068, section 4"),
    related: &[Cause::AudMismatch, Cause::IdTokenAsAccessToken, Cause::ProviderTokenInsteadOfAppToken],
};

/// Resources that have tokens of their own, by how their names begin.
const OTHERS: &[(&str, &str)] = &[
    ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
    ("https://graph.microsoft.com", "Microsoft Graph"),
    ("00000002-0000-0000-c000-000000000000", "Azure AD Graph"),
    ("https://graph.windows.net", "Azure AD Graph"),
    ("https://management.azure.com", "Azure's management API"),
    ("https://management.core.windows.net", "Azure's management API"),
    ("https://vault.azure.net", "Azure Key Vault"),
    ("https://storage.azure.com", "Azure Storage"),
    ("https://oauth2.googleapis.com", "Google's token endpoint"),
    ("https://www.googleapis.com", "Google's APIs"),
    ("https://identitytoolkit.googleapis.com", "Identity Toolkit (a custom token of Firebase)"),
];

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        let Some(other) = resource(token) else {
            continue;
        };
        // That resource itself is asked.
        let host = situation.host();
        let asked = ["microsoft", "windows.net", "azure", "google"].iter().any(|part| host.contains(part))
            || token.audiences().iter().any(|aud| !host.is_empty() && aud.contains(&format!("://{host}/")));
        if asked {
            continue;
        }
        let wanted = &situation.expected.audiences;
        if wanted.iter().any(|one| token.audiences().contains(&one.value.as_str())) {
            continue;
        }
        let message = format!("the token is for {other}, not for this API");
        let finding = Finding::new(Cause::TokenForOtherResource, Strength::Proved, message).weight(0.9);
        let finding = finding.at(token.claim_spot("aud"), "another API");
        found.push(finding.explains(&[
            Cause::AudMismatch,
            Cause::AudNotConfigured,
            Cause::TokenTampered,
            Cause::SecretMismatch,
            Cause::IssVersionMismatch,
            Cause::IssMismatch,
            Cause::KidNotInJwks,
            Cause::JwksCacheStale,
            Cause::ScopeMissing,
            Cause::RoleMissing,
            Cause::AlgMismatch,
        ]));
    }
}

/// The other resource, in words.
fn resource(token: &PresentedToken<'_>) -> Option<String> {
    let audiences = token.audiences();
    for aud in &audiences {
        if let Some((_, name)) = OTHERS.iter().find(|(start, _)| aud.starts_with(start)) {
            return Some((*name).to_owned());
        }
    }
    let [only] = audiences.as_slice() else {
        return None;
    };
    if only.ends_with("/userinfo") {
        return Some(format!("the provider's user-info endpoint ({only})"));
    }
    let iss = token.text_claim("iss")?;
    let of_provider = only.starts_with(iss.trim_end_matches('/')) && only.contains("/api/v2");
    of_provider.then(|| format!("the provider's management API ({only})"))
}
