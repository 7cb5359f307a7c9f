//! `sub-identifier-mismatch`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, PresentedToken, Situation};
use crate::evidence::Symptom;
use crate::situation::users::{self, Lookup};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SubIdentifierMismatch,
    rule: Some(find),
    title: "The subject is another kind of identifier than the lookup uses",
    what: "The token is good and its user exists, but `sub` is not what the user is looked up by: it is an e-mail address, a provider's id or a UUID, and the lookup takes it for another of these.",
    why: &[
        "The provider of identities has ids of its own (`auth0|…`, `google-oauth2|…`, a UUID), and the table of users has others.",
        "The user table was keyed by e-mail address before, and by number now.",
        "A column of type UUID or integer is compared with a text that is neither.",
    ],
    fix: Fix {
        summary: "Look the user up by issuer and subject, in a column of its own for that.",
        steps: &[
            run("Store the subject at the first sign-in, and look it up there.", "SELECT u.* FROM identities i JOIN users u ON u.id = i.user_id\nWHERE i.issuer = $1 AND i.subject = $2"),
            say("Do not fall back to the e-mail address unless the issuer has verified it."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer eyJhbGciOiJSUzI1NiIs…",
        trace: "sub is \"auth0|546b…\"; users have ids such as 42",
    },
    standard: Some("RFC 7519, section 4.1.2; OpenID Connect Core 1.0, section 5.7"),
    related: &[Cause::TokenFormatLegacy, Cause::UserNotProvisioned, Cause::SubNotString],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() != Outcome::Bad {
        return;
    }
    for (token, lookup) in users::lookups(situation) {
        if users::is_legacy(token, &lookup) {
            continue;
        }
        let not_found = [Symptom::UserUnknown, Symptom::SubjectUnfit, Symptom::SubjectGone];
        let not_found = not_found.iter().any(|symptom| situation.sighting(*symptom).is_some())
            || situation.response().is_some_and(|response| response.status == 404);
        // Who is known and may not do this was found, by whichever column.
        if !not_found && situation.response().is_some_and(|response| response.status == 403) {
            continue;
        }
        let read = users::column_that_is_read(situation, token.text_claim("sub").unwrap_or_default());
        let by = match lookup {
            Lookup::ByColumn(column) if read.as_ref().is_some_and(|(name, _)| *name == column) => continue,
            Lookup::ByColumn(column) if read.is_some() => format!("it is in the column {column}"),
            // A column for the subjects of issuers is read, unless a failure to find says that it is not.
            Lookup::ByColumn(column) if not_found || !users::is_of_issuers(&column) => {
                format!("it is in the column {column}")
            }
            Lookup::ByClaim(claim) => format!("the user is known by the claim {claim}"),
            Lookup::Absent { .. } | Lookup::ByColumn(_) | Lookup::ById => continue,
        };
        let sub = token.claim("sub").map(ToString::to_string).unwrap_or_default();
        let message = format!("sub is {sub}, which is no id of a user here; {by}");
        let strength = if read.is_some() { Strength::Proved } else { Strength::Likely };
        let finding = Finding::new(Cause::SubIdentifierMismatch, strength, message).weight(0.9);
        let finding = match read {
            Some((_, spot)) => finding.at(spot, "looked up by this"),
            None => finding,
        };
        let finding = finding.later(situation.is_to_come(token));
        found.push(finding.at(token.claim_spot("sub"), "not what users are looked up by").explains(&[
            Cause::UserNotProvisioned,
            Cause::UserDeletedStaleToken,
        ]));
    }
    if users::are_given(situation) {
        return;
    }
    let Some(seen) = situation.sighting(Symptom::SubjectUnfit) else {
        return;
    };
    for token in situation.tokens.iter().filter(|token| unfit(token)) {
        let sub = token.claim("sub").map(ToString::to_string).unwrap_or_default();
        let message = format!("sub is {sub}, and the lookup wants an id of another kind");
        let finding = Finding::new(Cause::SubIdentifierMismatch, Strength::Likely, message).weight(0.8);
        found.push(finding.at(seen.spot.clone(), "refused here").at(token.claim_spot("sub"), "the subject"));
    }
}

/// Whether the subject is no plain number: the kinds of ids that columns are too strict for.
fn unfit(token: &PresentedToken<'_>) -> bool {
    let sub = token.text_claim("sub").unwrap_or_default();
    !sub.is_empty() && !sub.chars().all(|c| c.is_ascii_digit())
}
