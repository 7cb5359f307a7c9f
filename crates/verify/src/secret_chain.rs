//! Which secret a service uses: one rule for the server and every SDK.
//!
//! Two services that read one secret under two names cannot agree. So there is one list of names, in
//! one order, and what was passed over is reported with where it came from.

use crate::{Cause, Environment, Secret, Setting, Source, Variables};

pub use crate::strength::{Weakness, strength};

/// The names of the signing secret, the one that counts most first.
#[must_use]
pub fn signing_names(environment: Environment) -> [String; 4] {
    [
        format!("JWT_SECRET_{}", environment.suffix()),
        "JWT_SECRET_KEY".to_owned(),
        "JWT_SECRET".to_owned(),
        "AUTH_SECRET".to_owned(),
    ]
}

/// The names of the secret that guards the sync endpoint, the one that counts most first.
#[must_use]
pub fn sync_names(environment: Environment) -> [String; 2] {
    [
        format!("AUTH_SYNC_SECRET_{}", environment.suffix()),
        "AUTH_SYNC_SECRET".to_owned(),
    ]
}

/// A secret that was found, and what was passed over for it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The name it was found under.
    pub name: String,
    /// The secret.
    pub secret: Secret,
    /// Where its value came from.
    pub source: Source,
    /// Other names of the chain with other values, which do not count.
    pub lost: Vec<Lost>,
    /// What looks wrong with the value, though it is used as it is.
    pub oddities: Vec<Oddity>,
}

/// A value that does not count.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lost {
    /// Its name.
    pub name: String,
    /// The value: whoever reads this name alone signs with it.
    pub secret: Secret,
    /// Where it came from.
    pub source: Source,
}

/// Something about a secret that often means that the other side has another one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Oddity {
    /// Blanks or newlines stand around it.
    BlanksAround,
    /// Quotes stand around it.
    QuotesAround,
}

impl Oddity {
    /// The cause it would have if it leads to a refusal.
    #[must_use]
    pub const fn cause(self) -> Cause {
        match self {
            Self::BlanksAround => Cause::SecretTrailingNewline,
            Self::QuotesAround => Cause::EnvQuotesLiteral,
        }
    }
}

/// A value that cannot be a secret: the text of a command or reference that nothing expanded.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{name} ({from}) holds a reference that was not expanded, such as ${{NAME}} or $(command)")]
pub struct NotExpanded {
    /// Its name.
    pub name: String,
    /// Where it came from.
    pub from: Source,
}

/// A name that is set to nothing, which counts as unset.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EmptyValue {
    /// The name.
    pub name: String,
    /// Where it is set to nothing.
    pub source: Source,
}

/// The secret that signs tokens in `environment`, from `JWT_SECRET_{ENVIRONMENT}`, `JWT_SECRET_KEY`,
/// `JWT_SECRET` or `AUTH_SECRET`. `None` if no name has a value.
///
/// # Errors
/// [`NotExpanded`], if the value that counts is a reference.
///
/// ```
/// use countersign_verify::{Environment, Setting, Source, Variables, secret_chain};
///
/// let mut variables = Variables::default();
/// variables.insert_layer([
///     ("JWT_SECRET_STAGING".to_owned(), Setting::new("one", Source::Process)),
///     ("JWT_SECRET_KEY".to_owned(), Setting::new("two", Source::Process)),
/// ]);
/// let found = secret_chain::signing_secret(Environment::Staging, &variables)?.ok_or("none")?;
/// assert_eq!((found.name.as_str(), found.lost[0].name.as_str()), ("JWT_SECRET_STAGING", "JWT_SECRET_KEY"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn signing_secret(
    environment: Environment,
    variables: &Variables,
) -> Result<Option<Resolved>, NotExpanded> {
    resolve(&signing_names(environment), variables)
}

/// The secret that guards the sync endpoint in `environment`, from `AUTH_SYNC_SECRET_{ENVIRONMENT}` or
/// `AUTH_SYNC_SECRET`. `None` if neither has a value.
///
/// # Errors
/// [`NotExpanded`], if the value that counts is a reference.
pub fn sync_secret(
    environment: Environment,
    variables: &Variables,
) -> Result<Option<Resolved>, NotExpanded> {
    resolve(&sync_names(environment), variables)
}

/// The names of both chains that are set to nothing.
#[must_use]
pub fn empty_values(environment: Environment, variables: &Variables) -> Vec<EmptyValue> {
    let names = signing_names(environment)
        .into_iter()
        .chain(sync_names(environment));
    let empty = names.filter_map(|name| {
        let source = variables
            .first(&name)
            .filter(|setting| is_empty(setting))?
            .source
            .clone();
        Some(EmptyValue { name, source })
    });
    empty.collect()
}

/// A secret of another environment, as this environment's variables show it.
#[derive(Clone, Debug)]
pub struct OtherSecret {
    /// The environment it is for.
    pub environment: Environment,
    /// Its name.
    pub name: String,
    /// The secret.
    pub secret: Secret,
    /// Where its value came from.
    pub source: Source,
}

/// The signing secrets of the other environments: a token that one of them signed is out of place here.
#[must_use]
pub fn other_environments(environment: Environment, variables: &Variables) -> Vec<OtherSecret> {
    others(environment, variables, |other| {
        signing_names(other)[0].clone()
    })
}

fn others(
    environment: Environment,
    variables: &Variables,
    name_in: impl Fn(Environment) -> String,
) -> Vec<OtherSecret> {
    let others = Environment::ALL
        .into_iter()
        .filter(|other| *other != environment);
    let found = others.filter_map(|other| {
        let name = name_in(other);
        let setting = first_set(&name, variables)?;
        let secret = Secret::from(setting.value.as_str());
        Some(OtherSecret {
            environment: other,
            name,
            secret,
            source: setting.source.clone(),
        })
    });
    found.collect()
}

/// One value in two places that must differ.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reuse {
    /// `secret-reused-across-environments` or `secret-reused-across-purposes`.
    pub cause: Cause,
    /// The name that counts here.
    pub name: String,
    /// The name that holds the same value.
    pub same_as: String,
    /// What may be shown of the value.
    pub fingerprint: crate::Fingerprint,
    /// Where the value under the second name came from.
    pub source: Source,
}

/// Where this environment's secrets serve another environment or another purpose as well.
///
/// # Errors
/// [`NotExpanded`], as [`signing_secret`] and [`sync_secret`] do.
pub fn reuse(environment: Environment, variables: &Variables) -> Result<Vec<Reuse>, NotExpanded> {
    let signing = signing_secret(environment, variables)?;
    let sync = sync_secret(environment, variables)?;
    let mut found = Vec::new();
    if let Some(signing) = &signing {
        across_environments(
            signing,
            &other_environments(environment, variables),
            &mut found,
        );
    }
    if let Some(sync) = &sync {
        let others = others(environment, variables, |other| sync_names(other)[0].clone());
        across_environments(sync, &others, &mut found);
    }
    if let (Some(signing), Some(sync)) = (signing, sync)
        && signing.secret == sync.secret
    {
        found.push(Reuse {
            cause: Cause::SecretReusedAcrossPurposes,
            name: signing.name,
            same_as: sync.name,
            fingerprint: sync.secret.fingerprint(),
            source: sync.source,
        });
    }
    Ok(found)
}

fn across_environments(ours: &Resolved, others: &[OtherSecret], found: &mut Vec<Reuse>) {
    let same = others.iter().filter(|other| other.secret == ours.secret);
    found.extend(same.map(|other| Reuse {
        cause: Cause::SecretReusedAcrossEnvironments,
        name: ours.name.clone(),
        same_as: other.name.clone(),
        fingerprint: other.secret.fingerprint(),
        source: other.source.clone(),
    }));
}

fn resolve(names: &[String], variables: &Variables) -> Result<Option<Resolved>, NotExpanded> {
    let mut set = names
        .iter()
        .filter_map(|name| Some((name, first_set(name, variables)?)));
    let Some((name, setting)) = set.next() else {
        return Ok(None);
    };
    if is_reference(&setting.value) {
        return Err(NotExpanded {
            name: name.clone(),
            from: setting.source.clone(),
        });
    }
    let secret = Secret::from(setting.value.as_str());
    let differing = set.filter(|(_, other)| !secret.matches(other.value.as_bytes()));
    let lost = differing.map(|(name, other)| Lost {
        name: name.clone(),
        secret: Secret::from(other.value.as_str()),
        source: other.source.clone(),
    });
    let lost = lost.collect();
    let source = setting.source.clone();
    Ok(Some(Resolved {
        name: name.clone(),
        oddities: oddities(&setting.value),
        secret,
        source,
        lost,
    }))
}

/// The value of highest precedence that is not empty: `A=` in one layer does not unset it in the next.
fn first_set<'a>(name: &str, variables: &'a Variables) -> Option<&'a Setting> {
    variables
        .all(name)
        .iter()
        .find(|setting| !is_empty(setting))
}

fn is_empty(setting: &Setting) -> bool {
    setting.value.trim().is_empty()
}

/// `${NAME}`, `$(command)` or a backquoted command, and nothing else.
fn is_reference(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    [("${", "}"), ("$(", ")"), ("`", "`")]
        .iter()
        .any(|(open, close)| value.len() > 1 && value.starts_with(open) && value.ends_with(close))
}

fn oddities(value: &str) -> Vec<Oddity> {
    let trimmed = value.trim();
    let quoted = trimmed.len() > 1
        && ['"', '\'']
            .iter()
            .any(|quote| trimmed.starts_with(*quote) && trimmed.ends_with(*quote));
    let blanks = (trimmed != value).then_some(Oddity::BlanksAround);
    blanks
        .into_iter()
        .chain(quoted.then_some(Oddity::QuotesAround))
        .collect()
}

#[cfg(test)]
mod tests;
