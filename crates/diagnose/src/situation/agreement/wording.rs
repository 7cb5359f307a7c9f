//! Findings about secrets, in words: what is there, why it fails, and the line to write.

use super::Held;
use crate::evidence::loader::Loader;
use crate::evidence::service::Reader;
use crate::evidence::{OtherReading, Spot};
use crate::finding::{Edit, Finding, Strength};
use crate::situation::PresentedToken;
use countersign_verify::{Cause, Fingerprint};

mod misplaced;

pub(super) use misplaced::{
    decoded, environment, missing, no_secret_at_all, other_name, rotated, shadowed,
};

impl Held<'_> {
    /// `JWT_SECRET of backend`.
    pub(super) fn name(self) -> String {
        format!("{} of {}", self.line.name, self.service.name)
    }

    /// The text in the file, without quotes, comment and blanks: what its writer meant.
    pub(super) fn written(self) -> String {
        let raw = self.line.raw.trim();
        let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
        let inner = quote.and_then(|quote| raw.strip_prefix(quote)?.split(quote).next());
        inner.unwrap_or(raw).to_owned()
    }

    pub(super) fn loader(self) -> Option<Loader> {
        self.service.file_of(self.line)?.reader.loader()
    }

    /// What reads the line, for a sentence.
    fn reader(self) -> &'static str {
        self.loader()
            .map_or("the compose file or the process", Loader::name)
    }

    fn spot(self) -> Spot {
        let value = self.shown();
        self.line.spot.clone().mark(&value)
    }

    fn shown(self) -> String {
        crate::evidence::env_file::shown_value(&self.line.name, &self.line.value)
    }

    /// The line with another one's value, which stands as its fingerprint.
    fn edit_to(self, other: Self) -> Option<Edit> {
        self.edit(&fingerprint(&other.line.value).to_string())
    }

    /// The line to write: the secret itself stands as `…`. What a terminal showed is nowhere to be edited.
    fn edit(self, value: &str) -> Option<Edit> {
        let shown = self.service.file_of(self.line)?;
        let extension = std::path::Path::new(&shown.source).extension();
        let of_text = extension
            .is_some_and(|end| end.eq_ignore_ascii_case("txt") || end.eq_ignore_ascii_case("log"));
        let of_session = shown.reader == Reader::Plain && of_text;
        (!of_session).then(|| Edit {
            file: self.line.spot.source.to_string(),
            line: self.line.spot.line,
            new: format!("{}={value}", self.line.name),
            safe: false,
        })
    }
}

fn fingerprint(value: &str) -> Fingerprint {
    Fingerprint::of(value.as_bytes())
}

/// The wrong value is what a loader makes of the line; another one reads it as it was meant.
pub(super) fn read_otherwise(
    held: Held<'_>,
    other: &OtherReading,
    cause: Cause,
    issuer: Option<Held<'_>>,
) -> Finding {
    let message = format!(
        "the token was signed with {} as {} reads it ({}), and {} makes {} of it",
        held.line.name,
        other.loader_name(),
        fingerprint(&other.value),
        held.reader(),
        fingerprint(&held.line.value),
    );
    let finding = mended(held, cause, Finding::new(cause, Strength::Proved, message)).weight(0.95);
    with_issuer(finding, issuer)
}

/// The value is right as it was thought to be read, and the loader that does read it makes another one of it.
pub(super) fn read_by_other(
    held: Held<'_>,
    (reader, other): (Loader, &OtherReading),
    cause: Cause,
    issuer: Held<'_>,
) -> Finding {
    let message = format!(
        "the token was signed with the line of {} ({}), and {}, which reads the file of one side, makes {} of it",
        held.line.name,
        fingerprint(&held.line.value),
        reader.name(),
        fingerprint(&other.value),
    );
    let finding = mended(held, cause, Finding::new(cause, Strength::Likely, message)).weight(0.85);
    with_issuer(finding, Some(issuer)).explains(&[Cause::SecretMismatch])
}

/// A form of the value signed the token.
pub(super) fn in_another_form(
    held: Held<'_>,
    cause: Cause,
    how: &str,
    issuer: Option<Held<'_>>,
) -> Finding {
    let message = format!("the token was signed with {} {how}", held.name());
    let finding = mended(held, cause, Finding::new(cause, Strength::Proved, message)).weight(0.9);
    with_issuer(finding, issuer)
}

/// Two services hold one secret, one of them damaged.
pub(super) fn damaged(
    damaged: Held<'_>,
    sound: Held<'_>,
    cause: Cause,
    strength: Strength,
    weight: f32,
) -> Finding {
    let what = match cause {
        Cause::EnvQuotesLiteral => "has quotes around it that belong to the value",
        Cause::SecretTrailingNewline => "has a blank or a line end at its edge",
        Cause::EnvCommentTruncated => "ends where a # stands in the other",
        Cause::EnvDollarExpanded => "lost what stands behind a $ in the other",
        _ => "is the other one in another encoding",
    };
    let message = format!(
        "{} ({}) {what}: {} is {}",
        damaged.name(),
        fingerprint(&damaged.line.value),
        sound.name(),
        fingerprint(&sound.line.value),
    );
    let finding = mended(damaged, cause, Finding::new(cause, strength, message)).weight(weight);
    finding.at(sound.spot(), "the other side's")
}

/// The clue, the reason and the line to write for a damaged value.
fn mended(held: Held<'_>, cause: Cause, finding: Finding) -> Finding {
    let reader = held.reader();
    let finding = finding.at(held.spot(), format!("read by {reader}"));
    match cause {
        Cause::EnvQuotesLiteral => finding
            .fix(format!("Write {} without quotes in {}.", held.line.name, held.line.spot.source))
            .edit(held.edit("…")),
        Cause::SecretTrailingNewline => finding
            .fix(format!(
                "Take the blank or line end off the value of {}, and write files with `printf %s`, not `echo`.",
                held.line.name
            ))
            .edit(held.edit("…")),
        Cause::EnvCommentTruncated => finding
            .fix(format!("Put the value of {} in quotes, so that # is a part of it.", held.line.name))
            .edit(held.edit(&quoted_for(held.loader()))),
        Cause::EnvDollarExpanded => finding
            .fix(dollar_fix(held))
            .edit(held.edit(&dollar_for(held.loader()))),
        Cause::SecretBase64VsRaw => finding
            .why("One side takes the text of the secret as its bytes, the other decodes the text first. Both must do the same.")
            .fix("Decode the secret on both sides or on neither."),
        Cause::EnvVarNotExpanded => finding.fix(format!(
            "Write the value of {} itself, or let a loader that expands references read the file.",
            held.line.name
        )),
        _ => finding,
    }
}

fn quoted_for(loader: Option<Loader>) -> String {
    match loader {
        Some(Loader::Docker | Loader::Systemd | Loader::Decouple) | None => "…".to_owned(),
        Some(_) => "'…'".to_owned(),
    }
}

fn dollar_for(loader: Option<Loader>) -> String {
    match loader {
        Some(Loader::NextEnv | Loader::DotenvExpand | Loader::Vite) => "…\\$…".to_owned(),
        None => "…$$…".to_owned(),
        Some(_) => "'…'".to_owned(),
    }
}

fn dollar_fix(held: Held<'_>) -> String {
    let name = &held.line.name;
    match held.loader() {
        Some(loader @ (Loader::NextEnv | Loader::DotenvExpand | Loader::Vite)) => format!(
            "Write \\$ for each $ in {name}: {} expands $ between quotes of every kind.",
            loader.name()
        ),
        None => format!("Write $$ for each $ in {name}: compose expands a single one."),
        Some(loader) => format!(
            "Put {name} in single quotes, between which {} leaves $ alone.",
            loader.name()
        ),
    }
}

fn with_issuer(finding: Finding, issuer: Option<Held<'_>>) -> Finding {
    match issuer {
        Some(issuer) => finding.at(issuer.spot(), "the side that signs"),
        None => finding,
    }
}

/// A reference that nothing expanded stands for the value.
pub(super) fn not_expanded(held: Held<'_>, strength: Strength) -> Finding {
    let message = format!(
        "{} is the text of a reference or command: {} does not expand it",
        held.name(),
        held.reader()
    );
    let finding = Finding::new(Cause::EnvVarNotExpanded, strength, message)
        .at(held.spot(), "taken as it stands")
        .explains(&[
            Cause::SecretMismatch,
            Cause::SecretTooShort,
            Cause::SecretPlaceholder,
        ]);
    finding
        .fix(format!(
            "Write the value of {} itself into {}.",
            held.line.name, held.line.spot.source
        ))
        .edit(held.edit("…"))
}

/// Quotes are a part of the value.
pub(super) fn quoted(held: Held<'_>, strength: Strength, weight: f32) -> Finding {
    let message = format!(
        "{} has quotes around it, and {} keeps them",
        held.name(),
        held.reader()
    );
    let finding = Finding::new(Cause::EnvQuotesLiteral, strength, message);
    mended(held, Cause::EnvQuotesLiteral, finding)
        .weight(weight)
        .explains(&[Cause::SecretMismatch])
}

/// Whether a value is an API key of Supabase, or any token, and no secret.
pub(super) fn is_api_key(value: &str) -> bool {
    let value = value.trim();
    value.starts_with("eyJ") && value.split('.').count() == 3
        || value.starts_with("sb_secret_")
        || value.starts_with("sb_publishable_")
}

/// A token stands where the secret belongs.
pub(super) fn api_key(held: Held<'_>, strength: Strength) -> Finding {
    let message = format!(
        "{} holds an API key, such as a project's anon or service key, and no secret",
        held.name()
    );
    Finding::new(Cause::SupabaseApiKeyAsSecret, strength, message)
        .at(held.spot(), "a key, not the secret")
        .fix(format!("Set {} to the JWT secret of the project's settings, or verify with the project's key set.", held.line.name))
        .edit(held.edit("…"))
        .explains(&[Cause::SecretMismatch])
}

/// Two services, two secrets.
pub(super) fn differ(
    verifier: Held<'_>,
    issuer: Held<'_>,
    strength: Strength,
    weight: f32,
) -> Finding {
    let message = format!(
        "{} is {}, and {} is {}",
        issuer.name(),
        fingerprint(&issuer.line.value),
        verifier.name(),
        fingerprint(&verifier.line.value),
    );
    Finding::new(Cause::SecretMismatch, strength, message)
        .weight(weight)
        .at(verifier.spot(), "verifies with this")
        .at(issuer.spot(), "signs with this")
        .fix(format!(
            "Give both the same value: set {} to the one of {}.",
            verifier.name(),
            issuer.name()
        ))
        .edit(verifier.edit_to(issuer))
}

/// The token was signed with the value that a comment keeps of the time before.
pub(super) fn former(held: Held<'_>, made: &Spot, comment: Spot) -> Finding {
    let message = format!(
        "the token was signed with a former value of {}, which stands in a comment, and {} verifies with {}",
        held.line.name,
        held.service.name,
        fingerprint(&held.line.value),
    );
    Finding::new(Cause::SecretRotatedStaleSession, Strength::Proved, message)
        .at(comment, "signed with this")
        .at(held.spot(), "verifies with this")
        .at(made.clone(), "made before the change")
        .explains(&[Cause::SecretMismatch])
        .fix("Let users sign in again, or accept the previous secret beside the new one until old tokens have expired; and take the former value out of the comment.")
}

/// The token was signed with a secret that the evidence does not hold.
pub(super) fn foreign(held: Held<'_>, token: &PresentedToken<'_>, weight: f32) -> Finding {
    let message = format!(
        "the token was not signed with {} ({}), nor with another known secret",
        held.name(),
        fingerprint(&held.line.value)
    );
    Finding::new(Cause::SecretMismatch, Strength::Likely, message)
        .weight(weight)
        .at(held.spot(), "verifies with this")
        .at(token.spot.clone(), "presented here")
        .fix("Compare the secret of the service that signs with this one: `countersign secret fingerprint` shows each without revealing it.")
}
