//! Which environment a program takes itself to be in, and what is on there that should not be.

use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::{EnvLine, Service};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// Words that say that no environment is set.
const UNSET: &[&str] = &[
    "environment not set",
    "environment is not set",
    "environment unset",
    "environment is unset",
    "no environment",
    "defaulting to development",
    "assuming development",
    "falling back to development",
    "default environment",
    "node_env is not set",
    "node_env not set",
    "unknown environment",
    "environment not specified",
    "app_env is not set",
];

/// Words that say that a program runs as in development.
const DEVELOPMENT: &[&str] = &[
    "environment: development",
    "environment=development",
    "environment is development",
    "env: development",
    "env=development",
    "running in development",
    "development mode",
    "environment=dev ",
    "node_env=development",
    "mode=development",
    "profile is active: \"dev\"",
    "detected environment: dev",
    "hosting environment: development",
    "detected development",
];

/// Words that say that it runs as in production.
const PRODUCTION: &[&str] = &[
    "environment: production",
    "environment=production",
    "running in production",
    "node_env=production",
    "env=production",
    "production mode",
    "detected environment: prod",
    "hosting environment: production",
    "detected production",
];

impl Situation<'_> {
    /// A log says that no environment is set, or another than the address and the settings speak of.
    pub(crate) fn mistaken_environment(&self, wanted: Cause) -> Option<Finding> {
        if self.outcome() == Outcome::Good {
            return None;
        }
        let declared = self
            .evidence
            .services
            .iter()
            .filter(|service| !service.is_front_end())
            .find_map(Service::environment);
        let (strength, weight) = self.weigh(wanted);
        let strength = strength.max(if self.is_public() {
            Strength::Likely
        } else {
            Strength::Risk
        });
        if wanted == Cause::EnvironmentUnset {
            let spot = self.told(UNSET, &[]).or_else(|| {
                declared
                    .is_none()
                    .then(|| self.told(DEVELOPMENT, &[]))
                    .flatten()
                    .filter(|_| self.is_public())
            })?;
            let message = "no environment is set, and the program falls back to development";
            let finding = Finding::new(wanted, strength, message)
                .weight(weight.max(0.5))
                .at(spot, "said here");
            return Some(finding.fix("Set ENVIRONMENT (or the name that the program reads) to the environment of this deployment."));
        }
        if let Some(finding) = self.misspelt_production(wanted) {
            return Some(finding);
        }
        let is_production = declared
            .as_deref()
            .is_some_and(|name| name.starts_with("prod") || name.starts_with("stag"));
        let spot = if is_production || (declared.is_some() && self.is_public()) {
            self.told(DEVELOPMENT, &[])
        } else if declared
            .as_deref()
            .is_some_and(|name| name.starts_with("dev"))
        {
            self.told(PRODUCTION, &[])
        } else {
            None
        }?;
        let message = format!(
            "the settings say {}, and the program takes its environment for another",
            declared.unwrap_or_default()
        );
        let finding = Finding::new(wanted, strength, message)
            .weight(weight.max(0.6))
            .at(spot, "said here")
            .explains(&[
                Cause::CsrfOriginUntrusted,
                Cause::CorsOriginNotAllowed,
                Cause::BaseUrlDrift,
            ]);
        Some(finding.fix("Let the program read its environment from one setting, not from its host name or its build."))
    }

    /// ASP.NET Core reads `appsettings.{environment}.json`, so that only its own word for production finds the file.
    fn misspelt_production(&self, wanted: Cause) -> Option<Finding> {
        let names = ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];
        let services = self.evidence.services.iter();
        let line = services.flat_map(Service::settings).find(|line| {
            let value = line.value.trim().to_ascii_lowercase();
            names.contains(&line.name.as_str())
                && value != "production"
                && value.starts_with("prod")
        })?;
        let file = self.log_line(|line| line.contains("appsettings.Production.json"))?;
        let message = format!(
            "{} is {}, and the settings of production are in appsettings.Production.json, which is not read then",
            line.name,
            line.value.trim()
        );
        let finding = Finding::new(wanted, Strength::Likely, message)
            .weight(0.7)
            .at(line.spot.clone(), "not Production")
            .at(file, "not read");
        Some(finding.fix("Write Production, or name the file as the environment is named."))
    }

    /// Whether the request went to a public host.
    fn is_public(&self) -> bool {
        let host = self
            .request()
            .and_then(|request| request.headers.value("host"));
        host.is_some_and(|host| {
            let name = host.split(':').next().unwrap_or_default();
            name.contains('.')
                && !super::address::is_loopback(name)
                && !super::address::is_private(name)
                && ![".local", ".test", ".localhost", ".internal"]
                    .iter()
                    .any(|end| name.ends_with(end))
        })
    }

    /// Switches for development that are on where the environment is production.
    pub(crate) fn development_switches(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for service in &self.evidence.services {
            let production = service
                .environment()
                .is_some_and(|name| name.starts_with("prod"));
            let on = |line: &&EnvLine| {
                purpose(&line.name) == Some(Purpose::DevSwitch)
                    && if line.name == "NODE_TLS_REJECT_UNAUTHORIZED" {
                        line.value.trim() == "0"
                    } else {
                        ["1", "true", "yes", "on"]
                            .contains(&line.value.trim().to_ascii_lowercase().as_str())
                    }
            };
            for line in service.settings().filter(on).filter(|_| production) {
                let said = self.told(
                    &[
                        "development-only",
                        "dev login",
                        "development only",
                        "dev feature",
                        "debug mode",
                    ],
                    &[],
                );
                let strength = match &said {
                    Some(_) if self.outcome() != Outcome::Good => Strength::Likely,
                    _ => Strength::Risk,
                };
                let message = format!(
                    "{} is on, and {} runs in production",
                    line.name, service.name
                );
                let mut finding = Finding::new(Cause::DevFeaturesInProduction, strength, message)
                    .at(line.spot.clone(), "for development alone");
                if let Some(spot) = said {
                    finding = finding.at(spot, "said here");
                }
                finding = finding.stands_alone(self.outcome() == Outcome::Unknown);
                found.push(finding.fix(format!(
                    "Take {} out of the settings of production.",
                    line.name
                )));
            }
        }
        found
    }

    /// Env files that git tracks, by what a log shows of it.
    pub(crate) fn tracked_secrets(&self) -> Option<Finding> {
        let spot = self.evidence.logs.iter().find_map(|log| {
            let source = log.source();
            let scanned = SCANNERS.iter().any(|words| log.text.contains(words));
            let refused = log.text.contains("ignored by one of your .gitignore files");
            let mut in_list = false;
            log.text.lines().enumerate().find_map(|(at, line)| {
                let text = line.trim();
                if text.contains("git ls-files") {
                    in_list = true;
                    return None;
                }
                in_list = in_list && !text.is_empty() && !text.starts_with('$');
                let tracked = TRACKED.iter().any(|words| text.starts_with(words))
                    || (text.contains("git add") && !refused)
                    || in_list;
                let told = scanned && ["path:", "File:"].iter().any(|word| text.contains(word));
                (tracked && is_env_file(text)
                    || told
                    || SCANNERS.iter().any(|words| text.contains(words)) && !names_files(&log.text))
                .then(|| crate::evidence::Spot::line(&source, at + 1, line))
            })
        })?;
        let message = "a file with secrets is tracked by git";
        let finding = Finding::new(Cause::SecretFileInGit, Strength::Risk, message)
            .at(spot, "tracked")
            .stands_alone(self.response().is_none());
        Some(finding.fix("Replace every secret in it, then `git rm --cached` the file and name it in .gitignore."))
    }
}

/// Words of scanners that found a secret in what is or was to be pushed.
const SCANNERS: &[&str] = &[
    "Push cannot contain secrets",
    "leaks found:",
    "GitGuardian has detected",
    "secret detected in commit",
];

/// Words before a file that git has.
const TRACKED: &[&str] = &["create mode ", "modified:", "new file:"];

/// Whether scanners' words come with the files.
fn names_files(log: &str) -> bool {
    log.contains("path:") || log.contains("File:")
}

/// Whether a line ends with the name of an env file that is no sample.
fn is_env_file(text: &str) -> bool {
    let file = text.rsplit([' ', '/']).next().unwrap_or_default();
    let is_env = file.starts_with(".env") || file.rsplit('.').next() == Some("env");
    let sample = ["example", "sample", "template", "dist"]
        .iter()
        .any(|word| file.contains(word));
    is_env && !sample
}
