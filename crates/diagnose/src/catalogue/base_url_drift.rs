//! `base-url-drift`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::Finding;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::BaseUrlDrift,
    rule: Some(find),
    title: "The client calls another deployment than the one that issued the token",
    what: "Sign-in went to one address and the request to another: another deployment, host or port, with other secrets, other cookies and other users. Each side is sound by itself.",
    why: &[
        "Two parts of a front end read two settings for one API, or one setting with two defaults: `localhost:8000` here, `localhost:8002` there.",
        "A preview deployment calls the API of production.",
        "The API was moved to another port, and one of the front end's settings was not.",
    ],
    fix: Fix {
        summary: "Let every part of the client read one setting for the API's address.",
        steps: &[
            run("Find the addresses.", "grep -rn 'API_URL\\|localhost:' --include='*.env*' --include='*.ts' ."),
            say("Keep one name with one default, and let all calls go through one client."),
            say("Sign in again, since a token of the other deployment does not count here."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nHost: localhost:8002\nAuthorization: Bearer eyJhbGciOi…",
        trace: "the token was issued by http://localhost:8000, and http://localhost:8002 was called",
    },
    standard: None,
    related: &[Cause::SecretMismatch, Cause::OriginHostDrift, Cause::IdpInstanceMismatch, Cause::IssMismatch],
};

/// The front end's addresses of one API differ.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.drifting_addresses());
    found.extend(situation.other_deployment());
    found.extend(situation.secret_faults_of(Cause::BaseUrlDrift));
    found.extend(situation.baked_address());
}
