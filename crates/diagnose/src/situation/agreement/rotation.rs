//! Whether the secret was changed after a token or session was made.

use super::{Held, fingerprint_of, wording};
use crate::evidence::loader::Loader;
use crate::evidence::service::EnvFile;
use crate::evidence::{Spot, without_secrets};
use crate::finding::{Finding, Strength};
use crate::situation::clock::time_in;
use crate::situation::{PresentedToken, Situation};
use countersign_verify::{Cause, Fingerprint};
use std::sync::Arc;

/// Words of a change of a secret.
const CHANGED: &[&str] = &[
    "rotat",
    "changed",
    "replaced",
    "regenerated",
    "new secret",
    "new value",
    "renewed",
    "reset the secret",
    "updated",
];

/// Words of commands, and of hosts' lists of releases, that set a variable or a secret.
const SET: &[&str] = &[
    "set secrets",
    "secrets set",
    "secrets:set",
    "secrets import",
    "config:set",
    "config vars",
    "variables set",
    "variables --set",
    "env add",
    "env set",
    "env:set",
    "secret put",
    "secret set",
    "secret create",
    "create secret",
    "replace secret",
    "put-secret-value",
    "update-secret",
    "versions add",
    "set-env-vars",
    "kv put",
    "setparameter",
    "put-parameter",
];

/// Words of what was changed.
const SECRETS: &[&str] = &["secret", "key"];

/// A comment or a log line that tells of a change, after which the token was already there.
pub(super) fn since(
    situation: &Situation<'_>,
    held: Held<'_>,
    token: Option<&PresentedToken<'_>>,
) -> Option<Finding> {
    let made = token
        .and_then(|token| token.time_claim("iat"))
        .or_else(|| situation.session_made_at());
    let (spot, when) = told(situation, held)?;
    if let (Some(made), Some(when)) = (made, when)
        && made > when
    {
        return None;
    }
    let message = format!(
        "{} of {} ({}) was changed, and the {} is from before",
        held.line.name,
        held.service.name,
        Fingerprint::of(held.line.value.as_bytes()),
        if token.is_some() { "token" } else { "session" },
    );
    let weight = if made.is_some() && when.is_some() {
        0.9
    } else {
        0.6
    };
    let finding = Finding::new(Cause::SecretRotatedStaleSession, Strength::Likely, message)
        .weight(weight)
        .at(spot, "the change")
        .at(held.line.spot.clone(), "verifies with this")
        .explains(&[Cause::SecretMismatch])
        .fix("Let users sign in again, or accept the previous secret beside the new one until old tokens have expired.");
    Some(match token {
        Some(token) => finding.at(token.spot.clone(), "made before"),
        None => finding,
    })
}

/// The token was signed with a value that stands in a comment beside the one of today, where people leave it.
pub(super) fn former(
    situation: &Situation<'_>,
    held: Held<'_>,
    token: &PresentedToken<'_>,
) -> Option<Finding> {
    let by = |secret: &[u8]| token.is_signed_by(secret);
    let comment = in_comments(situation, held, &by)?;
    Some(wording::former(held, &token.spot, comment))
}

/// Where a comment keeps a value of a setting that signed what was refused.
pub(super) fn in_comments(
    situation: &Situation<'_>,
    held: Held<'_>,
    signed_by: &dyn Fn(&[u8]) -> bool,
) -> Option<Spot> {
    let files = situation
        .evidence
        .services
        .iter()
        .flat_map(|service| &service.files);
    files.into_iter().find_map(|file| {
        let mut lines = file.text.lines().enumerate();
        lines.find_map(|(at, line)| {
            let value = in_comment(file, line, &held.line.name)?;
            signed_by(value.as_bytes()).then(|| {
                let source: Arc<str> = Arc::from(file.source.as_str());
                let shown = format!("# {} = {}", held.line.name, fingerprint_of(&value));
                Spot::line(&source, at + 1, shown)
            })
        })
    })
}

/// The value of a setting that was made a comment: `#JWT_SECRET=…`.
fn in_comment(file: &EnvFile, line: &str, name: &str) -> Option<String> {
    let bare = line
        .trim_start()
        .strip_prefix('#')?
        .trim_start_matches(['#', ' ', '\t']);
    let loader = file.reader.loader().unwrap_or(Loader::Dotenv);
    let read = bare.contains(name).then(|| loader.read(bare, &|_| None))?;
    let set = read.assignments.into_iter().find(|set| set.name == name)?;
    Some(set.value.to_string())
}

/// Whether a line is of a command or an event that set this setting.
fn sets(line: &str, name: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    SET.iter().any(|word| lower.contains(word)) && line.contains(name)
}

fn tells(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    CHANGED.iter().any(|word| line.contains(word)) && SECRETS.iter().any(|word| line.contains(word))
}

/// The line that tells of the change, with its time if it has one.
fn told(situation: &Situation<'_>, held: Held<'_>) -> Option<(Spot, Option<i64>)> {
    let comments = held.service.files.iter().find_map(|file| {
        let source: Arc<str> = Arc::from(file.source.as_str());
        let mut lines = file.text.lines().enumerate();
        lines.find_map(|(at, line)| {
            let comment = line.split_once('#').map(|(_, comment)| comment)?;
            let told = tells(comment)
                || (tells(&format!("{comment} secret")) && line.contains(&held.line.name));
            told.then(|| {
                (
                    Spot::line(&source, at + 1, format!("#{}", without_secrets(comment))),
                    date_in(comment),
                )
            })
        })
    });
    comments.or_else(|| {
        situation.evidence.logs.iter().find_map(|log| {
            let source = log.source();
            let mut lines = log.text.lines().enumerate();
            lines.find_map(|(at, line)| {
                (tells(line) || sets(line, &held.line.name)).then(|| {
                    (
                        Spot::line(&source, at + 1, without_secrets(line)),
                        date_in(line),
                    )
                })
            })
        })
    })
}

/// The time or day that a line names.
fn date_in(line: &str) -> Option<i64> {
    time_in(line).or_else(|| {
        line.split(|c: char| !(c.is_ascii_digit() || c == '-'))
            .find(|word| word.len() == 10)
            .and_then(|day| time_in(&format!("{day}T00:00:00Z")))
    })
}
