//! What the doctor found: a cause with the evidence for it.

use crate::evidence::Spot;
use crate::report::Severity;
use crate::situation::Situation;
use countersign_verify::Cause;

/// How a cause is looked for: reads the situation, adds what it found.
pub(crate) type Rule = fn(&Situation<'_>, &mut Vec<Finding>);

/// How well a finding is founded. Declared from weak to strong, since the order is used.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Strength {
    /// Why a refusal is as it should be: a note, for nothing is to be mended.
    Remark,
    /// Something that may go wrong some day and does not explain this failure: a warning at most.
    Risk,
    /// A message says so, and nothing else speaks for it.
    Suggested,
    /// Settings, headers or claims speak for it, and it explains what was seen.
    Likely,
    /// It must fail like this: the signature fits the trimmed secret, the Domain cannot match.
    Proved,
}

/// A cause together with the evidence for it.
#[derive(Clone, Debug)]
pub struct Finding {
    pub(crate) cause: Cause,
    pub(crate) strength: Strength,
    /// How sure within its strength, from 0 to 1.
    pub(crate) weight: f32,
    /// What happened, here: one sentence in place of the catalogue's title.
    pub(crate) message: String,
    /// Why it fails, in place of the catalogue's explanation.
    pub(crate) why: Option<String>,
    /// Where it shows, the place to change first.
    pub(crate) clues: Vec<Clue>,
    /// What to change here, in place of the catalogue's summary.
    pub(crate) fix: Option<String>,
    /// Exact changes, where they are known.
    pub(crate) edits: Vec<Edit>,
    /// Causes that follow from this one or that this one explains away.
    pub(crate) upstream_of: Vec<Cause>,
    /// Whether it is wrong in itself: an error where nothing else explains what failed.
    pub(crate) stands_alone: bool,
    /// Whether it blocks only once the failure at hand is mended: what else is wrong then comes first.
    pub(crate) later: bool,
    /// Filled in by the ranking: the cause that this one follows from.
    pub(crate) caused_by: Option<Cause>,
    /// Filled in by the ranking.
    pub(crate) severity: Severity,
    /// Filled in by the ranking: whether it is a root cause.
    pub(crate) root: bool,
}

/// One piece of evidence.
#[derive(Clone, Debug)]
pub(crate) struct Clue {
    pub(crate) spot: Spot,
    /// A word at the underlined part.
    pub(crate) label: String,
}

/// A line to write in place of another. `Debug` does not show it: it may hold a secret.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Edit {
    /// The file.
    pub(crate) file: String,
    /// The line to replace, from 1.
    pub(crate) line: usize,
    /// The new text of the line.
    pub(crate) new: String,
    /// Whether it can be applied without asking: it loses no data and holds no guess.
    pub(crate) safe: bool,
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Edit({}:{}, safe: {})", self.file, self.line, self.safe)
    }
}

impl Finding {
    /// A cause, how well founded, and what happened in one sentence without secrets.
    pub(crate) fn new(cause: Cause, strength: Strength, message: impl Into<String>) -> Self {
        Self {
            cause,
            strength,
            weight: 0.5,
            message: message.into(),
            why: None,
            clues: Vec::new(),
            fix: None,
            edits: Vec::new(),
            upstream_of: Vec::new(),
            stands_alone: false,
            later: false,
            caused_by: None,
            severity: Severity::Error,
            root: false,
        }
    }

    /// Shows itself at `spot`; `label` stands at the underlined part.
    pub(crate) fn at(mut self, spot: Spot, label: impl Into<String>) -> Self {
        self.clues.push(Clue {
            spot,
            label: label.into(),
        });
        self
    }

    /// Why it fails, here.
    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// What to change, here.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// An exact change, where a file is at hand to make it in.
    pub(crate) fn edit(mut self, edit: impl Into<Option<Edit>>) -> Self {
        self.edits.extend(edit.into());
        self
    }

    /// How sure within its strength, from 0 to 1; 0.5 unless said.
    pub(crate) fn weight(mut self, weight: f32) -> Self {
        self.weight = weight;
        self
    }

    /// Wrong in itself, if `alone`: no risk only, but an error where nothing else explains what failed.
    pub(crate) fn stands_alone(mut self, alone: bool) -> Self {
        self.stands_alone = alone;
        self
    }

    /// Blocks later, if so: behind whatever explains the failure at hand.
    pub(crate) fn later(mut self, later: bool) -> Self {
        self.later = later;
        self
    }

    /// Causes that follow from this one: they are listed below it.
    pub(crate) fn explains(mut self, causes: &[Cause]) -> Self {
        self.upstream_of.extend_from_slice(causes);
        self
    }

    /// How sure, from 0 to 1: what is proved is above 0.9, what is suggested below 0.5.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        let (low, high) = match self.strength {
            Strength::Proved => (0.9, 0.99),
            Strength::Likely => (0.5, 0.9),
            Strength::Suggested => (0.2, 0.5),
            Strength::Remark | Strength::Risk => (0.1, 0.9),
        };
        low + (high - low) * self.weight.clamp(0.0, 1.0)
    }

    /// The cause.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.severity
    }
}
