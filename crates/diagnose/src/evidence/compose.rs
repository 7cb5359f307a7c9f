//! Compose files: what each service's environment is made of.

use super::env_file::{EnvLine, shown_value};
use super::loader::{Loader, interpolate};
use super::project::{folder_of, resolve};
use super::service::{self, EnvFile, Reader};
use super::{Document, DocumentKind, Evidence, Spot};
use std::collections::HashMap;
use std::sync::Arc;
use zeroize::Zeroizing;

pub(crate) mod yaml;

use yaml::Entry;

/// Adds what compose files say: `environment:` over `env_file:`, and who reads the named env files.
pub(super) fn add(evidence: &mut Evidence) {
    let files: Vec<Document> = evidence.of_kind(DocumentKind::Compose).cloned().collect();
    for file in &files {
        let entries = yaml::entries(&file.text);
        let mut names: Vec<&str> = entries
            .iter()
            .filter_map(|entry| match entry.path.as_slice() {
                [services, name, ..] if services == "services" => Some(name.as_str()),
                _ => None,
            })
            .collect();
        names.dedup();
        for name in names {
            let loaded = add_env_files(evidence, name, &entries);
            let mounted = add_mounts(evidence, name, &entries);
            let target = built_from(evidence, file, name, &entries)
                .or(loaded)
                .or(mounted)
                .unwrap_or_else(|| name.to_owned());
            add_environment(evidence, file, name, &target, &entries);
        }
    }
}

/// The service of the project in whose folder a service of compose is built.
fn built_from(
    evidence: &Evidence,
    file: &Document,
    name: &str,
    entries: &[Entry],
) -> Option<String> {
    let (_, context) = below(entries, name, "build")
        .find(|(rest, _)| rest.is_empty() || rest.first().is_some_and(|key| key == "context"))?;
    let folder = resolve(folder_of(&file.name), &context.value)?;
    let of = |(_, known): &&(String, String)| *known == folder && !folder.is_empty();
    let found = evidence.layout.folders.iter().find(of);
    found.map(|(service, _)| service.clone())
}

/// The settings of one key of one service.
fn below<'e>(
    entries: &'e [Entry],
    service: &str,
    key: &str,
) -> impl Iterator<Item = (&'e [String], &'e Entry)> {
    let wanted = ["services", service, key].map(str::to_owned);
    entries.iter().filter_map(move |entry| {
        let rest = entry.path.strip_prefix(wanted.as_slice())?;
        Some((rest, entry))
    })
}

/// Says that compose reads the named files; whose service they are of.
fn add_env_files(evidence: &mut Evidence, name: &str, entries: &[Entry]) -> Option<String> {
    let raw = below(entries, name, "env_file").any(|(rest, entry)| {
        rest.last().is_some_and(|key| key == "format") && entry.value == "raw"
    });
    let loader = if raw { Loader::Docker } else { Loader::Compose };
    let paths = below(entries, name, "env_file")
        .filter(|(rest, _)| {
            !rest
                .last()
                .is_some_and(|key| key == "format" || key == "required")
        })
        .map(|(_, entry)| entry.value.trim_start_matches("./").to_owned());
    let mut owner = None;
    for path in paths {
        for service in &mut evidence.services {
            for file in &mut service.files {
                if file.source == path || file.source.ends_with(&format!("/{path}")) {
                    file.reader = Reader::Known(loader);
                    owner.get_or_insert_with(|| service.name.clone());
                }
            }
        }
    }
    owner
}

/// Says of env files that are mounted into a container that the program there reads them, and with what if its
/// command says so; whose service they are of.
fn add_mounts(evidence: &mut Evidence, name: &str, entries: &[Entry]) -> Option<String> {
    let starts = ["command", "entrypoint"];
    let words: Vec<&str> = starts
        .iter()
        .flat_map(|key| below(entries, name, key))
        .map(|(_, entry)| entry.value.as_str())
        .collect();
    let loader = Loader::named(&words.join(" ")).filter(|loader| loader.tongue().is_some());
    let sources = below(entries, name, "volumes").filter_map(|(rest, entry)| match rest {
        [_, key] if key != "source" => None,
        _ => entry.value.split(':').next(),
    });
    let mut owner = None;
    for path in sources.map(|path| path.trim_start_matches("./")) {
        for service in &mut evidence.services {
            for file in &mut service.files {
                if file.source == path || file.source.ends_with(&format!("/{path}")) {
                    evidence.layout.mounted.push(file.source.clone());
                    if let Some(loader) = loader {
                        file.reader = Reader::Known(loader);
                    }
                    owner.get_or_insert_with(|| service.name.clone());
                }
            }
        }
    }
    owner
}

/// Adds `environment:`, a map or a list, with its `$` expanded.
fn add_environment(
    evidence: &mut Evidence,
    file: &Document,
    name: &str,
    target: &str,
    entries: &[Entry],
) {
    let source = file.source();
    let outside = beside(evidence, entries);
    let known = |name: &str| outside.get(name).cloned();
    let mut lines = Vec::new();
    for (rest, entry) in below(entries, name, "environment") {
        let (name, raw) = match rest {
            [item] if item == yaml::ITEM => match entry.value.split_once('=') {
                Some((name, raw)) => (name, Some(raw)),
                None => (entry.value.as_str(), None),
            },
            [name] => (
                name.as_str(),
                Some(entry.value.as_str()).filter(|_| !entry.empty),
            ),
            _ => continue,
        };
        // A name alone takes the value that compose itself has.
        let value = match raw {
            Some(raw) => interpolate(raw, &known).unwrap_or_default(),
            None => known(name).unwrap_or_default(),
        };
        let shown = format!("{name} = {}", shown_value(name, &value));
        lines.push(EnvLine {
            name: name.to_owned(),
            raw: Zeroizing::new(raw.unwrap_or_default().to_owned()),
            value: Zeroizing::new(value),
            others: Vec::new(),
            spot: Spot::line(&Arc::clone(&source), entry.line, shown),
        });
    }
    if lines.is_empty() {
        return;
    }
    let files = &mut service::service_named(evidence, target).files;
    files.push(EnvFile::given(&file.name, lines));
}

/// What compose itself knows: the `.env` beside the compose file. Where a case has it under a service's name, it is
/// a file that no container is given.
fn beside(evidence: &Evidence, entries: &[Entry]) -> HashMap<String, String> {
    let own = ["project", "compose", "docker", "root"];
    let given = |source: &str| {
        let mut files = entries.iter().filter(|entry| {
            let key = |name: &str| entry.path.iter().any(|part| part == name);
            key("env_file") || key("volumes")
        });
        files.any(|entry| entry.value.trim_start_matches("./").split(':').next() == Some(source))
    };
    let files = |of_compose: bool| {
        let services = evidence.services.iter();
        let services = services.filter(move |one| own.contains(&one.name.as_str()) == of_compose);
        let files = services.flat_map(|service| &service.files);
        files.filter(move |file| file.middle.is_empty() && !file.text.is_empty())
    };
    let others = files(false).filter(|file| !file.source.contains('/') && !given(&file.source));
    let read = others.chain(files(true));
    let read = read.flat_map(|file| Loader::Compose.read(&file.text, &|_| None).assignments);
    read.map(|set| (set.name, set.value.to_string())).collect()
}

#[cfg(test)]
mod tests;
