//! A problem found at start-up or by a command: the cause, the place, the reason and the fix.

use crate::catalogue::{entry, explain, title};
use crate::cause_doc::Step;
use crate::place::Place;
use crate::style::{Role, Style, printable};
use crate::wrap::{columns, wrapped};
use countersign_verify::Cause;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// How bad a report is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Nothing was done; the cause must go first.
    Error,
    /// Worth knowing; nothing is wrong.
    Note,
    /// Work goes on, and goes wrong sooner or later.
    Warning,
}

impl Severity {
    /// `error`, `note` or `warning`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }

    pub(crate) const fn role(self) -> Role {
        match self {
            Self::Error => Role::Bad,
            Self::Note => Role::Good,
            Self::Warning => Role::Warning,
        }
    }
}

/// A problem with its cause, in the shape of a compiler's message.
///
/// ```
/// use countersign_diagnose::{Place, Report, Style};
/// use countersign_verify::Cause;
///
/// let report = Report::error(Cause::SettingInvalid, "ACCESS_TOKEN_TTL is \"soon\", which is no duration")
///     .at(Place::file("backend/.env", 3).line("ACCESS_TOKEN_TTL=soon").underline(17..21, "not a duration"))
///     .fix("Write a number of seconds, or a number with a unit: `15m`, `12h`, `30d`.");
/// let text = report.human(Style::Plain, 80);
/// assert!(text.starts_with("error[CSN8011]: ACCESS_TOKEN_TTL is \"soon\""));
/// assert!(text.contains("3 | ACCESS_TOKEN_TTL=soon\n  |                  ^^^^ not a duration"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    severity: Severity,
    cause: Cause,
    message: String,
    place: Option<Place>,
    why: Option<String>,
    fix: Option<String>,
    notes: Vec<String>,
}

impl Report {
    /// An error. `message` says what happened, here and now, without secrets.
    #[must_use]
    pub fn error(cause: Cause, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            cause,
            message: message.into(),
            place: None,
            why: None,
            fix: None,
            notes: Vec::new(),
        }
    }

    /// A warning. `message` says what was found, without secrets.
    #[must_use]
    pub fn warning(cause: Cause, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(cause, message)
        }
    }

    /// Where it was found.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Why it is a problem, in place of the catalogue's explanation.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// What to change, in this very case; in place of the catalogue's summary and steps.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// A further fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The cause.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// The report as a compiler would print it, in lines of `width` columns.
    #[must_use]
    pub fn human(&self, style: Style, width: usize) -> String {
        let mut out = self.head(style, width);
        let indent = " ".repeat(self.gutter() + 1);
        let why = self.why_text().map(|text| ("why", text));
        let notes = self.notes.iter().map(|text| ("note", text.as_str()));
        let fix = self.fix_text().map(|text| ("fix", text));
        for (label, text) in why.into_iter().chain(notes).chain(fix) {
            block(&mut out, style, width, &indent, label, text);
        }
        if self.fix.is_none() {
            let indent = format!("{indent}       ");
            for (at, step) in self.steps().iter().enumerate() {
                step_lines(&mut out, style, width, &indent, at + 1, step);
            }
        }
        let (code, slug) = (self.cause.code(), self.cause.slug());
        let more = format!("`countersign explain {code}` ({slug})");
        block(&mut out, style, width, &indent, "more", &more);
        out
    }

    /// What happened and where, without reason and fix.
    pub(crate) fn head(&self, style: Style, width: usize) -> String {
        let mut out = self.header(style, width);
        if let Some(place) = &self.place {
            place.render(&mut out, style, self.gutter());
        }
        out
    }

    fn gutter(&self) -> usize {
        self.place.as_ref().map_or(1, Place::gutter)
    }

    fn header(&self, style: Style, width: usize) -> String {
        let head = format!("{}[{}]", self.severity.as_str(), self.cause.code());
        let message = printable(self.message());
        let text = wrapped(&message, width, columns(&head) + 2, "  ");
        format!(
            "{}{}\n",
            style.paint(self.severity.role(), &head),
            style.paint(Role::Emphasis, &format!(": {}", text.trim_end())),
        )
    }

    /// The report for scripts. Members are stable; new ones may be added.
    #[must_use]
    pub fn json(&self) -> Value {
        let steps: Vec<Value> = match self.fix {
            Some(_) => Vec::new(),
            None => self.steps().iter().map(step_json).collect(),
        };
        let mut out = Map::new();
        out.insert("severity".into(), self.severity.as_str().into());
        out.insert("code".into(), self.cause.code().into());
        out.insert("slug".into(), self.cause.slug().into());
        out.insert("title".into(), title(self.cause).into());
        out.insert("message".into(), self.message().into());
        out.insert(
            "place".into(),
            self.place.as_ref().map_or(Value::Null, Place::json),
        );
        out.insert("explanation".into(), self.why_text().into());
        out.insert("notes".into(), self.notes.clone().into());
        out.insert(
            "fix".into(),
            json!({"summary": self.fix_text(), "steps": steps}),
        );
        Value::Object(out)
    }

    fn message(&self) -> &str {
        if self.message.is_empty() {
            entry(self.cause).title
        } else {
            &self.message
        }
    }

    fn why_text(&self) -> Option<&str> {
        self.why.as_deref().or(Some(explain(self.cause).what))
    }

    fn fix_text(&self) -> Option<&str> {
        self.fix
            .as_deref()
            .or(Some(explain(self.cause).fix.summary))
    }

    fn steps(&self) -> &'static [Step] {
        explain(self.cause).fix.steps
    }
}

/// A labelled paragraph: `= why: …`.
pub(crate) fn block(
    out: &mut String,
    style: Style,
    width: usize,
    indent: &str,
    label: &str,
    text: &str,
) {
    let first = columns(indent) + columns(label) + 4;
    let lines = wrapped(&printable(text), width, first, &" ".repeat(first));
    let _ = write!(
        out,
        "{indent}{} {} {}",
        style.paint(Role::Frame, "="),
        style.paint(Role::Emphasis, &format!("{label}:")),
        style.inline(&lines)
    );
}

/// One step of a fix, numbered, with its code below.
pub(crate) fn step_lines(
    out: &mut String,
    style: Style,
    width: usize,
    indent: &str,
    number: usize,
    step: &Step,
) {
    let first = format!("{indent}{number}. ");
    let rest = " ".repeat(columns(&first));
    let lines = wrapped(step.text, width, columns(&first), &rest);
    let _ = write!(out, "{first}{}", style.inline(&lines));
    for line in step.code.iter().flat_map(|code| code.lines()) {
        let _ = writeln!(out, "{rest}  {}", style.paint(Role::Code, line));
    }
}

pub(crate) fn step_json(step: &Step) -> Value {
    match step.code {
        Some(code) => json!({"text": step.text, "code": code}),
        None => json!({"text": step.text}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Report {
        Report::error(
            Cause::SettingInvalid,
            "ACCESS_TOKEN_TTL is \"soon\", which is no duration",
        )
        .at(Place::file("backend/.env", 12)
            .line("ACCESS_TOKEN_TTL=soon")
            .underline(17..21, "not a duration"))
        .why("An access token needs to know how long it lives.")
        .fix("Write a number of seconds, or a number with a unit: `15m`, `12h`, `30d`.")
        .note("the default is 60 minutes")
    }

    #[test]
    fn a_report_reads_like_a_compilers_message() {
        let expected = r#"error[CSN8011]: ACCESS_TOKEN_TTL is "soon", which is no duration
  --> backend/.env:12:18
   |
12 | ACCESS_TOKEN_TTL=soon
   |                  ^^^^ not a duration
   |
   = why: An access token needs to know how long it lives.
   = note: the default is 60 minutes
   = fix: Write a number of seconds, or a number with a unit: `15m`, `12h`,
          `30d`.
   = more: `countersign explain CSN8011` (setting-invalid)
"#;
        assert_eq!(sample().human(Style::Plain, 76), expected);
    }

    #[test]
    fn colours_add_nothing_but_colours() {
        let coloured = sample().human(Style::Ansi, 76);
        assert!(coloured.starts_with("\x1b[1;31merror[CSN8011]\x1b[0m"));
        let mut plain = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once('\x1b') {
            plain.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        plain.push_str(rest);
        assert_eq!(plain, sample().human(Style::Plain, 76).replace('`', ""));
    }

    #[test]
    fn without_words_of_its_own_a_report_says_what_the_catalogue_says() {
        let doc = explain(Cause::TokenExpired);
        let text = Report::warning(Cause::TokenExpired, "").human(Style::Plain, 400);
        assert!(text.starts_with(&format!("warning[CSN4001]: {}\n", doc.title)));
        assert!(text.contains(&format!("= why: {}", doc.what)), "{text}");
        assert!(
            text.contains(&format!("= fix: {}", doc.fix.summary)),
            "{text}"
        );
        assert!(
            text.contains(&format!(" 1. {}", doc.fix.steps[0].text)),
            "{text}"
        );
    }

    #[test]
    fn a_place_without_lines_is_one_line() {
        let report = sample().at(Place::source("the process environment"));
        let text = report.human(Style::Plain, 80);
        assert!(
            text.contains("\n --> the process environment\n  = why:"),
            "{text}"
        );
    }

    #[test]
    fn what_a_stranger_wrote_cannot_steer_the_terminal() {
        let report = Report::error(Cause::EnvFileMalformed, "bad \x1b[2J line")
            .at(Place::file("a\x1bb", 1)
                .line("\x07\tNAME\x1b")
                .underline(2..6, "here\x1b"))
            .why("\x1b")
            .note("\x1b")
            .fix("\x1b");
        let text = report.human(Style::Plain, 80);
        assert!(!text.contains('\x1b') && !text.contains('\x07'), "{text}");
        assert!(
            text.contains("1 | \\u{7}    NAME\\u{1b}\n  |          ^^^^ here"),
            "{text}"
        );
    }

    #[test]
    fn no_line_but_the_source_is_wider_than_asked() {
        for width in 40..100 {
            for line in sample().human(Style::Plain, width).lines() {
                let fixed = line.contains('|') || line.contains("-->");
                assert!(fixed || columns(line) <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn json_has_the_same_facts() {
        let json = sample().json();
        assert_eq!(json["severity"], "error");
        assert_eq!(
            (&json["code"], &json["slug"]),
            (&"CSN8011".into(), &"setting-invalid".into())
        );
        assert_eq!(
            json["place"],
            json!({"source": "backend/.env", "line": 12, "column": 18, "text": "ACCESS_TOKEN_TTL=soon"})
        );
        assert_eq!(json["notes"], json!(["the default is 60 minutes"]));
        assert!(json["fix"]["summary"].as_str().unwrap().contains("`15m`"));
        assert_eq!(json["fix"]["steps"], json!([]));
        let bare = Report::error(Cause::TokenExpired, "").json();
        assert_eq!(bare["place"], Value::Null);
        assert_eq!(bare["message"], bare["title"]);
        assert!(
            bare["fix"]["steps"][0]["code"]
                .as_str()
                .unwrap()
                .starts_with("curl ")
        );
    }
}
