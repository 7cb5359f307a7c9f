//! Secrets that the source draws at random, and those that git keeps.

use super::Program;
use crate::contract::{Purpose, canonical, purpose};
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
                let known = match purpose(&line.name) {
                    Some(Purpose::DatabaseUrl) => has_password(&line.value),
                    Some(purpose) => purpose.is_secret(),
                    None => names_a_secret(&line.name) && is_drawn(&line.value),
                };
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
                        .fix(fix)
                        // What is for developers alone is often kept on purpose.
                        .stands_alone(!is_of_developers(&file.middle)),
                );
            }
        }
    }
}

fn is_of_developers(middle: &str) -> bool {
    ["development", "dev", "local"].contains(&middle.to_ascii_lowercase().as_str())
}

/// Whether a name without a known purpose is that of something to keep: `JOURNAL_SECRET`.
fn names_a_secret(name: &str) -> bool {
    let name = canonical(name);
    let shown = [
        "PUBLIC",
        "VITE_",
        "REACT_APP_",
        "PUBLISHABLE",
        "ANON",
        "SITE_KEY",
        "KEY_ID",
        "CLIENT_ID",
        "DSN",
    ];
    let kept = [
        "SECRET",
        "SECRETS",
        "PASSWORD",
        "PASSPHRASE",
        "PEPPER",
        "SALT",
        "API_KEY",
        "ACCESS_KEY",
        "PRIVATE_KEY",
        "SECRET_KEY",
        "MASTER_KEY",
        "SIGNING_KEY",
        "APP_KEY",
        "TOKEN",
    ];
    kept.iter()
        .any(|end| name == *end || name.ends_with(&format!("_{end}")))
        && !shown.iter().any(|part| name.contains(part))
}

/// Whether a value was drawn at random rather than written by hand.
fn is_drawn(value: &str) -> bool {
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    value.len() >= 24
        && !value.contains(' ')
        && !value.contains("://")
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
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
