//! Addresses that the source falls back to, which differ from file to file.

use super::Program;
use crate::contract::{Purpose, purpose};
use crate::evidence::source::{EnvRead, Fallback};
use crate::finding::{Finding, Strength};
use crate::situation::{Origin, Outcome, Situation};
use countersign_verify::Cause;

/// Two files have two addresses for one setting.
pub(super) fn judge(situation: &Situation<'_>, program: &Program<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let addresses: Vec<(&EnvRead, Origin)> = program
        .reads()
        .filter_map(|read| Some((read, address(read)?)))
        .collect();
    let mut told: Vec<&str> = Vec::new();
    for (read, origin) in &addresses {
        let other = addresses
            .iter()
            .find(|(other, elsewhere)| other.name == read.name && elsewhere != origin);
        let Some((other, elsewhere)) = other.filter(|_| !told.contains(&read.name.as_str())) else {
            continue;
        };
        told.push(&read.name);
        let is_set = program.set(&read.name).is_some();
        // With the setting made, the fallbacks wait for the day when it is not.
        let strength = if is_set || !program.has_settings() {
            Strength::Risk
        } else {
            Strength::Likely
        };
        let message = format!(
            "without {}, {} calls {origin} here and {elsewhere} there",
            read.name, program.name
        );
        let finding = Finding::new(Cause::BaseUrlDrift, strength, message).weight(0.6);
        let finding = finding
            .at(other.spot.clone(), format!("falls back to {elsewhere}"))
            .at(read.spot.clone(), format!("falls back to {origin}"));
        found.push(finding.fix(format!("Read {} in one place, with one fallback or none, and let every call take it from there.", read.name)));
    }
}

/// The address behind a setting that names another program.
fn address(read: &EnvRead) -> Option<Origin> {
    let Fallback::Literal(value) = &read.fallback else {
        return None;
    };
    let of = purpose(&read.name);
    let names_url = ["URL", "BASE", "HOST", "ENDPOINT", "API"]
        .iter()
        .any(|word| read.name.contains(word));
    let is_other = matches!(of, None | Some(Purpose::PeerUrl | Purpose::OwnUrl));
    Origin::parse(value).filter(|_| names_url && is_other)
}
