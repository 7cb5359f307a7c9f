//! Values of settings that are damaged whatever they are for: blanks, quotes, references that stayed.

use super::agreement::difference::{is_reference, is_typographic, keeps_quotes};
use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::env_file::shown_value;
use crate::evidence::{EnvLine, Service, Spot};
use crate::finding::{Edit, Finding, Strength};
use countersign_verify::Cause;

impl<'e> Situation<'e> {
    /// How well a suspicious setting explains the failure when nothing proves it.
    pub(crate) fn weigh(&self, cause: Cause) -> (Strength, f32) {
        if self.outcome() == Outcome::Good {
            return (Strength::Risk, 0.5);
        }
        if self.is_seen(cause) {
            return (Strength::Likely, 0.7);
        }
        if self.sightings().is_empty() {
            (Strength::Likely, 0.3)
        } else {
            (Strength::Risk, 0.5)
        }
    }

    /// The settings that programs compare or call, each with its service: everything but secrets.
    fn plain_settings(&self) -> impl Iterator<Item = (&'e Service, &'e EnvLine)> {
        self.evidence.services.iter().flat_map(|service| {
            let lines = service.settings().filter(|line| {
                let secret = purpose(&line.name).is_some_and(Purpose::is_secret);
                !secret && !line.value.is_empty()
            });
            lines.map(move |line| (service, line))
        })
    }

    /// Whether the presented tokens name this very value as issuer or audience.
    fn is_claimed(&self, line: &EnvLine, value: &str) -> bool {
        self.tokens.iter().any(|token| match purpose(&line.name) {
            Some(Purpose::Issuer) => token.text_claim("iss") == Some(value),
            Some(Purpose::Audience | Purpose::ClientId) => token.audiences().contains(&value),
            _ => {
                let claimed = token
                    .text_claim("iss")
                    .is_some_and(|iss| iss.contains(value));
                (claimed || token.audiences().contains(&value)) && value.len() > 3
            }
        })
    }

    /// Values with blanks, line ends or invisible characters at an edge.
    pub(crate) fn blanks_around(&self) -> Vec<Finding> {
        let found = self.plain_settings().filter_map(|(service, line)| {
            let trimmed = line.value.trim_matches(is_unseen);
            if trimmed.len() == line.value.len()
                || trimmed.is_empty()
                || trimmed.contains("-----BEGIN")
            {
                return None;
            }
            let message = format!(
                "{} of {} has {} at its edge",
                line.name,
                service.name,
                unseen(&line.value)
            );
            let shown = format!("{} = {:?}", line.name, line.value.as_str());
            let mut finding = self.damaged(Cause::ConfigValueWhitespace, line, trimmed, message);
            if shown_value(&line.name, &line.value) == line.value.as_str()
                && let Some(clue) = finding.clues.first_mut()
            {
                clue.spot = Spot::line(&line.spot.source, line.spot.line, shown);
            }
            Some(finding.explains(&[
                Cause::IssMismatch,
                Cause::IssTrailingSlash,
                Cause::IssHostMismatch,
                Cause::AudMismatch,
                Cause::IdpInstanceMismatch,
                Cause::KidNotInJwks,
            ]))
        });
        found.collect()
    }

    /// Values between quotes that are part of them.
    pub(crate) fn quotes_kept(&self) -> Vec<Finding> {
        let found = self.plain_settings().filter_map(|(service, line)| {
            let file = service.file_of(line)?;
            if !keeps_quotes(&line.value) || line.value.starts_with(['{', '[']) {
                return None;
            }
            let inner = line
                .value
                .trim()
                .trim_matches(['"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»']);
            let reader = file
                .reader
                .loader()
                .map_or("the compose file", |loader| loader.name());
            let message = format!(
                "{} of {} has quotes around it, and {reader} keeps them",
                line.name, service.name
            );
            let mut finding = self.damaged(Cause::EnvQuotesLiteral, line, inner, message);
            let address = inner.contains("://") && self.is_seen(Cause::DbUrlDriverParameter);
            if address && file.is_known() {
                // A URL that begins with a quote is none, for every driver.
                finding.strength = Strength::Proved;
            }
            if !file.is_known()
                && finding.strength != Strength::Proved
                && !is_typographic(&line.value)
            {
                finding.strength = Strength::Risk;
            }
            Some(finding.explains(&[
                Cause::IssMismatch,
                Cause::AudMismatch,
                Cause::IdpInstanceMismatch,
                Cause::DbCredentials,
                Cause::DbPasswordVolumeStale,
                Cause::DbHostUnresolvable,
                Cause::DbUrlDriverParameter,
            ]))
        });
        found.collect()
    }

    /// Values with a reference in them that nothing expanded.
    pub(crate) fn references_kept(&self) -> Vec<Finding> {
        let sync = self.settings(Purpose::SyncSecret);
        let sync = sync.filter(|(_, line)| is_reference(&line.raw) && !line.raw.contains("${"));
        let found = self.plain_settings().chain(sync).filter_map(|(service, line)| {
            let inside = line
                .value
                .split_once("${")
                .is_some_and(|(_, rest)| rest.split_once('}').is_some_and(|(name, _)| !name.is_empty() && !name.contains(' ')));
            if !inside && !is_reference(&line.value) && !line.value.is_empty() {
                return None;
            }
            let reader = service
                .file_of(line)
                .and_then(|file| file.reader.loader())
                .map_or("what reads it", |loader| loader.name());
            let message = format!("{} of {} still holds a reference: {reader} did not expand it", line.name, service.name);
            let (strength, weight) = self.weigh(Cause::EnvVarNotExpanded);
            let finding = Finding::new(Cause::EnvVarNotExpanded, strength, message).weight(weight);
            Some(
                finding
                    .at(line.spot.clone(), "taken as it stands")
                    .fix(format!("Write the value itself into {}, or load the file with a loader that expands references.", line.name))
                    .explains(&[
                        Cause::IssMismatch,
                        Cause::AudMismatch,
                        Cause::DbHostUnresolvable,
                        Cause::DbCredentials,
                    ]),
            )
        });
        found.collect()
    }

    /// A message about a connection that names a reference in place of a host or a user.
    pub(crate) fn references_told(&self) -> Option<Finding> {
        let seen = self.sightings().iter().find(|seen| {
            let inside = |open: &str, close: &str| {
                seen.text.split(open).skip(1).any(|rest| {
                    rest.split_once(close).is_some_and(|(name, _)| {
                        name.len() > 2
                            && name.len() < 40
                            && name
                                .chars()
                                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ' '))
                    })
                })
            };
            inside("${", "}") || inside("{{", "}}") || inside("%24%7B", "%7D")
        })?;
        Some(
            Finding::new(
                Cause::EnvVarNotExpanded,
                Strength::Likely,
                "a reference to a variable reached the program as it was written",
            )
            .weight(0.9)
            .at(seen.spot.clone(), "not expanded")
            .fix("Write the value itself, or load the file with a loader that expands references.")
            .explains(&[
                Cause::DbHostUnresolvable,
                Cause::DbCredentials,
                Cause::DbRefused,
                Cause::DbMissing,
                Cause::DbUrlDriverParameter,
                Cause::DbUrlPasswordUnescaped,
                Cause::RedisUnreachable,
                Cause::SmtpUnreachable,
                Cause::EnvFileNotLoaded,
            ]),
        )
    }

    fn damaged(&self, cause: Cause, line: &EnvLine, sound: &str, message: String) -> Finding {
        let (mut strength, mut weight) = self.weigh(cause);
        if strength != Strength::Risk && self.is_claimed(line, sound) {
            (strength, weight) = (Strength::Proved, 0.9);
        }
        let is_shown = shown_value(&line.name, sound) == sound;
        let written = if is_shown { sound } else { "…" };
        let edit = Edit {
            file: line.spot.source.to_string(),
            line: line.spot.line,
            new: format!("{}={written}", line.name),
            safe: false,
        };
        Finding::new(cause, strength, message)
            .weight(weight)
            .at(line.spot.clone(), "here")
            .fix(format!("Write {} without them.", line.name))
            .edit(edit)
    }
}

fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}'
        )
}

fn unseen(value: &str) -> &'static str {
    let edges = value.chars().filter(|c| is_unseen(*c));
    let mut name = "a blank";
    for c in edges {
        match c {
            '\n' | '\r' => return "a line end",
            ' ' | '\t' => {}
            _ => name = "an invisible character",
        }
    }
    name
}
