//! `countersign explain`: the catalogue on a terminal and for scripts.

use crate::answer::answer;
use crate::catalogue::{Entry, stages};
use crate::cause_doc::{CauseDoc, Example};
use crate::place::Place;
use crate::report::{Report, step_json, step_lines};
use crate::shown_case::{ShownCase, shown_case};
use crate::style::{Role, Style};
use crate::wrap::wrapped;
use countersign_verify::{Cause, Disclosure};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The address that examples use.
pub(crate) const EXAMPLE_URL: &str = "http://localhost:8787";

const INDENT: &str = "  ";

impl Entry {
    /// The whole explanation for a terminal of `width` columns.
    #[must_use]
    pub fn human(&self, style: Style, width: usize) -> String {
        let mut out = String::new();
        let name = format!("{} {}", self.cause.code(), self.cause.slug());
        let _ = writeln!(out, "{}", style.paint(Role::Frame, &name));
        let title = wrapped(self.title, width, 0, "");
        let _ = writeln!(out, "{}", style.paint(Role::Emphasis, title.trim_end()));
        let doc = self.doc;
        paragraph(&mut out, style, width, doc.what);
        doc.render(&mut out, style, width);
        out
    }

    /// The whole explanation for scripts. Members are stable; new ones may be added.
    #[must_use]
    pub fn json(&self) -> Value {
        let told = self.cause.told();
        let mut out = json!({
            "code": self.cause.code(),
            "slug": self.cause.slug(),
            "title": self.title,
            "status": self.cause.status(),
            "told": {"code": told.code(), "slug": told.slug(), "status": told.status()},
        });
        let doc = self.doc;
        out["detected"] = true.into();
        out["explanation"] = doc.what.into();
        out["why"] = doc.why.into();
        out["fix"] = json!({
            "summary": doc.fix.summary,
            "steps": doc.fix.steps.iter().map(step_json).collect::<Vec<_>>(),
        });
        out["example"] = example_json(doc);
        out["case"] = shown_case(self.cause).map_or(Value::Null, |case| {
            let files = case.shown().into_iter();
            let files = files.map(|(name, text)| json!({"name": name, "text": text}));
            json!({
                "folder": case.folder,
                "files": files.collect::<Vec<_>>(),
                "said": case.said(Style::Plain, 80),
            })
        });
        out["standard"] = doc.standard.into();
        out["related"] = doc.related.iter().map(|cause| cause.slug()).collect();
        out
    }
}

/// `countersign explain --all`: every cause, a line each, by stage.
#[must_use]
pub fn list(style: Style) -> String {
    let mut out = String::new();
    for stage in stages() {
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", style.paint(Role::Emphasis, stage.title));
        for entry in stage.entries {
            let code = style.paint(Role::Frame, entry.cause.code());
            let slug = style.paint(Role::Code, &format!("{:<36}", entry.cause.slug()));
            let _ = writeln!(out, "{code} {slug} {}", entry.title);
        }
    }
    out
}

/// The files of a case, and what the doctor says of them.
fn render_case(out: &mut String, style: Style, width: usize, case: &ShownCase) {
    heading(out, style, "A case");
    for (name, text) in case.shown() {
        let _ = writeln!(out, "{INDENT}{}", style.paint(Role::Emphasis, name));
        for line in text.lines() {
            let _ = writeln!(out, "{INDENT}| {}", line.trim_end());
        }
    }
    let _ = writeln!(out, "\n{INDENT}countersign doctor says of it:\n");
    for line in case.said(style, width.saturating_sub(INDENT.len())).lines() {
        let line = format!("{INDENT}{line}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

impl CauseDoc {
    fn render(&self, out: &mut String, style: Style, width: usize) {
        heading(out, style, "Why it happens");
        for why in self.why {
            let lines = wrapped(why, width, 4, "    ");
            let _ = write!(out, "{INDENT}- {}", style.inline(&lines));
        }
        heading(out, style, "What to do");
        let lines = wrapped(self.fix.summary, width, INDENT.len(), INDENT);
        let _ = write!(out, "{INDENT}{}", style.inline(&lines));
        for (at, step) in self.fix.steps.iter().enumerate() {
            step_lines(out, style, width, INDENT, at + 1, step);
        }
        heading(out, style, "Example");
        self.render_example(out, style, width);
        if let Some(case) = shown_case(self.cause) {
            render_case(out, style, width, &case);
        }
        out.push('\n');
        self.facts(out, style, width);
    }

    fn render_example(&self, out: &mut String, style: Style, width: usize) {
        match self.example {
            Example::Refusal { request, trace } => {
                quoted(out, style, ">", request);
                out.push('\n');
                quoted(out, style, "<", &answer(self.cause, EXAMPLE_URL));
                out.push('\n');
                let text = format!("The trace says: {trace}");
                let _ = write!(
                    out,
                    "{INDENT}{}",
                    wrapped(&text, width, INDENT.len(), INDENT)
                );
            }
            Example::StartUp { .. } => {
                for line in self.example_report().lines() {
                    let _ = writeln!(out, "{INDENT}{line}");
                }
            }
        }
    }

    /// What comes of the example: the answer that the client gets from the server at `public_url`, or
    /// what the terminal shows where the start is refused.
    #[must_use]
    pub fn outcome(&self, public_url: &str) -> String {
        match self.example {
            Example::Refusal { .. } => answer(self.cause, public_url),
            Example::StartUp { .. } => self.example_report(),
        }
    }

    /// The example of a start that is refused, as the terminal shows it.
    fn example_report(&self) -> String {
        let Example::StartUp {
            message,
            source,
            line,
        } = self.example
        else {
            return String::new();
        };
        let place = match line {
            Some((number, text, part)) => Place::file(source, number).line(text).mark(part),
            None => Place::source(source),
        };
        Report::error(self.cause, message)
            .at(place)
            .head(Style::Plain, 64)
    }

    fn facts(&self, out: &mut String, style: Style, width: usize) {
        let told = told(self.cause);
        let related: Vec<_> = self.related.iter().map(|cause| cause.slug()).collect();
        let facts = [
            ("Client", Some(told)),
            ("Standard", self.standard.map(str::to_owned)),
            ("Related", (!related.is_empty()).then(|| related.join(", "))),
        ];
        for (name, fact) in facts {
            if let Some(fact) = fact {
                let label = style.paint(Role::Emphasis, &format!("{name:<9}"));
                let _ = write!(
                    out,
                    "{label} {}",
                    style.inline(&wrapped(&fact, width, 10, "          "))
                );
            }
        }
    }
}

/// What the client gets to know, in a sentence that begins with "the client".
#[must_use]
pub fn told(cause: Cause) -> String {
    let told = cause.told();
    let status = told.status();
    match cause.disclosure() {
        Disclosure::Public => format!("is told this code, with status {status}"),
        Disclosure::CredentialsInvalid => format!(
            "is told `{}` ({}), with status {status}; this cause stands in the trace",
            told.slug(),
            told.code(),
        ),
        Disclosure::Unavailable => format!(
            "is told `{}` ({}), with status {status}, should it meet this; most often the start is refused before",
            told.slug(),
            told.code(),
        ),
    }
}

fn heading(out: &mut String, style: Style, text: &str) {
    let _ = writeln!(out, "\n{}", style.paint(Role::Emphasis, text));
}

fn paragraph(out: &mut String, style: Style, width: usize, text: &str) {
    let lines = wrapped(text, width, INDENT.len(), INDENT);
    let _ = write!(out, "\n{INDENT}{}", style.inline(&lines));
}

fn quoted(out: &mut String, style: Style, mark: &str, text: &str) {
    for line in text.lines() {
        let mark = style.paint(Role::Frame, mark);
        let _ = writeln!(out, "{INDENT}{}", format!("{mark} {line}").trim_end());
    }
}

fn example_json(doc: &CauseDoc) -> Value {
    match doc.example {
        Example::Refusal { request, trace } => json!({
            "request": request,
            "response": answer(doc.cause, EXAMPLE_URL),
            "trace": trace,
        }),
        Example::StartUp {
            message,
            source,
            line,
        } => json!({
            "source": source,
            "line": line.map(|(number, ..)| number),
            "text": line.map(|(_, text, _)| text),
            "message": message,
        }),
    }
}
