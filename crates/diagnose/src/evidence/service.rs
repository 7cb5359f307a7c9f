//! Deployed programs with their settings.

use super::{Document, EnvLine, Evidence, env_file};

/// One program: what it is called and what it is configured with.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its name: `frontend`, `backend`, or a folder of a project.
    pub(crate) name: String,
    /// Its env files, the one that wins first.
    pub(crate) files: Vec<EnvFile>,
}

/// One env file of a service.
#[derive(Debug)]
pub(crate) struct EnvFile {
    /// The file.
    pub(crate) source: String,
    /// How early it is asked: `.env.local` (0) before `.env` (9).
    pub(crate) rank: u8,
    /// Its lines.
    pub(crate) lines: Vec<EnvLine>,
}

impl Service {
    /// The line that counts for a name: of the first file that has it, the last one.
    pub(crate) fn setting(&self, name: &str) -> Option<&EnvLine> {
        self.files
            .iter()
            .find_map(|file| file.lines.iter().rev().find(|line| line.name == name))
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
}

/// Adds an env file to its service, which the first part of its name tells.
pub(super) fn add_env_file(evidence: &mut Evidence, document: &Document) {
    let (named, rank) = named(document);
    let service = document.service.clone().unwrap_or(named);
    let lines = env_file::read(document);
    let file = EnvFile {
        source: document.name.clone(),
        rank,
        lines,
    };
    let known = evidence
        .services
        .iter()
        .position(|known| known.name == service);
    let at = known.unwrap_or_else(|| {
        evidence.services.push(Service {
            name: service,
            files: Vec::new(),
        });
        evidence.services.len() - 1
    });
    if let Some(service) = evidence.services.get_mut(at) {
        service.files.push(file);
        service.files.sort_by_key(|file| file.rank);
    }
}

/// `frontend.local.env` is the `.env.local` of `frontend`; `backend/.env` is the `.env` of `backend`.
fn named(document: &Document) -> (String, u8) {
    let file = document.file_name();
    let folder = document.name.strip_suffix(file).unwrap_or_default();
    let folder = folder.trim_end_matches(['/', '\\']);
    let middle = match file.strip_suffix(".env").filter(|name| !name.is_empty()) {
        Some(name) => {
            let mut parts = name.splitn(2, '.');
            let service = parts.next().unwrap_or_default().to_owned();
            return (service, rank(parts.next().unwrap_or_default()));
        }
        None => file.trim_start_matches(".env").trim_start_matches('.'),
    };
    let service = folder.rsplit(['/', '\\']).next().unwrap_or_default();
    let service = if service.is_empty() {
        "project"
    } else {
        service
    };
    (service.to_owned(), rank(middle))
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
