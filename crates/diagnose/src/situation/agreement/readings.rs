//! What loaders make of the line of a secret, and which of the readings signed a token.

use super::signer::issuer_of;
use super::{Bearing, Held, difference, wording};
use crate::evidence::Service;
use crate::evidence::loader::Loader;
use crate::finding::Finding;
use crate::situation::{Outcome, PresentedToken, Situation};
use countersign_verify::Cause;

/// The secret fits as the loader reads it that was thought to read the file, and is refused all the same. Where
/// another loader of these programs makes something else of both sides' lines, it is not the one of the side that
/// signed; so it is the one of the side that refuses.
pub(super) fn of_the_other_loader<'e>(
    situation: &Situation<'e>,
    held: Held<'e>,
    token: &PresentedToken<'e>,
) -> Option<Finding> {
    let file = held.service.file_of(held.line)?;
    let refused = situation
        .response()
        .is_some_and(|answer| matches!(answer.status, 401 | 403 | 422));
    let open = situation.outcome() == Outcome::Bad && refused
        || situation.bearing_of_secrets() == Bearing::Seen;
    if file.is_known() || !open {
        return None;
    }
    let told = situation.evidence.loaders_told();
    let fits = token
        .signature
        .settings()
        .filter(|(_, _, form)| form.is_none());
    let mut issuers = fits.filter(|(service, ..)| !std::ptr::eq(*service, held.service));
    let (issuer, (reader, other)) = issuers.find_map(|(service, line, _)| {
        let other = |loader: &Loader| {
            line.read_by(*loader)?;
            Some((*loader, held.line.read_by(*loader)?))
        };
        Some((Held { service, line }, told.iter().find_map(other)?))
    })?;
    let cause = if difference::is_reference(&other.value) {
        Cause::EnvVarNotExpanded
    } else {
        difference::between(held.line.value.as_bytes(), other.value.as_bytes())?.0
    };
    Some(wording::read_by_other(held, (reader, other), cause, issuer))
}

/// The text that was written signed the token, and not what became of it.
pub(super) fn as_written(
    situation: &Situation<'_>,
    own: &[Held<'_>],
    token: &PresentedToken<'_>,
) -> Option<Finding> {
    own.iter().find_map(|held| {
        let written = held.written();
        if written == held.line.value.as_str() || !token.is_signed_by(written.as_bytes()) {
            return None;
        }
        let between = difference::between(held.line.value.as_bytes(), written.as_bytes());
        let cause = match between {
            Some((cause, _)) => cause,
            None if written.contains('$') => Cause::EnvDollarExpanded,
            None => return None,
        };
        // A file's last line end is often cut off by its reader.
        if cause == Cause::SecretTrailingNewline && situation.outcome() == Outcome::Unknown {
            return None;
        }
        Some(wording::in_another_form(
            *held,
            cause,
            "as it was written",
            None,
        ))
    })
}

/// What other loaders make of the very line, which comes before what may have been done to it by hand.
pub(super) fn read_otherwise<'e>(
    situation: &Situation<'e>,
    verifier: &'e Service,
    own: &[Held<'e>],
    token: &PresentedToken<'e>,
) -> Option<Finding> {
    let (held, other) = own.iter().find_map(|held| {
        let mut others = held.line.others.iter();
        let other = others.find(|other| token.is_signed_by(other.value.as_bytes()));
        other.map(|other| (*held, other))
    })?;
    let (cause, _) = difference::between(held.line.value.as_bytes(), other.value.as_bytes())?;
    let issuer = issuer_of(situation, verifier, &other.value);
    Some(wording::read_otherwise(held, other, cause, issuer))
}
