//! `bearer-prefix-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::is_jwt;
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::BearerPrefixMissing,
    rule: Some(find),
    title: "The Authorization header holds a bare token",
    what: "The header is there and holds a token, but not the word `Bearer` before it. The header always begins with a scheme; without one nobody can know how to read the rest.",
    why: &[
        "The client sets `Authorization: <token>`, as some APIs want it.",
        "A tool's field wanted the whole header value, and only the token was put in; or the reverse.",
        "`Bearer` and the token were joined without a blank, or with a line break.",
    ],
    fix: Fix {
        summary: "Write `Authorization: Bearer <token>`, with one blank between.",
        steps: &[
            run("Change the line that sets the header.", "headers: { Authorization: `Bearer ${token}` }"),
            say("In Swagger UI, Postman and the like choose the type \"Bearer token\" and paste the token alone."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: eyJhbGciOiJIUzI1NiIs…",
        trace: "the Authorization header is one word in the form of a token",
    },
    standard: Some("RFC 6750, section 2.1; RFC 9110, section 11.4"),
    related: &[Cause::BearerPrefixDuplicated, Cause::AuthSchemeMismatch, Cause::TokenMalformed],
};

/// The header's whole value is a token, and it is refused.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let Some(request) = situation.request() else { return };
    // These take the token as it is.
    let bare = ["pocketbase", "cognito authorizer", "meteor", "linear", "appsync"].iter().any(|product| situation.uses(product))
        || [".appsync-api.", ".execute-api."].iter().any(|part| situation.host().contains(part));
    for header in request.headers.all("authorization").filter(|_| !bare) {
        let value = header.value.trim();
        if value.contains(' ') || value.len() < 16 {
            continue;
        }
        let strength = if is_jwt(value) { Strength::Proved } else { Strength::Likely };
        let message = "the Authorization header carries the bare token, without the word Bearer before it";
        let finding = Finding::new(Cause::BearerPrefixMissing, strength, message);
        found.push(finding.at(request.spot(header), "no scheme").explains(&[Cause::CredentialMissing]));
    }
    found.extend(behind_a_preflight(situation).filter(|_| !bare));
}

/// The preflight fails first; the request that follows it is shown by a command or by a client's source, and carries
/// the bare token.
fn behind_a_preflight(situation: &Situation<'_>) -> Option<Finding> {
    let preflight = situation.request().filter(|request| request.is_preflight())?;
    let follows = |command: &&crate::evidence::Request| command.path() == preflight.path();
    let mut commands = situation.evidence.commands.iter().filter(follows);
    let (command, header) = commands.find_map(|command| {
        let header = command.headers.first("authorization").filter(|header| is_jwt(header.value.trim()))?;
        Some((command, header))
    })?;
    let message = "behind the preflight the token is sent bare, without the word Bearer before it";
    Some(Finding::new(Cause::BearerPrefixMissing, Strength::Likely, message).at(command.spot(header), "no scheme").later(true))
}
