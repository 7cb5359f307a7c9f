//! Secrets that are weak, out of documentation, or used twice.

use super::{Outcome, Situation};
use crate::contract::{Purpose, environment_of, purpose};
use crate::evidence::{EnvLine, Service, Symptom};
use crate::finding::{Finding, Strength};
use countersign_verify::secret_chain::{Weakness, strength};
use countersign_verify::{Cause, Fingerprint, Secret};

impl<'e> Situation<'e> {
    fn own_secrets(&self) -> impl Iterator<Item = (&'e Service, &'e EnvLine)> {
        self.evidence.services.iter().flat_map(|service| {
            let secrets = service.settings().filter(|line| {
                let secret = matches!(
                    purpose(&line.name),
                    Some(
                        Purpose::SigningSecret
                            | Purpose::SyncSecret
                            | Purpose::CookieSecret
                            | Purpose::RefreshSecret
                    )
                );
                secret && !line.value.is_empty()
            });
            secrets.map(move |line| (service, line))
        })
    }

    /// Whether a weak secret of this service is wrong in itself: it is not one of a developer's machine, and
    /// nothing was asked, or what was asked failed on the server's side, as it does where a library refuses it.
    fn must_be_strong(&self, service: &Service) -> bool {
        let developing = service.environment().is_some_and(|name| {
            ["dev", "local", "test"]
                .iter()
                .any(|word| name.starts_with(word))
        });
        let status = self.response().map(|response| response.status);
        !developing && status.is_none_or(|status| status >= 500)
    }

    /// Secrets that are too short or too plain, or sample values.
    pub(crate) fn weak_secrets(&self, wanted: Cause) -> Vec<Finding> {
        let refused = self.sighting(Symptom::SecretWeak);
        let found = self.own_secrets().filter_map(|(service, line)| {
            let weakness = strength(&Secret::new(line.value.as_bytes().to_vec())).err()?;
            if weakness.cause() != wanted {
                return None;
            }
            let is_signing = matches!(
                purpose(&line.name),
                Some(Purpose::SigningSecret | Purpose::CookieSecret)
            );
            let (strength, weight) = match refused {
                Some(_) if is_signing && self.outcome() != Outcome::Good => (Strength::Likely, 0.9),
                _ => (Strength::Risk, 0.5),
            };
            let what = match weakness {
                Weakness::Sample => "is a sample value".to_owned(),
                Weakness::Short { bytes } => format!("has {bytes} bytes; 32 is the least for HS256"),
                Weakness::Predictable { .. } => "is easy to guess".to_owned(),
            };
            let message = format!("{} of {} {what}", line.name, service.name);
            let mut finding = Finding::new(wanted, strength, message)
                .weight(weight)
                .at(line.spot.clone(), "this secret");
            if let Some(sighting) = refused.filter(|_| strength != Strength::Risk) {
                finding = finding.at(sighting.spot.clone(), "refused here");
            }
            finding = finding.stands_alone(self.must_be_strong(service));
            Some(finding.fix("Make a new one with `countersign secret generate`, and set it on every side at once."))
        });
        found.collect()
    }

    /// One value for two environments.
    pub(crate) fn shared_by_environments(&self) -> Option<Finding> {
        let lines: Vec<(&EnvLine, String)> = self
            .evidence
            .services
            .iter()
            .flat_map(|service| {
                service
                    .all_lines()
                    .map(move |(file, line)| (service, file, line))
            })
            .filter(|(_, _, line)| {
                purpose(&line.name).is_some_and(Purpose::is_secret) && !line.value.is_empty()
            })
            .filter_map(|(service, file, line)| {
                let of_file =
                    environment_of(&format!("X_{}", file.middle.trim_end_matches(".local")));
                let of = environment_of(&line.name)
                    .or(of_file)
                    .or_else(|| environment_of(&service.name))?;
                Some((line, of.to_ascii_lowercase()))
            })
            .collect();
        lines.iter().enumerate().find_map(|(at, (line, of))| {
            let same = |(other, other_of): &&(&EnvLine, String)| {
                other.value == line.value
                    && other_of != of
                    && !other_of.starts_with(of.as_str())
                    && !of.starts_with(other_of.as_str())
            };
            let (other, other_of) = lines.iter().skip(at + 1).find(same)?;
            let message = format!(
                "{of} and {other_of} share one secret ({})",
                Fingerprint::of(line.value.as_bytes())
            );
            let finding = Finding::new(
                Cause::SecretReusedAcrossEnvironments,
                Strength::Risk,
                message,
            );
            Some(
                finding
                    .at(line.spot.clone(), of.clone())
                    .at(other.spot.clone(), other_of.clone())
                    .fix(format!("Give {of} a secret of its own."))
                    .stands_alone(true),
            )
        })
    }

    /// One value for two purposes.
    pub(crate) fn shared_by_purposes(&self) -> Option<Finding> {
        let lines: Vec<(&Service, &EnvLine)> = self.own_secrets().collect();
        lines.iter().enumerate().find_map(|(at, (_, line))| {
            let mut rest = lines.iter().skip(at + 1);
            let (_, other) = rest.find(|(_, other)| {
                other.value == line.value && purpose(&other.name) != purpose(&line.name)
            })?;
            let message = format!(
                "{} and {} are one value ({})",
                line.name,
                other.name,
                Fingerprint::of(line.value.as_bytes())
            );
            let finding = Finding::new(Cause::SecretReusedAcrossPurposes, Strength::Risk, message);
            Some(
                finding
                    .at(line.spot.clone(), "one purpose")
                    .at(other.spot.clone(), "another one")
                    .fix(format!("Give {} a value of its own.", other.name))
                    .stands_alone(true),
            )
        })
    }
}
