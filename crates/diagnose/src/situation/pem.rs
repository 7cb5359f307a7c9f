//! PEM keys in settings, and what the way through the environment did to them.

use super::{Outcome, Situation};
use crate::evidence::loader::Loader;
use crate::evidence::{EnvLine, Spot, Symptom};
use crate::finding::{Edit, Finding, Strength};
use countersign_verify::Cause;

impl Situation<'_> {
    /// PEM keys that lost their line ends, or gained what does not belong to them.
    pub(crate) fn damaged_pems(&self) -> Vec<Finding> {
        let unreadable = self.sighting(Symptom::KeyUnreadable);
        let mut found = Vec::new();
        for service in &self.evidence.services {
            for line in service
                .settings()
                .filter(|line| line.value.contains("-----BEGIN"))
            {
                let Some((damage, certain)) = damage(&line.value) else {
                    continue;
                };
                let (strength, weight) = match (self.outcome(), unreadable) {
                    (Outcome::Good, _) => (Strength::Risk, 0.5),
                    (_, Some(_)) if certain => (Strength::Proved, 0.8),
                    (_, Some(_)) => (Strength::Likely, 0.9),
                    // Programs often put the line ends back by themselves.
                    (_, None) if certain && self.sightings().is_empty() => (Strength::Likely, 0.6),
                    (_, None) => (Strength::Risk, 0.5),
                };
                let message = format!("the PEM key in {} of {} {damage}", line.name, service.name);
                let mut finding = Finding::new(Cause::PemDamagedInEnv, strength, message)
                    .weight(weight)
                    .at(shown(line), "read so")
                    .explains(&[Cause::KeyUnusable]);
                if let Some(sighting) = unreadable {
                    finding = finding.at(sighting.spot.clone(), "refused here");
                }
                let loader = service.file_of(line).and_then(|file| file.reader.loader());
                found.push(finding.fix(fix(loader)).edit(Edit {
                    file: line.spot.source.to_string(),
                    line: line.spot.line,
                    new: format!(
                        "{}=\"-----BEGIN …-----\\n…\\n-----END …-----\\n\"",
                        line.name
                    ),
                    safe: false,
                }));
            }
        }
        found
    }
}

/// What is wrong with a PEM text, and whether no program reads it so.
fn damage(value: &str) -> Option<(&'static str, bool)> {
    let text = value.trim();
    if text.starts_with(['"', '\'']) {
        return Some(("has quotes around it", true));
    }
    if !text.contains("-----END") {
        return Some((
            "ends after its first line: the loader reads one line alone",
            true,
        ));
    }
    if text.contains('\n') {
        return None;
    }
    if text.contains("\\n") {
        return Some(("has \\n as two characters in place of line ends", false));
    }
    Some(("lost its line ends", true))
}

fn shown(line: &EnvLine) -> Spot {
    line.spot.clone()
}

fn fix(loader: Option<Loader>) -> String {
    match loader {
        Some(Loader::Docker) => "Give the key as a file, or in base64 and decode it in the program: docker --env-file reads one line, and takes \\n as it stands.".to_owned(),
        Some(Loader::Shell | Loader::Systemd | Loader::Decouple | Loader::DjangoEnviron) => {
            "Put the key between double quotes with real line ends, or replace \\n by a line end in the program: `.replace(\"\\\\n\", \"\\n\")`.".to_owned()
        }
        _ => "Put the whole key in double quotes on one line, with \\n for each line end, or replace \\n in the program.".to_owned(),
    }
}
