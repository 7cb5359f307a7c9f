//! `api-key-as-bearer-token`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;
use crate::finding::{Finding, Strength};
use crate::situation::{PresentedToken, Situation};
use crate::evidence::Service;
use crate::situation::Carrier;
use crate::situation::kind::{api_key, project_key_mark};

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::ApiKeyAsBearerToken,
    rule: Some(find),
    title: "An API key was sent in place of a token",
    what: "What was presented has the form of an API key (a prefix such as `sk_`, `pk_` or `ghp_`, and no dots). It belongs to another service or to another header.",
    why: &[
        "The key of a payment, model or hosting service stands in the variable from which the client takes its token.",
        "A command from another service's documentation was reused.",
    ],
    fix: Fix {
        summary: "Send a token of this server; keep the key for the service that it is from.",
        steps: &[
            run("Sign in to get a token.", "curl -X POST http://localhost:8787/api/v1/auth/jwt/login \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"email\": \"ada@example.org\", \"password\": \"…\"}'"),
            say("Look at which variable the client takes the token from."),
            say("The key has been sent to a server that it is not for. Replace it where it was issued."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAuthorization: Bearer sk_live_…",
        trace: "prefix sk_live_, no dots: an API key",
    },
    standard: Some("RFC 6750, section 5.3"),
    related: &[Cause::TokenMalformed, Cause::SessionStrategyDatabase, Cause::ProviderTokenInsteadOfAppToken],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if !situation.token_may_be_refused() {
        return;
    }
    for token in &situation.tokens {
        let bearer = matches!(token.carrier, Carrier::Authorization(_));
        if !bearer || !token.is_opaque() || project_key_mark(token, situation).is_some() {
            continue;
        }
        let Some(message) = mark(token, situation) else {
            continue;
        };
        let finding = Finding::new(Cause::ApiKeyAsBearerToken, Strength::Proved, message).weight(0.9);
        found.push(finding.at(token.spot.clone(), "an API key").explains(&[
            Cause::TokenMalformed,
            Cause::AccessTokenOpaqueNoAudience,
            Cause::SessionStrategyDatabase,
        ]));
    }
}

fn mark(token: &PresentedToken<'_>, situation: &Situation<'_>) -> Option<String> {
    if let Some(name) = api_key(token.text) {
        return Some(format!("the bearer token is {name}, and no token"));
    }
    let services = situation.evidence.services.iter();
    let mut lines = services.flat_map(Service::settings);
    let same = lines.find(|line| {
        let name = line.name.to_ascii_uppercase();
        (name.contains("API_KEY") || name.contains("APIKEY")) && line.value.trim() == token.text
    });
    same.map(|line| format!("the bearer token is the value of {}, an API key", line.name))
}
