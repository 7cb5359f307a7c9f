//! The secret that guards the sync endpoint: on both sides, and in the header.

use super::agreement::difference::is_reference;
use super::users::{self, Lookup};
use super::{Outcome, Situation};
use crate::contract::Purpose;
use crate::evidence::{EnvLine, Service, Symptom};
use crate::finding::{Edit, Finding, Strength};
use countersign_verify::{Cause, Fingerprint};

/// Headers that carry the secret.
const HEADERS: &[&str] = &["x-auth-secret", "x-sync-secret", "x-internal-secret"];

impl<'e> Situation<'e> {
    fn sync_settings(&self) -> Vec<(&'e Service, &'e EnvLine)> {
        let settings: Vec<_> = self.settings(Purpose::SyncSecret).collect();
        // A reference that nothing expanded is told as such.
        let literal = settings.iter().any(|(_, line)| is_reference(&line.raw));
        if literal { Vec::new() } else { settings }
    }

    /// Whether the failure is about the sync endpoint or about a user that it should have made.
    fn is_about_sync(&self) -> bool {
        let path = self
            .request()
            .is_some_and(|request| request.target.contains("sync"));
        let log = self.evidence.logs.iter().any(|log| {
            let text = log.text.to_ascii_lowercase();
            text.contains("sync_secret")
                || text.contains("sync-user")
                || text.contains("sync user")
                || text.contains("user sync")
        });
        let unknown = users::lookups(self)
            .iter()
            .any(|(_, lookup)| matches!(lookup, Lookup::Absent { deleted: None, .. }));
        path || log
            || unknown
            || self.sightings().iter().any(|sighting| {
                sighting.symptom.fits(Cause::UserNotProvisioned)
                    && sighting.symptom != Symptom::TokenRefused
            })
    }

    fn sync_strength(&self) -> (Strength, f32) {
        if self.outcome() == Outcome::Good {
            (Strength::Risk, 0.5)
        } else if self.is_about_sync() {
            (Strength::Likely, 0.9)
        } else if self.sightings().is_empty() && self.tokens.is_empty() {
            (Strength::Likely, 0.4)
        } else {
            (Strength::Risk, 0.5)
        }
    }

    /// Both sides have a secret, and they differ; or the header's is not the one that is wanted.
    pub(crate) fn sync_secrets_differ(&self) -> Option<Finding> {
        let settings = self.sync_settings();
        let wanted = settings
            .iter()
            .find(|(service, line)| !service.is_front_end() && !line.value.is_empty());
        let sent = self.request().and_then(|request| {
            let header = HEADERS
                .iter()
                .find_map(|name| request.headers.first(name))?;
            Some((request, header))
        });
        if let (Some((service, line)), Some((request, header))) = (wanted, sent) {
            if header.value == line.value.as_str() {
                return None;
            }
            let message = format!(
                "{} is {}, and {} of {} is {}",
                header.name,
                Fingerprint::of(header.value.as_bytes()),
                line.name,
                service.name,
                Fingerprint::of(line.value.as_bytes())
            );
            let finding = Finding::new(Cause::SyncSecretMismatch, Strength::Proved, message)
                .weight(0.9)
                .at(line.spot.clone(), "wanted")
                .at(request.spot(header), "sent");
            return Some(
                finding
                    .fix("Set AUTH_SYNC_SECRET to one value on both sides, and start both again."),
            );
        }
        let (service, line) = wanted?;
        let (other_service, other) = settings.iter().find(|(one, other)| {
            one.is_beside(service) && !other.value.is_empty() && other.value != line.value
        })?;
        let (strength, weight) = self.sync_strength();
        let message = format!(
            "{} of {} is {}, and {} of {} is {}",
            other.name,
            other_service.name,
            Fingerprint::of(other.value.as_bytes()),
            line.name,
            service.name,
            Fingerprint::of(line.value.as_bytes())
        );
        Some(
            Finding::new(Cause::SyncSecretMismatch, strength, message)
                .weight(weight)
                .at(line.spot.clone(), "wanted")
                .at(other.spot.clone(), "sent")
                .explains(&[Cause::UserNotProvisioned])
                .fix("Set AUTH_SYNC_SECRET to one value on both sides, and start both again.")
                .edit(Edit {
                    file: other.spot.source.to_string(),
                    line: other.spot.line,
                    new: format!("{}=…", other.name),
                    safe: false,
                }),
        )
    }

    /// One side has a secret and the other none.
    pub(crate) fn sync_secret_lacking(&self) -> Option<Finding> {
        let settings = self.sync_settings();
        let (holder, line) = settings.iter().find(|(_, line)| !line.value.is_empty())?;
        let lacking = self.evidence.services.iter().find(|service| {
            let has = settings
                .iter()
                .any(|(one, line)| std::ptr::eq(*one, *service) && !line.value.is_empty());
            !has && service.deployment().is_none()
                && service.is_front_end() != holder.is_front_end()
        })?;
        let (strength, weight) = self.sync_strength();
        let message = format!(
            "{} has {}, and {} has none: users are not synced",
            holder.name, line.name, lacking.name
        );
        let mut finding = Finding::new(Cause::SyncSecretMissing, strength, message).weight(weight);
        if let Some(empty) = lacking.setting(&line.name) {
            finding = finding.at(empty.spot.clone(), "set to nothing").edit(Edit {
                file: empty.spot.source.to_string(),
                line: empty.spot.line,
                new: format!("{}=…", line.name),
                safe: false,
            });
        }
        Some(
            finding
                .at(line.spot.clone(), format!("{} has none", lacking.name))
                .explains(&[Cause::UserNotProvisioned])
                .fix(format!(
                    "Give {} the same {}, and start it again.",
                    lacking.name, line.name
                )),
        )
    }
}
