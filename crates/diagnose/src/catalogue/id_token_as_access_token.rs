//! `id-token-as-access-token`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::Symptom;
use crate::situation::kind::{TokenKind, id_token_mark, said_kind};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::IdTokenAsAccessToken,
    rule: Some(find),
    title: "An ID token was sent to an API",
    what: "An ID token tells the client who signed in; it is addressed to the client (`aud` is a client id) and says nothing about what its bearer may do. An API has to be given the access token.",
    why: &[
        "The provider returned both, and the client saved the wrong one.",
        "The access token was opaque (no audience was asked for), the ID token was a readable one, so it was taken instead.",
        "An example of a library sends `credential` or `id_token` to its own back end, which is a sign-in and not an API call.",
    ],
    fix: Fix {
        summary: "Send the access token; ask the provider for one for this API if you have none.",
        steps: &[
            say("Take `access_token`, not `id_token`, from the answer of the provider."),
            say("If that is opaque, ask for one for your API: `audience` (Auth0), `resource` or a scope of the API (Entra ID)."),
            say("If you want to sign somebody in with an ID token, use the sign-in endpoint of the provider's name, not the API."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIs…",
        trace: "the claims nonce and at_hash, and an aud that is a client id: an ID token",
    },
    standard: Some("OpenID Connect Core 1.0, section 2; RFC 9068, section 4; ASVS V9.2.2"),
    related: &[Cause::TokenTypeUnexpected, Cause::AudMismatch, Cause::AccessTokenOpaqueNoAudience],
};

/// Messages that name the kind that was sent, in lower case.
const SAID: &[&str] = &["token use not allowed: id.", "got id token", "received id token", "is an id token", "token_use: id", "not an access token: id"];

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    found.extend(said_kind(situation, SAID).map(|spot| {
        let message = "a message says that an ID token was sent, and an access token is wanted";
        Finding::new(Cause::IdTokenAsAccessToken, Strength::Likely, message).weight(0.7).at(spot, "said here")
    }));
    let refused = [
        Symptom::AudienceRefused,
        Symptom::AudienceMissing,
        Symptom::TokenTypeRefused,
        Symptom::ScopeRefused,
        Symptom::PermissionRefused,
        Symptom::ClaimAbsent,
    ];
    let speaks = refused.iter().any(|symptom| situation.sighting(*symptom).is_some());
    for token in &situation.tokens {
        let Some(mark) = id_token_mark(token, situation) else {
            continue;
        };
        let wanted = &situation.expected.audiences;
        let accepted = wanted.iter().any(|one| token.audiences().contains(&one.value.as_str()));
        let kind = situation.expected.kind.as_ref();
        if kind.is_some_and(|(kind, _)| *kind == TokenKind::Id) {
            continue;
        }
        let strength = if kind.is_some() || !wanted.is_empty() && !accepted {
            Strength::Proved
        } else if speaks || (wanted.is_empty() && situation.is_seen(Cause::IdTokenAsAccessToken)) {
            Strength::Likely
        } else {
            continue;
        };
        let message = format!("the token is an ID token ({mark}), and the API wants an access token");
        let mut finding = Finding::new(Cause::IdTokenAsAccessToken, strength, message).weight(0.9);
        finding = finding.at(token.claim_spot("aud"), "an ID token");
        if let Some((_, spot)) = kind {
            finding = finding.at(spot.clone(), "access tokens are wanted");
        }
        if let Some(one) = wanted.first() {
            finding = finding.at(one.spot.clone(), "demanded here");
        }
        found.push(finding.explains(&[
            Cause::AudMismatch,
            Cause::AudNotConfigured,
            Cause::AudMissingInToken,
            Cause::ScopeMissing,
            Cause::RoleMissing,
            Cause::RolesClaimLocation,
            Cause::ClaimMissing,
            Cause::TokenTypeUnexpected,
            Cause::TokenForOtherResource,
        ]));
    }
}
