//! What the catalogue says about one cause.

use crate::finding::Rule;
use countersign_verify::Cause;

/// The texts of one cause. Inline code stands between back-quotes.
#[derive(Clone, Copy, Debug)]
pub struct CauseDoc {
    /// The row of the table of causes.
    pub cause: Cause,
    /// How the doctor finds it in evidence; none for what only a running server can meet.
    pub(crate) rule: Option<Rule>,
    /// What happened, in one line without a final stop.
    pub title: &'static str,
    /// What happened, in a paragraph.
    pub what: &'static str,
    /// The ways in which it comes about, the most common first.
    pub why: &'static [&'static str],
    /// What to do about it.
    pub fix: Fix,
    /// The cause at work.
    pub example: Example,
    /// The section of the standard that asks for the check.
    pub standard: Option<&'static str>,
    /// Causes that look alike or follow from this one.
    pub related: &'static [Cause],
}

impl CauseDoc {
    /// Whether the doctor looks for it in evidence.
    #[must_use]
    pub const fn is_looked_for(&self) -> bool {
        self.rule.is_some()
    }
}

/// What to do about a cause.
#[derive(Clone, Copy, Debug)]
pub struct Fix {
    /// The fix in one sentence.
    pub summary: &'static str,
    /// What to do, in order.
    pub steps: &'static [Step],
}

/// One step of a fix.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step {
    /// What to do.
    pub text: &'static str,
    /// The command to run or the lines to write, if the step has any.
    pub code: Option<&'static str>,
}

/// A cause at work, small enough to read at a glance.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// A request that is refused.
    Refusal {
        /// The request, or the part of it that matters.
        request: &'static str,
        /// What the trace says about it: the detail that `countersign why` shows.
        trace: &'static str,
    },
    /// A start or a command that is refused.
    StartUp {
        /// What was said.
        message: &'static str,
        /// Where: a file (`backend/.env`), a variable, an address.
        source: &'static str,
        /// The line of the file, from 1, with its text and the part of it to underline.
        line: Option<(usize, &'static str, &'static str)>,
    },
}

/// A step without code.
pub(crate) const fn say(text: &'static str) -> Step {
    Step { text, code: None }
}

/// A step with a command to run or lines to write.
pub(crate) const fn run(text: &'static str, code: &'static str) -> Step {
    Step {
        text,
        code: Some(code),
    }
}
