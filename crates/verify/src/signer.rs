//! Who signed a token: one issuer's keys against one signature.

use crate::claims::ReadClaims;
use crate::compact::{Compact, Header, MOST_SIGNATURE};
use crate::keys::{Candidates, NoKey, VerifyingKey};
use crate::refusal::shown;
use crate::{Alg, Cause, Check, Issuer, IssuerKind, Refusal};
use std::sync::Arc;

/// A token in parts, not yet verified.
pub(crate) struct Parsed<'a> {
    pub(crate) compact: Compact<'a>,
    pub(crate) header: Header<'a>,
    pub(crate) alg: Alg,
    /// Whether the header was known to the letter.
    pub(crate) known: bool,
    pub(crate) claims: Result<&'a ReadClaims, Refusal>,
}

/// Who signed a token, and with which key.
pub(crate) struct Signed<'v> {
    pub(crate) issuer: &'v Arc<Issuer>,
    pub(crate) key: &'v VerifyingKey,
    /// Where that key stands among those of the issuer.
    pub(crate) place: usize,
    /// Whether its header says that it is an access token (RFC 9068, section 2.1).
    pub(crate) typed: bool,
    /// How many keys were left untried, since the token names none.
    pub(crate) untried: usize,
}

impl Parsed<'_> {
    /// Checks form and signature by the rules and with the keys of `issuer` alone.
    pub(crate) fn signed_by<'v>(
        &self,
        issuer: &'v Arc<Issuer>,
    ) -> Result<Signed<'v>, (Check, Refusal)> {
        let typ = self.header.typ();
        let typed = issuer.policy().check_type(typ);
        let typed = typed.map_err(|refusal| (Check::Form, refusal))?;
        let kid = self.header.kid();
        let ring = issuer.ring();
        let candidates = ring.candidates(kid, self.alg).map_err(|none| {
            let refusal = no_key_of(issuer, &none, kid, self.alg);
            (Check::Key, refusal)
        })?;
        let key = check_signature(candidates, &self.compact, kid, self.alg);
        let (place, key) = key.map_err(|refusal| {
            // Without names, a new key of the issuer looks like a changed token.
            let unnamed = kid.is_none() && refusal.cause == Cause::TokenTampered;
            let refusal = if unnamed {
                issuer.wants_keys(refusal)
            } else {
                refusal
            };
            (Check::Signature, refusal)
        })?;
        Ok(Signed {
            issuer,
            key,
            place,
            typed,
            untried: candidates.untried,
        })
    }
}

/// As many characters as the signatures of HMAC and curves have at most; they stand for fewer bytes.
const SHORT_SIGNATURE: usize = 128;

fn check_signature<'k>(
    candidates: Candidates<'k>,
    compact: &Compact<'_>,
    kid: Option<&str>,
    alg: Alg,
) -> Result<(usize, &'k VerifyingKey), Refusal> {
    let (mut short, mut long);
    let buffer: &mut [u8] = if compact.signature.len() <= SHORT_SIGNATURE {
        short = [0; SHORT_SIGNATURE];
        &mut short
    } else {
        long = [0; MOST_SIGNATURE];
        &mut long
    };
    let signature = compact.signature_into(buffer)?;
    let input = compact.signing_input.as_bytes();
    candidates
        .placed()
        .find(|(_, key)| key.signed(alg, input, signature))
        .ok_or_else(|| not_signed(candidates, alg, kid))
}

/// None of the keys made the signature.
#[cold]
pub(crate) fn not_signed(candidates: Candidates<'_>, alg: Alg, kid: Option<&str>) -> Refusal {
    let labels: Vec<&str> = candidates.iter().map(|key| &**key.label()).collect();
    let mut tried = labels.join(", ");
    if candidates.untried > 0 {
        tried = format!("{tried} ({} more were not tried)", candidates.untried);
    }
    if alg.is_symmetric() {
        let detail = format!(
            "the token was not signed with {tried}: its issuer holds another secret, or it was changed"
        );
        return Refusal::new(Cause::SecretMismatch, detail);
    }
    let name = kid.map_or_else(|| "no kid".to_owned(), |kid| format!("kid {}", shown(kid)));
    Refusal::new(
        Cause::TokenTampered,
        format!(
            "the {alg} signature ({name}) is not that of {tried}: header or payload was changed after signing"
        ),
    )
}

/// No key of an issuer may check a token with this header.
#[cold]
fn no_key_of(issuer: &Issuer, none: &NoKey<'_>, kid: Option<&str>, alg: Alg) -> Refusal {
    let name = issuer.name();
    if issuer.kind().publishes_keys() && !issuer.has_key_set() {
        let detail = format!("the key set of the trusted issuer {name} is not held");
        return issuer.wants_keys(Refusal::new(Cause::JwksUnavailable, detail));
    }
    if issuer.kind() == IssuerKind::Own {
        let refusal = no_key(none, "this verifier", kid, alg);
        // Another node may have rotated our keys a moment ago.
        return match none {
            NoKey::Kid => issuer.wants_keys(refusal),
            NoKey::Alg { .. } | NoKey::Empty | NoKey::Unusable(_) => refusal,
        };
    }
    let refusal = no_key(none, &format!("the trusted issuer {name}"), kid, alg);
    match none {
        // A key of that name is held, and pins another algorithm or is at fault: no other set is wanted.
        NoKey::Alg { named: true, .. } | NoKey::Unusable(_) => refusal,
        NoKey::Alg { named: false, .. } if alg.is_symmetric() => refusal,
        NoKey::Empty => {
            let detail =
                format!("the key set of the trusted issuer {name} has no key that can be used");
            issuer.wants_keys(Refusal::new(Cause::KidNotInJwks, detail))
        }
        NoKey::Alg { named: false, .. } | NoKey::Kid => issuer.wants_keys(refusal),
    }
}

/// No key of `whose` ring may check a token with this header.
#[cold]
pub(crate) fn no_key(none: &NoKey<'_>, whose: &str, kid: Option<&str>, alg: Alg) -> Refusal {
    match none {
        NoKey::Empty => Refusal::new(
            Cause::SecretMissing,
            format!("{whose} has no key: no secret is configured"),
        ),
        NoKey::Alg { held, .. } => Refusal::new(
            Cause::AlgMismatch,
            format!("the token's alg is {alg}; the keys of {whose} are for {held}"),
        ),
        NoKey::Kid => {
            let kid = shown(kid.unwrap_or_default());
            Refusal::new(
                Cause::KidNotInJwks,
                format!("no key of {whose} has the kid {kid} that the token names"),
            )
        }
        NoKey::Unusable(key) => Refusal::new(
            key.reason.cause(),
            format!(
                "key {} of the set of {whose} cannot be used: {}",
                key.index + 1,
                key.reason
            ),
        ),
    }
}
