//! `client-netrc-override`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::challenges;
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ClientNetrcOverride,
    rule: Some(find),
    title: "The client's netrc file replaced the Authorization header",
    what: "Python's requests (and curl with `--netrc`) look the host up in `~/.netrc`. If it is there, its user and password are sent as Basic, and the Authorization header that the program set is overwritten without a word.",
    why: &[
        "A tool wrote an entry for this host, or a `default` entry, into `~/.netrc` (Heroku, Git hosts, package indexes, wandb).",
        "It works on one machine and fails on another, where the file exists.",
    ],
    fix: Fix {
        summary: "Give the token as `auth`, or tell the client not to read netrc.",
        steps: &[
            run("In requests, an `auth` object counts over netrc.", "class Bearer(requests.auth.AuthBase):\n    def __init__(self, token): self.token = token\n    def __call__(self, r):\n        r.headers[\"Authorization\"] = f\"Bearer {self.token}\"\n        return r\n\nrequests.get(url, auth=Bearer(token))"),
            run("Or switch it off for the session.", "session = requests.Session()\nsession.trust_env = False"),
            say("Or take the host's entry out of `~/.netrc`."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/me HTTP/1.1\nUser-Agent: python-requests/2.32.3\nAuthorization: Basic …",
        trace: "the program sets Bearer, and the request arrived with Basic from python-requests",
    },
    standard: None,
    related: &[Cause::AuthorizationHeaderConflict, Cause::AuthSchemeMismatch],
};

/// A library that reads netrc sends Basic where the program sets Bearer.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() != Outcome::Bad {
        return;
    }
    let Some(request) = situation.request() else { return };
    let Some(header) = request.headers.first("authorization") else { return };
    let basic = header.value.to_ascii_lowercase().starts_with("basic ");
    let snippets = &situation.browsing.snippets;
    let library = situation.is_from_library_with_netrc();
    let commands = situation.evidence.commands.iter().chain([request]);
    let told = commands.flat_map(|command| command.headers.all("x-curl-flag")).any(|flag| flag.value == "netrc");
    if !basic || !(library || told || !snippets.netrc.is_empty()) {
        return;
    }
    let bearer_meant = !snippets.sets_bearer.is_empty() || situation.evidence.commands.iter().any(|command| {
        command.headers.value("authorization").is_some_and(|value| value.to_ascii_lowercase().starts_with("bearer "))
    });
    let asked = challenges(situation.response()).iter().any(|scheme| scheme == "bearer");
    let named = !snippets.netrc.is_empty() || told;
    let strength = match (bearer_meant, asked, named) {
        (true, _, _) | (_, _, true) => Strength::Proved,
        (false, true, false) => Strength::Likely,
        (false, false, false) => return,
    };
    let message = "the request arrived with Basic credentials from netrc in place of the program's bearer token";
    let mut finding = Finding::new(Cause::ClientNetrcOverride, strength, message).at(request.spot(header), "not what the program set");
    for spot in snippets.sets_bearer.iter().chain(&snippets.netrc) {
        finding = finding.at(spot.clone(), "see here");
    }
    found.push(finding.explains(&[Cause::AuthSchemeMismatch, Cause::AuthorizationHeaderConflict, Cause::CredentialsInvalid, Cause::CredentialMissing]));
}
