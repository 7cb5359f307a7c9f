//! What messages of libraries, servers and browsers say: symptoms, never causes.
//!
//! The phrases stand by topic in files of their own, the classes and their causes in `class.rs`.

mod browsers;
mod check;
mod class;
mod csrf;
mod database;
mod matcher;
mod sign_in;
mod tokens;

pub(crate) use check::{Check, Library};
pub(crate) use class::Symptom;

use super::http::Response;
use super::{Evidence, Spot};
use std::sync::Arc;

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
const TABLES: &[&[Table]] = &[
    browsers::TABLES,
    csrf::TABLES,
    database::TABLES,
    sign_in::TABLES,
    tokens::TABLES,
];

/// A message that was seen, with its place.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    /// What it says.
    pub(crate) symptom: Symptom,
    /// Whose words they are.
    pub(crate) by: &'static Library,
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
            for (symptom, by) in matcher::seen(line) {
                let spot = Spot::line(&source, at + 1, line);
                found.push(Sighting { symptom, by, spot });
            }
        }
    }
    evidence.sightings = found;
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
    let telling = TELLING.iter().flat_map(|name| answer.headers.all(name));
    for header in telling {
        for (symptom, by) in matcher::seen(&header.value) {
            let spot = answer.spot(header);
            found.push(Sighting { symptom, by, spot });
        }
    }
    // A good answer may speak of anything; only one that calls itself an error counts.
    if answer.status < 300 && !answer.body.to_ascii_lowercase().contains("\"error") {
        return;
    }
    for (at, line) in answer.body.lines().enumerate() {
        for (symptom, by) in matcher::seen(line) {
            let spot = if at == 0 {
                answer.status_spot()
            } else {
                Spot::line(&Arc::clone(&answer.source), answer.line, line)
            };
            found.push(Sighting { symptom, by, spot });
        }
    }
}
