//! `token-tampered`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use crate::contract::Purpose;
use crate::evidence::Symptom;
use crate::situation::issuer::is_other_instance;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TokenTampered,
    rule: Some(find),
    title: "The token was changed after it was signed",
    what: "The signature does not hold, and the reason is not the secret: the header or the claims are not those that were signed.",
    why: &[
        "Somebody decoded the token, changed a claim (a role, a date) and put it together again.",
        "A tool or a proxy \"normalised\" the token: another base64, other JSON.",
        "Parts of two tokens were joined in one text.",
    ],
    fix: Fix {
        summary: "Use the token as it was issued; to get other claims, change the account and sign in again.",
        steps: &[
            run("See what it claims.", "countersign inspect \"$TOKEN\""),
            run("For a test as another role, give a test account the role; do not edit tokens.", "countersign user set-role ada@example.org admin"),
            run("If nobody of yours did this, look at where it came from.", "countersign audit tail"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/admin/users HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the signature belongs to another payload: it does not hold under any known secret",
    },
    standard: Some("RFC 7515, section 5.2; ASVS V9.1.1"),
    related: &[Cause::SecretMismatch, Cause::TokenMalformed, Cause::TokenHeaderUnsupported],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in situation.tokens.iter().filter(|token| token.is_signed_token()) {
        if !token.signature.fits.is_empty() {
            continue;
        }
        let Some((strength, message)) = mark(token, situation) else {
            continue;
        };
        let finding = Finding::new(Cause::TokenTampered, strength, message).weight(0.7);
        found.push(finding.at(token.spot.clone(), "presented here").explains(&[Cause::SecretMismatch]));
    }
}

fn mark(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<(Strength, String)> {
    let signature = |text: &str| text.rsplit_once('.').map(|(_, signature)| signature.to_owned());
    let original = situation.other_tokens.iter().find(|other| {
        other.text != token.text && other.is_signed_token() && signature(other.text) == signature(token.text)
    });
    if original.is_some() {
        let message = "the token has the signature of another one that was issued, over other claims";
        return Some((Strength::Proved, message.to_owned()));
    }
    if token.header_text("alg").is_some_and(|alg| alg.starts_with("HS")) {
        return of_secret(token, situation);
    }
    let kid = token.header_text("kid")?;
    let file = situation.evidence.key_sets.iter().find(|file| file.usable(kid))?;
    // Graph's own tokens carry a nonce in the header and can be checked by nobody else.
    if token.header_text("nonce").is_some() || is_other_instance(token, situation).is_some() {
        return None;
    }
    let message = format!("the key {kid} of {} did not make this signature over these claims", file.source);
    Some((Strength::Proved, message))
}

/// Every service has one and the same secret, and it did not make this signature.
fn of_secret(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<(Strength, String)> {
    situation.sighting(Symptom::SignatureRefused)?;
    let lines: Vec<_> = situation.settings(Purpose::SigningSecret).filter(|(_, line)| !line.value.is_empty()).collect();
    let (_, first) = lines.first()?;
    let services = situation.evidence.services.iter().filter(|one| lines.iter().any(|(service, _)| std::ptr::eq(*service, *one)));
    let agree = lines.iter().all(|(_, line)| *line.value == *first.value);
    (agree && services.count() > 1 && token.signature.tried > 1).then(|| {
        let message = "every service has the same secret, and it did not make this signature: header or claims were changed, or the token is from elsewhere";
        (Strength::Suggested, message.to_owned())
    })
}
