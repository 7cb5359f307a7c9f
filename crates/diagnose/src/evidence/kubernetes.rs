//! Secrets of Kubernetes that logs show: their values are in base64, line ends included.
//!
//! `kubectl get secret` prints them, and `secretKeyRef` says under which name a program reads them.

use super::env_file::shown_value;
use super::service::{self, EnvFile, Reader};
use super::{Document, EnvLine, Evidence, Spot};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// An entry of a secret, decoded.
struct Entry {
    key: String,
    value: Zeroizing<String>,
    line: usize,
}

/// Gives what the shown secrets hold to the service that reads them, as settings.
pub(super) fn add(evidence: &mut Evidence) {
    let logs: Vec<Document> = evidence
        .logs
        .iter()
        .filter(|log| log.text.contains("secret"))
        .cloned()
        .collect();
    for log in &logs {
        let entries = entries(&log.text);
        if entries.is_empty() {
            continue;
        }
        let words = words(&log.text);
        let lines = entries.into_iter().map(|entry| {
            let name = read_as(&words, &entry.key).unwrap_or(&entry.key).to_owned();
            let shown = format!("{name} = {}", shown_value(&name, &entry.value));
            EnvLine {
                spot: Spot::line(&log.source(), entry.line, shown),
                raw: entry.value.clone(),
                value: entry.value,
                others: Vec::new(),
                name,
            }
        });
        let file = EnvFile {
            source: log.name.clone(),
            text: Zeroizing::new(String::new()),
            rank: 0,
            middle: String::new(),
            lines: lines.collect(),
            reader: Reader::Plain,
            refused_at: None,
            tracked: false,
        };
        let owner = service::behind(evidence);
        service::service_named(evidence, &owner).files.push(file);
    }
}

/// The entries of `kubectl get secret … -o jsonpath='{.data.KEY}'`, `-o yaml` and `-o json`.
fn entries(text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut asked: Option<String> = None;
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim();
        if line.contains("kubectl") {
            let of_secret = line.contains("secret") && !line.contains(" -d");
            inside = of_secret && (line.contains("yaml") || line.contains("json"));
            asked = one_key(line).filter(|_| of_secret && !line.contains("decode"));
            continue;
        }
        if line.starts_with(['$', '#']) {
            (inside, asked) = (false, None);
        }
        if let Some(key) = asked.take() {
            found.extend(entry(&key, bare, at));
        } else if inside {
            for pair in bare.split(['{', '}', ',']) {
                if let Some((key, value)) = pair.rsplit_once(':') {
                    found.extend(entry(unquoted(key), unquoted(value), at));
                }
            }
        }
    }
    found
}

/// The key that a command asks for: `{.data.project-id}`, `{.data.tls\.key}`, `{.data['a']}`.
fn one_key(command: &str) -> Option<String> {
    let rest = command.split(".data").nth(1)?;
    let rest = rest.trim_start_matches(['.', '[', '\'', '"']);
    let end = rest.find(['}', ']', '\'', '"', ' ']).unwrap_or(rest.len());
    let key = rest.get(..end)?.replace('\\', "");
    (!key.is_empty()).then_some(key)
}

fn entry(key: &str, coded: &str, at: usize) -> Option<Entry> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let named = !key.is_empty() && key.chars().all(plain);
    // Names and kinds of the object itself are no whole groups of four, or no text.
    let long = coded.len() >= 8 && coded.len().is_multiple_of(4);
    let bytes = STANDARD.decode(coded).ok().filter(|_| named && long)?;
    let text = Zeroizing::new(String::from_utf8(bytes).ok()?);
    let readable = text.chars().all(|c| !c.is_control() || c.is_whitespace());
    (readable && !text.trim().is_empty()).then(|| Entry {
        key: key.to_owned(),
        value: text,
        line: at + 1,
    })
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\'']).trim()
}

fn words(text: &str) -> Vec<&str> {
    let parts = text.split(|c: char| c.is_whitespace() || "\"'{}[],:".contains(c));
    parts
        .filter(|word| !word.is_empty() && *word != "-")
        .collect()
}

/// The variable that a container is given this key as: the `name` before the `secretKeyRef` with it.
fn read_as<'t>(words: &[&'t str], key: &str) -> Option<&'t str> {
    let mut refs = words
        .iter()
        .enumerate()
        .filter(|(_, word)| **word == "secretKeyRef");
    let at = refs.find_map(|(at, _)| {
        let after = words.get(at..words.len().min(at + 7))?;
        after
            .windows(2)
            .any(|pair| pair == ["key", key])
            .then_some(at)
    })?;
    let before = words.get(at.saturating_sub(4)..at)?;
    let pair = before.windows(2).rev().find(|pair| pair[0] == "name")?;
    pair.get(1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Vec<(String, String)> {
        let evidence = Evidence::read(vec![Document::new("log.txt", text)]);
        let services = evidence.services.iter();
        let lines = services.flat_map(super::super::Service::settings);
        lines
            .map(|line| (line.name.clone(), line.value.to_string()))
            .collect()
    }

    #[test]
    fn a_key_that_is_asked_for_is_decoded_and_named_by_its_reader() {
        let text = "$ kubectl get deploy -o jsonpath='{..env}'\n\
            [{\"name\":\"PROJECT\",\"valueFrom\":{\"secretKeyRef\":{\"key\":\"project-id\",\"name\":\"fb\"}}}]\n\
            $ kubectl get secret fb -o jsonpath='{.data.project-id}'\ncGx1bWFnZS1wcm9kCg==\n";
        let wanted = ("PROJECT".to_owned(), "plumage-prod\n".to_owned());
        assert_eq!(settings(text), [wanted]);
    }

    #[test]
    fn whole_secrets_are_read_and_what_was_decoded_already_is_not() {
        let yaml = "$ kubectl get secret app -o yaml\napiVersion: v1\ndata:\n  AUDIENCE: cGx1bWFnZS1wcm9kCg==\nkind: Secret\ntype: Opaque\n";
        let wanted = ("AUDIENCE".to_owned(), "plumage-prod\n".to_owned());
        assert_eq!(settings(yaml), [wanted]);
        let decoded =
            "$ kubectl get secret app -o jsonpath='{.data.A}' | base64 -d\nY2FmZWJhYmU=\n";
        assert!(settings(decoded).is_empty());
    }
}
