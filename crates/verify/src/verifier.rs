//! The verifier: a token in, a verdict out.

use crate::base64url::Room;
use crate::claims::ReadClaims;
use crate::compact::{Compact, Header, KnownHeaders};
use crate::issuers::{Issuers, Makers};
use crate::signer::{Parsed, Signed};
use crate::token::{Proof, Unchecked};
use crate::{
    Alg, Cause, Check, Issuer, IssuerKind, IssuerName, JwkSet, KeyError, KeyRing, Policy, Refusal,
    Trace, VerifiedCache, VerifiedToken, form,
};
use std::sync::Arc;

/// Checks tokens against rings of keys and policies: those of our own issuer, and of issuers we trust.
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
///
/// With issuers that we trust, a refusal says whose key set [it needs](Refusal::needs). Fetching it is the
/// caller's part:
///
/// ```
/// use countersign_verify::{
///     Issuer, IssuerKind, IssuerName, JwkSet, KeyRing, Policy, Trace, TraceId, Verifier,
/// };
///
/// let name = IssuerName::new("accounts");
/// let policy = Policy { issuer: Some("https://id.example".into()), ..Policy::default() };
/// let issuer = Issuer::new(IssuerKind::Oidc, name.clone(), KeyRing::new(), policy);
/// let verifier = Verifier::new(KeyRing::new(), Policy::default()).trusting(issuer);
///
/// // {"alg":"EdDSA","kid":"1"}.{"iss":"https://id.example"}.
/// let token = "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUifQ.";
/// let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
/// let refusal = verifier.verify(token, 1_700_000_000, &mut trace).unwrap_err();
/// assert_eq!((refusal.cause.slug(), refusal.needs), ("jwks-unavailable", Some(name.clone())));
///
/// let fetched = JwkSet::parse(br#"{"keys":[]}"#)?; // by HTTPS, in truth
/// let verifier = verifier.with_key_set(&name, &fetched)?.expect("this issuer is trusted");
/// let refusal = verifier.verify(token, 1_700_000_000, &mut trace).unwrap_err();
/// assert_eq!(refusal.cause.slug(), "kid-not-in-jwks");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Verifier {
    issuers: Issuers,
    headers: KnownHeaders,
    cache: Option<VerifiedCache>,
}

impl Verifier {
    /// A verifier that trusts the keys of `ring` under `policy`, as those of its own issuer.
    #[must_use]
    pub fn new(ring: KeyRing, policy: Policy) -> Self {
        let name = IssuerName::new(IssuerName::OWN);
        Self {
            issuers: Issuers::new(Issuer::new(IssuerKind::Own, name, ring, policy)),
            headers: KnownHeaders::default(),
            cache: None,
        }
    }

    /// Remembers verified tokens in `cache`. Verdicts are the same with and without.
    #[must_use]
    pub fn with_cache(mut self, cache: VerifiedCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Accepts the tokens of `issuer` too. A token that names an issuer is checked with that one's keys and
    /// policy alone (RFC 8725, section 3.8); one that names none, with those of our own and then of each
    /// with a shared secret.
    #[must_use]
    pub fn trusting(mut self, issuer: Issuer) -> Self {
        self.issuers.add(issuer);
        self
    }

    /// The same verifier, without a cache, with another key set of the trusted issuer `name`; `None` if
    /// there is none of that name.
    ///
    /// # Errors
    /// [`KeyError`] if a key of the set is none.
    pub fn with_key_set(&self, name: &IssuerName, set: &JwkSet) -> Result<Option<Self>, KeyError> {
        let mut trusted = self.trusted().iter();
        let Some(issuer) = trusted.find(|issuer| issuer.name() == name) else {
            return Ok(None);
        };
        let issuer = Arc::new(issuer.with_key_set(set)?);
        Ok(Some(self.replacing(std::iter::once(issuer))))
    }

    /// The same verifier, without a cache and without the key set of the trusted issuer `name`.
    #[must_use]
    pub fn without_key_set(&self, name: &IssuerName) -> Self {
        let named = self.trusted().iter().filter(|issuer| issuer.name() == name);
        self.replacing(named.map(|issuer| Arc::new(issuer.without_key_set())))
    }

    /// The same verifier, without a cache, with the key sets that `other` holds of the same issuers.
    #[must_use]
    pub fn with_key_sets_of(&self, other: &Self) -> Self {
        let held = other.trusted().iter().filter(|issuer| issuer.has_key_set());
        self.replacing(held.map(Arc::clone))
    }

    fn replacing(&self, by: impl Iterator<Item = Arc<Issuer>>) -> Self {
        let mut issuers = self.issuers.clone();
        for issuer in by {
            issuers.replace(issuer);
        }
        Self {
            issuers,
            headers: KnownHeaders::default(),
            cache: None,
        }
    }

    /// Our own keys.
    #[must_use]
    pub fn ring(&self) -> &KeyRing {
        self.issuers.own().ring()
    }

    /// The policy for our own tokens.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        self.issuers.own().policy()
    }

    /// The issuers we trust besides our own.
    #[must_use]
    pub fn trusted(&self) -> &[Arc<Issuer>] {
        self.issuers.trusted()
    }

    /// The trusted issuer that `token` names, for explanations: nothing of the token was verified.
    #[must_use]
    pub fn named_by(&self, token: &str) -> Option<&Arc<Issuer>> {
        if token.len() > self.policy().max_token_bytes {
            return None;
        }
        let payload = Compact::split(token)?.payload_bytes().ok()?;
        let mut claims = ReadClaims::default();
        claims.read(payload).ok()?;
        let named = claims.iss()?;
        let mut trusted = self.trusted().iter();
        trusted.find(|issuer| issuer.policy().issuer.as_deref() == Some(named))
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
            return in_time(known, now, trace);
        }
        let token = self.verify_standing(token, trace)?;
        if let Some(cache) = &self.cache {
            // Its times do not matter here: they are checked at every use.
            cache.insert(&token);
        }
        in_time(token, now, trace)
    }

    /// All checks that do not depend on the time.
    fn verify_standing(
        &self,
        token: &str,
        trace: &mut Trace,
    ) -> Result<Arc<VerifiedToken>, Refusal> {
        let mut room = Room::default();
        let mut claims = ReadClaims::default();
        let parsed = self.parse(token, &mut room, &mut claims);
        let parsed = parsed.map_err(|refusal| trace.refused(Check::Form, refusal))?;
        let signed = self.signer(&parsed, trace)?;
        trace.passed(Check::Form, form_passed(parsed.alg, signed.typed));
        if signed.untried > 0 {
            trace.noted(Check::Key, untried(&signed));
        }
        trace.passed(Check::Key, key_passed(&signed));
        trace.passed(Check::Signature, "the key made this signature");
        if !parsed.known {
            let encoded = parsed.compact.header;
            self.headers.keep(encoded, &parsed.header, parsed.alg);
        }
        let alg = parsed.alg;
        let unchecked = parsed
            .claims
            .and_then(|claims| signed.issuer.check_standing(claims));
        let verified = unchecked.and_then(|unchecked| {
            let proof = Proof {
                alg,
                signed,
                unchecked,
            };
            VerifiedToken::new(token, claims, &proof)
        });
        verified.map_err(|refusal| trace.refused(Check::Claims, refusal))
    }

    fn parse<'a>(
        &'a self,
        token: &'a str,
        room: &'a mut Room,
        claims: &'a mut ReadClaims,
    ) -> Result<Parsed<'a>, Refusal> {
        let most = self.policy().max_token_bytes;
        if token.len() > most {
            let detail = format!(
                "the token has {} bytes; at most {most} are read",
                token.len()
            );
            return Err(Refusal::new(Cause::TokenTooLarge, detail));
        }
        let compact = Compact::split(token).ok_or_else(|| form::refusal(token))?;
        let found = self.headers.find(compact.header);
        let known = found.is_some();
        let (header, alg) = match found {
            Some(found) => found,
            None => read_header(token, compact.header, room)?,
        };
        let read = compact.payload_bytes().and_then(|payload| {
            claims.read(payload).map_err(|error| {
                let detail = format!("the second part (payload) holds no claims: {error}");
                Refusal::new(Cause::TokenMalformed, detail)
            })
        });
        Ok(Parsed {
            compact,
            header,
            alg,
            known,
            claims: read.map(|()| &*claims),
        })
    }

    /// Whose key made the signature. Claims that cannot be read name nobody.
    fn signer<'v>(&'v self, parsed: &Parsed<'_>, trace: &mut Trace) -> Result<Signed<'v>, Refusal> {
        let claims = parsed.claims.as_ref().ok().copied();
        match self.issuers.makers(claims) {
            Ok(Makers::Named(issuer)) => parsed
                .signed_by(issuer)
                .map_err(|(check, refusal)| trace.refused(check, refusal)),
            Ok(Makers::Unnamed) => self.unnamed_signer(parsed, trace),
            Err(refusal) => Err(trace.refused(Check::Key, refusal)),
        }
    }

    fn unnamed_signer<'v>(
        &'v self,
        parsed: &Parsed<'_>,
        trace: &mut Trace,
    ) -> Result<Signed<'v>, Refusal> {
        let iss = parsed.claims.as_ref().ok().and_then(|claims| claims.iss());
        let mut worst: Option<(Check, Refusal)> = None;
        for issuer in self.issuers.unnamed(iss) {
            match parsed.signed_by(issuer) {
                Ok(signed) => return Ok(signed),
                Err(refused) => {
                    // Who came furthest most probably made it; the others are worth a note.
                    let furthest = worst.as_ref().is_none_or(|(check, _)| refused.0 > *check);
                    let (kept, other) = if furthest {
                        (Some(refused), worst)
                    } else {
                        (worst, Some(refused))
                    };
                    worst = kept;
                    if let Some((_, other)) = other {
                        trace.noted(Check::Key, other.detail);
                    }
                }
            }
        }
        let (check, refusal) = worst.unwrap_or_else(|| (Check::Key, no_issuer()));
        let stranger = iss
            .filter(|_| check == Check::Key)
            .and_then(|iss| self.issuers.stranger(iss));
        match stranger {
            Some(stranger) => {
                trace.noted(Check::Key, refusal.detail);
                Err(trace.refused(Check::Key, stranger))
            }
            None => Err(trace.refused(check, refusal)),
        }
    }
}

fn read_header<'a>(
    token: &str,
    encoded: &str,
    room: &'a mut Room,
) -> Result<(Header<'a>, Alg), Refusal> {
    let header = Header::decode(encoded, room).map_err(|refusal| {
        form::placeholder(token)
            .or_else(|| form::quoted(token))
            .unwrap_or(refusal)
    })?;
    let alg = header.known_alg()?;
    Ok((header, alg))
}

fn no_issuer() -> Refusal {
    Refusal::new(Cause::SecretMissing, "this verifier knows no issuer")
}

/// The last checks, which depend on the time: those of a new token and of a known one alike.
fn in_time(
    token: Arc<VerifiedToken>,
    now: i64,
    trace: &mut Trace,
) -> Result<Arc<VerifiedToken>, Refusal> {
    if token.unchecked != Unchecked::default() {
        note_unchecked(&token, trace);
    }
    let policy = token.issuer().policy();
    match policy.check_times(token.exp(), token.claims(), now) {
        Ok(()) => {
            trace.passed(Check::Claims, "the token holds now");
            Ok(token)
        }
        Err(refusal) => Err(trace.refused(Check::Claims, refusal)),
    }
}

fn note_unchecked(token: &VerifiedToken, trace: &mut Trace) {
    let own = token.issuer().kind() == IssuerKind::Own;
    let note = |trace: &mut Trace, claim: &str, told: &'static str| {
        if own {
            trace.noted(Check::Claims, told);
        } else {
            let name = token.issuer().name();
            let detail =
                format!("{claim} is not checked: none is set for the trusted issuer {name}");
            trace.noted(Check::Claims, detail);
        }
    };
    if token.unchecked.issuer {
        note(
            trace,
            "iss",
            "iss is not checked: AUTH_JWT_ISSUER is not set",
        );
    }
    if token.unchecked.audience {
        note(
            trace,
            "aud",
            "aud is not checked: AUTH_JWT_AUDIENCE is not set",
        );
    }
    if token.unchecked.legacy {
        trace.noted(
            Check::Claims,
            "token-format-legacy: sub is an address and id the account; accepted, since AUTH_JWT_LEGACY is on",
        );
    }
}

const fn form_passed(alg: Alg, typed: bool) -> &'static str {
    macro_rules! said {
        ($alg:literal) => {
            if typed {
                concat!("a compact JWS, alg ", $alg, ", typ at+jwt")
            } else {
                concat!("a compact JWS, alg ", $alg)
            }
        };
    }
    match alg {
        Alg::EdDsa => said!("EdDSA"),
        Alg::Es256 => said!("ES256"),
        Alg::Es384 => said!("ES384"),
        Alg::Es512 => said!("ES512"),
        Alg::Hs256 => said!("HS256"),
        Alg::Hs384 => said!("HS384"),
        Alg::Hs512 => said!("HS512"),
        Alg::Ps256 => said!("PS256"),
        Alg::Ps384 => said!("PS384"),
        Alg::Ps512 => said!("PS512"),
        Alg::Rs256 => said!("RS256"),
        Alg::Rs384 => said!("RS384"),
        Alg::Rs512 => said!("RS512"),
    }
}

fn untried(signed: &Signed<'_>) -> String {
    format!(
        "the token names no key, so not all were tried: {} keys were left out",
        signed.untried
    )
}

fn key_passed(signed: &Signed<'_>) -> String {
    let told = signed.key.told();
    match signed.issuer.kind() {
        IssuerKind::Own => told.to_owned(),
        kind => {
            let (name, kind) = (signed.issuer.name(), kind.as_str());
            format!("{told}; trusted issuer {name} ({kind})")
        }
    }
}
