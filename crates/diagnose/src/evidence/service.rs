//! Deployed programs with their settings.

use super::loader::Loader;
use super::{Document, EnvLine, Evidence, env_file, settings_file};
use crate::contract::{Purpose, environment_of, implied, purpose};
pub(super) use role::is_front_by_name;
pub(crate) use role::names_an_issuer;
use zeroize::Zeroizing;

mod readers;
mod role;
mod secret_file;

/// One program: what it is called and what it is configured with.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its name: `frontend`, `backend`, or a folder of a project.
    pub(crate) name: String,
    /// Its env files and other sources, the one that wins first.
    pub(crate) files: Vec<EnvFile>,
    /// What its settings say without saying it: the issuer behind `AUTH0_DOMAIN`.
    pub(crate) implied: Vec<(Purpose, EnvLine)>,
    /// Whether it signs users in and calls APIs, by its settings, products and name.
    front_end: bool,
}

/// One env file of a service, or another source of its settings.
pub(crate) struct EnvFile {
    /// The file.
    pub(crate) source: String,
    /// Its text.
    pub(crate) text: Zeroizing<String>,
    /// How early it is asked: `.env.local` (2) before `.env` (9).
    pub(crate) rank: u8,
    /// The middle of its name: `production` of `.env.production`.
    pub(crate) middle: String,
    /// Its lines, as its loader reads them.
    pub(crate) lines: Vec<EnvLine>,
    /// What reads it.
    pub(crate) reader: Reader,
    /// The line at which its loader gives it up.
    pub(crate) refused_at: Option<usize>,
    /// Whether git keeps it.
    pub(crate) tracked: bool,
}

/// What reads a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reader {
    /// Nothing says what; probably this one.
    Guessed(Loader),
    /// A comment, a log, the products or the compose file say so.
    Known(Loader),
    /// No loader: the values are given as they are, by a compose file or a process.
    Plain,
}

impl std::fmt::Debug for EnvFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} read by {:?}", self.source, self.reader)
    }
}

impl Reader {
    /// The loader, known or guessed.
    pub(crate) fn loader(self) -> Option<Loader> {
        match self {
            Self::Guessed(loader) | Self::Known(loader) => Some(loader),
            Self::Plain => None,
        }
    }
}

impl Service {
    /// The line that counts for a name: of the first file that has it, the one that its loader prefers.
    pub(crate) fn setting(&self, name: &str) -> Option<&EnvLine> {
        self.files.iter().find_map(|file| file.line(name))
    }

    /// The file of a line.
    pub(crate) fn file_of(&self, line: &EnvLine) -> Option<&EnvFile> {
        self.files
            .iter()
            .find(|file| file.lines.iter().any(|one| std::ptr::eq(one, line)))
    }

    /// The environment that its settings or its name say it runs in, in lower case.
    pub(crate) fn environment(&self) -> Option<String> {
        let set = self.settings().find(|line| {
            purpose(&line.name) == Some(Purpose::Environment) && !line.value.is_empty()
        });
        let set = set.map(|line| line.value.trim().to_ascii_lowercase());
        set.or_else(|| environment_of(&self.name).map(str::to_ascii_lowercase))
    }

    /// The deployment of a project's service that it is: `staging` of `api.staging`, which `.env.staging` makes. Such
    /// files hold part of the settings; the rest is where it is deployed.
    pub(crate) fn deployment(&self) -> Option<&'static str> {
        let (_, last) = self.name.rsplit_once('.')?;
        environment_of(last)
    }

    /// Whether it is another program of the same deployment.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        !std::ptr::eq(self, other) && self.deployment() == other.deployment()
    }

    /// The lines that count, one a name.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &EnvLine> {
        self.files
            .iter()
            .flat_map(|file| &file.lines)
            .filter(|line| {
                self.setting(&line.name)
                    .is_some_and(|counts| std::ptr::eq(counts, *line))
            })
    }

    /// Every line, those that do not count too, each with its file.
    pub(crate) fn all_lines(&self) -> impl Iterator<Item = (&EnvFile, &EnvLine)> {
        self.files
            .iter()
            .flat_map(|file| file.lines.iter().map(move |line| (file, line)))
    }

    fn what_follows(&self) -> Vec<(Purpose, EnvLine)> {
        let other = |name: &str| self.setting(name).map(|line| line.value.to_string());
        let follows = self.settings().flat_map(|line| {
            implied(&line.name, &line.value, &other)
                .into_iter()
                .map(move |implied| {
                    let mut line = line.clone();
                    line.value = Zeroizing::new(implied.value);
                    (implied.purpose, line)
                })
        });
        follows.collect()
    }

    /// Whether it is the side that signs users in and calls APIs.
    pub(crate) fn is_front_end(&self) -> bool {
        self.front_end
    }
}

impl EnvFile {
    /// Values that reach the program as they stand, by whatever says so: a compose file, a terminal session.
    pub(super) fn given(source: &str, lines: Vec<EnvLine>) -> Self {
        Self {
            source: source.to_owned(),
            text: Zeroizing::new(String::new()),
            rank: 0,
            middle: String::new(),
            lines,
            reader: Reader::Plain,
            refused_at: None,
            tracked: false,
        }
    }

    /// Whether it is known what reads it.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.reader, Reader::Guessed(_))
    }

    /// The line of a name that the loader prefers: the last one, or the first one for dotenvy.
    pub(crate) fn line(&self, name: &str) -> Option<&EnvLine> {
        let mut lines = self.lines.iter().filter(|line| line.name == name);
        if self.reader.loader().is_some_and(Loader::first_counts) {
            lines.next()
        } else {
            lines.next_back()
        }
    }
}

/// Adds an env file to its service, which the first part of its name tells.
pub(super) fn add_env_file(evidence: &mut Evidence, document: &Document) {
    let (named, middle) = named(document);
    let service = document.service.clone().unwrap_or(named);
    let file = EnvFile {
        source: document.name.clone(),
        text: Zeroizing::new(document.text.clone()),
        rank: rank(&middle),
        middle,
        lines: Vec::new(),
        reader: Reader::Guessed(Loader::PythonDotenv),
        refused_at: None,
        tracked: document.tracked,
    };
    service_named(evidence, &service).files.push(file);
}

/// The service of a name, new if there is none.
pub(super) fn service_named<'e>(evidence: &'e mut Evidence, name: &str) -> &'e mut Service {
    let known = evidence.services.iter().position(|one| one.name == name);
    let at = known.unwrap_or(evidence.services.len());
    if known.is_none() {
        evidence.services.push(Service {
            name: name.to_owned(),
            files: Vec::new(),
            implied: Vec::new(),
            front_end: false,
        });
    }
    &mut evidence.services[at]
}

/// Reads the files with the loaders that the evidence speaks of, once all of it is there.
pub(super) fn settle(evidence: &mut Evidence) {
    readers::by_packages(evidence);
    readers::choose(evidence);
    for service in &mut evidence.services {
        service.files.sort_by_key(|file| file.rank);
        let mut outside: Vec<(String, Zeroizing<String>)> = Vec::new();
        for file in &mut service.files {
            let known = |name: &str| {
                let found = outside.iter().find(|(known, _)| known == name);
                found.map(|(_, value)| value.to_string())
            };
            if let Some(loader) = file.reader.loader() {
                let (lines, refused_at) = env_file::read(&file.source, &file.text, loader, &known);
                file.lines = lines;
                file.refused_at = refused_at;
            }
            let set = file.lines.iter().rev();
            outside.extend(set.map(|line| (line.name.clone(), line.value.clone())));
        }
    }
    settings_file::settle(evidence);
    for service in &mut evidence.services {
        service.implied = service.what_follows();
    }
    role::judge(evidence);
    secret_file::add(evidence);
}

/// `frontend.local.env` is the `.env.local` of `frontend`; `backend/.env` is the `.env` of `backend`.
fn named(document: &Document) -> (String, String) {
    let file = document.file_name();
    let folder = document.name.strip_suffix(file).unwrap_or_default();
    let folder = folder.trim_end_matches(['/', '\\']);
    let middle = match file.strip_suffix(".env").filter(|name| !name.is_empty()) {
        Some(name) => {
            let mut parts = name.splitn(2, '.');
            let service = parts.next().unwrap_or_default().to_owned();
            return (service, parts.next().unwrap_or_default().to_owned());
        }
        None => file.trim_start_matches(".env").trim_start_matches('.'),
    };
    let service = folder.rsplit(['/', '\\']).next().unwrap_or_default();
    let service = if service.is_empty() {
        "project"
    } else {
        service
    };
    (service.to_owned(), middle.to_owned())
}

/// The order of precedence (DESIGN 4): `.env.{environment}.local`, `.env.local`, `.env.{environment}`, `.env`.
fn rank(middle: &str) -> u8 {
    match middle {
        "" => 9,
        "local" => 2,
        _ => match middle.rsplit_once('.') {
            Some((_, "local")) => 1,
            Some(_) | None => 5,
        },
    }
}

#[cfg(test)]
mod tests;
