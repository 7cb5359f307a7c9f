//! The forms: properties, YAML, JSON.

use crate::evidence::compose::yaml;
use serde_json::Value;

/// One scalar with its name, as its program calls it.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Scalar {
    pub(super) name: String,
    pub(super) value: String,
    /// From 1.
    pub(super) line: usize,
}

/// `name = value` or `name: value`, with `#` and `!` for comments and a backslash at the end of a line that goes on.
pub(super) fn properties(text: &str) -> Vec<Scalar> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut whole = line.to_owned();
        while whole.ends_with('\\') && !whole.ends_with("\\\\") {
            whole.pop();
            whole.push_str(lines.next().map_or("", |(_, next)| next.trim_start()));
        }
        let Some(end) = whole.find(['=', ':']) else {
            continue;
        };
        let (name, rest) = whole.split_at(end);
        // A blank at the end of a value is part of it, as in Java.
        let value = rest.get(1..).unwrap_or_default().trim_start();
        found.push(Scalar {
            name: name.trim().to_owned(),
            value: unescaped(value),
            line: at + 1,
        });
    }
    found
}

/// What Java makes of a backslash.
fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(c) => out.push(c),
            None => {}
        }
    }
    out
}

/// The scalars below their keys, with dots between; a list is one value with commas.
pub(super) fn yaml(text: &str) -> Vec<Scalar> {
    let mut found: Vec<Scalar> = Vec::new();
    for entry in yaml::entries(text) {
        let is_item = entry.path.last().is_some_and(|key| key == yaml::ITEM);
        let keys: Vec<&str> = entry
            .path
            .iter()
            .map(String::as_str)
            .filter(|key| *key != yaml::ITEM)
            .collect();
        let name = keys.join(".");
        if entry.empty || name.is_empty() {
            continue;
        }
        if let Some(list) = found.last_mut().filter(|last| is_item && last.name == name) {
            list.value = format!("{},{}", list.value, entry.value);
            continue;
        }
        found.push(Scalar {
            name,
            value: entry.value,
            line: entry.line,
        });
    }
    found
}

/// The scalars below their keys, with colons between, as .NET names them; comments are left out.
pub(super) fn json(text: &str) -> Vec<Scalar> {
    let bare: Vec<&str> = text
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        })
        .collect();
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str::<Value>(&bare.join("\n")) {
        collect(&value, "", &bare, &mut found);
    }
    found
}

fn collect(value: &Value, path: &str, lines: &[&str], found: &mut Vec<Scalar>) {
    let joined = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}:{key}")
        }
    };
    let scalar = match value {
        Value::Object(members) => {
            for (key, value) in members {
                collect(value, &joined(key), lines, found);
            }
            return;
        }
        Value::Array(items) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            texts.join(",")
        }
        Value::String(text) => text.clone(),
        Value::Null => return,
        other => other.to_string(),
    };
    let last = path.rsplit(':').next().unwrap_or(path);
    let quoted = format!("\"{last}\"");
    let mut places = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.contains(&quoted));
    let at = places
        .find(|(at, line)| {
            line.contains(scalar.as_str()) && found.iter().all(|one: &Scalar| one.line != at + 1)
        })
        .map_or(1, |(at, _)| at + 1);
    found.push(Scalar {
        name: path.to_owned(),
        value: scalar,
        line: at,
    });
}

/// The members of a JSON object that says how tokens are verified, each under the name that tells its purpose.
pub(super) fn members(value: &str) -> Option<Vec<(&'static str, String)>> {
    const NAMES: &[(&str, &str)] = &[
        ("type", "algorithm"),
        ("key", "key"),
        ("jwk_url", "jwk_url"),
        ("audience", "audience"),
        ("issuer", "issuer"),
        ("allowed_skew", "leeway"),
        ("claims_namespace", "claims_namespace"),
        ("claims_namespace_path", "claims_namespace_path"),
        ("claims_map", "claims_map"),
    ];
    if !value.trim_start().starts_with('{') {
        return None;
    }
    let object: Value = serde_json::from_str(value.trim()).ok()?;
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            texts.join(",")
        }
        other => other.to_string(),
    };
    let known: Vec<_> = NAMES
        .iter()
        .filter_map(|(name, meant)| Some((*meant, text(object.get(name)?))))
        .collect();
    known
        .iter()
        .any(|(name, _)| matches!(*name, "key" | "jwk_url" | "algorithm"))
        .then_some(known)
}
