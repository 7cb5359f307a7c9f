//! The verifier: a token in, a verdict out.

use crate::claims::ReadClaims;
use crate::compact::{Compact, Header, MOST_SIGNATURE};
use crate::keys::{NoKey, VerifyingKey};
use crate::refusal::shown;
use crate::token::Proof;
use crate::{
    Alg, Cause, Check, KeyRing, Policy, Refusal, Trace, VerifiedCache, VerifiedToken, form,
};
use std::sync::Arc;

/// Checks tokens against a ring of keys and a policy.
///
/// Immutable and shareable: to rotate keys, build another and swap the `Arc`.
///
/// ```
/// use countersign_verify::{KeyRing, Policy, Secret, Trace, TraceId, Verifier, VerifyingKey};
///
/// let secret = Secret::from("0123456789abcdef0123456789abcdef");
/// let ring = KeyRing::new().with(VerifyingKey::hmac("JWT_SECRET", &secret)?);
/// let verifier = Verifier::new(ring, Policy::default());
/// let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
/// let refusal = verifier.verify("undefined", 1_700_000_000, &mut trace).unwrap_err();
/// assert_eq!(refusal.cause.slug(), "token-null-or-undefined");
/// # Ok::<(), countersign_verify::KeyError>(())
/// ```
#[derive(Debug)]
pub struct Verifier {
    ring: KeyRing,
    policy: Policy,
    cache: Option<VerifiedCache>,
}

impl Verifier {
    /// A verifier that trusts the keys of `ring` under `policy`.
    #[must_use]
    pub const fn new(ring: KeyRing, policy: Policy) -> Self {
        Self {
            ring,
            policy,
            cache: None,
        }
    }

    /// Remembers verified tokens in `cache`. Verdicts are the same with and without.
    #[must_use]
    pub fn with_cache(mut self, cache: VerifiedCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// The keys.
    #[must_use]
    pub const fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Verifies `token` at `now`, in seconds since the epoch, and writes the checks into `trace`.
    ///
    /// # Errors
    /// The first check that fails refuses the token; the trace ends with it.
    pub fn verify(
        &self,
        token: &str,
        now: i64,
        trace: &mut Trace,
    ) -> Result<Arc<VerifiedToken>, Refusal> {
        if let Some(known) = self.cache.as_ref().and_then(|cache| cache.find(token)) {
            trace.passed(
                Check::Signature,
                "verified before: this very token is in the cache",
            );
            return self.in_time(known, now, trace);
        }
        let token = Arc::new(self.verify_standing(token, trace)?);
        if let Some(cache) = &self.cache {
            // Its times do not matter here: they are checked at every use.
            cache.insert(&token);
        }
        self.in_time(token, now, trace)
    }

    /// The last checks, which depend on the time: those of a new token and of a known one alike.
    fn in_time(
        &self,
        token: Arc<VerifiedToken>,
        now: i64,
        trace: &mut Trace,
    ) -> Result<Arc<VerifiedToken>, Refusal> {
        if token.unchecked.issuer {
            trace.noted(
                Check::Claims,
                "iss is not checked: AUTH_JWT_ISSUER is not set",
            );
        }
        if token.unchecked.audience {
            trace.noted(
                Check::Claims,
                "aud is not checked: AUTH_JWT_AUDIENCE is not set",
            );
        }
        match self.policy.check_times(token.exp(), token.claims(), now) {
            Ok(()) => {
                trace.passed(Check::Claims, "the token holds now");
                Ok(token)
            }
            Err(refusal) => Err(trace.refused(Check::Claims, refusal)),
        }
    }

    /// All checks that do not depend on the time.
    fn verify_standing(&self, token: &str, trace: &mut Trace) -> Result<VerifiedToken, Refusal> {
        let read = self.read(token);
        let (compact, header, alg, typed) =
            read.map_err(|refusal| trace.refused(Check::Form, refusal))?;
        trace.passed(Check::Form, form_passed(alg, typed));
        let found = self.keys_for(&header, alg);
        let candidates = found.map_err(|refusal| trace.refused(Check::Key, refusal))?;
        let signed = check_signature(candidates, &compact, &header, alg);
        let key = signed.map_err(|refusal| trace.refused(Check::Signature, refusal))?;
        trace.passed(Check::Key, key_passed(key));
        trace.passed(Check::Signature, "the key made this signature");
        let standing = self.check_claims(token, &compact, key, typed);
        standing.map_err(|refusal| trace.refused(Check::Claims, refusal))
    }

    fn read<'a>(&self, token: &'a str) -> Result<(Compact<'a>, Header, Alg, bool), Refusal> {
        if token.len() > self.policy.max_token_bytes {
            let most = self.policy.max_token_bytes;
            let detail = format!(
                "the token has {} bytes; at most {most} are read",
                token.len()
            );
            return Err(Refusal::new(Cause::TokenTooLarge, detail));
        }
        let compact = Compact::split(token).ok_or_else(|| form::refusal(token))?;
        let header = Header::decode(compact.header).map_err(|refusal| {
            form::placeholder(token)
                .or_else(|| form::quoted(token))
                .unwrap_or(refusal)
        })?;
        let alg = header.known_alg()?;
        let typed = self.policy.check_type(header.typ.as_deref())?;
        Ok((compact, header, alg, typed))
    }

    fn keys_for(
        &self,
        header: &Header,
        alg: Alg,
    ) -> Result<impl Iterator<Item = &VerifyingKey> + Clone, Refusal> {
        let kid = header.kid.as_deref();
        self.ring
            .candidates(kid, alg)
            .map_err(|none| no_key(none, kid, alg, &self.ring))
    }

    fn check_claims(
        &self,
        token: &str,
        compact: &Compact<'_>,
        key: &VerifyingKey,
        typed_as_access_token: bool,
    ) -> Result<VerifiedToken, Refusal> {
        let payload = compact.payload_bytes()?;
        let claims = ReadClaims::read(&payload).map_err(|error| {
            Refusal::new(
                Cause::TokenMalformed,
                format!("the second part (payload) holds no claims: {error}"),
            )
        })?;
        let unchecked = self.policy.check_standing(&claims)?;
        let exp = claims.exp.ok_or_else(|| {
            Refusal::new(
                Cause::ClaimMissing,
                "the token has no exp, so it would never end",
            )
        })?;
        let alg = key.alg();
        let key_label = Arc::clone(key.label());
        let proof = Proof {
            token,
            claims,
            exp,
            alg,
            key_label,
            typed_as_access_token,
            unchecked,
        };
        VerifiedToken::new(proof).ok_or_else(|| {
            Refusal::new(
                Cause::ClaimMissing,
                "the token has no sub, so it speaks for nobody",
            )
        })
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

fn no_key(none: NoKey, kid: Option<&str>, alg: Alg, ring: &KeyRing) -> Refusal {
    match none {
        NoKey::Empty => Refusal::new(
            Cause::SecretMissing,
            "this verifier has no key: no secret is configured",
        ),
        NoKey::Alg => {
            let mut held: Vec<_> = ring.keys().iter().map(|key| key.alg().as_str()).collect();
            held.sort_unstable();
            held.dedup();
            let held = held.join(", ");
            Refusal::new(
                Cause::AlgMismatch,
                format!("the token's alg is {alg}; this verifier's keys are for {held}"),
            )
        }
        NoKey::Kid => {
            let kid = shown(kid.unwrap_or_default());
            Refusal::new(
                Cause::KidNotInJwks,
                format!("no key has the kid {kid} that the token names"),
            )
        }
    }
}

const fn form_passed(alg: Alg, typed: bool) -> &'static str {
    match (alg, typed) {
        (Alg::EdDsa, true) => "a compact JWS, alg EdDSA, typ at+jwt",
        (Alg::EdDsa, false) => "a compact JWS, alg EdDSA",
        (Alg::Es256, true) => "a compact JWS, alg ES256, typ at+jwt",
        (Alg::Es256, false) => "a compact JWS, alg ES256",
        (Alg::Hs256, true) => "a compact JWS, alg HS256, typ at+jwt",
        (Alg::Hs256, false) => "a compact JWS, alg HS256",
    }
}

fn key_passed(key: &VerifyingKey) -> String {
    match key.kid() {
        Some(kid) => format!("{}, kid {}", key.label(), shown(kid.as_str())),
        None => key.label().to_string(),
    }
}
