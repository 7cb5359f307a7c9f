//! What a server says of itself.

use countersign_diagnose::{Probe, ProbeFact};

use super::http::{Ask, Reply};
use super::server::Server;
use super::shown;

/// Where health is usually told, ours first.
const PATHS: [&str; 4] = ["/api/health", "/health", "/healthz", "/actuator/health"];
/// Words for being well.
const WELL: [&str; 7] = [
    "healthy",
    "ok",
    "up",
    "pass",
    "connected",
    "operational",
    "alive",
];

/// The first of the usual addresses that tells something.
pub(super) async fn probe(server: &Server<'_>) -> Probe {
    const NAME: &str = "health";
    for path in PATHS {
        let url = server.at(path);
        let target = shown(&url);
        match server.send(Ask::get(url)).await {
            Ok(reply) if matches!(reply.status, 300..=399 | 401 | 403..=405) => {}
            Ok(reply) => match ill(&reply) {
                Some(says) => {
                    let fact = ProbeFact::Unhealthy { says: says.clone() };
                    return Probe::failed(NAME, &target, says).with(fact);
                }
                None if reply.json().is_some() => {
                    return Probe::ok(NAME, &target, "it says that it is well");
                }
                // A front end answers every path with its page.
                None => {}
            },
            Err(broken) => return Probe::failed(NAME, &target, broken.why),
        }
    }
    let why = format!("none of {} tells anything", PATHS.join(", "));
    Probe::skipped(NAME, &server.target, why)
}

fn ill(reply: &Reply) -> Option<String> {
    let body = reply.json();
    let status = body.as_ref().and_then(|body| body.get("status")?.as_str());
    let word: Option<String> = status.map(|word| word.chars().take(80).collect());
    match word {
        Some(word) if !WELL.contains(&word.to_ascii_lowercase().as_str()) => {
            Some(format!("status {}, {word:?}", reply.status))
        }
        _ if reply.status >= 500 => Some(format!("status {}", reply.status)),
        Some(_) | None => None,
    }
}
