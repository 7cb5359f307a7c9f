//! Names that the source reads and no file sets.

use super::{Program, line};
use crate::contract::{Purpose, purpose};
use crate::evidence::loader::Loader;
use crate::evidence::project::{is_below, resolve};
use crate::evidence::source::{EnvRead, LoadedPath, LoaderCall, LooksIn};
use crate::evidence::{DocumentKind, EnvLine};
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

/// How alike two names are that are taken for one, from 0 to 1.
const ALIKE: f64 = 0.85;

pub(super) fn judge(
    situation: &Situation<'_>,
    program: &Program<'_>,
    all: &[Program<'_>],
    found: &mut Vec<Finding>,
) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    for read in program.reads().filter(|read| Program::needs(read)) {
        if seen.contains(&read.name.as_str()) {
            continue;
        }
        if program.is_set(read) {
            found.extend(looked_elsewhere(program, read).filter(|_| seen.is_empty()));
            continue;
        }
        seen.push(&read.name);
        // Another read of the name has something to put in its place.
        if program
            .reads()
            .any(|other| other.name == read.name && !Program::needs(other))
        {
            continue;
        }
        let fault = not_loaded(situation, program, read)
            .or_else(|| other_name(program, all, read))
            .or_else(|| missing(program, all, read));
        found.extend(fault);
    }
}

/// The name is set in a file of another folder than the loader looks in.
fn not_loaded(situation: &Situation<'_>, program: &Program<'_>, read: &EnvRead) -> Option<Finding> {
    let (_, set) = program
        .beyond
        .iter()
        .find_map(|(_, file)| Some((file, line(file, &read.name)?)))?;
    let load = loader(program)?;
    let strength = if situation.outcome() == Outcome::Bad {
        Strength::Likely
    } else {
        Strength::Risk
    };
    let message = format!(
        "{} reads {}, which is set in {} alone, and that file is not where the program looks",
        program.name, read.name, set.spot.source
    );
    let finding = Finding::new(Cause::EnvFileNotLoaded, strength, message).weight(0.7);
    let fix = format!(
        "Name the file in the call ({}), or start the program in the folder of that file.",
        set.spot.source
    );
    let finding = finding.at(
        load.spot.clone(),
        "looks in the folder that the program is started in",
    );
    Some(
        finding
            .at(set.spot.clone(), "set here")
            .at(read.spot.clone(), "read here")
            .fix(fix)
            .explains(&[Cause::SecretMissing, Cause::SecretMismatch]),
    )
}

/// Every loader of the program is told a path that no file has, while another file of its own has the name.
fn looked_elsewhere(program: &Program<'_>, read: &EnvRead) -> Option<Finding> {
    let calls = || {
        program
            .sources
            .iter()
            .flat_map(|source| &source.facts.loads)
    };
    let (load, path) = calls().find_map(|load| Some((load, program.path_of(load)?)))?;
    let is_there = |path: &str| {
        program
            .evidence
            .services
            .iter()
            .flat_map(|service| &service.files)
            .any(|file| file.source == path)
    };
    let all_elsewhere =
        calls().all(|load| program.path_of(load).is_some_and(|path| !is_there(&path)));
    if !all_elsewhere || program.is_started_with_settings() {
        return None;
    }
    let (file, set) = program
        .files
        .iter()
        .find_map(|(_, file)| Some((*file, line(file, &read.name)?)))
        .filter(|(file, _)| file.reader.loader().is_some())?;
    let message = format!(
        "{} loads {path}, which is not there: {} is set in {}",
        program.name, read.name, file.source
    );
    let fix = format!(
        "Let the call name {}, or move the file to {path}.",
        file.source
    );
    let finding = Finding::new(Cause::EnvFileNotLoaded, Strength::Likely, message).weight(0.8);
    Some(
        finding
            .at(load.spot.clone(), format!("looks for {path}"))
            .at(set.spot.clone(), "set here")
            .at(read.spot.clone(), "read here")
            .fix(fix)
            .explains(&[Cause::SecretMissing, Cause::SecretMismatch]),
    )
}

impl Program<'_> {
    /// The file of the project that a loader was told, wherever the program is started.
    fn path_of(&self, load: &LoaderCall) -> Option<String> {
        match &load.path {
            LoadedPath::Project(path) => Some(path.clone()),
            LoadedPath::Package(path) => resolve(self.folder, path.trim_start_matches('/')),
            LoadedPath::Default | LoadedPath::Literal(_) | LoadedPath::Unknown => None,
        }
    }

    /// Whether something else than its source hands it its settings: a framework, compose, a switch of the command.
    fn is_started_with_settings(&self) -> bool {
        let by_framework = self.evidence.layout.loaders.iter().any(|(name, loader)| {
            name == self.name
                && matches!(
                    loader,
                    Loader::NextEnv | Loader::Vite | Loader::DotenvExpand | Loader::Compose
                )
        });
        let told = |kind| {
            self.evidence.of_kind(kind).any(|document| {
                document.text.contains("env-file") || document.text.contains("env_file")
            })
        };
        let flask = self.evidence.of_kind(DocumentKind::Launch).any(|document| {
            document.text.contains("flask run") || document.text.contains("\"flask\", \"run\"")
        });
        by_framework
            || flask
            || [
                DocumentKind::Packages,
                DocumentKind::Launch,
                DocumentKind::Compose,
            ]
            .into_iter()
            .any(told)
    }
}

/// A call that looks in the working folder for a file that the service's folder does not have.
fn loader<'e>(program: &Program<'e>) -> Option<&'e LoaderCall> {
    let mut loads = program
        .sources
        .iter()
        .flat_map(|source| &source.facts.loads);
    loads.find(|load| load.from == LooksIn::WorkingFolder && load.path != LoadedPath::Unknown)
}

/// A file sets a name that is nearly this one, or of the same purpose, and nothing reads it.
fn other_name(program: &Program<'_>, all: &[Program<'_>], read: &EnvRead) -> Option<Finding> {
    let unread = program
        .near_lines()
        .filter(|line| !line.value.is_empty() && !program.may_read(&line.name));
    let (set, _) = unread
        .filter_map(|line| Some((line, likeness(program, read, line)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let message = format!(
        "{} reads {}, and its settings have {}",
        program.name, read.name, set.name
    );
    let finding = Finding::new(Cause::EnvVarNameMismatch, Strength::Likely, message).weight(0.8);
    let reader = all.iter().find(|other| {
        other.name != program.name
            && other.may_read(&set.name)
            && other
                .set(&set.name)
                .is_some_and(|line| std::ptr::eq(line, set))
    });
    let (label, fix) = match reader {
        Some(reader) => (
            format!("{} reads it under this name", reader.name),
            format!(
                "Let {} read {} as {} does, or set {} too.",
                program.name, set.name, reader.name, read.name
            ),
        ),
        None => (
            "set under this name, which nothing reads".to_owned(),
            format!(
                "Write {} in place of {}, or read the name that is set.",
                read.name, set.name
            ),
        ),
    };
    let finding = finding.at(set.spot.clone().mark(&set.name), label);
    Some(
        finding
            .at(read.spot.clone(), "read under this one")
            .fix(fix)
            .explains(&[
                Cause::SecretMissing,
                Cause::SecretMismatch,
                Cause::SyncSecretMissing,
            ]),
    )
}

/// How alike the names are; none where they are not taken for one.
fn likeness(program: &Program<'_>, read: &EnvRead, line: &EnvLine) -> Option<f64> {
    let (one, other) = (
        read.name.to_ascii_uppercase(),
        line.name.to_ascii_uppercase(),
    );
    let alike = strsim::normalized_damerau_levenshtein(&one, &other);
    let of = purpose(&read.name);
    let both = of.is_some() && of == purpose(&line.name);
    let longer = one.starts_with(&format!("{other}_")) || other.starts_with(&format!("{one}_"));
    let single = |purpose: Option<Purpose>| {
        matches!(
            purpose,
            Some(
                Purpose::SigningSecret
                    | Purpose::SyncSecret
                    | Purpose::RefreshSecret
                    | Purpose::DatabaseUrl
            )
        )
    };
    // `AUTH_GITHUB_ID` and `AUTH_GITLAB_ID` are two things of one purpose.
    let same = (both && (single(of) || longer))
        || lacks_prefix(program, &one, &other)
        || (alike >= ALIKE && of == purpose(&line.name) && differs_by_a_slip(&one, &other));
    same.then_some(alike + if both { 0.5 } else { 0.0 })
}

/// Whether the name is set without the prefix that all of the program's names have.
fn lacks_prefix(program: &Program<'_>, read: &str, set: &str) -> bool {
    let Some(prefix) = read
        .strip_suffix(set)
        .filter(|prefix| prefix.ends_with('_'))
    else {
        return false;
    };
    let mut with_prefix = program
        .reads()
        .filter(|other| other.name.starts_with(prefix) && other.name != read)
        .map(|other| other.name.as_str());
    let first = with_prefix.next();
    set.contains('_') && first.is_some() && with_prefix.any(|name| Some(name) != first)
}

/// A letter more, less or swapped: not another word.
fn differs_by_a_slip(one: &str, other: &str) -> bool {
    strsim::damerau_levenshtein(one, other) <= 2
        && !one
            .chars()
            .zip(other.chars())
            .any(|(a, b)| a.is_ascii_digit() != b.is_ascii_digit())
}

/// Nothing sets it here: certain where another service has it, for the two share it.
fn missing(program: &Program<'_>, all: &[Program<'_>], read: &EnvRead) -> Option<Finding> {
    let cause = match purpose(&read.name)? {
        Purpose::SigningSecret => Cause::SecretMissing,
        Purpose::SyncSecret => Cause::SyncSecretMissing,
        _ => return None,
    };
    if !program.has_settings() || program.reads_dynamically(&read.name) {
        return None;
    }
    // One of several names of the same value is enough.
    let of = purpose(&read.name);
    if program
        .reads()
        .any(|other| purpose(&other.name) == of && program.set(&other.name).is_some())
    {
        return None;
    }
    let peer = all
        .iter()
        // What is set in a folder above may well be handed down.
        .filter(|other| other.name != program.name && !is_below(program.folder, other.folder))
        .find_map(|other| {
            other
                .own_lines()
                .find(|line| line.name == read.name && !line.value.is_empty())
        })?;
    let message = format!(
        "{} reads {}, and none of its settings has it",
        program.name, read.name
    );
    let finding = Finding::new(cause, Strength::Likely, message)
        .weight(0.6)
        .at(read.spot.clone(), "read here");
    Some(
        finding
            .at(peer.spot.clone(), "another service has it")
            .fix(format!(
                "Set {} for {} as well, to the same value.",
                read.name, program.name
            )),
    )
}
