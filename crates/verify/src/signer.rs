//! Who signed a token: one issuer's keys against one signature.

use crate::claims::ReadClaims;
use crate::compact::{Compact, Header, MOST_SIGNATURE};
use crate::keys::{NoKey, VerifyingKey};
use crate::refusal::shown;
use crate::{Alg, Cause, Check, Issuer, IssuerKind, Kid, Refusal};
use std::sync::Arc;

/// A token in parts, not yet verified.
pub(crate) struct Parsed<'a> {
    pub(crate) compact: Compact<'a>,
    pub(crate) header: Header,
    pub(crate) alg: Alg,
    pub(crate) payload: Vec<u8>,
    pub(crate) claims: Result<ReadClaims, Refusal>,
}

/// Who signed a token, and with which key.
pub(crate) struct Signed<'v> {
    pub(crate) issuer: &'v Arc<Issuer>,
    pub(crate) key: &'v VerifyingKey,
    /// Whether its header says that it is an access token (RFC 9068, section 2.1).
    pub(crate) typed: bool,
}

impl Parsed<'_> {
    /// Checks form and signature by the rules and with the keys of `issuer` alone.
    pub(crate) fn signed_by<'v>(
        &self,
        issuer: &'v Arc<Issuer>,
    ) -> Result<Signed<'v>, (Check, Refusal)> {
        let typ = self.header.typ.as_deref();
        let typed = issuer.policy().check_type(typ);
        let typed = typed.map_err(|refusal| (Check::Form, refusal))?;
        let kid = self.header.kid.as_deref();
        let ring = issuer.ring();
        let candidates = ring.candidates(kid, self.alg).map_err(|none| {
            let refusal = no_key(none, kid, self.alg, issuer);
            (Check::Key, refusal)
        })?;
        let key = check_signature(candidates, &self.compact, &self.header, self.alg);
        let key = key.map_err(|refusal| {
            // Without names, a new key of the issuer looks like a changed token.
            let unnamed = kid.is_none() && refusal.cause == Cause::TokenTampered;
            let refusal = if unnamed {
                issuer.wants_keys(refusal)
            } else {
                refusal
            };
            (Check::Signature, refusal)
        })?;
        Ok(Signed { issuer, key, typed })
    }
}

fn check_signature<'k>(
    candidates: impl Iterator<Item = &'k VerifyingKey> + Clone,
    compact: &Compact<'_>,
    header: &Header,
    alg: Alg,
) -> Result<&'k VerifyingKey, Refusal> {
    let mut buffer = [0; MOST_SIGNATURE];
    let signature = compact.signature_into(&mut buffer)?;
    let input = compact.signing_input.as_bytes();
    candidates
        .clone()
        .find(|key| key.signed(input, signature))
        .ok_or_else(|| {
            let tried = candidates
                .map(|key| &**key.label())
                .collect::<Vec<_>>()
                .join(", ");
            not_signed(alg, header.kid.as_deref(), &tried)
        })
}

fn not_signed(alg: Alg, kid: Option<&str>, tried: &str) -> Refusal {
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

fn no_key(none: NoKey, kid: Option<&str>, alg: Alg, issuer: &Issuer) -> Refusal {
    let name = issuer.name();
    if issuer.kind().publishes_keys() && !issuer.has_key_set() {
        let detail = format!("the key set of the trusted issuer {name} is not held");
        return issuer.wants_keys(Refusal::new(Cause::JwksUnavailable, detail));
    }
    let own = issuer.kind() == IssuerKind::Own;
    let of = if own {
        String::new()
    } else {
        format!(" of the trusted issuer {name}")
    };
    match none {
        NoKey::Empty if own => Refusal::new(
            Cause::SecretMissing,
            "this verifier has no key: no secret is configured",
        ),
        NoKey::Empty => {
            let detail = format!("the key set{of} has no key that can be used");
            issuer.wants_keys(Refusal::new(Cause::KidNotInJwks, detail))
        }
        NoKey::Alg => {
            let ring = issuer.ring();
            let mut held: Vec<_> = ring.keys().iter().map(|key| key.alg().as_str()).collect();
            held.sort_unstable();
            held.dedup();
            let held = held.join(", ");
            let whose = if own {
                "this verifier's keys".to_owned()
            } else {
                format!("the keys{of}")
            };
            let detail = format!("the token's alg is {alg}; {whose} are for {held}");
            let refusal = Refusal::new(Cause::AlgMismatch, detail);
            // A key of that name is held, and pins another algorithm: no other key set is wanted.
            let named = ring
                .keys()
                .iter()
                .any(|key| key.kid().map(Kid::as_str) == kid);
            if alg.is_symmetric() || (named && kid.is_some()) {
                refusal
            } else {
                issuer.wants_keys(refusal)
            }
        }
        NoKey::Kid => {
            let kid = shown(kid.unwrap_or_default());
            let detail = format!("no key{of} has the kid {kid} that the token names");
            issuer.wants_keys(Refusal::new(Cause::KidNotInJwks, detail))
        }
    }
}
