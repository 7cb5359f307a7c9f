//! A token that was verified.

use crate::claims::ReadClaims;
use crate::signer::Signed;
use crate::{Alg, Cause, Issuer, IssuerKind, Principal, Refusal};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Proof that a token was verified: signature, issuer, audience and times. Only
/// [`Verifier::verify`](crate::Verifier::verify) makes one.
///
/// It says nothing about the session and the account behind the token, which may have ended since.
#[derive(Clone)]
pub struct VerifiedToken {
    /// Apart from the claims: two small pieces of memory are had faster than one that is larger.
    token: Box<str>,
    claims: ReadClaims,
    exp: i64,
    alg: Alg,
    /// Its place among those of the issuer, since one count of references costs less than two.
    key: usize,
    issuer: Arc<Issuer>,
    typed_as_access_token: bool,
    pub(crate) unchecked: Unchecked,
    principal: OnceLock<Box<Principal>>,
}

/// What a token names but nobody asked us to check; the trace says so each time.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Unchecked {
    pub(crate) audience: bool,
    pub(crate) issuer: bool,
    /// Of the legacy form, which is accepted but on its way out.
    pub(crate) legacy: bool,
}

/// What the verifier learnt on its way to a verified token.
pub(crate) struct Proof<'v> {
    pub(crate) alg: Alg,
    pub(crate) signed: Signed<'v>,
    pub(crate) unchecked: Unchecked,
}

impl VerifiedToken {
    /// # Errors
    /// The refusal of a token that never ends or speaks for nobody.
    #[inline]
    pub(crate) fn new(
        token: &str,
        claims: ReadClaims,
        proof: &Proof<'_>,
    ) -> Result<Arc<Self>, Refusal> {
        let exp = claims.exp.ok_or_else(|| {
            let detail = "the token has no exp, so it would never end";
            Refusal::new(Cause::ClaimMissing, detail)
        })?;
        if claims.sub_text().is_none() {
            let detail = "the token has no sub, so it speaks for nobody";
            return Err(Refusal::new(Cause::ClaimMissing, detail));
        }
        let signed = &proof.signed;
        Ok(Arc::new(Self {
            token: token.into(),
            claims,
            exp,
            alg: proof.alg,
            key: signed.place,
            issuer: Arc::clone(signed.issuer),
            typed_as_access_token: signed.typed,
            unchecked: proof.unchecked,
            principal: OnceLock::new(),
        }))
    }

    /// Who the token speaks for (`sub`, RFC 7519, section 4.1.2).
    #[must_use]
    pub fn sub(&self) -> &str {
        self.claims.sub_text().unwrap_or_default() // without one, there is no such token
    }

    /// When the token ends, in seconds since the epoch (`exp`).
    #[must_use]
    pub const fn exp(&self) -> i64 {
        self.exp
    }

    /// When the token was made, in seconds since the epoch (`iat`).
    #[must_use]
    pub const fn iat(&self) -> Option<i64> {
        self.claims.iat
    }

    /// When the token begins, in seconds since the epoch (`nbf`).
    #[must_use]
    pub const fn nbf(&self) -> Option<i64> {
        self.claims.nbf
    }

    /// When the user signed in, in seconds since the epoch (`auth_time`, OIDC Core, section 2).
    #[must_use]
    pub const fn auth_time(&self) -> Option<i64> {
        self.claims.auth_time
    }

    /// Who made the token (`iss`).
    #[must_use]
    pub fn iss(&self) -> Option<&str> {
        self.claims.iss()
    }

    /// For whom the token was made (`aud`).
    pub fn aud(&self) -> impl Iterator<Item = &str> {
        self.claims.aud()
    }

    /// The token's own name (`jti`).
    #[must_use]
    pub fn jti(&self) -> Option<&str> {
        self.claims.jti()
    }

    /// The session the token belongs to (`sid`), if it is a string.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.claims.sid()
    }

    /// What the token allows, separated by blanks (`scope`, RFC 8693, section 4.2).
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.claims.scope()
    }

    /// Whether `scope` is among those the token allows.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope()
            .is_some_and(|scopes| scopes.split(' ').any(|one| one == scope))
    }

    /// The user's address (`email`), if it is a string.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.claims.email()
    }

    /// Whether the issuer checked that address (`email_verified`, OIDC Core, section 5.1).
    #[must_use]
    pub const fn email_verified(&self) -> Option<bool> {
        self.claims.email_verified
    }

    /// The user's role (`role`), if it is a string.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        self.claims.role()
    }

    /// How the user signed in (`amr`, RFC 8176).
    pub fn amr(&self) -> impl Iterator<Item = &str> {
        self.claims.amr()
    }

    /// The algorithm of the signature.
    #[must_use]
    pub const fn alg(&self) -> Alg {
        self.alg
    }

    /// What the key that verified the token is called; no secret.
    #[must_use]
    pub fn key_label(&self) -> &Arc<str> {
        self.issuer.ring().keys()[self.key].label() // neither ring nor place ever changes
    }

    /// By whose keys and rules the token was verified.
    #[must_use]
    pub const fn issuer(&self) -> &Arc<Issuer> {
        &self.issuer
    }

    /// Whether the token is an access token of this server's sessions: made with our own keys, typed
    /// `at+jwt` (RFC 9068), and with a `sid`. Others carry no session of ours.
    #[must_use]
    pub fn own(&self) -> bool {
        self.issuer.kind() == IssuerKind::Own && self.typed_as_access_token && self.sid().is_some()
    }

    /// Whether the token is of the legacy form, `{"sub": email, "id": user id}`.
    #[must_use]
    pub const fn is_legacy(&self) -> bool {
        self.unchecked.legacy
    }

    /// Whether the header says that it is an access token (`at+jwt`, RFC 9068, section 2.1).
    pub(crate) const fn is_typed_as_access_token(&self) -> bool {
        self.typed_as_access_token
    }

    /// Who the token speaks for, in one shape whoever made it. Made at the first call and then kept.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        self.principal.get_or_init(|| Box::new(Principal::of(self)))
    }

    /// All claims, decoded anew: for those without an accessor.
    #[must_use]
    pub fn raw(&self) -> Map<String, Value> {
        // It was read as an object once, and more strictly.
        serde_json::from_str(self.claims.json()).unwrap_or_default()
    }

    /// The text of the token. Never log, print or store it.
    #[must_use]
    pub fn expose_token(&self) -> &str {
        &self.token
    }

    pub(crate) const fn claims(&self) -> &ReadClaims {
        &self.claims
    }
}

impl fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken")
            .field("sub", &self.sub())
            .field("sid", &self.sid())
            .field("exp", &self.exp)
            .field("alg", &self.alg)
            .field("key_label", self.key_label())
            .field("issuer", self.issuer.name())
            .finish_non_exhaustive()
    }
}
