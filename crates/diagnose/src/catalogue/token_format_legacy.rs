//! `token-format-legacy`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use crate::evidence::Symptom;
use crate::situation::users;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenFormatLegacy,
    rule: Some(find),
    title: "The token has the claims of an older format",
    what: "The token has an e-mail address as `sub` and the account in `id`. Here `sub` names the account, which stays the same when the address changes, and `email` holds the address.",
    why: &[
        "A service of yours still makes tokens of the older form, `{\"sub\": email, \"id\": user id}`.",
        "The token was stored before the service was changed.",
    ],
    fix: Fix {
        summary: "Have the service that makes the tokens put the user's id into `sub` and the address into `email`.",
        steps: &[
            run("The claims that are wanted:", "{\"sub\": \"42\", \"email\": \"ada@example.com\", \"iat\": 1763650000, \"exp\": 1763653600}"),
            run("Until then, accept both; each such token is logged.", "AUTH_JWT_LEGACY=on"),
            say("When the log shows no `token-format-legacy` any more, take the setting away."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9…",
        trace: "sub is an address and the account stands in id; here sub names the account and email its address",
    },
    standard: Some("RFC 7519, section 4.1.2; RFC 9068, section 2.2"),
    related: &[Cause::SubIdentifierMismatch, Cause::SubNotString, Cause::UserNotProvisioned],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    let seen = [Symptom::SubjectUnfit, Symptom::UserUnknown, Symptom::ClaimAbsent, Symptom::SubjectGone];
    let spoken = seen.iter().find_map(|symptom| situation.sighting(*symptom));
    let looked_up = users::lookups(situation);
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        let Some(id) = users::legacy_id(token) else {
            continue;
        };
        let fails = looked_up.iter().any(|(of, lookup)| of.text == token.text && users::is_legacy(of, lookup));
        if !fails && spoken.is_none() {
            continue;
        }
        let sub = token.text_claim("sub").unwrap_or_default();
        let message = format!("sub is {sub} and id is {id}: the user's id is expected in sub");
        let mut finding = Finding::new(Cause::TokenFormatLegacy, Strength::Likely, message).weight(0.9);
        finding = finding.at(token.claim_spot("sub"), "an address");
        if let Some(seen) = spoken {
            finding = finding.at(seen.spot.clone(), "refused here");
        }
        found.push(finding.explains(&[
            Cause::SubIdentifierMismatch,
            Cause::UserNotProvisioned,
            Cause::UserDeletedStaleToken,
            Cause::ClaimMissing,
        ]));
    }
}
