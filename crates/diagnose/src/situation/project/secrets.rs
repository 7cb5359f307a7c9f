//! Secrets that the source draws at random, and those that git keeps.

use super::Program;
use crate::contract::{Purpose, purpose};
use crate::evidence::Evidence;
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

/// A secret is drawn at start, and no setting stands in for it.
pub(super) fn judge(situation: &Situation<'_>, program: &Program<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let drawn = program
        .sources
        .iter()
        .flat_map(|source| &source.facts.drawn);
    for (name, spot) in drawn {
        if program.set(name).is_some() {
            continue;
        }
        let is_read = program.reads().any(|read| read.name == *name);
        // Where the settings are not here, the one that matters may well be made.
        let strength = if is_read && !program.has_settings() {
            Strength::Risk
        } else {
            Strength::Likely
        };
        let message = format!(
            "{} draws {name} at random when it starts: each process has one of its own",
            program.name
        );
        found.push(
            Finding::new(Cause::SecretRandomPerProcess, strength, message)
                .at(spot.clone(), "drawn anew at each start"),
        );
    }
}

/// Env files with secrets that git keeps.
pub(super) fn tracked(evidence: &Evidence, found: &mut Vec<Finding>) {
    for service in &evidence.services {
        for file in service.files.iter().filter(|file| file.tracked) {
            let secret = file.lines.iter().find(|line| {
                let known = purpose(&line.name).is_some_and(|purpose| {
                    purpose.is_secret()
                        || purpose == Purpose::DatabaseUrl && has_password(&line.value)
                });
                known && !is_sample(&line.value)
            });
            if let Some(line) = secret {
                let message = format!("{} is tracked by git and holds {}", file.source, line.name);
                let fix = format!(
                    "Replace every secret in it, then `git rm --cached {}` and name it in .gitignore.",
                    file.source
                );
                found.push(
                    Finding::new(Cause::SecretFileInGit, Strength::Risk, message)
                        .at(
                            line.spot.clone(),
                            "in the history for everybody with a clone",
                        )
                        .fix(fix),
                );
            }
        }
    }
}

fn has_password(url: &str) -> bool {
    let host = url
        .split_once('@')
        .map(|(_, rest)| rest.split([':', '/']).next().unwrap_or_default());
    // A database of the developer's own machine or of compose has no secret worth the name.
    host.is_some_and(|host| host.contains('.') && !host.starts_with("127.") && url.contains(':'))
}

/// A value that says itself that it is none.
fn is_sample(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let words = [
        "change",
        "example",
        "your",
        "secret",
        "test",
        "dev",
        "local",
        "sample",
        "placeholder",
        "dummy",
        "xxx",
        "todo",
        "<",
        "${",
        "insecure",
        "fake",
    ];
    value.len() < 16 || words.iter().any(|word| value.contains(word))
}
