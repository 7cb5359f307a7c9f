//! ASP.NET's data protection: a ring of keys that each container makes for itself unless it is told where to keep it.

use super::{Outcome, Situation};
use crate::evidence::{Spot, without_secrets};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// What it says of a ring that ends with its process or container.
const FLEETING: &[&str] = &[
    "may not be persisted outside of the container",
    "using an in-memory repository",
    "ephemeralxmlrepository",
    "keys will not be persisted to storage",
    "neither user profile nor hklm registry available",
    "using an ephemeral key repository",
];

/// What it says when a payload is of another ring.
const FOREIGN: &[&str] = &[
    "unprotect ticket failed",
    "was not found in the key ring",
    "could not be decrypted",
    "error unprotecting the session cookie",
    "the payload was invalid",
    "unable to unprotect the message.state",
];

impl Situation<'_> {
    /// A cookie that another container's or run's key ring has sealed.
    pub(crate) fn fleeting_key_ring(&self) -> Option<Finding> {
        if self.outcome() != Outcome::Bad {
            return None;
        }
        let says = |words: &'static [&'static str]| {
            self.log_line(move |line| {
                let line = line.to_ascii_lowercase();
                words.iter().any(|word| line.contains(word))
            })
        };
        let made = self.keys_made();
        // A key lives for ninety days: where each start makes one, the last one was lost.
        let again = made.get(1).map(|(_, spot)| spot.clone());
        let fleeting = says(FLEETING).or(again)?;
        let foreign = says(FOREIGN);
        let used = self.protecting_keys();
        let last = made.last().map(|(id, _)| id.as_str());
        let replaced = used.iter().any(|id| last.is_some_and(|last| last != id));
        let strength = match (&foreign, replaced) {
            (Some(_), true) => Strength::Proved,
            (Some(_), false) | (None, true) => Strength::Likely,
            (None, false) => return None,
        };
        let message = "each container makes a key ring of its own, and what another one sealed it cannot open";
        let mut finding = Finding::new(Cause::SecretRandomPerProcess, strength, message)
            .weight(0.9)
            .at(fleeting, "kept in the container alone");
        if let Some(spot) = foreign {
            finding = finding.at(spot, "sealed by another ring");
        }
        if let Some((_, spot)) = made.last().filter(|_| replaced) {
            finding = finding.at(spot.clone(), "the key of today; the cookie names another");
        }
        Some(
            finding
                .fix("Keep the ring where all containers of all deployments find it: `AddDataProtection().PersistKeysToFileSystem(…)` on a volume, or in Redis, a database or a blob store; and give it one `SetApplicationName(…)`.")
                .explains(&[
                    Cause::SecretRotatedStaleSession,
                    Cause::SessionUnknown,
                    Cause::CsrfTokenMismatch,
                    Cause::SecretMissing,
                ]),
        )
    }

    /// The keys that the log says were made, in its order.
    fn keys_made(&self) -> Vec<(String, Spot)> {
        let mut found = Vec::new();
        for log in &self.evidence.logs {
            for (at, line) in log.text.lines().enumerate() {
                let id = line
                    .split_once("Creating key {")
                    .and_then(|(_, rest)| rest.split_once('}'));
                if let Some((id, _)) = id {
                    let spot = Spot::line(&log.source(), at + 1, without_secrets(line));
                    found.push((id.to_ascii_lowercase(), spot));
                }
            }
        }
        found
    }
}
