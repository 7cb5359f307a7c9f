//! Whether the services agree about the secret that signs tokens, and if not, what makes the difference.

use super::signature::{signed_by, signed_with_nothing};
use super::token::{Carrier, PresentedToken};
use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::{Check, DocumentKind, EnvLine, Note, Service, Symptom};
use crate::finding::{Finding, Strength};
use countersign_verify::{Cause, Fingerprint};

mod cookies;
mod decoding;
mod deployment;
pub(crate) mod difference;
mod readings;
mod rotation;
mod signer;
mod wording;

/// A setting with its service.
#[derive(Clone, Copy)]
pub(crate) struct Held<'e> {
    pub(crate) service: &'e Service,
    pub(crate) line: &'e EnvLine,
}

/// How much a difference between secrets has to do with the failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Bearing {
    /// Nothing: the signature holds, or the failure is of another kind.
    None,
    /// Nothing speaks against it.
    Open,
    /// A message says that a signature or a secret was refused.
    Seen,
}

impl<'e> Situation<'e> {
    /// What a difference between secrets has to do with the failure.
    pub(crate) fn bearing_of_secrets(&self) -> Bearing {
        if self.has_held(Check::Signature) || self.answers_with_permission() {
            return Bearing::None;
        }
        let seen = |symptom: &Symptom| {
            matches!(
                symptom,
                Symptom::SignatureRefused
                    | Symptom::SessionUndecryptable
                    | Symptom::SecretAbsent
                    | Symptom::TokenRefused
            )
        };
        if self
            .sightings()
            .iter()
            .any(|sighting| seen(&sighting.symptom))
        {
            return Bearing::Seen;
        }
        let told: Vec<_> = self
            .sightings()
            .iter()
            .filter(|seen| !self.says_only_that_it_is_refused(seen))
            .collect();
        // A credential that does not arrive hides that its signature would fail as well.
        let hides = |seen: &crate::evidence::Sighting| seen.symptom.check() == Some(Check::Arrival);
        let signer_is_known = self
            .tokens
            .iter()
            .any(|token| token.signature.settings().next().is_some());
        let hidden = signer_is_known && told.iter().copied().all(hides);
        if told.is_empty() || self.is_seen(Cause::SecretMismatch) || hidden {
            return Bearing::Open;
        }
        Bearing::None
    }

    /// Words that frameworks have for any token they do not take, where one was presented.
    fn says_only_that_it_is_refused(&self, seen: &crate::evidence::Sighting) -> bool {
        let text = seen.text.to_ascii_lowercase();
        let words = [
            "unauthenticated.",
            "you need to sign in or sign up before continuing",
        ];
        !self.tokens.is_empty() && words.iter().any(|word| text.contains(word))
    }

    /// A 404 or 429 without a word about tokens, or a 403 that speaks of rights: the token was taken. A bare 403 may
    /// be of a program that answers a bad token so.
    fn answers_with_permission(&self) -> bool {
        const RIGHTS: &[&str] = &[
            "owner",
            "permission",
            "privilege",
            "only the ",
            "only admin",
            "belongs to",
            "not a member",
            "not yours",
        ];
        let Some(answer) = self.response() else {
            return false;
        };
        let body = answer.body.to_ascii_lowercase();
        let of_rights = answer.status == 403
            && RIGHTS.iter().any(|word| body.contains(word))
            && !["token", "signature", "credential", "session"]
                .iter()
                .any(|word| body.contains(word));
        let elsewhere = matches!(answer.status, 404 | 429) && self.sightings().is_empty();
        let speaks = |check: Option<Check>| check.is_some_and(|check| check < Check::Account);
        elsewhere
            || of_rights
                && !self
                    .sightings()
                    .iter()
                    .any(|seen| speaks(seen.symptom.check()))
    }

    /// The signing secrets that count, each with its service; the name that services share first.
    pub(crate) fn signing_secrets(&self) -> Vec<Held<'e>> {
        let mut held: Vec<Held<'e>> = self
            .settings(Purpose::SigningSecret)
            .map(|(service, line)| Held { service, line })
            .filter(|held| self.is_looked_up(*held))
            .collect();
        let names: Vec<&str> = held.iter().map(|one| one.line.name.as_str()).collect();
        let shared: Vec<bool> = names
            .iter()
            .map(|name| names.iter().filter(|other| other == &name).count() > 1)
            .collect();
        let mut order: Vec<usize> = (0..held.len()).collect();
        order.sort_by_key(|at| !shared.get(*at).copied().unwrap_or_default());
        held = order
            .iter()
            .filter_map(|at| held.get(*at).copied())
            .collect();
        held
    }

    /// What is wrong with the secrets, a finding a verifier at most.
    pub(super) fn judge_secrets(&self) -> Vec<Finding> {
        let mut presented = self.judged().filter(|token| token.is_hmac());
        let presented = presented.next();
        if presented.is_none()
            && let Some(told) = cookies::told(self)
        {
            match told {
                cookies::Told::Faults(faults) => return faults,
                // What refuses a signature all the same refuses another one.
                cookies::Told::Fits if self.sighting(Symptom::SignatureRefused).is_none() => {
                    return Vec::new();
                }
                cookies::Told::Fits => {}
            }
        }
        // A token that is still to be sent fails on its signature after what keeps it from being sent.
        let later = presented.is_some_and(|token| self.is_to_come(token));
        let bearing = if later {
            Bearing::Open
        } else {
            self.bearing_of_secrets()
        };
        if bearing == Bearing::None {
            return Vec::new();
        }
        let others_signed = self
            .tokens
            .iter()
            .any(|token| token.parts == 3 && token.header.is_some() && !token.is_hmac());
        let mut found = Vec::new();
        for verifier in self.verifiers() {
            let mut own = self.secrets_of(verifier);
            if own.is_empty() && presented.is_some_and(PresentedToken::is_session) {
                own = self.secrets_of_sessions(verifier);
            }
            let fault = match presented {
                Some(token) => signer::of_token(self, verifier, &own, token, bearing),
                // A token of another kind of key has nothing to do with secrets.
                None if others_signed => None,
                None => signer::without_token(self, verifier, &own, bearing),
            };
            let fault = fault.filter(|fault| !self.may_be_trimmed(fault, &own));
            found.extend(fault.map(|fault| fault.later(later)));
        }
        found
    }

    /// Whether all that is wrong is the last line end of a file with the secret alone, which its reader may well cut
    /// off, while nothing says that anything failed.
    fn may_be_trimmed(&self, fault: &Finding, own: &[Held<'_>]) -> bool {
        let of_file = |held: &Held<'_>| {
            let mut files = self.evidence.of_kind(DocumentKind::SecretFile);
            files.any(|file| file.source() == held.line.spot.source)
        };
        // pydantic's settings and Spring's trees of files take blanks off the ends themselves.
        let trims =
            |word: &&str| self.uses(word) || self.log_line(|line| line.contains(*word)).is_some();
        (self.outcome() == Outcome::Unknown || ["secrets_dir", "configtree"].iter().any(trims))
            && fault.cause == Cause::SecretTrailingNewline
            && own.iter().any(of_file)
    }

    /// What to ask for: which loader reads a file whose secret loaders read differently.
    pub(crate) fn questions_about_loaders(&self) -> Vec<Note> {
        if self.outcome() == Outcome::Good || self.bearing_of_secrets() == Bearing::None {
            return Vec::new();
        }
        let secrets = self.signing_secrets().into_iter();
        let open = secrets.filter_map(|held| {
            let file = held.service.file_of(held.line)?;
            let other = held.line.others.first().filter(|_| !file.is_known())?;
            Some(Note {
                source: file.source.clone(),
                line: Some(held.line.spot.line),
                text: format!(
                    "which loader reads this file? {} makes another value of {} than {} does",
                    other.loader_name(),
                    held.line.name,
                    file.reader.loader()?.name()
                ),
            })
        });
        open.collect()
    }

    /// What signs the cookies of a service.
    fn secrets_of_sessions(&self, service: &Service) -> Vec<Held<'e>> {
        let held = self.settings(Purpose::CookieSecret);
        held.filter(|(of, line)| std::ptr::eq(*of, service) && !line.value.is_empty())
            .map(|(service, line)| Held { service, line })
            .collect()
    }

    fn secrets_of(&self, service: &Service) -> Vec<Held<'e>> {
        let held = self.signing_secrets().into_iter();
        held.filter(|held| std::ptr::eq(held.service, service))
            .collect()
    }
}

impl PresentedToken<'_> {
    /// Whether a cookie carries it: then what signs cookies may have signed it.
    fn is_session(&self) -> bool {
        matches!(self.carrier, Carrier::Cookie(_))
    }

    /// Whether a shared secret signs it.
    pub(crate) fn is_hmac(&self) -> bool {
        let alg = self
            .header
            .as_ref()
            .and_then(|header| header.get("alg")?.as_str());
        self.parts == 3 && alg.is_some_and(|alg| alg.starts_with("HS"))
    }

    /// Whether a secret without a single byte signed it.
    pub(crate) fn is_signed_with_nothing(&self) -> bool {
        signed_with_nothing(self.text.trim_matches(['"', '\'', ' ']))
    }

    /// Whether this secret signed it.
    pub(crate) fn is_signed_by(&self, secret: &[u8]) -> bool {
        signed_by(self.text.trim_matches(['"', '\'', ' ']), secret)
    }
}

/// What makes the difference between the keys of two programs, by whatever names.
pub(crate) fn of_two_programs<'e>(verifier: Held<'e>, issuer: Held<'e>) -> Option<Finding> {
    signer::of_two_programs(verifier, issuer)
}

/// Whether a line is of a purpose.
pub(crate) fn is_for(line: &EnvLine, wanted: Purpose) -> bool {
    purpose(&line.name) == Some(wanted)
}

fn fingerprint_of(value: &str) -> Fingerprint {
    Fingerprint::of(value.as_bytes())
}

/// How sure a difference is that no token proves.
fn strength(bearing: Bearing) -> (Strength, f32) {
    match bearing {
        Bearing::Seen => (Strength::Likely, 0.8),
        Bearing::Open => (Strength::Likely, 0.5),
        Bearing::None => (Strength::Risk, 0.5),
    }
}

#[cfg(test)]
mod tests;
