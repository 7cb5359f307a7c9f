//! The doctor's answer: findings in their order, and what was looked at.

use crate::catalogue;
use crate::evidence::{Evidence, Note};
use crate::finding::Finding;
use crate::probe::{self, Probe};
use crate::ranking::rank;
use crate::report::Severity;
use crate::situation::project::unread;
use crate::situation::{Situation, face_value, own_refusal, spoken};

mod change;
mod checks;
mod elsewhere;
mod github;
mod human;
mod json;
mod places;
mod sarif;
mod wording;

pub use change::Change;

/// What was found, and what was looked at.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The root cause first, then independent ones, then consequences, then warnings.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub checked: Vec<Check>,
    /// What could not be read or was left out.
    pub notes: Vec<Note>,
    /// The exact changes of the findings.
    pub changes: Vec<Change>,
    /// The names of what was read.
    sources: Vec<String>,
    /// The command that gave this, to be run again.
    again: Option<String>,
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
    findings.extend_from_slice(situation.project_faults());
    spoken::find(&situation, &mut findings);
    own_refusal::find(&situation, &mut findings);
    probe::find(&evidence.probes, &mut findings);
    face_value::find(&situation, &mut findings);
    situation.put_off_what_comes_after_the_cookie(&mut findings);
    let findings = rank(&situation, findings);
    let mut notes = evidence.notes.clone();
    // With a cause found, nothing more is needed.
    if findings
        .iter()
        .all(|finding| finding.severity != Severity::Error)
    {
        notes.extend(situation.questions_about_loaders());
    }
    notes.extend(unread::notes(evidence));
    let mut checked = checks::all(&situation, &findings);
    checked.extend(evidence.probes.iter().map(Probe::check));
    Diagnosis {
        checked,
        changes: Change::all(&findings, evidence),
        notes,
        sources: evidence.sources.clone(),
        again: None,
        findings,
    }
}

impl Diagnosis {
    /// Whether no error was found.
    #[must_use]
    pub fn healthy(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.severity != Severity::Error)
    }

    /// Whether an answer or a message says that something fails.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.came_out("answer") == Some(CheckResult::Failed)
    }

    /// Whether a request was given, and neither its answer nor a message.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.came_out("answer") == Some(CheckResult::Skipped)
            && self.came_out("request") == Some(CheckResult::Ok)
    }

    fn came_out(&self, name: &str) -> Option<CheckResult> {
        let mut checks = self.checked.iter();
        let found = checks.find(|check| check.name == name);
        found.map(|check| check.result)
    }

    /// The command that gave this diagnosis, without secrets: shown for proving that a fix helped.
    #[must_use]
    pub fn of_command(mut self, command: impl Into<String>) -> Self {
        self.again = Some(command.into());
        self
    }

    /// The exact changes that a finding asks for.
    fn changes_of<'d>(&'d self, finding: &'d Finding) -> impl Iterator<Item = &'d Change> {
        self.changes
            .iter()
            .filter(|change| finding.edits.iter().any(|edit| change.is_of(edit)))
    }
}
