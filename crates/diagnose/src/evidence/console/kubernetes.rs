//! Secrets of Kubernetes: their values are in base64, line ends included. `kubectl get secret` prints them, and
//! `secretKeyRef` says under which name a program reads them.

use super::{Shown, target};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::Zeroizing;

pub(super) fn words(text: &str) -> Vec<&str> {
    let parts = text.split(|c: char| c.is_whitespace() || "\"'{}[],:".contains(c));
    parts
        .filter(|word| !word.is_empty() && *word != "-")
        .collect()
}

/// The variable that a container is given this key as: the `name` before the `secretKeyRef` with it.
pub(super) fn read_as<'t>(words: &[&'t str], key: &str) -> Option<&'t str> {
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

/// `JWT_SECRET` of `kubectl get secret api -o jsonpath='{.data.JWT_SECRET}'`.
pub(super) fn key_of_secret(command: &str) -> Option<String> {
    let asks = command.contains("get secret");
    let (_, behind) = command.split_once(".data").filter(|_| asks)?;
    let behind = behind.trim_start_matches(['.', '[', '\'', '"', '\\', ' ']);
    let end =
        behind.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\\' | '.')));
    let name = behind.get(..end.unwrap_or(behind.len()))?.replace('\\', "");
    (!name.is_empty()).then_some(name)
}

/// The `data:` of every `kind: Secret` in YAML or JSON.
pub(super) fn manifests(lines: &[&str]) -> Vec<Shown> {
    let is_secret = |line: &&str| {
        let bare: String = line
            .chars()
            .filter(|c| !matches!(c, '"' | ',' | ' ' | '\''))
            .collect();
        bare == "kind:Secret"
    };
    if !lines.iter().any(is_secret) {
        return Vec::new();
    }
    let named = |line: &&&str| {
        let line = line.trim();
        line.starts_with("name: ") || line.starts_with("\"name\": ")
    };
    let of = lines
        .iter()
        .find(named)
        .map(|line| line.trim().to_owned())
        .unwrap_or_default();
    let mut open: Option<(usize, bool)> = None;
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim();
        let indent = line.len() - line.trim_start().len();
        let Some((key, value)) = bare.split_once(':') else {
            open = open.filter(|_| !bare.starts_with('}'));
            continue;
        };
        let key = key.trim_matches('"');
        let value = value.trim().trim_end_matches(',').trim_matches(['"', '\'']);
        if matches!(key, "data" | "stringData") && matches!(value, "" | "{") {
            open = Some((indent, key == "data"));
            continue;
        }
        let Some((_, encoded)) = open.filter(|(outer, _)| indent > *outer) else {
            open = None;
            continue;
        };
        let plain = if encoded {
            decode(value)
        } else {
            Some(value.to_owned())
        };
        found.extend(plain.map(|value| Shown {
            name: key.to_owned(),
            value: Zeroizing::new(value),
            line: at + 1,
            of: of.clone(),
        }));
    }
    found
}

/// The `data` of a secret that a command prints as JSON on one line, where [`manifests`] finds none.
pub(super) fn objects(command: &str, answer: &[(usize, &str)]) -> Vec<Shown> {
    let lines = answer.iter().filter_map(|(line, text)| {
        let object: Value = serde_json::from_str(text).ok()?;
        let data = match object.get("data") {
            Some(data) => data.as_object().cloned(),
            None => object.as_object().cloned(),
        };
        Some((*line, data?))
    });
    let pairs = lines.flat_map(|(line, data)| {
        let pairs = data.into_iter();
        pairs.filter_map(move |(name, value)| Some((line, name, decode(value.as_str()?)?)))
    });
    let shown = pairs.map(|(line, name, value)| Shown {
        name,
        value: Zeroizing::new(value),
        line,
        of: target(command),
    });
    shown.collect()
}

pub(super) fn decode(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text).ok()?;
    String::from_utf8(bytes).ok()
}
