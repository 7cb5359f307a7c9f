//! What messages of libraries, servers and browsers say: symptoms, never causes.
//!
//! The phrases stand by topic in files of their own, the classes and their causes in `class.rs`.

mod browsers;
mod certificates;
mod check;
mod class;
mod csrf;
mod database;
mod env_files;
mod matcher;
mod oauth;
mod passed;
mod sign_in;
mod tokens;

pub(crate) use check::{Check, Library};
pub(crate) use class::Symptom;

use super::http::Response;
use super::redact::{without_credentials, without_secrets};
use super::{Evidence, Spot};

/// The phrases of one library, or of several that word them alike.
#[derive(Debug)]
pub(super) struct Table {
    /// Whose words they are.
    pub(super) by: &'static Library,
    /// Each phrase with its class. Case does not matter; `*` stands for any text within the line.
    /// Where one phrase contains another, the longer one counts.
    pub(super) phrases: &'static [(&'static str, Symptom)],
}

/// The tables of every topic.
const TOPICS: &[&[Table]] = &[
    browsers::TABLES,
    certificates::TABLES,
    csrf::TABLES,
    database::TABLES,
    env_files::TABLES,
    oauth::TABLES,
    sign_in::TABLES,
];

/// Every table.
fn tables() -> impl Iterator<Item = &'static Table> {
    TOPICS
        .iter()
        .chain(tokens::TABLES)
        .flat_map(|tables| *tables)
}

/// The library that a product of the stack is, if its checks are known.
pub(crate) fn library_of(product: &str) -> Option<&'static Library> {
    let name = product.rsplit('/').next()?.split(' ').next()?;
    tables().map(|table| table.by).find(|library| {
        let first = library.name.split(' ').next().unwrap_or_default();
        first.eq_ignore_ascii_case(name)
    })
}

/// A message that was seen, with its place.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    /// What it says.
    pub(crate) symptom: Symptom,
    /// Whose words they are.
    pub(crate) by: &'static Library,
    /// The whole line, without tokens.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) spot: Spot,
}

impl Sighting {
    /// The checks that have held where this message shows.
    pub(crate) fn held(&self) -> &'static [Check] {
        self.symptom
            .check()
            .map(|failed| self.by.held_before(failed))
            .unwrap_or_default()
    }
}

/// Finds the symptoms in answers and logs.
pub(super) fn look(evidence: &mut Evidence) {
    let mut found = Vec::new();
    for answer in evidence.failing.iter().filter_map(|e| e.response.as_ref()) {
        look_in_answer(answer, &mut found);
    }
    for log in &evidence.logs {
        let source = log.source();
        for (at, line) in log.text.lines().enumerate() {
            look_in_line(line, &mut found, |text| Spot::line(&source, at + 1, text));
        }
    }
    passed::take_out(&mut found, evidence);
    evidence.sightings = found;
}

fn look_in_line(line: &str, found: &mut Vec<Sighting>, spot: impl Fn(&str) -> Spot) {
    for (symptom, by) in matcher::seen(line) {
        let text = without_credentials(line);
        let spot = spot(&without_secrets(line));
        found.push(Sighting {
            symptom,
            by,
            text,
            spot,
        });
    }
}

/// Headers in which programs say why they refuse.
const TELLING: &[&str] = &[
    "www-authenticate",
    "location",
    "proxy-status",
    "x-error",
    "x-auth-reason",
    "x-clerk-auth-reason",
    "x-clerk-auth-message",
    "x-amzn-errortype",
    "grpc-message",
];

fn look_in_answer(answer: &Response, found: &mut Vec<Sighting>) {
    for header in TELLING.iter().flat_map(|name| answer.headers.all(name)) {
        look_in_line(&header.value, found, |_| answer.spot(header));
    }
    // A good answer may speak of anything; only one that calls itself an error counts, or that is one plain line
    // where a page was to be (Spring Security says so of an ended session).
    let body = answer.body.to_ascii_lowercase();
    let ended = body.starts_with("this session has been expired");
    if answer.status < 300 && !ended && !body.contains("\"error") {
        return;
    }
    for line in answer.body.lines() {
        look_in_line(line, found, |text| {
            let mut spot = answer.status_spot();
            spot.shown = format!("HTTP {}: {text}", answer.status);
            spot
        });
    }
}
