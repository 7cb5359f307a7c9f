//! `redis-unreachable`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{Dialect, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::RedisUnreachable,
    rule: Some(find),
    title: "The cache does not answer",
    what: "The program keeps sessions, limits or revocations in Redis, and Redis does not answer, or does not let it in. Where sessions live there alone, nobody is signed in until it is back.",
    why: &[
        "Redis is not running, or listens on another port or interface.",
        "The URL has no password, and Redis asks for one; or the scheme is `redis` where the host wants TLS (`rediss`).",
        "In a container, `localhost` is the container itself.",
    ],
    fix: Fix {
        summary: "Start Redis, or set its right address.",
        steps: &[
            run("Ask it from where the program runs.", "redis-cli -u \"$REDIS_URL\" ping"),
            say("In compose, the host is the name of Redis' service."),
        ],
    },
    example: Example::StartUp {
        message: "Error: connect ECONNREFUSED 127.0.0.1:6379",
        source: "REDIS_URL",
        line: None,
    },
    standard: None,
    related: &[Cause::DbHostLocalhostInContainer, Cause::Unavailable],
};

/// A message says so.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(without_tls(situation));
    let Some(seen) = situation.seen_any(&[Symptom::RedisFailed]).or_else(|| situation.seen_of_server(Dialect::Redis)) else {
        return;
    };
    let mut finding = Finding::new(Cause::RedisUnreachable, Strength::Likely, "Redis does not answer, or does not let this program in");
    if let Some(url) = situation.databases_of(Dialect::Redis).next() {
        finding = finding.at(url.spot.clone(), "");
    }
    if seen.symptom == Symptom::DatabaseTlsUntrusted {
        finding = finding
            .why("Hosting services show certificates of an authority of their own at `rediss://`, which the client does not know.")
            .fix("Give the client the provider's CA (`tls: { ca }`, `ssl_ca_certs=`); where the provider has none, it says how to connect.");
    }
    found.push(finding.at(seen.spot.clone(), "said here").explains(&[Cause::TlsCertificateInvalid, Cause::DbHostUnresolvable, Cause::DbRefused]));
}

/// A service that takes TLS alone is spoken to without, and hangs up.
fn without_tls(situation: &Situation<'_>) -> Option<Finding> {
    let alone = [".upstash.io", ".redis.cache.windows.net", ".aivencloud.com", ".db.ondigitalocean.com", ".serverless."];
    let url = situation.databases_of(Dialect::Redis).find(|url| {
        let plain = url.scheme == "redis" && url.parameter("ssl").is_none_or(|on| on == "false");
        plain && alone.iter().any(|part| url.host.contains(part))
    })?;
    let ends = ["econnreset", "socket closed", "connection reset", "connection closed", "unexpected end of", "connection lost", "command timed out", "eof"];
    let spot = situation.log_line(|line| {
        let line = line.to_ascii_lowercase();
        ends.iter().any(|words| line.contains(words))
    })?;
    let message = format!("{} takes connections over TLS alone, and this client speaks without", url.host);
    Some(
        Finding::new(Cause::RedisUnreachable, Strength::Likely, message)
            .weight(0.85)
            .at(url.spot.clone(), "without TLS")
            .at(spot, "hung up here")
            .fix("Begin the URL with `rediss://`, or switch TLS on in the client (`tls: {}`, `ssl=True`)."),
    )
}
