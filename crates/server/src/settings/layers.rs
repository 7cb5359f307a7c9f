//! Which values there are for each name, in the order in which they count (DESIGN 4).

use countersign_diagnose::{Place, Report};
use countersign_verify::{Cause, Environment, Setting, Source, Variables, env_file};

use url::Url;

use super::config_file::ConfigFile;
use super::inputs::{EnvFile, Inputs, TextFile};
use super::{defaults, values};

/// The environment of a deployment, and why it is taken for that.
#[derive(Clone, Debug)]
pub struct Detected {
    /// The environment.
    pub environment: Environment,
    /// Why, in words for people.
    pub why: String,
    /// What decided.
    pub source: Source,
}

/// Puts the layers together for the environment that they speak of.
///
/// `None` for the environment when nothing decides it; `problems` then says so.
pub fn stack(
    inputs: &Inputs,
    config: &ConfigFile,
    problems: &mut Vec<Report>,
) -> (Variables, Option<Detected>) {
    let before = problems.len();
    let general = layered(inputs, config, &[".env.local", ".env"], problems);
    // A broken file may hold the answer; one message about it is enough.
    let broken = problems.len() > before;
    let Some(detected) = detect(inputs, &general, broken, problems) else {
        return (general, None);
    };
    problems.truncate(before);
    let environment = detected.environment;
    let own = [
        format!(".env.{environment}.local"),
        format!(".env.{environment}"),
    ];
    let names = [&own[0], ".env.local", &own[1], ".env"];
    let all = layered(inputs, config, &names, problems);
    contradictions(inputs, &all, &detected, problems);
    (all, Some(detected))
}

/// The value of a name that counts: the highest one that is not blank.
#[must_use]
pub fn effective<'a>(variables: &'a Variables, name: &str) -> Option<&'a Setting> {
    let all = variables.all(name).iter();
    all.into_iter()
        .find(|setting| !setting.value.trim().is_empty())
}

fn layered(
    inputs: &Inputs,
    config: &ConfigFile,
    names: &[&str],
    problems: &mut Vec<Report>,
) -> Variables {
    let mut variables = Variables::default();
    let flat = |pairs: &[(String, String)], source: &Source| -> Vec<_> {
        let one = |(name, value): &(String, String)| {
            (name.clone(), Setting::new(value.as_str(), source.clone()))
        };
        pairs.iter().map(one).collect()
    };
    variables.insert_layer(flat(&inputs.command_line, &Source::CommandLine));
    variables.insert_layer(flat(&inputs.process, &Source::Process));
    for env in in_order(&inputs.env_files, names) {
        match entries(inputs, &env.file) {
            Ok(layer) => variables.insert_layer(layer),
            Err(report) => problems.push(*report),
        }
    }
    variables.insert_layer(config.entries.iter().cloned());
    variables
}

/// What the env files of one environment alone set. Files that cannot be read set nothing here:
/// they count for that environment only, and are refused there.
#[must_use]
pub fn own_files(inputs: &Inputs, environment: Environment) -> Variables {
    let names = [
        format!(".env.{environment}.local"),
        format!(".env.{environment}"),
    ];
    let mut variables = Variables::default();
    for env in in_order(&inputs.env_files, &[&names[0], &names[1]]) {
        if let Ok(layer) = entries(inputs, &env.file) {
            variables.insert_layer(layer);
        }
    }
    variables
}

/// The nearest folder first; within a folder in the order of `names`.
fn in_order<'a>(files: &'a [EnvFile], names: &[&str]) -> Vec<&'a EnvFile> {
    let rank = |env: &EnvFile| names.iter().position(|name| *name == env.name);
    let mut found: Vec<_> = files
        .iter()
        .filter_map(|env| rank(env).map(|rank| ((env.depth, rank), env)))
        .collect();
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, env)| env).collect()
}

fn entries(inputs: &Inputs, file: &TextFile) -> Result<Vec<(String, Setting)>, Box<Report>> {
    let malformed = |message: String| Report::error(Cause::EnvFileMalformed, message);
    let text = file.text.as_ref().map_err(|error| {
        let report = malformed(format!("{} cannot be read: {error}", file.path));
        Box::new(report.fix(format!(
            "Make `{}` a readable text file in UTF-8.",
            file.path
        )))
    })?;
    let outside = |name: &str| {
        let mut given = inputs.command_line.iter().chain(&inputs.process);
        given
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    let found = env_file::parse(text, outside).map_err(|error| {
        let report = malformed(format!("{}: {}", file.path, error.message));
        let place = Place::file(&file.path, error.line);
        Box::new(report.at(place).fix(error.fix))
    })?;
    let setting = |entry: env_file::EnvEntry| {
        let source = Source::EnvFile {
            path: file.path.clone(),
            line: entry.line,
        };
        (
            entry.name,
            Setting {
                value: entry.value,
                source,
            },
        )
    };
    Ok(found.into_iter().map(setting).collect())
}

fn detect(
    inputs: &Inputs,
    variables: &Variables,
    broken: bool,
    problems: &mut Vec<Report>,
) -> Option<Detected> {
    if let Some(setting) = effective(variables, "ENVIRONMENT") {
        let source = setting.source.clone();
        let Some(environment) = Environment::parse(&setting.value) else {
            problems.push(unknown_environment(inputs, setting));
            return None;
        };
        let why = format!("ENVIRONMENT is set ({source})");
        return Some(Detected {
            environment,
            why,
            source,
        });
    }
    // What is wrong with either is said where it is read.
    let (url, name, setting) = whereabouts(variables)?;
    let origin = values::origin(&url);
    let source = setting.map_or(Source::Default, |setting| setting.source.clone());
    if values::is_loopback(&url) {
        return Some(Detected {
            environment: Environment::Development,
            why: format!("ENVIRONMENT is not set and PUBLIC_URL {origin} is this very machine"),
            source,
        });
    }
    if !broken {
        problems.push(unset(inputs, &origin, name, &source));
    }
    None
}

/// The public URL, and the setting that says it: without a URL a server is where it listens.
/// `None` if that setting is refused.
fn whereabouts(variables: &Variables) -> Option<(Url, &'static str, Option<&Setting>)> {
    if let Some(given) = effective(variables, "PUBLIC_URL") {
        let url = values::public_url(given.value.trim()).ok()?;
        return Some((url, "PUBLIC_URL", Some(given)));
    }
    let given = effective(variables, "LISTEN");
    let listen = given.and_then(|setting| values::listen(setting.value.trim()).ok());
    let url = defaults::public_url(listen.unwrap_or(defaults::LISTEN))?;
    Some((url, "LISTEN", given))
}

fn unknown_environment(inputs: &Inputs, setting: &Setting) -> Report {
    let message = format!(
        "ENVIRONMENT is {:?}, which is no environment",
        setting.value.as_str()
    );
    Report::error(Cause::SettingInvalid, message)
        .at(inputs.place(&setting.source, "ENVIRONMENT", "not an environment"))
        .fix("Write one of `development`, `test`, `staging`, `production`.")
}

fn unset(inputs: &Inputs, url: &str, name: &str, source: &Source) -> Report {
    let message = format!("ENVIRONMENT is not set, and {name} makes {url} the public address");
    Report::error(Cause::EnvironmentUnset, message)
        .at(inputs.place(
            source,
            name,
            "not loopback, so this is no development machine",
        ))
        .why("A guess would decide which secrets count and whether development features are on.")
        .fix("Set `ENVIRONMENT=production` (or `staging`) where the server runs.")
}

/// An env file of one environment that claims to be another's.
fn contradictions(
    inputs: &Inputs,
    variables: &Variables,
    detected: &Detected,
    problems: &mut Vec<Report>,
) {
    let Some(setting) = effective(variables, "ENVIRONMENT") else {
        return;
    };
    if Environment::parse(&setting.value) == Some(detected.environment) {
        return;
    }
    let message = format!(
        "{} is read because the environment is {}, and sets ENVIRONMENT to {:?}",
        setting.source,
        detected.environment,
        setting.value.as_str()
    );
    problems.push(
        Report::error(Cause::EnvironmentMisdetected, message)
            .at(inputs.place(&setting.source, "ENVIRONMENT", "another environment"))
            .note(format!("{} was decided because {}", detected.environment, detected.why))
            .fix("Remove `ENVIRONMENT` from this file, or set the right one in the process environment."),
    );
}
