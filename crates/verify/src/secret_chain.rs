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
    /// What may be shown of it.
    pub fingerprint: crate::Fingerprint,
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
        fingerprint: crate::Fingerprint::of(other.value.as_bytes()),
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
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        let mut variables = Variables::default();
        variables.insert_layer(pairs.iter().enumerate().map(|(place, (name, value))| {
            let source = Source::EnvFile {
                path: ".env".to_owned(),
                line: place + 1,
            };
            ((*name).to_owned(), Setting::new(*value, source))
        }));
        variables
    }

    fn found(environment: Environment, pairs: &[(&str, &str)]) -> Option<(String, String)> {
        let resolved = signing_secret(environment, &variables(pairs)).unwrap()?;
        Some((
            resolved.name,
            String::from_utf8(resolved.secret.expose().to_vec()).unwrap(),
        ))
    }

    #[test]
    fn the_first_name_of_the_chain_that_is_set_counts() {
        let all = [
            ("AUTH_SECRET", "4"),
            ("JWT_SECRET", "3"),
            ("JWT_SECRET_KEY", "2"),
            ("JWT_SECRET_STAGING", "1"),
        ];
        for (kept, name, value) in [
            (4, "JWT_SECRET_STAGING", "1"),
            (3, "JWT_SECRET_KEY", "2"),
            (2, "JWT_SECRET", "3"),
            (1, "AUTH_SECRET", "4"),
        ] {
            let expected = Some((name.to_owned(), value.to_owned()));
            assert_eq!(found(Environment::Staging, &all[..kept]), expected);
        }
        assert_eq!(found(Environment::Staging, &[]), None);
    }

    #[test]
    fn another_environments_name_never_counts() {
        // Field report 001: one service read JWT_SECRET_STAGING, the other JWT_SECRET_KEY alone.
        let set = [
            ("JWT_SECRET_STAGING", "staging"),
            ("JWT_SECRET_PRODUCTION", "production"),
        ];
        assert_eq!(found(Environment::Staging, &set).unwrap().1, "staging");
        assert_eq!(
            found(Environment::Production, &set).unwrap().1,
            "production"
        );
        assert_eq!(found(Environment::Development, &set), None);
        let others = other_environments(Environment::Staging, &variables(&set));
        assert_eq!(others.len(), 1);
        assert_eq!(
            (others[0].environment, others[0].name.as_str()),
            (Environment::Production, "JWT_SECRET_PRODUCTION")
        );
    }

    #[test]
    fn names_that_lost_are_told_with_place_and_fingerprint() {
        let set = [
            ("JWT_SECRET_KEY", "one"),
            ("JWT_SECRET", "one"),
            ("AUTH_SECRET", "two"),
        ];
        let resolved = signing_secret(Environment::Test, &variables(&set))
            .unwrap()
            .unwrap();
        assert_eq!(resolved.lost.len(), 1, "equal values lose nothing");
        let lost = &resolved.lost[0];
        assert_eq!(
            (lost.name.as_str(), lost.source.to_string().as_str()),
            ("AUTH_SECRET", ".env:3")
        );
        assert_eq!(lost.fingerprint, crate::Fingerprint::of(b"two"));
        assert!(!format!("{resolved:?}").contains("two"));
    }

    #[test]
    fn an_empty_value_counts_as_unset_and_is_reported() {
        let set = [
            ("JWT_SECRET_TEST", ""),
            ("JWT_SECRET_KEY", " \n"),
            ("JWT_SECRET", "real"),
        ];
        assert_eq!(found(Environment::Test, &set).unwrap().0, "JWT_SECRET");
        let empty = empty_values(Environment::Test, &variables(&set));
        assert_eq!(
            empty.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(),
            ["JWT_SECRET_TEST", "JWT_SECRET_KEY"]
        );
    }

    #[test]
    fn an_empty_value_does_not_hide_the_next_layer() {
        let mut layers = Variables::default();
        layers.insert_layer([("JWT_SECRET".to_owned(), Setting::new("", Source::Process))]);
        layers.insert_layer([(
            "JWT_SECRET".to_owned(),
            Setting::new("file", Source::CommandLine),
        )]);
        let resolved = signing_secret(Environment::Test, &layers).unwrap().unwrap();
        assert_eq!(resolved.source, Source::CommandLine);
    }

    #[test]
    fn references_that_nothing_expanded_are_refused() {
        for value in [
            "${SHARED}",
            "$(openssl rand -base64 32)",
            "`openssl rand`",
            "'${SHARED}'",
        ] {
            let error = signing_secret(Environment::Test, &variables(&[("JWT_SECRET", value)]))
                .unwrap_err();
            assert_eq!(error.name, "JWT_SECRET");
            assert!(!error.to_string().contains("openssl"), "{error}");
        }
        assert!(found(Environment::Test, &[("JWT_SECRET", "a${b}c")]).is_some());
    }

    #[test]
    fn oddities_are_told_and_the_value_is_left_alone() {
        let resolved = |value| {
            signing_secret(Environment::Test, &variables(&[("JWT_SECRET", value)]))
                .unwrap()
                .unwrap()
        };
        assert_eq!(resolved("abc").oddities, []);
        assert_eq!(resolved("abc\n").oddities, [Oddity::BlanksAround]);
        assert_eq!(resolved("\"abc\"").oddities, [Oddity::QuotesAround]);
        assert_eq!(
            resolved(" 'abc' ").oddities,
            [Oddity::BlanksAround, Oddity::QuotesAround]
        );
        assert_eq!(resolved("abc\n").secret.expose(), b"abc\n");
    }

    #[test]
    fn reuse_across_environments_and_purposes_is_found() {
        let set = [
            ("JWT_SECRET", "one"),
            ("JWT_SECRET_STAGING", "one"),
            ("JWT_SECRET_TEST", "two"),
            ("AUTH_SYNC_SECRET", "one"),
            ("AUTH_SYNC_SECRET_STAGING", "one"),
        ];
        let found = reuse(Environment::Production, &variables(&set)).unwrap();
        let pairs: Vec<_> = found
            .iter()
            .map(|r| (r.cause, r.name.as_str(), r.same_as.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                (
                    Cause::SecretReusedAcrossEnvironments,
                    "JWT_SECRET",
                    "JWT_SECRET_STAGING"
                ),
                (
                    Cause::SecretReusedAcrossEnvironments,
                    "AUTH_SYNC_SECRET",
                    "AUTH_SYNC_SECRET_STAGING"
                ),
                (
                    Cause::SecretReusedAcrossPurposes,
                    "JWT_SECRET",
                    "AUTH_SYNC_SECRET"
                ),
            ]
        );
        assert_eq!(
            reuse(
                Environment::Production,
                &variables(&[("JWT_SECRET", "one")])
            )
            .unwrap(),
            []
        );
    }
}
