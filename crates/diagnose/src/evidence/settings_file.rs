//! Settings in other forms than `NAME=value` lines: Java properties, YAML of Spring, Quarkus and Micronaut, JSON of
//! .NET, and the JSON objects that some servers take as the value of one variable.
//!
//! Every scalar becomes a line with the name that its program has for it: `spring.security.….issuer-uri`, `Jwt:Key`.

use super::env_file::shown_value;
use super::service::{EnvFile, Reader, service_named};
use super::{Document, EnvLine, Evidence, Spot};
use crate::contract::canonical;
use std::sync::Arc;
use zeroize::Zeroizing;

mod forms;
mod placeholders;

/// Names of such files, without their endings; a profile or an environment may stand behind them.
const NAMES: &[&str] = &["application", "bootstrap", "appsettings"];

/// What stands between a name and its profile, and in front of the ending.
const BETWEEN: &[char] = &['-', '.'];

/// Whether a file of this name, in lower case, holds settings in one of these forms.
pub(super) fn is_settings(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    let known = NAMES.iter().any(|known| {
        stem.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(BETWEEN))
    });
    known
        && match extension {
            "json" => stem.starts_with("appsettings"),
            extension => matches!(extension, "properties" | "yml" | "yaml"),
        }
}

/// Adds such a file to the service of its folder.
pub(super) fn add(evidence: &mut Evidence, document: &Document) {
    let name = document.file_name().to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let scalars = match extension {
        "properties" => forms::properties(&document.text),
        "json" => forms::json(&document.text),
        _ => forms::yaml(&document.text),
    };
    let profile = stem
        .find(BETWEEN)
        .and_then(|at| stem.get(at + 1..))
        .unwrap_or_default();
    let source = document.source();
    let lines = scalars
        .into_iter()
        .map(|scalar| line(&source, scalar.name, scalar.value, scalar.line));
    let file = EnvFile {
        source: document.name.clone(),
        text: Zeroizing::new(document.text.clone()),
        // The environment counts over files, and a profile over what all profiles share.
        rank: if profile.is_empty() { 20 } else { 15 },
        middle: profile.to_owned(),
        lines: lines.collect(),
        reader: Reader::Plain,
        refused_at: None,
        tracked: document.tracked,
    };
    let service = document
        .service
        .clone()
        .unwrap_or_else(|| service(document));
    service_named(evidence, &service).files.push(file);
}

/// The folder that the program is in: `ledger` of `ledger/src/main/resources/application.yml`.
fn service(document: &Document) -> String {
    let folders = document.name.split(['/', '\\']).rev().skip(1);
    let mut own = folders
        .filter(|folder| !["src", "main", "resources", "config", "test", ".", ""].contains(folder));
    own.next().unwrap_or("application").to_owned()
}

/// A setting as if it stood on a line of an env file.
fn line(source: &Arc<str>, name: String, value: String, at: usize) -> EnvLine {
    let shown = format!("{name} = {}", shown_value(&name, &value));
    EnvLine {
        spot: Spot::line(source, at, shown),
        raw: Zeroizing::new(value.clone()),
        value: Zeroizing::new(value),
        others: Vec::new(),
        name,
    }
}

/// Names of services that one program of a case folder may have beside its `application.yml`.
const SAME_PROGRAM: &[&str] = &[
    "api", "app", "backend", "project", "resource", "server", "service", "spring", "webapi",
];

/// Brings such files together with the environment of their program, once all is read.
pub(super) fn settle(evidence: &mut Evidence) {
    join_environment(evidence);
    for service in &mut evidence.services {
        placeholders::fill(service);
        unfold(service);
        hide_overridden(service);
    }
}

/// In a case folder, `backend.env` is the environment of the program of `application.yml`.
fn join_environment(evidence: &mut Evidence) {
    let own = evidence
        .services
        .iter()
        .position(|one| one.name == "application");
    let Some(own) = own else {
        return;
    };
    let mut others = evidence.services.iter().enumerate();
    let other =
        others.find(|(_, one)| SAME_PROGRAM.contains(&one.name.to_ascii_lowercase().as_str()));
    let Some((other, _)) = other else {
        return;
    };
    let files = std::mem::take(&mut evidence.services[own].files);
    evidence.services[other].files.extend(files);
    evidence.services[other].files.sort_by_key(|file| file.rank);
    evidence.services.remove(own);
}

/// `HASURA_GRAPHQL_JWT_SECRET={"type":"HS256","key":"…"}` stands for its members.
fn unfold(service: &mut super::Service) {
    for file in &mut service.files {
        let mut lines = Vec::with_capacity(file.lines.len());
        for line in file.lines.drain(..) {
            match forms::members(&line.value) {
                Some(members) if line.name.to_ascii_uppercase().contains("JWT") => {
                    lines.extend(members.into_iter().map(|(name, value)| {
                        let name = format!("{}.{name}", line.name);
                        self::line(&line.spot.source, name, value, line.spot.line)
                    }));
                }
                Some(_) | None => lines.push(line),
            }
        }
        file.lines = lines;
    }
}

/// The environment counts over files: `JWT_SECRET` over `jwt.secret`.
fn hide_overridden(service: &mut super::Service) {
    let mut known: Vec<(String, String)> = Vec::new();
    for file in &mut service.files {
        let form = |line: &EnvLine| (canonical(&line.name), line.name.clone());
        file.lines.retain(|line| {
            let (canon, name) = form(line);
            known
                .iter()
                .all(|(other, written)| *other != canon || *written == name)
        });
        known.extend(file.lines.iter().map(form));
    }
}

#[cfg(test)]
mod tests;
