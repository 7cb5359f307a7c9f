//! The contract of a project: which settings each service's source reads, and which of them its files make.

use super::agreement::Held;
use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::image::BAKED;
use crate::evidence::project::{folder_of, is_below, resolve};
use crate::evidence::service::{EnvFile, Reader};
use crate::evidence::source::{EnvRead, Fallback, LoadedPath, LooksIn, SourceFile};
use crate::evidence::{EnvLine, Evidence, Service};
use crate::finding::Finding;

mod across;
mod addresses;
mod calls;
mod cookies;
mod database;
mod hosts;
mod keys;
mod names;
pub(crate) mod origins;
mod pages;
mod ports;
mod resolve;
mod secrets;
pub(crate) mod tokens;
pub(crate) mod unread;

/// A service with its source.
struct Program<'e> {
    evidence: &'e Evidence,
    name: &'e str,
    folder: &'e str,
    sources: Vec<&'e SourceFile>,
    /// Its env files and those of other folders that it loads.
    files: Vec<(&'e Service, &'e EnvFile)>,
    /// Files that it does not load, in the folders around its own.
    beyond: Vec<(&'e Service, &'e EnvFile)>,
}

impl Situation<'_> {
    /// What the sources of a project and its settings do not agree on.
    pub(super) fn judge_project(&self) -> Vec<Finding> {
        let programs = programs(self.evidence);
        let mut found = Vec::new();
        for program in &programs {
            names::judge(self, program, &programs, &mut found);
            secrets::judge(self, program, &mut found);
            addresses::judge(self, program, &mut found);
            calls::judge(self, program, &programs, &mut found);
            database::judge(self.evidence, program, &mut found);
        }
        secrets::tracked(self.evidence, &mut found);
        if self.outcome() != Outcome::Good {
            tokens::judge(&programs, &mut found);
            keys::judge(self, &programs, &mut found);
            across::judge(&programs, &mut found);
            origins::judge(&programs, &mut found);
            cookies::judge(self.evidence, &programs, &mut found);
            hosts::judge(self.evidence, &programs, &mut found);
            pages::judge(self, &programs, &mut found);
            ports::judge(self, &programs, &mut found);
        }
        found
    }

    /// Whether the source of the service reads this name, as far as there is source that reads any of its purpose.
    pub(super) fn is_looked_up(&self, held: Held<'_>) -> bool {
        let sources = || {
            self.evidence
                .source_files
                .iter()
                .filter(|file| file.service == held.service.name)
        };
        let reads = |name: &str| {
            sources()
                .flat_map(|file| &file.facts.reads)
                .any(|read| read.name == name)
        };
        let dynamic = sources().any(|file| !file.facts.dynamic.is_empty());
        let of = purpose(&held.line.name);
        let mut set = held
            .service
            .settings()
            .filter(|line| purpose(&line.name) == of);
        dynamic || reads(&held.line.name) || !set.any(|line| reads(&line.name))
    }

    /// What is wrong between the sources and the settings of a project.
    pub(crate) fn project_faults(&self) -> &[Finding] {
        &self.project_faults
    }
}

/// The services that have source files.
fn programs(evidence: &Evidence) -> Vec<Program<'_>> {
    let mut programs: Vec<Program<'_>> = Vec::new();
    for file in &evidence.source_files {
        let known = programs
            .iter()
            .position(|program| program.name == file.service);
        let at = known.unwrap_or_else(|| {
            let folder = evidence.layout.folder(&file.service).unwrap_or_default();
            programs.push(Program {
                evidence,
                name: &file.service,
                folder,
                sources: Vec::new(),
                files: Vec::new(),
                beyond: Vec::new(),
            });
            programs.len() - 1
        });
        if let Some(program) = programs.get_mut(at) {
            program.sources.push(file);
        }
    }
    for program in &mut programs {
        program.find_files();
    }
    programs
}

impl<'e> Program<'e> {
    fn find_files(&mut self) {
        for service in &self.evidence.services {
            for file in &service.files {
                // What compose hands over reaches the program, whatever name compose has for it.
                let of_another = service.name != self.name
                    && file.reader == Reader::Plain
                    && self
                        .evidence
                        .source_files
                        .iter()
                        .any(|source| source.service == service.name);
                let handed = file.rank != BAKED
                    && !of_another
                    && (file.reader == Reader::Plain || file.source.contains("compose"));
                let own = service.name == self.name
                    || self.is_deployment(service)
                    || self.shares_deployment(service, file);
                if handed || own || self.loads(file) {
                    self.files.push((service, file));
                } else if is_below(self.folder, folder_of(&file.source))
                    || is_below(&file.source, self.folder)
                {
                    self.beyond.push((service, file));
                }
            }
        }
    }

    /// `api.production` is the deployment of `api`.
    fn is_deployment(&self, service: &Service) -> bool {
        service
            .name
            .strip_prefix(self.name)
            .is_some_and(|rest| rest.starts_with('.'))
    }

    /// `config/staging.env` beside the services is for all of them.
    fn shares_deployment(&self, service: &Service, file: &EnvFile) -> bool {
        let named = file
            .source
            .rsplit('/')
            .next()
            .is_some_and(|name| !name.starts_with('.'));
        let around = service
            .name
            .rsplit_once('.')
            .and_then(|(of, _)| self.evidence.layout.folder(of));
        named && around.is_some_and(|folder| is_below(self.folder, folder))
    }

    /// The lines of its own files and of those that it shares with its neighbours.
    fn near_lines(&self) -> impl Iterator<Item = &'e EnvLine> {
        let near = self.files.iter().filter(|(service, file)| {
            service.name == self.name || self.shares_deployment(service, file)
        });
        near.flat_map(|(_, file)| &file.lines)
    }

    fn loads(&self, file: &EnvFile) -> bool {
        let folder = folder_of(&file.source);
        let name = file.source.rsplit('/').next().unwrap_or_default();
        self.sources.iter().any(|source| {
            let here = folder_of(&source.source);
            source
                .facts
                .loads
                .iter()
                .any(|load| match (&load.path, load.from) {
                    (LoadedPath::Unknown, _) => true,
                    (LoadedPath::Project(path), _) => *path == file.source,
                    (LoadedPath::Package(path), _) => {
                        resolve(self.folder, path.trim_start_matches('/'))
                            .is_some_and(|path| path == file.source)
                    }
                    (LoadedPath::Default, LooksIn::FoldersAbove) => {
                        name == ".env" && is_below(&source.source, folder)
                    }
                    (LoadedPath::Default, LooksIn::WorkingFolder) => false,
                    (LoadedPath::Literal(path), LooksIn::FoldersAbove) => {
                        file.source.ends_with(path.as_str()) && is_below(&source.source, folder)
                    }
                    (LoadedPath::Literal(path), LooksIn::WorkingFolder) => [here, self.folder]
                        .iter()
                        .any(|from| resolve(from, path).is_some_and(|path| path == file.source)),
                })
        })
    }

    fn reads(&self) -> impl Iterator<Item = &'e EnvRead> {
        self.sources.iter().flat_map(|source| &source.facts.reads)
    }

    /// Whether the source reads this name, or may read it under a name made at run time.
    fn may_read(&self, name: &str) -> bool {
        let is_name = |one: &str| one.eq_ignore_ascii_case(name);
        self.reads()
            .any(|read| is_name(&read.name) || read.aliases.iter().any(|alias| is_name(alias)))
            || self.reads_dynamically(name)
    }

    fn reads_dynamically(&self, name: &str) -> bool {
        let mut dynamic = self.sources.iter().flat_map(|source| &source.facts.dynamic);
        dynamic.any(|read| name.starts_with(read.prefix.as_str()))
    }

    /// The line that sets a name, in any file that reaches the program.
    fn set(&self, name: &str) -> Option<&'e EnvLine> {
        self.files.iter().find_map(|(_, file)| line(file, name))
    }

    /// Whether what a read asks for is set, under any of its names.
    fn is_set(&self, read: &EnvRead) -> bool {
        let mut names = std::iter::once(&read.name).chain(&read.aliases);
        names.any(|name| self.set(name).is_some())
    }

    /// Every line that sets a name, each with its service.
    fn lines_of(&self, name: &str) -> Vec<(&'e Service, &'e EnvLine)> {
        let files = self.files.iter();
        files
            .filter_map(|(service, file)| Some((*service, line(file, name)?)))
            .collect()
    }

    /// The lines of its own files, without those of deployments.
    fn own_lines(&self) -> impl Iterator<Item = &'e EnvLine> {
        let own = self
            .files
            .iter()
            .filter(|(service, file)| service.name == self.name && file.rank != BAKED);
        own.flat_map(|(_, file)| &file.lines)
    }

    /// Whether it has settings of its own here: else they come from elsewhere, and nothing can be said.
    fn has_settings(&self) -> bool {
        self.own_lines().next().is_some()
    }

    /// Whether it must have the value: it fails without one, or the value is a secret without a default.
    fn needs(read: &EnvRead) -> bool {
        match read.fallback {
            Fallback::Required => true,
            Fallback::None => purpose(&read.name).is_some_and(Purpose::is_secret),
            Fallback::Computed | Fallback::Literal(_) => false,
        }
    }
}

/// The line of a file that gives a name a value; case counts for no loader of settings classes.
fn line<'e>(file: &'e EnvFile, name: &str) -> Option<&'e EnvLine> {
    let exact = file.line(name);
    let other = || {
        file.lines
            .iter()
            .find(|line| line.name.eq_ignore_ascii_case(name))
    };
    exact.or_else(other).filter(|line| !line.value.is_empty())
}

#[cfg(test)]
mod tests;
