//! One possible cause, how it is known, and how sure it is.

use crate::{Cause, Source};
use serde::{Deserialize, Serialize};

/// A possible cause of a refusal.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Explained {
    /// The cause.
    pub cause: Cause,
    /// How it is known.
    #[serde(default)]
    pub grade: Grade,
    /// How sure it is, from 0 to 1, within the bounds of its grade.
    pub confidence: f32,
    /// What was found, in one sentence without a secret.
    pub text: String,
    /// What to change here, in the names of those who have to; where no more can be said than the
    /// catalogue does, nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The settings that the sentence speaks of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<Concern>,
}

/// A setting that an explanation speaks of.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Concern {
    /// What its owner calls it.
    pub name: String,
    /// Where it came from.
    pub source: Source,
    /// The value as it may be shown: a fingerprint, if it is a secret.
    pub shown: String,
}

/// How a possible cause is known. Better grades come first, whatever their confidence.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// It fits what was found, and so do other causes: 0.2 to 0.65.
    #[default]
    Suggested,
    /// It follows from what the token says of itself, or from the verifier's own check: 0.7 to 0.95.
    Derived,
    /// A secret makes the very signature, two known values differ, or the token is marked as what it is:
    /// 0.97 to 0.99.
    Proved,
}

impl Grade {
    /// The least and the greatest confidence of this grade.
    #[must_use]
    pub const fn bounds(self) -> (f32, f32) {
        match self {
            Self::Suggested => (0.2, 0.65),
            Self::Derived => (0.7, 0.95),
            Self::Proved => (0.97, 0.99),
        }
    }

    /// The grade that a confidence belongs to, where nothing else is known.
    pub(super) fn of(confidence: f32) -> Self {
        if confidence >= Self::Proved.bounds().0 {
            Self::Proved
        } else if confidence >= Self::Derived.bounds().0 {
            Self::Derived
        } else {
            Self::Suggested
        }
    }
}

impl Explained {
    /// A possible cause of this confidence.
    pub(super) fn new(cause: Cause, confidence: f32, text: impl Into<String>) -> Self {
        let grade = Grade::of(confidence);
        let (least, most) = grade.bounds();
        Self {
            cause,
            grade,
            confidence: confidence.clamp(least, most),
            text: text.into(),
            fix: None,
            about: Vec::new(),
        }
    }

    /// Says what to change.
    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Names a setting that the text speaks of.
    pub(super) fn about(mut self, name: &str, source: &Source, shown: impl Into<String>) -> Self {
        self.about.push(Concern {
            name: name.to_owned(),
            source: source.clone(),
            shown: shown.into(),
        });
        self
    }
}
