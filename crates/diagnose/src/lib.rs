//! The catalogue of causes and everything that words it: what happened, why, and what to change.
//!
//! A cause is one row of [`countersign_verify::Cause`] (code, slug, status, disclosure) and one
//! file of this crate's catalogue (title, explanation, fix, example). The renderers are pure:
//! facts in, text out, for a terminal, for scripts (JSON) and for pages (Markdown, HTML-ready views).

mod answer;
mod bundle;
mod catalogue;
mod cause_doc;
mod contract;
mod diagnosis;
mod evidence;
mod explain;
mod finding;
mod markdown;
mod place;
mod probe;
mod ranking;
mod report;
mod shown_case;
mod situation;
mod style;
mod suggest;
mod why;
mod wrap;

pub use answer::answer;
pub use bundle::{Manifest, Redacted, differences, redact};
pub use catalogue::{Entry, Stage, all, entry, explain, stages, title};
pub use cause_doc::{CauseDoc, Example, Fix, Step};
pub use diagnosis::{Change, Check, CheckResult, Diagnosis, diagnose};
pub use evidence::{Document, DocumentKind, Evidence, Moment, Note};
pub use explain::{list, told};
pub use finding::Finding;
pub use markdown::pages;
pub use place::{Place, mask};
pub use probe::{
    CookieHeader, HeldSecret, Preflight, Probe, ProbeFact, ProvedSecret, RedirectChange,
};
pub use report::{Report, Severity};
pub use shown_case::{ShownCase, shown_case};
pub use style::{Role, Style, printable};
pub use suggest::{Unknown, find};
pub use why::{Remedy, TokenMark, TraceRecord, checks, how_sure, mark};

/// Seconds since the epoch of an HTTP date, such as that of the `Date` header (RFC 9110, section
/// 5.6.7); none if it is no date.
#[must_use]
pub fn http_date(text: &str) -> Option<i64> {
    situation::http_date::read(text)
}
