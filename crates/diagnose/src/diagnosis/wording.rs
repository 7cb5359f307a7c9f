//! What is said of a finding: its own words first, then those for any stack, then the catalogue's.

use super::elsewhere;
use crate::catalogue::{explain, title};
use crate::cause_doc::Step;
use crate::finding::{Finding, Strength};

impl Finding {
    /// What kind of thing happened, in one line.
    pub(super) fn title(&self) -> &'static str {
        elsewhere::of(self.cause).map_or_else(|| title(self.cause), |words| words.title)
    }

    /// Why it fails.
    pub(super) fn why_text(&self) -> &str {
        let general = || match elsewhere::of(self.cause) {
            Some(words) => words.why,
            None => explain(self.cause).what,
        };
        self.why.as_deref().unwrap_or_else(general)
    }

    /// What to change, in one sentence or two.
    pub(super) fn fix_text(&self) -> &str {
        let general = || match elsewhere::of(self.cause) {
            Some(words) => words.fix,
            None => explain(self.cause).fix.summary,
        };
        self.fix.as_deref().unwrap_or_else(general)
    }

    /// What to do in order: the catalogue's steps, where they hold for any stack and nothing says it better.
    pub(super) fn steps(&self) -> &'static [Step] {
        if self.fix.is_some() || elsewhere::of(self.cause).is_some() {
            return &[];
        }
        explain(self.cause).fix.steps
    }

    /// How sure it is, where that has to be said.
    pub(super) fn doubt(&self, failed: bool) -> Option<&'static str> {
        match self.strength {
            Strength::Proved | Strength::Remark => None,
            Strength::Likely => Some("what was given speaks for this, and does not prove it"),
            Strength::Suggested => {
                Some("a message says so and nothing else was given that could bear it out")
            }
            Strength::Risk if failed => {
                Some("this does not explain the failure; it may cause one later")
            }
            Strength::Risk => {
                Some("nothing that was given fails by this; it may cause a failure later")
            }
        }
    }
}
