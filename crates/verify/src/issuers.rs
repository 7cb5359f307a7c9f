//! Whose tokens are accepted: our own, and those of issuers that we trust, each with keys and rules of its own.

use crate::claims::ReadClaims;
use crate::keys::KeyRing;
use crate::policy::issuer_mismatch;
use crate::refusal::shown;
use crate::token::Unchecked;
use crate::{Alg, Algs, Cause, ClaimPath, JwkSet, KeyError, Policy, Refusal};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;

/// What an issuer is called in settings, traces and health; no secret.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct IssuerName(Arc<str>);

impl IssuerName {
    /// The name of this verifier's own issuer.
    pub const OWN: &'static str = "own";

    /// A name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IssuerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of issuer it is; the kind decides how its tokens are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IssuerKind {
    /// An `OpenID` provider with a published key set (`OpenID` Connect Discovery 1.0).
    Oidc,
    /// This verifier's own.
    Own,
    /// Somebody who signs with a secret that we share, such as a front end.
    SharedSecret,
    /// A Supabase project: a secret (HS256), a published key set, or both.
    Supabase,
}

impl IssuerKind {
    /// The kind, as settings write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Own => "own",
            Self::SharedSecret => "shared-secret",
            Self::Supabase => "supabase",
        }
    }

    /// Whether its keys are published, so that they can be had anew.
    #[must_use]
    pub const fn publishes_keys(self) -> bool {
        matches!(self, Self::Oidc | Self::Supabase)
    }
}

/// An issuer whose tokens are accepted: its keys, which count for its tokens alone (RFC 8725, section 3.8),
/// and what is demanded of its tokens. Immutable: with other keys it is another.
#[derive(Clone, Debug)]
pub struct Issuer {
    name: IssuerName,
    kind: IssuerKind,
    policy: Policy,
    role_claim: Option<ClaimPath>,
    algorithms: Vec<Alg>,
    /// The keys that settings give: secrets.
    configured: KeyRing,
    /// These and the published ones.
    keys: KeyRing,
    fetched: bool,
}

impl Issuer {
    /// An issuer of `kind` that has the keys in `ring`, where settings give any. The key set of one that
    /// [publishes it](IssuerKind::publishes_keys) is brought later, by [`Issuer::with_key_set`].
    #[must_use]
    pub fn new(kind: IssuerKind, name: IssuerName, ring: KeyRing, policy: Policy) -> Self {
        Self {
            name,
            kind,
            policy,
            role_claim: None,
            algorithms: Vec::new(),
            configured: ring.clone(),
            keys: ring,
            fetched: false,
        }
    }

    /// Reads the role of its tokens at `path`, and nowhere else.
    #[must_use]
    pub fn with_role_claim(mut self, path: ClaimPath) -> Self {
        self.role_claim = Some(path);
        self
    }

    /// Takes keys for these algorithms alone from its key set; with none, for all that we know.
    #[must_use]
    pub fn with_algorithms(mut self, algorithms: Vec<Alg>) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// The same issuer with the key set it publishes in place of the one it had.
    ///
    /// Symmetric keys are passed over: what is published is no secret (RFC 8725, section 3.1).
    ///
    /// # Errors
    /// [`KeyError`] if a key of the set is none.
    pub fn with_key_set(&self, set: &JwkSet) -> Result<Self, KeyError> {
        let wanted = if self.algorithms.is_empty() {
            Algs::ALL
        } else {
            Algs::of(&self.algorithms)
        };
        let published = set.keys.iter().filter(|jwk| !jwk.is_secret());
        let trusted = JwkSet {
            keys: published.filter_map(|jwk| jwk.limited_to(wanted)).collect(),
            ignored: set.ignored.clone(),
        };
        let label = format!("the key set of {}", self.name);
        let keys = self.configured.clone().with_set(&trusted, &label)?;
        Ok(Self {
            keys,
            fetched: true,
            ..self.clone()
        })
    }

    /// The same issuer without the key set it publishes.
    #[must_use]
    pub fn without_key_set(&self) -> Self {
        Self {
            keys: self.configured.clone(),
            fetched: false,
            ..self.clone()
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &IssuerName {
        &self.name
    }

    /// What kind it is of.
    #[must_use]
    pub const fn kind(&self) -> IssuerKind {
        self.kind
    }

    /// What is demanded of its tokens.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Its keys.
    #[must_use]
    pub const fn ring(&self) -> &KeyRing {
        &self.keys
    }

    /// Where the role stands in its tokens, if settings say so.
    #[must_use]
    pub const fn role_claim(&self) -> Option<&ClaimPath> {
        self.role_claim.as_ref()
    }

    /// Whether the key set it publishes is held. `false` for one that publishes none.
    #[must_use]
    pub const fn has_key_set(&self) -> bool {
        self.fetched
    }

    /// The refusal for want of a key: asks for the key set where that can help.
    pub(crate) fn wants_keys(&self, refusal: Refusal) -> Refusal {
        if self.kind == IssuerKind::Own || self.kind.publishes_keys() {
            refusal.needing(self.name.clone())
        } else {
            refusal
        }
    }

    /// Checks all that does not depend on the time, by the rules of this issuer.
    pub(crate) fn check_standing(&self, claims: &ReadClaims) -> Result<Unchecked, Refusal> {
        if self.kind == IssuerKind::Supabase
            && let Some(role @ ("anon" | "service_role")) = claims.role()
        {
            return Err(project_key(role));
        }
        let unchecked = self.policy.check_standing(claims)?;
        if !self.policy.clients.is_empty() {
            self.policy.check_client(&members(claims))?;
        }
        let by_address = claims.sub_text().is_some_and(|sub| sub.contains('@'));
        let legacy = by_address
            && matches!(self.kind, IssuerKind::Own | IssuerKind::SharedSecret)
            && members(claims).contains_key("id");
        if legacy && !self.policy.accept_legacy {
            return Err(Refusal::new(
                Cause::TokenFormatLegacy,
                "sub is an address and the account stands in id; here sub names the account and email its address",
            ));
        }
        Ok(Unchecked {
            legacy,
            ..unchecked
        })
    }
}

fn members(claims: &ReadClaims) -> Map<String, Value> {
    // What could not be read was refused before.
    serde_json::from_str(claims.json()).unwrap_or_default()
}

/// The refusal of a Supabase project's own key, which is for clients without a user.
pub(crate) fn project_key(role: &str) -> Refusal {
    Refusal::new(
        Cause::AnonKeyAsUserToken,
        format!("the token has the role {role}: it is the project's API key, not a user's token"),
    )
}

/// The issuers of a verifier.
#[derive(Clone, Debug)]
pub(crate) struct Issuers {
    own: Arc<Issuer>,
    trusted: Vec<Arc<Issuer>>,
}

/// Who may have made a token.
pub(crate) enum Makers<'a> {
    /// The one issuer that the token names.
    Named(&'a Arc<Issuer>),
    /// Those who need not name themselves: our own first.
    Unnamed,
}

impl Issuers {
    pub(crate) fn new(own: Issuer) -> Self {
        Self {
            own: Arc::new(own),
            trusted: Vec::new(),
        }
    }

    pub(crate) const fn own(&self) -> &Arc<Issuer> {
        &self.own
    }

    pub(crate) fn trusted(&self) -> &[Arc<Issuer>] {
        &self.trusted
    }

    pub(crate) fn add(&mut self, issuer: Issuer) {
        self.trusted.push(Arc::new(issuer));
    }

    /// Puts `issuer` into the place of the one that is called so.
    pub(crate) fn replace(&mut self, issuer: Arc<Issuer>) {
        let place = self
            .trusted
            .iter_mut()
            .find(|known| known.name == issuer.name);
        if let Some(place) = place {
            *place = issuer;
        }
    }

    /// Chooses by the unverified `iss` (RFC 8725, section 3.8); whoever is chosen, the token is then checked
    /// with that issuer's keys alone.
    pub(crate) fn makers(&self, claims: Option<&ReadClaims>) -> Result<Makers<'_>, Refusal> {
        if self.trusted.is_empty() {
            return Ok(Makers::Unnamed);
        }
        let Some(named) = claims.and_then(|claims| claims.iss()) else {
            return Ok(Makers::Unnamed);
        };
        let is_it = |issuer: &&Arc<Issuer>| issuer.policy.issuer.as_deref() == Some(named);
        let mut all = std::iter::once(&self.own).chain(&self.trusted);
        if let Some(issuer) = all.find(is_it) {
            return Ok(Makers::Named(issuer));
        }
        match self.near(claims, named) {
            Some(refusal) => Err(refusal),
            None => Ok(Makers::Unnamed),
        }
    }

    /// Those who need not name themselves: a token without `iss`, or with one that nobody claims.
    pub(crate) fn unnamed(&self, iss: Option<&str>) -> impl Iterator<Item = &Arc<Issuer>> {
        let shared = self.trusted.iter().filter(move |issuer| {
            issuer.kind == IssuerKind::SharedSecret
                && (iss.is_none() || issuer.policy.issuer.is_none())
        });
        std::iter::once(&self.own).chain(shared)
    }

    /// An issuer that is almost a trusted one, told without a look at the signature: it is refused anyway.
    #[cold]
    fn near(&self, claims: Option<&ReadClaims>, named: &str) -> Option<Refusal> {
        let is_supabase = |issuer: &&Arc<Issuer>| issuer.kind == IssuerKind::Supabase;
        let role = claims.and_then(|claims| claims.role());
        if let Some(role @ ("anon" | "service_role")) = role
            && self.trusted.iter().any(|issuer| is_supabase(&issuer))
        {
            return Some(project_key(role)); // its iss is `supabase`, whatever the project
        }
        self.trusted.iter().find_map(|issuer| {
            let wanted = issuer.policy.issuer.as_deref()?;
            let refusal = issuer_mismatch(wanted, named);
            let told = format!(
                "{}, as of the trusted issuer {}",
                refusal.detail, issuer.name
            );
            match refusal.cause {
                Cause::IssMismatch => None,
                // The path is the same in every project, so another host is another project.
                Cause::IssHostMismatch if is_supabase(&issuer) => {
                    Some(Refusal::new(Cause::IdpInstanceMismatch, told))
                }
                cause => Some(Refusal::new(cause, told)),
            }
        })
    }

    /// What to say of a token that names a stranger, where no key of ours fits it.
    #[cold]
    pub(crate) fn stranger(&self, named: &str) -> Option<Refusal> {
        let known: Vec<_> = std::iter::once(&self.own)
            .chain(&self.trusted)
            .filter_map(|issuer| issuer.policy.issuer.as_deref().map(shown))
            .collect();
        (!self.trusted.is_empty()).then(|| {
            Refusal::new(
                Cause::IssMismatch,
                format!("iss is {}; trusted are {}", shown(named), known.join(", ")),
            )
        })
    }
}
