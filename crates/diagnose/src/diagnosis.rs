//! The doctor's answer: findings in their order, and what was looked at.

use crate::catalogue;
use crate::evidence::{Evidence, Note};
use crate::finding::Finding;
use crate::place::Place;
use crate::probe::{self, Probe};
use crate::ranking::rank;
use crate::report::{Report, Severity, step_json};
use crate::situation::{Outcome, Situation};
use crate::style::Style;
use countersign_verify::Cause;
use serde_json::{Value, json};

/// What was found, and what was looked at.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The root cause first, then independent ones, then consequences, then warnings.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub checked: Vec<Check>,
    /// What could not be read or was left out.
    pub notes: Vec<Note>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// What.
    pub name: String,
    /// How it came out.
    pub result: CheckResult,
    /// Why, in one sentence.
    pub why: String,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CheckResult {
    /// Something is wrong.
    Failed,
    /// Nothing is wrong.
    Ok,
    /// It could not be looked at.
    Skipped,
}

impl CheckResult {
    /// `ok`, `failed` or `skipped`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Ok => "ok",
            Self::Skipped => "skipped",
        }
    }
}

/// Names the causes that the evidence speaks for.
#[must_use]
pub fn diagnose(evidence: &Evidence) -> Diagnosis {
    let situation = Situation::new(evidence);
    let mut findings = Vec::new();
    for rule in catalogue::rules() {
        rule(&situation, &mut findings);
    }
    probe::find(&evidence.probes, &mut findings);
    let findings = rank(&situation, findings);
    let mut notes = evidence.notes.clone();
    // With a cause found, nothing more is needed.
    if findings
        .iter()
        .all(|finding| finding.severity != Severity::Error)
    {
        notes.extend(situation.questions_about_loaders());
    }
    Diagnosis {
        findings,
        checked: checks(&situation)
            .into_iter()
            .chain(evidence.probes.iter().map(Probe::check))
            .collect(),
        notes,
    }
}

fn checks(situation: &Situation<'_>) -> Vec<Check> {
    let check = |name: &str, result, why: &str| Check {
        name: name.to_owned(),
        result,
        why: why.to_owned(),
    };
    vec![match situation.outcome() {
        Outcome::Bad => check(
            "answer",
            CheckResult::Failed,
            "an answer or a message says that it failed",
        ),
        Outcome::Good => check("answer", CheckResult::Ok, "the answer is good"),
        Outcome::Unknown => check(
            "answer",
            CheckResult::Skipped,
            "no answer and no log was given",
        ),
    }]
}

impl Diagnosis {
    /// Whether no error was found.
    #[must_use]
    pub fn healthy(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.severity != Severity::Error)
    }

    /// The diagnosis for scripts: version 1 of its schema. `elapsed_ms` is how long it took.
    #[must_use]
    pub fn json(&self, elapsed_ms: u64) -> Value {
        json!({
            "schema": 1,
            "healthy": self.healthy(),
            "findings": self.findings.iter().map(Finding::json).collect::<Vec<_>>(),
            "checked": self.checked.iter().map(check_json).collect::<Vec<_>>(),
            "elapsed_ms": elapsed_ms,
        })
    }

    /// The diagnosis for a terminal of `width` columns.
    #[must_use]
    pub fn human(&self, style: Style, width: usize) -> String {
        let reports = self
            .findings
            .iter()
            .map(|finding| finding.report().human(style, width));
        reports.collect::<Vec<_>>().join("\n")
    }
}

impl Finding {
    fn json(&self) -> Value {
        let doc = catalogue::explain(self.cause);
        let steps = match self.fix {
            Some(_) => &[],
            None => doc.fix.steps,
        };
        let edits = self
            .edits
            .iter()
            .map(|edit| json!({"file": edit.file, "line": edit.line, "new": edit.new}));
        let evidence = self.clues.iter().map(|clue| {
            json!({"source": &*clue.spot.source, "line": clue.spot.line, "text": clue.spot.shown})
        });
        json!({
            "code": self.cause.code(),
            "slug": self.cause.slug(),
            "severity": self.severity.as_str(),
            "confidence": self.confidence(),
            "root": self.root,
            "caused_by": self.caused_by.map(Cause::slug),
            "title": catalogue::title(self.cause),
            "explanation": self.why.as_deref().map_or_else(|| self.message.clone(), |why| format!("{}. {why}", self.message)),
            "evidence": evidence.collect::<Vec<_>>(),
            "fix": {
                "summary": self.fix.as_deref().unwrap_or(doc.fix.summary),
                "steps": steps.iter().map(step_json).collect::<Vec<_>>(),
                "edits": edits.collect::<Vec<_>>(),
            },
        })
    }

    fn report(&self) -> Report {
        let mut report = match self.severity {
            Severity::Error => Report::error(self.cause, self.message.clone()),
            Severity::Note | Severity::Warning => Report::warning(self.cause, self.message.clone()),
        };
        let mut places = self.places();
        if let Some(place) = places.next() {
            report = report.at(place);
        }
        if let Some(why) = &self.why {
            report = report.why(why.clone());
        }
        if let Some(fix) = &self.fix {
            report = report.fix(fix.clone());
        }
        report
    }
}

fn check_json(check: &Check) -> Value {
    json!({"name": check.name, "result": check.result.as_str(), "why": check.why})
}

/// A note as a place with its text.
impl Note {
    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.line {
            Some(line) => Place::file(self.source.clone(), line),
            None => Place::source(self.source.clone()),
        }
    }
}
