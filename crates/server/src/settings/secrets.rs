//! The secrets of a deployment, and what is wrong with them (DESIGN 4).

use countersign_diagnose::Report;
use countersign_domain::keys::RootKey;
use countersign_verify::secret_chain::{
    self, NotExpanded, Oddity, OtherSecret, Resolved, Weakness, strength,
};
use countersign_verify::{Cause, Environment, Variables};

use super::inputs::Inputs;
use super::layers;
use super::reader::Reader;
use super::{Settings, Signing};

/// The secrets that were given; what is missing may be made and kept in the data folder.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The signing secret.
    pub signing: Option<Resolved>,
    /// The secret of the sync endpoint.
    pub sync: Option<Resolved>,
    /// The key that everything kept at rest is sealed under.
    pub encryption: Option<RootKey>,
    /// The signing secrets of other environments, for explanations.
    pub others: Vec<OtherSecret>,
}

/// Reads the chains of names.
pub(super) fn read(reader: &mut Reader<'_>, environment: Environment) -> Secrets {
    let variables = reader.variables;
    let signing = secret_chain::signing_secret(environment, variables);
    let sync = secret_chain::sync_secret(environment, variables);
    Secrets {
        signing: expanded(reader, signing),
        sync: expanded(reader, sync),
        encryption: reader.optional("ENCRYPTION_KEY", |text| {
            RootKey::parse(text).map_err(|error| format!("32 bytes in base64; {error}"))
        }),
        others: others(reader, environment),
    }
}

/// What the other environments sign with, as far as it lies about here: under their own names
/// among what was read, and in their own env files, which are not read for this environment.
fn others(reader: &Reader<'_>, environment: Environment) -> Vec<OtherSecret> {
    let mut found = secret_chain::other_environments(environment, reader.variables);
    for other in Environment::ALL {
        let files = layers::own_files(reader.inputs, other);
        // A reference that is not expanded there is a problem of that environment.
        let Ok(Some(signing)) = secret_chain::signing_secret(other, &files) else {
            continue;
        };
        let known = |known: &OtherSecret| known.secret == signing.secret;
        if other != environment && !found.iter().any(known) {
            found.push(OtherSecret {
                environment: other,
                name: signing.name,
                secret: signing.secret,
                source: signing.source,
            });
        }
    }
    found
}

fn expanded(
    reader: &mut Reader<'_>,
    found: Result<Option<Resolved>, NotExpanded>,
) -> Option<Resolved> {
    found.unwrap_or_else(|error| {
        let place = reader.inputs.place(&error.from, &error.name, "a reference, not a secret");
        let report = Report::error(Cause::EnvVarNotExpanded, error.to_string()).at(place);
        reader.problems.push(report.fix(format!(
            "Write the secret itself, or `{}=${{OTHER}}` without single quotes where OTHER is set above.",
            error.name
        )));
        None
    })
}

/// Refuses what staging and production must not use, and warns elsewhere.
pub(super) fn check(
    settings: &mut Settings,
    inputs: &Inputs,
    variables: &Variables,
    problems: &mut Vec<Report>,
) {
    let environment = settings.environment();
    let strict = matches!(environment, Environment::Staging | Environment::Production);
    let mut checks = Checks {
        inputs,
        strict,
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    missing(&mut checks, settings);
    for resolved in [&settings.secrets.signing, &settings.secrets.sync]
        .into_iter()
        .flatten()
    {
        checks.strength(resolved);
        checks.oddities(resolved);
        checks.lost(resolved);
    }
    checks.reuse(environment, variables);
    if let Some(signing) = &settings.secrets.signing {
        checks.reuse_in_files(signing, &settings.secrets.others, variables);
    }
    for empty in secret_chain::empty_values(environment, variables) {
        let message = format!("{} is set to nothing, which counts as unset", empty.name);
        let place = inputs.place(&empty.source, &empty.name, "nothing here");
        let report = Report::warning(Cause::SecretMissing, message).at(place);
        checks
            .warnings
            .push(report.fix("Give it a value, or remove the line."));
    }
    problems.extend(checks.errors);
    settings.warnings.extend(checks.warnings);
}

struct Checks<'a> {
    inputs: &'a Inputs,
    strict: bool,
    errors: Vec<Report>,
    warnings: Vec<Report>,
}

fn missing(checks: &mut Checks<'_>, settings: &Settings) {
    let environment = settings.environment();
    let suffix = environment.suffix();
    if checks.strict && settings.signing == Signing::Secret && settings.secrets.signing.is_none() {
        let message = format!("no signing secret is set for {environment}");
        let [first, rest @ ..] = secret_chain::signing_names(environment);
        checks.errors.push(
            Report::error(Cause::SecretMissing, message)
                .note(format!("looked for {first}, {}", rest.join(", ")))
                .fix(format!(
                    "Set `JWT_SECRET_{suffix}` to what `countersign secret generate` prints, or \
                     `SIGNING=asymmetric` to sign with a key pair kept in the database."
                )),
        );
    }
    if settings.secrets.sync.is_none() {
        checks.warnings.push(
            Report::warning(
                Cause::SyncSecretMissing,
                "AUTH_SYNC_SECRET is not set: /api/auth/sync-user answers 503",
            )
            .fix("Set the same `AUTH_SYNC_SECRET` here and in the front end, if you have one that signs users in."),
        );
    }
}

impl Checks<'_> {
    /// An error where users depend on it, a warning elsewhere.
    fn push(&mut self, cause: Cause, message: String, finish: impl FnOnce(Report) -> Report) {
        if self.strict {
            self.errors.push(finish(Report::error(cause, message)));
        } else {
            self.warnings.push(finish(Report::warning(cause, message)));
        }
    }

    fn strength(&mut self, resolved: &Resolved) {
        let Err(weakness) = strength(&resolved.secret) else {
            return;
        };
        let weakness: Weakness = weakness;
        let name = &resolved.name;
        let place = self.inputs.place(&resolved.source, name, "weak");
        self.push(weakness.cause(), format!("{name}: {weakness}"), |report| {
            report.at(place).fix(format!(
                "Set `{name}` to what `countersign secret generate` prints."
            ))
        });
    }

    fn oddities(&mut self, resolved: &Resolved) {
        let name = &resolved.name;
        for oddity in &resolved.oddities {
            let (what, label) = match oddity {
                Oddity::BlanksAround => ("blanks or newlines around it, which count", "blanks"),
                Oddity::QuotesAround => ("quotes around it, which count", "quotes"),
            };
            let place = self.inputs.place(&resolved.source, name, label);
            let report = Report::warning(oddity.cause(), format!("{name} has {what}"))
                .at(place)
                .fix("Remove them here and on the other side, unless they really are part of the secret.");
            self.warnings.push(report);
        }
    }

    /// Values of the chain that do not count are worth a line in any environment.
    fn lost(&mut self, resolved: &Resolved) {
        for lost in &resolved.lost {
            let message = format!(
                "{} ({}) lost to {} ({}): they hold different values",
                lost.name,
                lost.secret.fingerprint(),
                resolved.name,
                resolved.secret.fingerprint()
            );
            let place = self
                .inputs
                .place(&lost.source, &lost.name, "does not count");
            let report = Report::warning(Cause::EnvVarNameMismatch, message).at(place);
            let fix = format!("Remove `{}`, or give both the same value.", lost.name);
            self.warnings.push(report.fix(fix));
        }
    }

    fn reuse(&mut self, environment: Environment, variables: &Variables) {
        // A reference that was not expanded has been reported where it was read.
        for reuse in secret_chain::reuse(environment, variables).unwrap_or_default() {
            let place = self
                .inputs
                .place(&reuse.source, &reuse.same_as, "the same value");
            let message = format!(
                "{} and {} hold the same value ({})",
                reuse.name, reuse.same_as, reuse.fingerprint
            );
            self.push(reuse.cause, message, |report| {
                report
                    .at(place)
                    .fix("Give each environment and each purpose a secret of its own.")
            });
        }
    }

    /// The secret of this environment in an env file of another one, which is not read here.
    fn reuse_in_files(
        &mut self,
        signing: &Resolved,
        others: &[OtherSecret],
        variables: &Variables,
    ) {
        let same = |other: &&OtherSecret| {
            other.secret == signing.secret && variables.first(&other.name).is_none()
        };
        for other in others.iter().filter(same) {
            let place = self
                .inputs
                .place(&other.source, &other.name, "the same value");
            let message = format!(
                "{} and {} of {} hold the same value ({})",
                signing.name,
                other.name,
                other.environment,
                signing.secret.fingerprint()
            );
            self.push(Cause::SecretReusedAcrossEnvironments, message, |report| {
                report
                    .at(place)
                    .fix("Give each environment a secret of its own.")
            });
        }
    }
}
