//! Tokens that were not made for the verifier at all: of another deployment, or to be renewed with.

use super::{Held, is_for};
use crate::contract::{Purpose, environment_of};
use crate::evidence::Service;
use crate::finding::{Finding, Strength};
use crate::situation::PresentedToken;
use countersign_verify::Cause;

/// Whether the secret of refresh tokens signed it: where it is renewed, that secret is what checks it.
pub(super) fn is_refresh_token(token: &PresentedToken<'_>) -> bool {
    let mut fits = token.signature.settings();
    fits.any(|(_, line, form)| form.is_none() && is_for(line, Purpose::RefreshSecret))
}

/// Settings say that the two are of two environments, which are meant to have secrets of their own.
pub(super) fn differs(verifier: &Service, signed: Held<'_>) -> Option<Finding> {
    let (own, other) = (verifier.environment()?, signed.service.environment()?);
    let front = verifier.is_front_end() || signed.service.is_front_end();
    let related = own.starts_with(&other) || other.starts_with(&own);
    if front || related {
        return None;
    }
    let message = format!(
        "the token was signed by {} ({other}), and {} ({own}) is asked",
        signed.service.name, verifier.name
    );
    let finding = Finding::new(Cause::BaseUrlDrift, Strength::Proved, message).weight(0.7);
    let finding = finding.at(signed.line.spot.clone(), "signed it");
    Some(finding.explains(&[
        Cause::SecretMismatch,
        Cause::SecretReusedAcrossEnvironments,
        Cause::IssMismatch,
        Cause::KidNotInJwks,
    ]))
}

/// Whether the token is of another deployment of the same program, which has a secret of its own.
pub(super) fn is_meant_for_another(verifier: &Service, token: &PresentedToken<'_>) -> bool {
    let own = environment_of(&verifier.name);
    own.is_some()
        && token.signature.settings().any(|(service, _, form)| {
            let other = environment_of(&service.name);
            form.is_none() && other.is_some() && other != own
        })
}
