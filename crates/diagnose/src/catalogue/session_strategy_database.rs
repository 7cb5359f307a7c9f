//! `session-strategy-database`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{Carrier, Situation};
use crate::evidence::{Spot, Symptom};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::SessionStrategyDatabase,
    rule: Some(find),
    title: "A session id was sent in place of a token",
    what: "What was presented has no dots and looks random: it is the id of a row in the front end's session table, not a token. It means something only to the program that owns the table.",
    why: &[
        "Auth.js runs with `session: { strategy: 'database' }`, which it takes by itself as soon as an adapter is set.",
        "A cookie of another server was put into the `Authorization` header.",
    ],
    fix: Fix {
        summary: "Let the front end make a token for the API, or choose its `jwt` strategy.",
        steps: &[
            say("Keep the database sessions, and have the front end's server sign a short-lived token for each call to the API."),
            run("Or change the strategy, and sign in again.", "session: { strategy: 'jwt' }"),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/settings HTTP/1.1\nAuthorization: Bearer 5f7c1f0e-7f57-4c3f-9a6e-0b6f3a2f8d11",
        trace: "no dots: an opaque value, not a token",
    },
    standard: None,
    related: &[Cause::EncryptedSessionToken, Cause::TokenMalformed, Cause::ApiKeyAsBearerToken],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in &situation.tokens {
        if matches!(token.carrier, Carrier::Authorization(_)) && is_row_id(token.text) {
            push(found, Strength::Likely, token.spot.clone(), "the bearer token");
        }
    }
    let seen = [
        Symptom::TokenMalformed,
        Symptom::SessionUndecryptable,
        Symptom::CredentialUnseen,
    ];
    let speaks = seen.iter().any(|symptom| situation.sighting(*symptom).is_some());
    let logs = || situation.evidence.logs.iter().map(|log| log.text.to_ascii_lowercase());
    let named = logs().any(|log| {
        log.contains("gettoken") || log.contains("strategy: database") || log.contains("strategy: 'database'")
            || log.contains("strategy: \"database\"") || log.contains("strategy=database")
    });
    // A middleware that decodes tokens alone sends the browser back to the sign-in page.
    let sent_back = situation.response().is_some_and(|response| {
        let location = response.headers.value("location").unwrap_or_default();
        (300..400).contains(&response.status) && ["sign", "login"].iter().any(|part| location.contains(part))
    });
    let refused = situation.response().is_some_and(|response| response.status == 401);
    let Some(request) = situation.request().filter(|_| speaks || named || sent_back || refused) else {
        return;
    };
    let Some(header) = request.headers.first("cookie") else {
        return;
    };
    for (name, value) in request.cookies() {
        if name.contains("session") && name.contains("token") && (is_row_id(value) || is_opaque(value)) {
            let spot = Spot::line(&request.source, header.line, format!("Cookie: {name}=…"));
            let strength = if speaks || named { Strength::Likely } else { Strength::Suggested };
            push(found, strength, spot, name);
        }
    }
}

fn push(found: &mut Vec<Finding>, strength: Strength, spot: Spot, what: &str) {
    let message = format!("{what} is the id of a session that is kept in a database, and no token");
    let finding = Finding::new(Cause::SessionStrategyDatabase, strength, message).weight(0.8);
    found.push(finding.at(spot, "an id, no token").explains(&[
        Cause::TokenMalformed,
        Cause::AccessTokenOpaqueNoAudience,
    ]));
}

/// A UUID, or 32 bytes in hex: what session libraries use as keys of rows.
fn is_row_id(text: &str) -> bool {
    let uuid = text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let hex = |c: char| c.is_ascii_hexdigit();
    (uuid && text.chars().all(|c| c == '-' || hex(c))) || (text.len() == 64 && text.chars().all(hex))
}

/// One word of letters and digits, as random ids are; signed ids of frameworks have a dot.
fn is_opaque(text: &str) -> bool {
    (20..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        && !text.starts_with("eyJ")
}
