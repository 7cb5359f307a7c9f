//! `countersign why`: what was checked for one request, what the client was told, and the real cause.

use crate::catalogue::{explain, title};
use crate::cause_doc;
use crate::report::{step_json, step_lines};
use crate::style::{Role, Style, printable};
use crate::wrap::wrapped;
use countersign_verify::{Cause, Explained, Grade, Outcome, Secret, Step, Trace};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::{self, Write as _};

/// All that is kept of one request: its trace and the facts around it. Never a secret.
///
/// Serialised, it is the document that a server stores under the trace id.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct TraceRecord {
    /// The checks.
    pub trace: Trace,
    /// When the request came: RFC 3339, UTC.
    pub at: String,
    /// The request's method.
    pub method: String,
    /// The request's path, without its query.
    pub path: String,
    /// The client's address, as far as proxies are trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The bearer token that was presented, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenMark>,
    /// The id of the user, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The id of the session, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The real cause of the refusal; `None` for a request that passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What happened, in a sentence without secrets; empty where the steps say it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// What explains the refusal further, worked out after the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Explained>,
}

/// By what a presented token is known again without being shown.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TokenMark {
    /// The first eight hexadecimal digits of its SHA-256, as in `sha256:1f0c22ab`.
    pub fingerprint: String,
    /// Its length in bytes.
    pub bytes: usize,
}

impl TokenMark {
    /// The mark of a token.
    #[must_use]
    pub fn of(token: &Secret) -> Self {
        Self {
            fingerprint: token.fingerprint().to_string(),
            bytes: token.expose().len(),
        }
    }
}

impl fmt::Display for TokenMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} bytes", self.fingerprint, self.bytes)
    }
}

/// What to do about a refusal, and why.
#[derive(Clone, Copy, Debug)]
pub struct Remedy<'a> {
    /// The cause that it is for.
    pub cause: Cause,
    /// What happened, in a paragraph.
    pub what: &'static str,
    /// What to do: what was found to change here, or else what the catalogue says.
    pub fix: &'a str,
    /// How, step by step; nothing beside what was found to change here.
    pub steps: &'static [cause_doc::Step],
}

/// A finding below this is mentioned, and does not choose the fix.
const SURE_ENOUGH: f32 = 0.5;

impl TraceRecord {
    /// The cause whose fix is to be followed: that of the first finding that is sure enough, else that of the refusal.
    #[must_use]
    pub fn root(&self) -> Option<Cause> {
        let first = self
            .ranked()
            .into_iter()
            .find(|finding| finding.confidence >= SURE_ENOUGH);
        first.map(|finding| finding.cause).or(self.cause)
    }

    /// What happened, unless a check says it already.
    #[must_use]
    pub fn further_detail(&self) -> Option<&str> {
        let detail = self.detail.as_str();
        (!detail.is_empty() && !self.is_said(detail)).then_some(detail)
    }

    /// The findings that say more than the refusal does, the best founded first.
    #[must_use]
    pub fn further_findings(&self) -> Vec<&Explained> {
        let mut findings = self.ranked();
        findings.retain(|finding| {
            let repeats = finding.text == self.detail || self.is_said(&finding.text);
            Some(finding.cause) != self.cause || !repeats
        });
        findings
    }

    /// What to do about it; `None` for a request that passed.
    #[must_use]
    pub fn remedy(&self) -> Option<Remedy<'_>> {
        let cause = self.root()?;
        let doc = explain(cause);
        let mut fixes = self.ranked().into_iter();
        let own = fixes.find_map(|found| found.fix.as_deref().filter(|_| found.cause == cause));
        Some(Remedy {
            cause,
            what: doc.what,
            fix: own.unwrap_or(doc.fix.summary),
            steps: if own.is_some() { &[] } else { doc.fix.steps },
        })
    }

    fn is_said(&self, text: &str) -> bool {
        let mut steps = self.trace.steps.iter();
        steps.any(|step| step.detail.contains(text))
    }

    /// The whole story for a terminal of `width` columns.
    #[must_use]
    pub fn human(&self, style: Style, width: usize) -> String {
        let mut out = String::new();
        let id = style.paint(Role::Frame, &self.trace.id.to_string());
        let _ = writeln!(out, "{} {id}", style.paint(Role::Emphasis, "trace"));
        let request = format!("{} {}", self.method, self.path);
        let _ = writeln!(
            out,
            "{}  {}",
            printable(&self.at),
            style.paint(Role::Emphasis, &printable(&request))
        );
        let token = self.token.as_ref().map(ToString::to_string);
        for (label, value) in [
            ("from", &self.client),
            ("token", &token),
            ("user", &self.user),
            ("session", &self.session),
        ] {
            if let Some(value) = value {
                let _ = writeln!(out, "{label} {}", printable(value));
            }
        }
        out.push('\n');
        if !self.trace.steps.is_empty() {
            out.push_str(&checks(&self.trace, style, width));
            out.push('\n');
        }
        self.verdict(&mut out, style, width);
        if let Some(remedy) = self.remedy() {
            remedied(&mut out, style, width, &remedy);
        }
        out
    }

    /// The whole story for scripts. Members are stable; new ones may be added.
    #[must_use]
    pub fn json(&self) -> Value {
        let findings: Vec<Value> = self.ranked().into_iter().map(finding_json).collect();
        let remedy = self.remedy();
        let fix = |remedy: &Remedy<'_>| {
            let steps: Vec<Value> = remedy.steps.iter().map(step_json).collect();
            json!({"summary": remedy.fix, "steps": steps})
        };
        json!({
            "trace_id": self.trace.id,
            "at": self.at,
            "request": {"method": self.method, "path": self.path, "client": self.client},
            "token": self.token,
            "user": self.user,
            "session": self.session,
            "outcome": if self.cause.is_some() { "refused" } else { "accepted" },
            "cause": self.cause.map(named_json),
            "detail": self.detail,
            "told": self.cause.map(Cause::told).map(named_json),
            "root": self.root().map(named_json),
            "steps": self.trace.steps,
            "findings": findings,
            "explanation": remedy.map(|remedy| remedy.what),
            "fix": remedy.as_ref().map(fix),
        })
    }

    fn verdict(&self, out: &mut String, style: Style, width: usize) {
        let Some(cause) = self.cause else {
            fact(
                out,
                style,
                width,
                Role::Good,
                "outcome",
                "accepted: no check refused it",
            );
            return;
        };
        let told = cause.told();
        let text = format!(
            "{} `{}`, status {}",
            told.code(),
            told.slug(),
            told.status()
        );
        fact(out, style, width, Role::Emphasis, "told", &text);
        fact(out, style, width, Role::Bad, "cause", &named_line(cause));
        if let Some(detail) = self.further_detail() {
            fact(out, style, width, Role::Emphasis, "detail", detail);
        }
        for finding in self.further_findings() {
            let text = format!(
                "{} ({}): {}",
                named_line(finding.cause),
                how_sure(finding),
                finding.text
            );
            fact(out, style, width, Role::Warning, "finding", &text);
        }
    }

    /// The best grade first, as they were ranked.
    fn ranked(&self) -> Vec<&Explained> {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.grade));
        findings
    }
}

/// How well a finding is founded, as in `proved, 99% sure`.
#[must_use]
pub fn how_sure(finding: &Explained) -> String {
    let grade = match finding.grade {
        Grade::Derived => "derived",
        Grade::Proved => "proved",
        Grade::Suggested => "a guess",
    };
    let percent = finding.confidence.clamp(0.0, 1.0) * 100.0;
    format!("{grade}, {percent:.0}% sure")
}

fn finding_json(finding: &Explained) -> Value {
    let mut out = named_json(finding.cause);
    out["confidence"] = finding.confidence.into();
    out["grade"] = json!(finding.grade);
    out["text"] = finding.text.as_str().into();
    out["fix"] = finding.fix.as_deref().into();
    out["about"] = json!(finding.about);
    out
}

fn named_json(cause: Cause) -> Value {
    json!({"code": cause.code(), "slug": cause.slug(), "title": title(cause)})
}

fn named_line(cause: Cause) -> String {
    format!("{} `{}`: {}", cause.code(), cause.slug(), title(cause))
}

/// The columns that mark and name of a check take.
const CHECK_COLUMNS: usize = 14;

/// The checks of a trace, a line each, for a terminal of `width` columns.
#[must_use]
pub fn checks(trace: &Trace, style: Style, width: usize) -> String {
    let mut out = String::new();
    for step in &trace.steps {
        step_line(&mut out, style, width, step);
    }
    out
}

/// How a check ended, as one sign.
#[must_use]
pub const fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Failed => "✗",
        Outcome::Noted => "·",
        Outcome::Passed => "✓",
        Outcome::Skipped => "–",
    }
}

fn step_line(out: &mut String, style: Style, width: usize, step: &Step) {
    let role = match step.outcome {
        Outcome::Failed => Role::Bad,
        Outcome::Noted => Role::Warning,
        Outcome::Passed => Role::Good,
        Outcome::Skipped => Role::Frame,
    };
    let mark = mark(step.outcome);
    let indent = " ".repeat(CHECK_COLUMNS + 2);
    let detail = wrapped(&printable(&step.detail), width, indent.len(), &indent);
    let _ = write!(
        out,
        "  {} {:<11} {detail}",
        style.paint(role, mark),
        step.check.as_str()
    );
}

fn fact(out: &mut String, style: Style, width: usize, role: Role, label: &str, text: &str) {
    let lines = wrapped(&printable(text), width, 10, "          ");
    let label = style.paint(role, &format!("{label:<9}"));
    let _ = write!(out, "{label} {}", style.inline(&lines));
}

/// Why it happened and what to do.
fn remedied(out: &mut String, style: Style, width: usize, remedy: &Remedy<'_>) {
    out.push('\n');
    fact(out, style, width, Role::Emphasis, "why", remedy.what);
    fact(out, style, width, Role::Emphasis, "fix", remedy.fix);
    for (at, step) in remedy.steps.iter().enumerate() {
        step_lines(out, style, width, "          ", at + 1, step);
    }
    let more = format!("`countersign explain {}`", remedy.cause.code());
    fact(out, style, width, Role::Emphasis, "more", &more);
}
