//! One path that some processes answer well and others refuse, again and again: what each has is its own.

use super::agreement::Bearing;
use super::{Outcome, Situation};
use crate::evidence::access_log::Logged;
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// What one log shows of a path.
struct Scattered<'s> {
    good: &'s Logged,
    refused: &'s Logged,
}

impl Situation<'_> {
    /// Processes that do not know each other's sessions, where no secret is set that they could share.
    pub(crate) fn scattered_secret(&self) -> Option<Finding> {
        let signed = self
            .tokens
            .iter()
            .any(|token| token.signature.settings().next().is_some());
        let of_key_pair = self.tokens.iter().any(|token| {
            token.parts == 3 && token.header_text("alg").is_some() && !token.is_hmac()
        });
        if self.outcome() != Outcome::Bad
            || self.bearing_of_secrets() == Bearing::None
            || self.has_own_secret()
            || signed
            || of_key_pair
            || self.carries_a_session_number()
        {
            return None;
        }
        let seen = self.scattered()?;
        let name = |logged: &Logged| logged.instance.clone().unwrap_or_default();
        let message = format!(
            "{} is answered well by {} and refused by {}, by turns, and no secret is set: each process draws one of its own",
            seen.good.path,
            name(seen.good),
            name(seen.refused),
        );
        Some(
            Finding::new(Cause::SecretRandomPerProcess, Strength::Likely, message)
                .weight(0.9)
                .at(seen.good.spot.clone(), "knows the session")
                .at(seen.refused.spot.clone(), "does not")
                .explains(&[
                    Cause::SecretMismatch,
                    Cause::SecretMissing,
                    Cause::SessionUnknown,
                    Cause::TokenTampered,
                ]),
        )
    }

    /// A path that one process answers well, another refuses, and the first answers well again.
    fn scattered(&self) -> Option<Scattered<'_>> {
        let all = || self.logged.iter().filter(|one| one.instance.is_some());
        all()
            .filter(|one| self.is_refusal(one))
            .find_map(|refused| {
                let alike =
                    || all().filter(|one| one.path == refused.path && one.method == refused.method);
                let good = || alike().filter(|one| (200..300).contains(&one.status));
                let refuses = |one: &Logged| {
                    alike().any(|other| other.instance == one.instance && self.is_refusal(other))
                };
                let own = good().any(|one| one.instance == refused.instance);
                let before =
                    good().find(|one| one.spot.line < refused.spot.line && !refuses(one))?;
                let after = good().any(|one| {
                    one.spot.line > refused.spot.line && one.instance == before.instance
                });
                (!own && after).then_some(Scattered {
                    good: before,
                    refused,
                })
            })
    }

    /// Whether a logged request was refused for want of a session: outright, or sent to the sign-in as the failing
    /// one was.
    fn is_refusal(&self, logged: &Logged) -> bool {
        let shown = logged.spot.shown.to_ascii_lowercase();
        let to_sign_in = ["login", "signin", "sign-in", "sign_in"]
            .iter()
            .any(|word| shown.contains(word));
        let as_failing = self.browsing.is_turned_away()
            && self
                .response()
                .is_some_and(|answer| answer.status == logged.status)
            && self
                .request()
                .is_some_and(|request| request.path() == logged.path);
        match logged.status {
            401 | 403 => true,
            302 | 303 | 307 => to_sign_in || as_failing,
            _ => false,
        }
    }
}
