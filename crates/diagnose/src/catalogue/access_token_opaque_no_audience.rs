//! `access-token-opaque-no-audience`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::AccessTokenOpaqueNoAudience,
    rule: None,
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
