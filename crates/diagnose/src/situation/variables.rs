//! Variables that programs say they miss, and what the evidence has in their place.

use super::missed::{Missed, similar};
use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::loader::Loader;
use crate::evidence::{EnvLine, Service, Spot, Symptom};
use crate::finding::{Edit, Finding, Strength};
use countersign_verify::Cause;
use std::sync::Arc;

impl Situation<'_> {
    /// What the missing variables come from: another name, a file that is not read, or nothing set.
    pub(crate) fn missing_variables(&self) -> Vec<Finding> {
        if self.outcome() == Outcome::Good {
            return Vec::new();
        }
        let mut found: Vec<Finding> = self
            .missed_variables()
            .iter()
            .filter_map(|missed| self.why_missing(missed))
            .collect();
        if found.is_empty() {
            let absent = self.nameless_secret().or_else(|| self.misnamed_secret());
            let absent = absent.or_else(|| self.engine_without_tokens());
            found.extend(absent.or_else(|| self.unset_reference()));
        }
        found.extend(self.read_otherwise());
        found
    }

    fn why_missing(&self, missed: &Missed) -> Option<Finding> {
        let name = missed.name.as_str();
        let services = &self.evidence.services;
        let set: Vec<(&Service, &EnvLine)> = services
            .iter()
            .filter_map(|service| Some((service, service.setting(name)?)))
            .collect();
        if let Some((service, line)) = set.iter().find(|(_, line)| line.value.is_empty()) {
            if let Some(other) = similar(service, name) {
                return Some(other_name(service, other, name, &missed.spot));
            }
            let message = format!("{name} of {} is set to nothing", service.name);
            let cause = missing_cause(name)?;
            let finding = Finding::new(cause, Strength::Likely, message).weight(0.8);
            return Some(
                finding
                    .at(line.spot.clone(), "set to nothing")
                    .at(missed.spot.clone(), "missed here")
                    .fix(format!("Give {name} of {} its value.", service.name))
                    .edit(Edit {
                        file: line.spot.source.to_string(),
                        line: line.spot.line,
                        new: format!("{name}=…"),
                        safe: false,
                    }),
            );
        }
        let without: Vec<&Service> = services
            .iter()
            .filter(|service| service.setting(name).is_none())
            .collect();
        // A service without it, on the side of those that read such settings, is the one that misses it.
        let lacking = without
            .iter()
            .find(|service| similar(service, name).is_some())
            .or_else(|| without.iter().find(|service| !service.is_front_end()))
            .or_else(|| without.first());
        if let Some(service) = lacking.filter(|_| set.is_empty() || without.len() < services.len())
        {
            if let Some(line) = similar(service, name) {
                return Some(other_name(service, line, name, &missed.spot));
            }
            let on_both_sides = purpose(name) == Some(Purpose::SyncSecret);
            if on_both_sides || set.iter().all(|(service, _)| service.is_front_end()) {
                let lacks = not_set(service, name, set.first().copied(), &missed.spot);
                if lacks.is_some() || set.is_empty() {
                    return lacks;
                }
            }
        }
        let (service, line) = set.first()?;
        Some(not_loaded(service, line, missed))
    }

    /// `NextAuth` 4 reads `NEXTAUTH_SECRET` alone, Auth.js 5 both names.
    fn named_for_another_version(&self) -> Option<(&Service, &EnvLine)> {
        let versions = ["nextauth v4", "next-auth 4", "next-auth@4"];
        let legacy = versions.iter().any(|version| self.uses(version));
        let services = self.evidence.services.iter().filter(|_| legacy);
        let mut without = services.filter(|service| service.setting("NEXTAUTH_SECRET").is_none());
        without.find_map(|service| Some((service, service.setting("AUTH_SECRET")?)))
    }

    /// A message says that there is no secret, and not under which name it was looked for.
    fn nameless_secret(&self) -> Option<Finding> {
        let sighting = self.sighting(Symptom::SecretAbsent)?;
        if let Some((service, line, name)) = self.named_for_a_product() {
            return Some(other_name(service, line, name, &sighting.spot));
        }
        let verifiers = self.verifiers();
        let all = || verifiers.iter().copied().chain(&self.evidence.services);
        let has_secret = |service: &&Service| {
            service.settings().any(|line| {
                purpose(&line.name) == Some(Purpose::SigningSecret) && !line.value.is_empty()
            })
        };
        if let Some((service, line)) = self.named_for_another_version() {
            return Some(other_name(service, line, "NEXTAUTH_SECRET", &sighting.spot));
        }
        if let Some(service) = all().find(|service| !has_secret(service)) {
            let near = service.settings().find(|line| {
                let name = line.name.to_ascii_uppercase();
                purpose(&name).is_none()
                    && [
                        "JWT_SECRET",
                        "JWT_SECRET_KEY",
                        "NEXTAUTH_SECRET",
                        "AUTH_SECRET",
                        "SECRET_KEY",
                    ]
                    .iter()
                    .any(|known| strsim::normalized_damerau_levenshtein(&name, known) >= 0.8)
            });
            if let Some(line) = near {
                return Some(other_name(service, line, "JWT_SECRET", &sighting.spot));
            }
            return not_set(service, "JWT_SECRET", None, &sighting.spot);
        }
        let Some(service) = all().next() else {
            let message = "a message says that there is no signing secret";
            let finding = Finding::new(Cause::SecretMissing, Strength::Suggested, message);
            return Some(finding.at(sighting.spot.clone(), "said here"));
        };
        if let Some(name) = self.unset_secret(service) {
            return not_set(service, name, None, &sighting.spot);
        }
        let line = service
            .settings()
            .find(|line| purpose(&line.name) == Some(Purpose::SigningSecret))?;
        if sighting.text.contains("Server lacks JWT secret") && line.value.len() < 32 {
            return Some(too_short(line, sighting.spot.clone()));
        }
        let missed = Missed {
            name: line.name.clone(),
            spot: sighting.spot.clone(),
        };
        Some(not_loaded(service, line, &missed))
    }
}

/// Products that look for their secret under fixed names, and the names.
const READ_BY: &[(&[&str], &[&str])] = &[
    (
        &["nextauth v4", "next-auth 4", "next-auth@4"],
        &["NEXTAUTH_SECRET"],
    ),
    (
        &["auth.js", "authjs", "nextauth", "next-auth"],
        &["AUTH_SECRET", "NEXTAUTH_SECRET"],
    ),
    (
        &["better auth", "better-auth"],
        &["BETTER_AUTH_SECRET", "AUTH_SECRET"],
    ),
    (&["nextjs-auth0"], &["AUTH0_SECRET"]),
    (&["rails", "phoenix"], &["SECRET_KEY_BASE"]),
    (&["laravel"], &["APP_KEY"]),
    (&["superset"], &["SUPERSET_SECRET_KEY", "SECRET_KEY"]),
];

impl Situation<'_> {
    /// The server fails without a word, and a product of the stack reads its secret under another name than the
    /// one that is set.
    fn misnamed_secret(&self) -> Option<Finding> {
        let answer = self.response().filter(|answer| answer.status >= 500)?;
        let (_, names) = READ_BY
            .iter()
            .find(|(products, _)| products.iter().any(|product| self.uses(product)))?;
        let set = |name: &&'static str| {
            self.evidence.services.iter().any(|service| {
                service
                    .setting(name)
                    .is_some_and(|line| !line.value.is_empty())
            })
        };
        if names.iter().any(set) {
            return None;
        }
        let name = names.first()?;
        let bare = |name: &str| name.to_ascii_uppercase().replace('_', "");
        let (service, line) = self.evidence.services.iter().find_map(|service| {
            let near = service.settings().find(|line| {
                !line.value.is_empty()
                    && names.iter().any(|name| {
                        let (one, other) = (bare(&line.name), bare(name));
                        one.contains(&other)
                            || strsim::normalized_damerau_levenshtein(&one, &other) >= 0.8
                    })
            });
            Some((service, near?))
        })?;
        Some(other_name(service, line, name, &answer.status_spot()).weight(0.6))
    }
}

/// `PostgREST` drops a secret of fewer than 32 characters without a word.
fn too_short(line: &EnvLine, spot: Spot) -> Finding {
    let message = format!(
        "{} has {} characters; the server takes no secret below 32",
        line.name,
        line.value.len()
    );
    Finding::new(Cause::SecretTooShort, Strength::Likely, message)
        .weight(0.9)
        .at(line.spot.clone(), "too short")
        .at(spot, "dropped")
        .explains(&[Cause::SecretMissing])
}

/// The cause of a variable that is set nowhere.
fn missing_cause(name: &str) -> Option<Cause> {
    match purpose(name)? {
        Purpose::SyncSecret => Some(Cause::SyncSecretMissing),
        Purpose::SigningSecret
        | Purpose::CookieSecret
        | Purpose::RefreshSecret
        | Purpose::PrivateKey => Some(Cause::SecretMissing),
        Purpose::Environment => Some(Cause::EnvironmentUnset),
        _ => None,
    }
}

/// A value that is set under another name than the program reads.
pub(super) fn other_name(service: &Service, line: &EnvLine, name: &str, spot: &Spot) -> Finding {
    let message = format!(
        "{} reads {name}, and {} is what is set",
        service.name, line.name
    );
    Finding::new(Cause::EnvVarNameMismatch, Strength::Likely, message)
        .weight(0.85)
        .at(
            line.spot.clone().mark(&line.name),
            format!("{name} is read"),
        )
        .at(spot.clone(), "missed here")
        .fix(format!("Call it {name} in {}.", line.spot.source))
        .edit(Edit {
            file: line.spot.source.to_string(),
            line: line.spot.line,
            new: format!("{name}=…"),
            safe: false,
        })
        .explains(&[
            Cause::SecretMissing,
            Cause::SecretMismatch,
            Cause::SyncSecretMissing,
            Cause::EnvironmentUnset,
            Cause::DbCredentials,
            Cause::DbRefused,
            Cause::DbHostUnresolvable,
            Cause::DbMissing,
        ])
}

fn not_set(
    service: &Service,
    name: &str,
    other: Option<(&Service, &EnvLine)>,
    spot: &Spot,
) -> Option<Finding> {
    let cause = missing_cause(name)?;
    let message = match other {
        Some((other, _)) => format!("{} has no {name}, which {} has", service.name, other.name),
        None => format!("{} has no {name}", service.name),
    };
    let mut finding = Finding::new(cause, Strength::Likely, message).weight(0.8);
    if let Some(file) = service.files.last() {
        let source: Arc<str> = Arc::from(file.source.as_str());
        finding = finding.at(Spot::line(&source, 0, ""), format!("{name} is not here"));
    }
    finding = finding.at(spot.clone(), "missed here");
    if let Some((_, line)) = other {
        finding = finding.at(line.spot.clone(), "the other side's");
    }
    Some(finding.fix(format!(
        "Set {name} for {}, and start it again.",
        service.name
    )))
}

fn not_loaded(service: &Service, line: &EnvLine, missed: &Missed) -> Finding {
    let file = service.file_of(line);
    let local = file.is_some_and(|file| {
        file.middle.starts_with("local")
            && matches!(
                file.reader.loader(),
                Some(Loader::PythonDotenv | Loader::Dotenv | Loader::Dotenvy | Loader::Godotenv)
            )
    });
    let why = if local {
        "Its loader reads `.env` alone unless it is told otherwise."
    } else {
        "The program runs in another folder, starts without its loader, or reads its settings before the file is loaded."
    };
    let message = format!(
        "{} is set in {}, and the program does not see it",
        missed.name, line.spot.source
    );
    Finding::new(Cause::EnvFileNotLoaded, Strength::Likely, message)
        .weight(0.7)
        .at(line.spot.clone(), "set here")
        .at(missed.spot.clone(), "missed here")
        .why(why)
        .fix(format!(
            "Load {} before the settings are read, by its full path.",
            line.spot.source
        ))
        .explains(&[
            Cause::SecretMissing,
            Cause::SyncSecretMissing,
            Cause::SecretMismatch,
        ])
}
