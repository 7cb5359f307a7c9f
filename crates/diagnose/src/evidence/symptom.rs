//! What messages of libraries, servers and browsers say: symptoms, never causes.

use super::{Evidence, Spot};
use countersign_verify::Cause;

/// A class of message. Many libraries word one symptom differently.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Symptom {
    /// `aud` was refused.
    AudienceRefused,
    /// No credential was seen.
    CredentialUnseen,
    /// The signature was refused.
    SignatureRefused,
    /// `exp` has passed.
    TokenExpired,
    /// The token's form was refused.
    TokenMalformed,
}

/// A message that was seen, with its place.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    /// What it says.
    pub(crate) symptom: Symptom,
    /// Where it stands.
    pub(crate) spot: Spot,
}

impl Symptom {
    /// Whether a cause can show itself so.
    pub(crate) fn fits(self, cause: Cause) -> bool {
        let stage = |digit: char| cause.code().chars().nth(3) == Some(digit);
        match self {
            Self::AudienceRefused => {
                stage('2') || stage('4') || cause == Cause::IdpInstanceMismatch
            }
            Self::CredentialUnseen => stage('1') || stage('5'),
            Self::SignatureRefused => stage('3') || stage('8'),
            Self::TokenExpired => stage('4') || cause == Cause::RefreshTokenExpired,
            Self::TokenMalformed => stage('1') || stage('2'),
        }
    }
}

/// Phrases in lower case, the longest first where one contains another.
const PHRASES: &[(&str, Symptom)] = &[
    ("invalidaudience", Symptom::AudienceRefused),
    ("audience invalid", Symptom::AudienceRefused),
    ("not authenticated", Symptom::CredentialUnseen),
    ("signature verification failed", Symptom::SignatureRefused),
    ("invalid signature", Symptom::SignatureRefused),
    ("jwt expired", Symptom::TokenExpired),
    ("jwt malformed", Symptom::TokenMalformed),
];

/// Finds the symptoms in answers and logs.
pub(super) fn look(evidence: &mut Evidence) {
    let mut found = Vec::new();
    let answers = evidence
        .failing
        .iter()
        .filter_map(|exchange| exchange.response.as_ref());
    for answer in answers {
        for symptom in seen(&answer.body) {
            found.push(Sighting {
                symptom,
                spot: answer.status_spot(),
            });
        }
    }
    for log in &evidence.logs {
        let source = log.source();
        for (at, line) in log.text.lines().enumerate() {
            for symptom in seen(line) {
                found.push(Sighting {
                    symptom,
                    spot: Spot::line(&source, at + 1, line),
                });
            }
        }
    }
    evidence.sightings = found;
}

fn seen(text: &str) -> impl Iterator<Item = Symptom> {
    let text = text.to_lowercase();
    PHRASES
        .iter()
        .filter(move |(phrase, _)| text.contains(phrase))
        .map(|(_, symptom)| *symptom)
}
