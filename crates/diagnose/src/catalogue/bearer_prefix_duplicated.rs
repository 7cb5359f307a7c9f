//! `bearer-prefix-duplicated`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::BearerPrefixDuplicated,
    rule: Some(find),
    title: "The word Bearer stands twice in the Authorization header",
    what: "The header reads `Bearer Bearer <token>`. The second `Bearer` would be the token, and it is none.",
    why: &[
        "The stored token already begins with `Bearer `, and the client adds it once more.",
        "The word was typed into a field of a tool that adds it by itself.",
        "Two interceptors each add the prefix.",
    ],
    fix: Fix {
        summary: "Keep the bare token in storage, and add `Bearer ` in one place.",
        steps: &[
            say("Look at what is stored: it should begin with `eyJ`, not with `Bearer`."),
            run("Remove the prefix where the token is saved, or where the header is set, and not in both.", "headers: { Authorization: `Bearer ${token}` }"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer Bearer eyJhbGciOiJIUzI1NiIs…",
        trace: "the scheme Bearer is followed by the word Bearer again",
    },
    standard: Some("RFC 6750, section 2.1"),
    related: &[Cause::BearerPrefixMissing, Cause::AuthSchemeMismatch],
};

/// The word stands twice in the header, or in the setting whose value is put behind it.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let Some(request) = situation.request() else { return };
    for header in request.headers.all("authorization") {
        let words: Vec<&str> = header.value.split_ascii_whitespace().collect();
        let [first, second, ..] = words.as_slice() else { continue };
        let is_bearer = |word: &str| word.trim_end_matches(':').eq_ignore_ascii_case("bearer");
        if !is_bearer(first) || !is_bearer(second) {
            continue;
        }
        let finding = Finding::new(Cause::BearerPrefixDuplicated, Strength::Proved, "the word Bearer stands twice in the Authorization header");
        let mut finding = finding.at(request.spot(header), "twice").explains(&[Cause::TokenMalformed]);
        let lines = situation.evidence.services.iter().flat_map(crate::evidence::Service::settings);
        for line in lines.filter(|line| line.value.to_ascii_lowercase().starts_with("bearer ")) {
            finding = finding.at(line.spot.clone(), "has the word already");
        }
        found.push(finding);
    }
}
