//! The diagnosis for scripts: version 1 of `docs/doctor.schema.json`.

use super::{Change, Check, Diagnosis};
use crate::finding::Finding;
use countersign_verify::Cause;
use serde_json::{Value, json};

impl Diagnosis {
    /// The diagnosis for scripts: version 1 of its schema. `elapsed_ms` is how long it took.
    #[must_use]
    pub fn json(&self, elapsed_ms: u64) -> Value {
        let findings = self.findings.iter();
        json!({
            "schema": 1,
            "healthy": self.healthy(),
            "findings": findings.map(|finding| self.finding_json(finding)).collect::<Vec<_>>(),
            "checked": self.checked.iter().map(check_json).collect::<Vec<_>>(),
            "elapsed_ms": elapsed_ms,
        })
    }

    fn finding_json(&self, finding: &Finding) -> Value {
        let evidence = finding.clues.iter().map(|clue| {
            let line = (clue.spot.line > 0).then_some(clue.spot.line);
            json!({"source": &*clue.spot.source, "line": line, "text": clue.spot.shown})
        });
        let steps = finding.steps().iter().map(|step| match step.code {
            Some(code) => format!("{}\n{code}", step.text),
            None => step.text.to_owned(),
        });
        let edits = self.changes_of(finding).map(edit_json);
        json!({
            "code": finding.cause.code(),
            "slug": finding.cause.slug(),
            "severity": finding.severity.as_str(),
            "confidence": rounded(finding.confidence()),
            "root": finding.root,
            "caused_by": finding.caused_by.map(Cause::slug),
            "title": finding.title(),
            "explanation": format!("{}. {}", finding.message, finding.why_text()),
            "evidence": evidence.collect::<Vec<_>>(),
            "fix": {
                "summary": finding.fix_text(),
                "steps": steps.collect::<Vec<_>>(),
                "edits": edits.collect::<Vec<_>>(),
            },
        })
    }
}

fn edit_json(change: &Change) -> Value {
    json!({"file": change.file, "line": change.line, "new": change.new_shown()})
}

fn check_json(check: &Check) -> Value {
    json!({"name": check.name, "result": check.result.as_str(), "why": check.why})
}

/// Two digits: more would claim a precision that nobody has.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}
