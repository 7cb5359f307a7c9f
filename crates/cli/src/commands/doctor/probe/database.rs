//! A database: what the store sees when it looks.

use std::time::Duration;

use countersign_diagnose::{Probe, ProbeFact};
use countersign_store::{DatabaseStep, DatabaseUrl, StepOutcome, StoreOptions, Subject};
use countersign_verify::Cause;
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::TOTAL;

/// How long a name may take to be resolved.
const RESOLVE: Duration = Duration::from_secs(3);

/// The URL without its password; what cannot be read is not shown.
pub(super) fn shown(url: &str) -> String {
    DatabaseUrl::parse(url).map_or_else(|_| "--database-url".to_owned(), |url| url.to_string())
}

/// Asks a database for all that makes it fail.
pub(super) async fn probe(url: &str, subject: Option<Subject>) -> Vec<Probe> {
    let target = shown(url);
    let parsed = match DatabaseUrl::parse(url) {
        Ok(parsed) => parsed,
        Err(error) => {
            let message = error.to_string();
            let fact = ProbeFact::Database {
                cause: error.cause(),
                message: message.clone(),
                risk: false,
            };
            return vec![Probe::failed("database url", &target, message).with(fact)];
        }
    };
    let in_container = StoreOptions::default().in_container;
    let mut probes: Vec<Probe> = names(&parsed, &target).await.into_iter().collect();
    let asked = countersign_store::probe(&parsed, in_container, subject.as_ref());
    if let Ok(steps) = timeout(TOTAL, asked).await {
        probes.extend(steps.into_iter().map(|step| told(&target, step)));
    } else {
        let message = format!(
            "{target}: not everything was answered within {} s",
            TOTAL.as_secs()
        );
        let fact = ProbeFact::Database {
            cause: Cause::DbRefused,
            message: message.clone(),
            risk: false,
        };
        probes.push(Probe::failed("database", &target, message).with(fact));
    }
    probes
}

/// The addresses of the host's name: of both families, or of one.
async fn names(url: &DatabaseUrl, target: &str) -> Option<Probe> {
    const NAME: &str = "database names";
    let DatabaseUrl::Postgres(address) = url else {
        return None;
    };
    if address.host.starts_with('/') {
        return None;
    }
    let host = address.host.trim_start_matches('[').trim_end_matches(']');
    // Without an address the connection fails, and says why.
    let found = timeout(RESOLVE, lookup_host((host, address.port)))
        .await
        .ok()?
        .ok()?;
    let (v6, v4): (Vec<_>, Vec<_>) = found.partition(std::net::SocketAddr::is_ipv6);
    let why = format!("{} IPv4 and {} IPv6 addresses", v4.len(), v6.len());
    Some(Probe::ok(NAME, target, why))
}

fn told(target: &str, step: DatabaseStep) -> Probe {
    let name = format!("database {}", step.name);
    let fact = |cause, risk| ProbeFact::Database {
        cause,
        message: step.why.clone(),
        risk,
    };
    match step.outcome {
        StepOutcome::Ok => Probe::ok(&name, target, step.why),
        StepOutcome::Skipped => Probe::skipped(&name, target, step.why),
        StepOutcome::Failed(cause) => {
            Probe::failed(&name, target, step.why.clone()).with(fact(cause, false))
        }
        StepOutcome::Risk(cause) => {
            Probe::failed(&name, target, step.why.clone()).with(fact(cause, true))
        }
    }
}
