//! The diagnosis as SARIF 2.1.0 (OASIS), which code-scanning views read.

use super::Diagnosis;
use crate::finding::{Clue, Finding};
use countersign_verify::{Cause, Fingerprint};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

impl Diagnosis {
    /// The diagnosis as a SARIF log with one run.
    #[must_use]
    pub fn sarif(&self) -> Value {
        let rules = self.findings.iter().map(rule);
        let results = self.findings.iter().enumerate();
        let notes = self.notes.iter().map(|note| {
            let text = match note.line {
                Some(line) => format!("{}:{line}: {}", note.source, note.text),
                None => format!("{}: {}", note.source, note.text),
            };
            json!({"level": "note", "message": {"text": text}})
        });
        json!({
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "countersign doctor",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules.collect::<Vec<_>>(),
                }},
                "invocations": [{
                    "executionSuccessful": true,
                    "toolExecutionNotifications": notes.collect::<Vec<_>>(),
                }],
                "results": results.map(|(index, finding)| result(index, finding)).collect::<Vec<_>>(),
            }],
        })
    }
}

/// The cause of a finding, in words that hold for any stack (section 3.49).
fn rule(finding: &Finding) -> Value {
    let cause = finding.cause;
    let general = Finding::new(cause, finding.strength, "");
    let mut steps = String::new();
    for (at, step) in general.steps().iter().enumerate() {
        let _ = write!(steps, "\n{}. {}", at + 1, step.text);
    }
    let help = format!("{}\n\n{}{steps}", general.why_text(), general.fix_text());
    json!({
        "id": cause.code(),
        "name": name(cause),
        "shortDescription": {"text": format!("{}.", general.title())},
        "fullDescription": {"text": general.why_text()},
        "help": {"text": help.replace('`', ""), "markdown": help},
        "helpUri": format!("urn:countersign:cause:{}", cause.code()),
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["authentication", cause.slug()]},
    })
}

/// `SecretMismatch`: names are identifiers by custom (section 3.49.7).
fn name(cause: Cause) -> String {
    let mut out = String::new();
    for word in cause.slug().split('-') {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

fn result(index: usize, finding: &Finding) -> Value {
    let mut out = Map::new();
    let text = format!(
        "{}. {} Fix: {}",
        finding.message,
        finding.why_text(),
        finding.fix_text()
    );
    out.insert("ruleId".into(), finding.cause.code().into());
    out.insert("ruleIndex".into(), index.into());
    out.insert("level".into(), finding.severity.as_str().into());
    out.insert("message".into(), json!({"text": text}));
    let mut places = finding.clues.iter().enumerate();
    let first: Vec<Value> = places
        .next()
        .map(|(_, clue)| location(None, clue))
        .into_iter()
        .collect();
    let others: Vec<Value> = places.map(|(at, clue)| location(Some(at), clue)).collect();
    out.insert("locations".into(), first.into());
    out.insert("relatedLocations".into(), others.into());
    out.insert(
        "partialFingerprints".into(),
        json!({"countersign/v1": fingerprint(finding)}),
    );
    out.insert(
        "properties".into(),
        json!({
            "confidence": f64::from(finding.confidence()),
            "root": finding.root,
            "causedBy": finding.caused_by.map(Cause::slug),
        }),
    );
    Value::Object(out)
}

/// A place with its line; what is shown of it differs from the file's bytes where a secret is hidden,
/// so columns are left out.
fn location(id: Option<usize>, clue: &Clue) -> Value {
    let mut physical = Map::new();
    physical.insert(
        "artifactLocation".into(),
        json!({"uri": uri(&clue.spot.source)}),
    );
    if clue.spot.line > 0 {
        let region = json!({"startLine": clue.spot.line, "snippet": {"text": clue.spot.shown}});
        physical.insert("region".into(), region);
    }
    let mut out = Map::new();
    out.insert("physicalLocation".into(), physical.into());
    if let Some(id) = id {
        out.insert("id".into(), id.into());
    }
    if !clue.label.is_empty() {
        out.insert("message".into(), json!({"text": clue.label}));
    }
    out.into()
}

/// A path as a relative reference (RFC 3986, section 4.2).
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else if byte == b'\\' {
            out.push('/');
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The same for the same problem at the same text, wherever the line moves to.
fn fingerprint(finding: &Finding) -> String {
    let first = finding.clues.first();
    let place = first.map_or_else(String::new, |clue| {
        format!("{}\n{}", clue.spot.source, clue.spot.shown)
    });
    Fingerprint::of(format!("{}\n{place}", finding.cause.slug()).as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        for (path, expected) in [
            ("backend/.env", "backend/.env"),
            ("./a b.env", "a%20b.env"),
            ("web\\.env", "web/.env"),
            ("ü:1", "%C3%BC%3A1"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }

    #[test]
    fn names_are_identifiers() {
        assert_eq!(name(Cause::SecretMismatch), "SecretMismatch");
        assert_eq!(name(Cause::Bcrypt72ByteLimit), "Bcrypt72ByteLimit");
    }
}
