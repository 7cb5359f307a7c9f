//! `access-token-opaque-no-audience`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Service;
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, PresentedToken, Situation};
use crate::contract::Purpose;
use crate::situation::Carrier;
use crate::situation::kind::{api_key, code_mark, opaque_provider, project_key_mark, refresh_token_mark};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AccessTokenOpaqueNoAudience,
    rule: Some(find),
    title: "The access token is opaque, because no audience was asked for",
    what: "What was presented is a row of random characters, and no signed token. Providers such as Auth0 issue those when the client asks for no audience: the token is then good for the provider's own `/userinfo`, and for nothing else.",
    why: &[
        "The client's set-up has no `audience` (Auth0) or no scope of the API (Entra ID, Okta).",
        "The audience is set at sign-in, and missing where the token is fetched silently.",
        "The token is from a provider whose access tokens are always opaque (Google, GitHub).",
    ],
    fix: Fix {
        summary: "Have the client ask for this API's audience, and sign in again.",
        steps: &[
            run("Set the audience where the client is set up. The provider has to know the API under that name.", "authorizationParams: { audience: 'https://api.example.org' }"),
            say("Sign out and in: tokens that exist stay as they are."),
            run("The new token has two dots. See whom it is for.", "countersign inspect \"$TOKEN\""),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer qL9vRx3Tz7bNn1Kd8wYp4sHc6uJf2mGa",
        trace: "the credential is an opaque string: an issuer that was asked for no audience returns such access tokens",
    },
    standard: Some("RFC 8707, section 2; RFC 9068, section 3"),
    related: &[Cause::TokenMalformed, Cause::SessionStrategyDatabase, Cause::AudMismatch, Cause::ProviderTokenInsteadOfAppToken],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    // Who asks the issuer about each token takes opaque ones.
    let mut lines = situation.verifiers().into_iter().flat_map(Service::settings);
    let asks = lines.any(|line| {
        let name = line.name.to_ascii_uppercase();
        name.contains("INTROSPECT") || name.contains("OPAQUETOKEN") || name.contains("OPAQUE_TOKEN")
    });
    let sent = situation.tokens.iter().filter(|token| matches!(token.carrier, Carrier::Authorization(_)));
    for token in sent.chain(to_come(situation)).filter(|token| !asks && is_opaque(token, situation)) {
        let asked: Vec<_> = situation
            .settings(Purpose::Audience)
            .filter(|(service, line)| service.is_front_end() && !line.value.trim().is_empty())
            .collect();
        let provider = situation.uses_provider();
        if !asked.is_empty() || (provider.is_none() && situation.expected.audiences.is_empty()) {
            continue;
        }
        let what = if token.is_encrypted() {
            "encrypted for its issuer alone".to_owned()
        } else {
            format!("an opaque string of {} characters", token.text.len())
        };
        let message = format!("the access token is {what}: the issuer was asked for no audience");
        let finding = Finding::new(Cause::AccessTokenOpaqueNoAudience, Strength::Likely, message).weight(0.8);
        let mut finding = finding.at(token.spot.clone(), "no JWT");
        if let Some(wanted) = situation.expected.audiences.first() {
            finding = finding.at(wanted.spot.clone(), "the audience to ask for");
        }
        let finding = finding.later(situation.is_to_come(token));
        found.push(finding.explains(&[Cause::TokenMalformed, Cause::AudMismatch, Cause::AudMissingInToken]));
    }
}

/// The access token that a sign-in gave and no request presents yet, where the API demands an audience.
fn to_come<'s, 'e>(situation: &'s Situation<'e>) -> impl Iterator<Item = &'s PresentedToken<'e>> {
    let waits = situation.tokens.is_empty() && situation.outcome() == Outcome::Bad && !situation.expected.audiences.is_empty();
    let given = |token: &&PresentedToken<'e>| matches!(&token.carrier, Carrier::Body(name) if name == "access_token");
    situation.other_tokens.iter().filter(move |token| waits && given(token))
}

fn is_opaque(token: &PresentedToken<'_>, situation: &Situation<'_>) -> bool {
    if token.is_encrypted() {
        return token.header_text("iss").is_some();
    }
    let word = token.text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c));
    token.is_opaque()
        && word
        && !token.text.starts_with("eyJ")
        && (16..=2_048).contains(&token.text.len())
        && !token.text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && api_key(token.text).is_none()
        && opaque_provider(token.text).is_none()
        && project_key_mark(token, situation).is_none()
        && refresh_token_mark(token, situation).is_none()
        && code_mark(token, situation).is_none()
}
