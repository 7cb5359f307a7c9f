//! What the doctor knows: facts read out of files, each with its place.
//!
//! Reading never fails: what cannot be read becomes a [`Note`] and the rest is used.

pub(crate) mod access_log;
mod case_toml;
pub(crate) mod compose;
mod console;
pub(crate) mod database_parts;
mod database_url;
mod document;
pub(crate) mod env_file;
pub(crate) mod http;
pub(crate) mod image;
pub(crate) mod jwks;
pub(crate) mod loader;
pub(crate) mod percent;
pub(crate) mod project;
pub(crate) mod proxy;
mod redact;
pub(crate) mod service;
mod settings_file;
pub(crate) mod source;
mod spot;
pub(crate) mod symptom;
pub(crate) mod tongue;

pub(crate) use database_url::{DatabaseUrl, Dialect, Written};
pub use document::{Document, DocumentKind};
pub(crate) use env_file::{EnvLine, OtherReading};
pub(crate) use http::{CredentialsMode, Exchange, Request, Response};
pub(crate) use redact::{says_nothing, without_secrets};
pub(crate) use service::Service;
pub(crate) use spot::Spot;
pub(crate) use symptom::{Check, Library, Sighting, Symptom, library_of};

use crate::probe::Probe;
use jwks::KeySetFile;

/// All that is known about one set-up.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The time of the failure, in seconds since the epoch.
    pub(crate) now: Option<i64>,
    /// The time at which somebody asks, in seconds since the epoch: counts where nothing says when it failed.
    pub(crate) present: Option<i64>,
    /// Names of products, as somebody wrote them: `Next.js`, `PyJWT 2.10`.
    pub(crate) stack: Vec<String>,
    /// The deployed programs with their settings, those of project files included.
    pub(crate) services: Vec<Service>,
    /// The request that fails, with its answer where there is one.
    pub(crate) failing: Vec<Exchange>,
    /// Earlier exchanges: sign-in, preflight.
    pub(crate) earlier: Vec<Exchange>,
    /// Commands in logs that send a request: what the client was told to send.
    pub(crate) commands: Vec<Request>,
    /// Exchanges that logs show whole (`curl -v`), in their order.
    pub(crate) logged: Vec<Exchange>,
    /// Log texts, whole.
    pub(crate) logs: Vec<Document>,
    /// Pieces of source that were given by themselves, outside of a project.
    pub(crate) snippets: Vec<Document>,
    /// What messages in answers and logs say.
    pub(crate) sightings: Vec<Sighting>,
    /// The issuers' key sets.
    pub(crate) key_sets: Vec<KeySetFile>,
    /// Documents that are kept whole for the rules that read them: compose, proxies, packages, users.
    pub(crate) documents: Vec<(DocumentKind, Document)>,
    /// The source files of a project.
    pub(crate) source_files: Vec<source::SourceFile>,
    /// The folders of a project.
    pub(crate) layout: project::Layout,
    /// What could not be read or was left out.
    pub(crate) notes: Vec<Note>,
    /// What was asked of running programs.
    pub(crate) probes: Vec<Probe>,
    /// The names of all that was given.
    pub(crate) sources: Vec<String>,
}

/// When it failed, and when somebody asks why, in seconds since the epoch.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Moment {
    /// The time of the failure, where somebody says it: counts over what files say.
    pub failed_at: Option<i64>,
    /// The time at which somebody asks: counts where nothing says when it failed.
    pub asked_at: Option<i64>,
}

/// Something that could not be read, with its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
    /// The file.
    pub source: String,
    /// The line, from 1, if it is known.
    pub line: Option<usize>,
    /// What is the matter, without a secret.
    pub text: String,
}

impl Evidence {
    /// Reads documents, each recognised by its content first and then by its name.
    #[must_use]
    pub fn read(mut documents: Vec<Document>) -> Self {
        let mut evidence = Self {
            sources: documents.iter().map(|one| one.name.clone()).collect(),
            layout: project::assign(&mut documents),
            ..Self::default()
        };
        let (settings, others): (Vec<_>, Vec<_>) = documents
            .into_iter()
            .map(|document| (DocumentKind::of(&document), document))
            .partition(|(kind, _)| *kind == DocumentKind::CaseSettings);
        for (_, document) in settings {
            case_toml::read(&document, &mut evidence);
        }
        for (kind, document) in others {
            evidence.take(kind, document);
        }
        evidence.fail_as_logged();
        compose::add(&mut evidence);
        console::add(&mut evidence);
        image::add(&mut evidence);
        source::wrappers::settle(&mut evidence.source_files);
        source::prefixed::settle(&mut evidence.source_files);
        service::settle(&mut evidence);
        symptom::look(&mut evidence);
        evidence
    }

    /// Where no file has the failing request, it is the last one of the log.
    fn fail_as_logged(&mut self) {
        if self.failing.is_empty() {
            self.failing.extend(self.logged.pop());
        }
    }

    /// The time of the failure is given from outside, and counts over what the files say.
    #[must_use]
    pub fn at(mut self, now: i64) -> Self {
        self.now = Some(now);
        self
    }

    /// The times are given from outside.
    #[must_use]
    pub fn in_time(mut self, moment: Moment) -> Self {
        self.now = moment.failed_at.or(self.now);
        self.present = moment.asked_at;
        self
    }

    /// With what running programs answered, and with the documents that they gave.
    #[must_use]
    pub fn probed(mut self, probes: Vec<Probe>) -> Self {
        for document in probes.iter().flat_map(|probe| &probe.documents) {
            self.take(DocumentKind::of(document), document.clone());
        }
        self.probes.extend(probes);
        self
    }

    /// What whoever gathered the documents could not read or left out.
    #[must_use]
    pub fn noting(mut self, notes: Vec<Note>) -> Self {
        self.notes.extend(notes);
        self
    }

    fn take(&mut self, kind: DocumentKind, document: Document) {
        match kind {
            DocumentKind::CaseSettings => {}
            DocumentKind::EnvFile => service::add_env_file(self, &document),
            DocumentKind::Exchange => http::add(self, &document),
            DocumentKind::Settings => settings_file::add(self, &document),
            DocumentKind::KeySet => jwks::add(self, &document),
            DocumentKind::Log => {
                http::add_log(self, &document);
                self.logs.push(document);
            }
            DocumentKind::Compose
            | DocumentKind::DatabaseUrl
            | DocumentKind::Launch
            | DocumentKind::Packages
            | DocumentKind::Proxy
            | DocumentKind::SecretFile
            | DocumentKind::Token
            | DocumentKind::Users => self.documents.push((kind, document)),
            DocumentKind::Source => self.take_source(document),
            DocumentKind::Unknown => self.notes.push(Note {
                source: document.name,
                line: None,
                text: "this file is of no known kind; it was not read".to_owned(),
            }),
        }
    }

    fn take_source(&mut self, document: Document) {
        match source::read(&document) {
            Some(file) => self.source_files.push(file),
            None => self.notes.push(Note {
                source: document.name.clone(),
                line: None,
                text: "this source file is too long; it was not read".to_owned(),
            }),
        }
        if !document.name.contains('/') {
            self.snippets.push(document);
        }
    }

    /// Texts in which programs are quoted: logs, and pieces of source by themselves.
    pub(crate) fn quoting(&self) -> impl Iterator<Item = &Document> {
        self.logs.iter().chain(&self.snippets)
    }

    /// The documents of a kind.
    pub(crate) fn of_kind(&self, kind: DocumentKind) -> impl Iterator<Item = &Document> {
        self.documents
            .iter()
            .filter(move |(of, _)| *of == kind)
            .map(|(_, document)| document)
    }
}
