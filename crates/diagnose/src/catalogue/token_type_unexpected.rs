//! `token-type-unexpected`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::situation::kind::{TokenKind, code_mark, kind_said};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenTypeUnexpected,
    rule: Some(find),
    title: "The token is of another type than an access token",
    what: "What was sent was made for something else than to call an API: a logout token, a DPoP proof, a sign-in link, an authorization code. The `typ` of a signed token says what it is for.",
    why: &[
        "The client holds several tokens, and sent the wrong one.",
        "It sent the authorization code that came to the callback, and did not exchange it for a token first.",
        "The issuer writes a `typ` of its own. Access tokens have `at+jwt` or `JWT`, or none.",
    ],
    fix: Fix {
        summary: "Send the access token; if it is one, have the issuer say so.",
        steps: &[
            run("Look at `typ` in the header.", "countersign inspect \"$TOKEN\""),
            say("Where you issue it, set `typ` to `at+jwt` (or leave it out)."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJ0eXAiOiJsb2dvdXQrand0…",
        trace: "typ logout+jwt; accepted: at+jwt, JWT, none",
    },
    standard: Some("RFC 9068, section 4; RFC 8725, section 3.11; ASVS V9.2.2"),
    related: &[Cause::IdTokenAsAccessToken, Cause::RefreshTokenAsAccessToken, Cause::TokenHeaderUnsupported],
};

/// A code of a sign-in that was sent to an API, before it was exchanged.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    found.extend(of_another_kind(situation));
    for token in &situation.tokens {
        let Some(mark) = code_mark(token, situation) else {
            continue;
        };
        let message = format!("what was sent is an authorization code ({mark}), and no access token");
        let finding = Finding::new(Cause::TokenTypeUnexpected, Strength::Proved, message).weight(0.9);
        let finding = finding.at(token.spot.clone(), "a code");
        let fix = "Exchange the code at the issuer's token endpoint, and send the access token that it answers with.";
        found.push(finding.fix(fix).explains(&[Cause::TokenMalformed, Cause::AccessTokenOpaqueNoAudience]));
    }
}

/// A token that says it is of one kind, where a setting asks for another. ID and refresh tokens where access tokens are
/// wanted have causes of their own.
fn of_another_kind(situation: &Situation<'_>) -> Option<Finding> {
    let (wanted, setting) = situation.expected.kind.as_ref().filter(|(kind, _)| *kind != TokenKind::Access)?;
    situation.tokens.iter().find_map(|token| {
        let (claim, kind) = kind_said(token).filter(|(_, kind)| kind != wanted)?;
        let message = format!("the token is {} ({claim}), and {} is wanted", kind.word(), wanted.word());
        let finding = Finding::new(Cause::TokenTypeUnexpected, Strength::Proved, message).weight(0.9);
        let finding = finding.at(token.claim_spot(claim), "what was sent").at(setting.clone(), "what is wanted");
        Some(finding.explains(&[Cause::AudMismatch, Cause::AudMissingInToken, Cause::ClaimMissing]))
    })
}
