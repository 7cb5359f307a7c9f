//! `provider-token-instead-of-app-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ProviderTokenInsteadOfAppToken,
    rule: None,
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
