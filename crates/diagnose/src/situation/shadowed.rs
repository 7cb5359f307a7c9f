//! Settings that are set twice: in two files of a service, or twice in one.

use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::{EnvLine, Service};
use crate::finding::{Edit, Finding, Strength};
use countersign_verify::Cause;

/// A line that counts, and one of the same name with another value that does not.
struct Twice<'e> {
    service: &'e Service,
    counts: &'e EnvLine,
    lost: &'e EnvLine,
}

impl<'e> Situation<'e> {
    /// Settings of two values, where the one that does not count explains the failure.
    pub(crate) fn set_twice(&self, wanted: Cause) -> Vec<Finding> {
        let mut found = Vec::new();
        for service in &self.evidence.services {
            for (_, lost) in service.all_lines() {
                let Some(counts) = service.setting(&lost.name) else {
                    continue;
                };
                // Secrets are judged by what they sign.
                let secret = purpose(&lost.name) == Some(Purpose::SigningSecret);
                if counts.value == lost.value || secret {
                    continue;
                }
                let twice = Twice {
                    service,
                    counts,
                    lost,
                };
                found.extend(
                    self.judge_twice(&twice)
                        .filter(|finding| finding.cause == wanted),
                );
            }
        }
        found
    }

    fn judge_twice(&self, twice: &Twice<'e>) -> Option<Finding> {
        let same_file = twice.counts.spot.source == twice.lost.spot.source;
        let cause = if same_file {
            Cause::EnvKeyDuplicated
        } else {
            Cause::EnvFileShadowed
        };
        let (strength, weight) = match self.strength_of(twice) {
            Some(found) => found,
            // One file of two values is a slip; two files with two values are how loaders are meant to be used.
            None if same_file => (Strength::Risk, 0.5),
            None => return None,
        };
        let (counts, lost) = (twice.counts, twice.lost);
        let message = format!(
            "{} of {} is set twice: line {} of {} counts, line {} of {} does not",
            counts.name,
            twice.service.name,
            counts.spot.line,
            counts.spot.source,
            lost.spot.line,
            lost.spot.source
        );
        let explained = explained(purpose(&counts.name));
        Some(
            Finding::new(cause, strength, message)
                .weight(weight)
                .at(counts.spot.clone(), "counts")
                .at(lost.spot.clone(), "does not count")
                .fix(format!(
                    "Write into line {} of {} what line {} of {} has, or delete it.",
                    counts.spot.line, counts.spot.source, lost.spot.line, lost.spot.source
                ))
                .edit(Edit {
                    file: counts.spot.source.to_string(),
                    line: counts.spot.line,
                    new: format!("{}=…", counts.name),
                    safe: false,
                })
                .explains(explained),
        )
    }

    /// How well the value that does not count would have helped.
    fn strength_of(&self, twice: &Twice<'e>) -> Option<(Strength, f32)> {
        if self.outcome() == Outcome::Good {
            return None;
        }
        let (counts, lost) = (twice.counts.value.trim(), twice.lost.value.trim());
        let claims = |value: &str, issuer: bool| {
            self.tokens.iter().any(|token| {
                if issuer {
                    token.text_claim("iss") == Some(value)
                } else {
                    token.audiences().contains(&value)
                }
            })
        };
        let origin = self
            .request()
            .and_then(|request| request.headers.value("origin"));
        let helps = match purpose(&twice.counts.name)? {
            Purpose::Issuer => claims(lost, true) && !claims(counts, true),
            Purpose::Audience => claims(lost, false) && !claims(counts, false),
            Purpose::CorsOrigins => origin.is_some_and(|origin| {
                let lists = |value: &str| value.split(',').any(|one| one.trim() == origin);
                lists(lost) && !lists(counts)
            }),
            Purpose::DatabaseUrl => {
                let failed = explained(Some(Purpose::DatabaseUrl))
                    .iter()
                    .any(|cause| self.is_seen(*cause));
                return failed.then_some((Strength::Likely, 0.8));
            }
            Purpose::SyncSecret => {
                self.others_hold(twice, lost) && !self.others_hold(twice, counts)
            }
            _ => false,
        };
        helps.then_some((Strength::Proved, 0.9))
    }

    fn others_hold(&self, twice: &Twice<'e>, value: &str) -> bool {
        let others = self.evidence.services.iter();
        others
            .filter(|service| !std::ptr::eq(*service, twice.service))
            .filter_map(|service| service.setting(&twice.counts.name))
            .any(|line| line.value.as_str() == value)
    }
}

/// What a setting of this purpose explains by being the wrong one.
fn explained(purpose: Option<Purpose>) -> &'static [Cause] {
    match purpose {
        Some(Purpose::DatabaseUrl) => &[
            Cause::DbPgbouncerPreparedStatements,
            Cause::DbPoolerHost,
            Cause::DbPoolerUsername,
            Cause::DbCredentials,
            Cause::DbHostUnresolvable,
            Cause::DbHostIpv6Only,
            Cause::DbHostLocalhostInContainer,
            Cause::DbRefused,
            Cause::DbMissing,
            Cause::DbUrlPasswordUnescaped,
            Cause::DbUrlDriverParameter,
            Cause::DbSslRequired,
        ],
        Some(Purpose::Issuer) => &[
            Cause::IssMismatch,
            Cause::IssTrailingSlash,
            Cause::IssHostMismatch,
            Cause::IdpInstanceMismatch,
        ],
        Some(Purpose::Audience) => &[Cause::AudMismatch],
        Some(Purpose::CorsOrigins) => {
            &[Cause::CorsOriginNotAllowed, Cause::CorsOriginTrailingSlash]
        }
        Some(Purpose::SyncSecret) => &[Cause::SyncSecretMismatch],
        _ => &[],
    }
}
