//! `provider-token-instead-of-app-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use crate::contract::Purpose;
use crate::evidence::Service;
use crate::situation::Carrier;
use crate::situation::kind::{opaque_provider, social_provider};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ProviderTokenInsteadOfAppToken,
    rule: Some(find),
    title: "The social provider's token was sent in place of this service's own",
    what: "What was presented is an access token of GitHub (`gho_…`) or Google (`ya29.…`). It opens the provider's API. It says nothing to this one, which could not even tell for whom it was issued.",
    why: &[
        "The front end stored the token from the provider's callback and sends it on.",
        "In Auth.js the `jwt` callback keeps `account.access_token`, and that is what the client reads.",
    ],
    fix: Fix {
        summary: "Send a token of this server, or one that your front end signs with the shared secret.",
        steps: &[
            run("After the provider's sign-in, sync the user, and sign a token for the API in the front end's server.", "token.apiToken = await new SignJWT({ email })\n  .setProtectedHeader({ alg: 'HS256' })\n  .setSubject(String(profile.id)).setIssuedAt().setExpirationTime('15m')\n  .sign(new TextEncoder().encode(process.env.AUTH_SECRET))"),
            say("Keep the provider's token on the server, and use it only to call the provider."),
            say("It has been sent where it does not belong. Let it be revoked at the provider if you do not know where it went."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer gho_…",
        trace: "prefix gho_: an access token of GitHub",
    },
    standard: Some("RFC 6749, section 10.16; RFC 9700, section 4.10"),
    related: &[Cause::UserNotProvisioned, Cause::ApiKeyAsBearerToken, Cause::IdTokenAsAccessToken, Cause::TokenForOtherResource],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in &situation.tokens {
        let Some(mark) = mark(token, situation) else {
            continue;
        };
        let message = format!("{mark}; the service wants a token of its own issuer");
        let finding = Finding::new(Cause::ProviderTokenInsteadOfAppToken, Strength::Proved, message).weight(0.9);
        found.push(finding.at(token.claim_spot("iss"), "the provider's token").explains(&[
            Cause::TokenMalformed,
            Cause::AccessTokenOpaqueNoAudience,
            Cause::AlgMismatch,
            Cause::KidNotInJwks,
            Cause::IdpInstanceMismatch,
            Cause::IssMismatch,
            Cause::IssHostMismatch,
            Cause::AudMismatch,
            Cause::SecretMismatch,
            Cause::IdTokenAsAccessToken,
            Cause::TokenForOtherResource,
            Cause::ClaimMissing,
            Cause::JwksCacheStale,
        ]));
    }
}

fn mark(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<String> {
    let issued = situation.other_tokens.iter().find_map(|other| match &other.carrier {
        Carrier::Body(name) if other.text == token.text && name.starts_with("provider") => Some(name),
        _ => None,
    });
    if let Some(name) = issued {
        return Some(format!("the token is the {name} of the sign-in"));
    }
    // The provider's own API takes its tokens.
    let host = situation.host();
    if let Some(provider) = opaque_provider(token.text).filter(|provider| !host.contains(&provider.to_ascii_lowercase())) {
        return Some(format!("the token is an access token of {provider}"));
    }
    let iss = token.text_claim("iss")?;
    let provider = social_provider(iss)?;
    let settings = || situation.evidence.services.iter().flat_map(Service::settings);
    // Who names the provider in the settings of its API takes the provider's tokens.
    let wanted = &situation.expected;
    let accepts = wanted.issuers.iter().any(|one| social_provider(&one.value) == Some(provider))
        || wanted.audiences.iter().any(|one| token.audiences().contains(&one.value.as_str()));
    let own = !wanted.issuers.is_empty()
        || situation.verifier_settings(Purpose::SigningSecret).iter().any(|(_, line)| !line.value.is_empty())
        || settings().any(|line| line.name.contains("SUPABASE"));
    (own && !accepts).then(|| format!("iss is {iss}: the token is {provider}'s own"))
}
