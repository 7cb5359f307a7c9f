//! Secrets that are not where they are looked for: unset, under another name, in another file, of another time.

use super::{Held, fingerprint};
use crate::contract::purpose;
use crate::evidence::{Service, Spot};
use crate::finding::{Edit, Finding, Strength};
use crate::situation::PresentedToken;
use countersign_verify::Cause;
use std::sync::Arc;

/// Words that programs sign with when no secret is set, and values out of documentation.
const NO_SECRETS: &[(&str, Cause)] = &[
    ("undefined", Cause::SecretMissing),
    ("null", Cause::SecretMissing),
    ("None", Cause::SecretMissing),
    ("your-256-bit-secret", Cause::SecretPlaceholder),
    ("secret", Cause::SecretPlaceholder),
    ("changeme", Cause::SecretPlaceholder),
    ("change-me", Cause::SecretPlaceholder),
    ("supersecret", Cause::SecretPlaceholder),
    ("super-secret", Cause::SecretPlaceholder),
    ("your-secret-key", Cause::SecretPlaceholder),
    ("your_secret_key", Cause::SecretPlaceholder),
    ("dev-secret", Cause::SecretPlaceholder),
    ("dev", Cause::SecretPlaceholder),
    ("test", Cause::SecretPlaceholder),
    ("mysecret", Cause::SecretPlaceholder),
    (
        "super-secret-jwt-token-with-at-least-32-characters-long",
        Cause::SecretPlaceholder,
    ),
];

/// A service has no secret.
pub(in crate::situation::agreement) fn missing(
    service: &Service,
    other: Option<Held<'_>>,
    strength: Strength,
) -> Finding {
    let name = other.map_or("JWT_SECRET", |other| other.line.name.as_str());
    let empty = service.settings().find(|line| {
        line.value.is_empty()
            && purpose(&line.name) == Some(crate::contract::Purpose::SigningSecret)
    });
    let message = match empty {
        Some(line) => format!("{} of {} is empty", line.name, service.name),
        None => format!("{} has no signing secret", service.name),
    };
    let mut finding = Finding::new(Cause::SecretMissing, strength, message);
    let fix = match other {
        Some(other) => format!("Give {} the value that {} has.", service.name, other.name()),
        None => format!(
            "Set a secret for {}: `countersign secret generate` makes one.",
            service.name
        ),
    };
    if let Some(line) = empty {
        finding = finding
            .at(line.spot.clone().mark("(empty)"), "set to nothing")
            .edit(Edit {
                file: line.spot.source.to_string(),
                line: line.spot.line,
                new: format!("{}=…", line.name),
                safe: false,
            });
    } else if let Some(file) = service.files.last() {
        let source: Arc<str> = Arc::from(file.source.as_str());
        finding = finding.at(Spot::line(&source, 0, ""), format!("{name} is not here"));
    }
    if let Some(other) = other {
        finding = finding.at(other.spot(), "the other side's");
    }
    finding.fix(fix)
}

/// Another line of the same name counts.
pub(in crate::situation::agreement) fn shadowed(
    winner: Held<'_>,
    lost: Held<'_>,
    strength: Strength,
) -> Finding {
    let same_file = winner.line.spot.source == lost.line.spot.source;
    let cause = if same_file {
        Cause::EnvKeyDuplicated
    } else {
        Cause::EnvFileShadowed
    };
    let message = format!(
        "{} of {} in {} (line {}) counts, and the one in {} (line {}) does not",
        winner.line.name,
        winner.service.name,
        winner.line.spot.source,
        winner.line.spot.line,
        lost.line.spot.source,
        lost.line.spot.line,
    );
    Finding::new(cause, strength, message)
        .at(winner.spot(), "counts")
        .at(lost.spot(), "does not count")
        .weight(0.9)
        .fix(format!(
            "Delete line {} of {}, or write there what line {} of {} has.",
            winner.line.spot.line,
            winner.line.spot.source,
            lost.line.spot.line,
            lost.line.spot.source,
        ))
        .edit(winner.edit_to(lost))
        .explains(&[Cause::SecretMismatch])
}

/// The token was signed with the secret before the last change.
pub(in crate::situation::agreement) fn rotated(read: Option<Held<'_>>, old: Held<'_>) -> Finding {
    let message = format!(
        "the token was signed with {} ({}), the secret before the last change",
        old.name(),
        fingerprint(&old.line.value)
    );
    let finding = Finding::new(Cause::SecretRotatedStaleSession, Strength::Proved, message)
        .weight(0.95)
        .at(old.spot(), "signed with this")
        .explains(&[Cause::SecretMismatch]);
    match read {
        Some(read) => finding.at(read.spot(), "verified with this"),
        None => finding,
    }
}

/// The environment decides which of two names is read, and it is not said, or another.
pub(in crate::situation::agreement) fn environment(
    fits: Held<'_>,
    other: Held<'_>,
    wanted: &str,
    current: Option<&str>,
) -> Finding {
    let (cause, message) = match current {
        None => (
            Cause::EnvironmentUnset,
            format!(
                "the token was signed with {} ({}), and nothing says that {} runs in {wanted}: it reads {} ({})",
                fits.line.name,
                fingerprint(&fits.line.value),
                fits.service.name,
                other.line.name,
                fingerprint(&other.line.value)
            ),
        ),
        Some(current) => (
            Cause::EnvironmentMisdetected,
            format!(
                "the token was signed with {} ({}), and {} takes its environment for {current}",
                fits.line.name,
                fingerprint(&fits.line.value),
                fits.service.name
            ),
        ),
    };
    Finding::new(cause, Strength::Likely, message)
        .weight(0.8)
        .at(other.spot(), "read")
        .at(fits.spot(), "signed with this")
        .fix(format!(
            "Set ENVIRONMENT={wanted} for {}.",
            fits.service.name
        ))
        .explains(&[Cause::SecretMismatch, Cause::EnvVarNameMismatch])
}

/// The verifier decodes the text that signed the token.
pub(in crate::situation::agreement) fn decoded(held: Held<'_>, refused: &Spot) -> Finding {
    let message = format!(
        "the text of {} signed the token, and the verifier refuses it: it decodes the text to other bytes first",
        held.name()
    );
    Finding::new(Cause::SecretBase64VsRaw, Strength::Likely, message)
        .at(held.spot(), "text here, bytes there")
        .at(refused.clone(), "refused here")
        .fix("Decode the secret from base64 on the side that signs too, or take its text as bytes on both sides.")
}

/// The value is set under a name that is not read.
pub(in crate::situation::agreement) fn other_name(read: Held<'_>, signed: Held<'_>) -> Finding {
    let message = format!(
        "the token was signed with {} ({}), and {} verifies with {} ({})",
        signed.line.name,
        fingerprint(&signed.line.value),
        read.service.name,
        read.line.name,
        fingerprint(&read.line.value),
    );
    Finding::new(Cause::EnvVarNameMismatch, Strength::Proved, message)
        .weight(0.8)
        .at(read.spot(), "verified with this")
        .at(signed.spot(), "signed with this")
        .fix(format!(
            "Let both sides read one name, or give {} the value of {}.",
            read.line.name, signed.line.name
        ))
        .edit(read.edit_to(signed))
        .explains(&[Cause::SecretMismatch])
}

/// The token was signed with a word that stands for no secret, or one out of documentation.
pub(in crate::situation::agreement) fn no_secret_at_all(
    held: Held<'_>,
    token: &PresentedToken<'_>,
) -> Option<Finding> {
    if token.is_signed_with_nothing() {
        return Some(signed_with_nothing(held, token));
    }
    let (word, cause) = NO_SECRETS
        .iter()
        .find(|(word, _)| token.is_signed_by(word.as_bytes()))?;
    let message = match cause {
        Cause::SecretMissing => {
            format!("the token was signed with the word {word}: its issuer has no secret set")
        }
        _ => format!(
            "the token was signed with a sample value ({}), not with {}",
            fingerprint(word),
            held.name()
        ),
    };
    let finding = Finding::new(*cause, Strength::Proved, message).weight(0.95);
    Some(
        finding
            .at(token.spot.clone(), "presented here")
            .at(held.spot(), "what verifies")
            .fix(format!(
                "Give the issuer the value of {}, and start it again.",
                held.name()
            )),
    )
}

/// The issuer had no secret when it signed: it was read before the settings were loaded, or under another name.
fn signed_with_nothing(held: Held<'_>, token: &PresentedToken<'_>) -> Finding {
    let message =
        "the token was signed with an empty secret: its issuer had read none when it signed";
    Finding::new(Cause::SecretMissing, Strength::Proved, message)
        .weight(0.95)
        .at(token.spot.clone(), "signed with nothing")
        .at(held.spot(), "what verifies")
        .fix(format!(
            "Read {} where it is used, after the settings are loaded; refuse to start without it.",
            held.line.name
        ))
}
