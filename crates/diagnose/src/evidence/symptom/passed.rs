//! Messages of what is over: a first try that came too early, a health check without a user.

use super::super::Evidence;
use super::{Sighting, Symptom};

/// Words of a program that has got what it could not get before.
const REACHED: &[&str] = &[
    "connected to",
    "connection established",
    "connection successful",
    "connected successfully",
    "database connected",
    "db connected",
    "redis connected",
    "start completed",
    "startup complete",
    "is ready",
    "reconnected",
    "successfully connected",
];

/// Whether a later line of the same log shows that this is over.
pub(super) fn is_over(seen: &Sighting, evidence: &Evidence) -> bool {
    let Some(log) = evidence
        .logs
        .iter()
        .find(|log| log.name == *seen.spot.source)
    else {
        return false;
    };
    let answers = || {
        evidence
            .failing
            .iter()
            .filter_map(|one| one.response.as_ref())
    };
    let well = answers().next().is_some() && answers().all(|answer| answer.status < 400);
    let refused = answers().any(|answer| answer.status >= 400);
    let mut later = log
        .text
        .lines()
        .skip(seen.spot.line)
        .map(str::to_ascii_lowercase);
    match seen.symptom {
        Symptom::DatabaseConnectionRefused
        | Symptom::DatabaseHostUnknown
        | Symptom::RedisFailed => {
            // The same message later says that it is not over.
            let mut reached = false;
            for line in later {
                if super::matcher::seen(&line)
                    .iter()
                    .any(|(symptom, _)| *symptom == seen.symptom)
                {
                    reached = false;
                } else if REACHED.iter().any(|words| line.contains(words)) {
                    reached = true;
                }
            }
            reached && !refused
        }
        // `pg_isready` without a user asks as the user of the operating system.
        Symptom::DatabaseCredentialsRefused | Symptom::DatabaseMissing => {
            let by_root = ["\"root\" does not exist"]
                .iter()
                .any(|words| seen.text.contains(words));
            by_root && (well || !refused && later.any(|line| line.contains(" 200")))
        }
        _ => false,
    }
}
