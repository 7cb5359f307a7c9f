//! Settings that an image's build file bakes in: `ENV` of its last stage. They count where nothing else is set.

use super::env_file::{EnvLine, shown_value};
use super::project::folder_of;
use super::service::{self, EnvFile};
use super::{Document, DocumentKind, Evidence, Spot};
use crate::contract::{Purpose, purpose};
use zeroize::Zeroizing;

/// The rank of what an image bakes in: behind every file.
pub(crate) const BAKED: u8 = 10;

/// What is read of it. Secrets and environments there are mostly for the build, and addresses for one place alone.
const READ: &[Purpose] = &[
    Purpose::Algorithm,
    Purpose::Audience,
    Purpose::CookieName,
    Purpose::Issuer,
    Purpose::Leeway,
    Purpose::TokenLifetime,
];

/// Adds what the build files of a project's services bake in.
pub(super) fn add(evidence: &mut Evidence) {
    if evidence.source_files.is_empty() {
        return;
    }
    let files: Vec<Document> = evidence.of_kind(DocumentKind::Launch).cloned().collect();
    for file in files {
        let of = file.file_name().to_ascii_lowercase();
        let folder = folder_of(&file.name);
        let named = evidence.layout.folders.iter();
        let service = named
            .filter(|(_, of)| of == folder)
            .map(|(name, _)| name.clone())
            .next();
        let lines = baked(&file);
        if let Some(service) = service.filter(|_| of.starts_with("dockerfile") && !lines.is_empty())
        {
            service::service_named(evidence, &service)
                .files
                .push(EnvFile {
                    rank: BAKED,
                    ..EnvFile::given(&file.name, lines)
                });
        }
    }
}

/// `ENV NAME=value OTHER="value"`, `ENV NAME value`, with lines that go on.
fn baked(file: &Document) -> Vec<EnvLine> {
    let mut found: Vec<EnvLine> = Vec::new();
    let mut goes_on = false;
    for (at, line) in file.text.lines().enumerate() {
        let written = line.trim();
        if written.starts_with('#') {
            continue;
        }
        let word = written.split_whitespace().next().unwrap_or_default();
        // Another stage has an environment of its own.
        if word.eq_ignore_ascii_case("FROM") {
            found.clear();
        }
        let rest = if goes_on {
            Some(written)
        } else if word.eq_ignore_ascii_case("ENV") {
            written.get(word.len()..)
        } else {
            None
        };
        goes_on = rest.is_some() && written.ends_with('\\');
        let Some(rest) = rest else { continue };
        for (name, value) in pairs(rest.trim_end_matches('\\').trim()) {
            let known = purpose(name).is_some_and(|purpose| READ.contains(&purpose));
            if !known || value.contains('$') {
                continue;
            }
            found.push(EnvLine {
                spot: Spot::line(
                    &file.source(),
                    at + 1,
                    format!("{name} = {}", shown_value(name, value)),
                ),
                name: name.to_owned(),
                raw: Zeroizing::new(value.to_owned()),
                value: Zeroizing::new(value.to_owned()),
                others: Vec::new(),
            });
        }
    }
    found
}

fn pairs(text: &str) -> Vec<(&str, &str)> {
    let first = text.split_whitespace().next().unwrap_or_default();
    if !first.contains('=') {
        let value = text.get(first.len()..).unwrap_or_default().trim();
        return vec![(first, value.trim_matches(['"', '\'']))];
    }
    let words = text.split_whitespace();
    words
        .filter_map(|word| word.split_once('='))
        .map(|(name, value)| (name, value.trim_matches(['"', '\''])))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stage_counts_in_both_forms() {
        let text = "FROM a AS build\nENV TOKEN_ISSUER=build\nFROM b\nENV PORT=1 \\\n    TOKEN_ISSUER=\"a\" \\\n    JWT_SECRET=dummy\nENV TOKEN_AUDIENCE b\nRUN x\n";
        let found = baked(&Document::new("api/Dockerfile", text));
        let shown: Vec<(&str, &str)> = found
            .iter()
            .map(|line| (line.name.as_str(), line.value.as_str()))
            .collect();
        assert_eq!(shown, [("TOKEN_ISSUER", "a"), ("TOKEN_AUDIENCE", "b")]);
    }
}
