//! Who sends a request (DESIGN 3): credential, token, session, account, permission.
//!
//! A handler that has one of these extractors has proof that every check was made: nothing else
//! makes an [`Authenticated`]. Cookies on unsafe requests count only with their CSRF token.

mod account;
mod checks;
mod fresh;
mod member;
mod scopes;

pub(crate) use fresh::fresh;
pub use member::{Guarded, Member, PageMember};

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use countersign_domain::accounts::Role;
use countersign_domain::accounts::User;
use countersign_domain::{SessionId, UserId};
use countersign_verify::{Cause, Check, Principal, Refusal, Trace, VerifiedToken};

use crate::App;
use crate::cookie_sessions::Known;
use crate::http::{Refused, RequestInfo};

use scopes::Scope;

/// How the credential came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum How {
    /// As bearer token (RFC 6750, section 2.1).
    Bearer,
    /// As session cookie, with its CSRF token where one is due.
    Cookie,
}

/// Somebody whose credential passed every check. An extractor; `Option<Authenticated>` lets those
/// pass who present none, and still refuses a bad one.
#[derive(Clone, Debug)]
pub struct Authenticated {
    user_id: UserId,
    session_id: Option<SessionId>,
    role: Role,
    evidence: Evidence,
}

#[derive(Clone, Debug)]
enum Evidence {
    /// A cookie's session and account.
    Cookie(Arc<Known>),
    /// A token of somebody else, and the account it speaks for.
    Foreign(Arc<VerifiedToken>, Arc<User>),
    /// A token of ours; the account, if it had to be looked at.
    Own(Arc<VerifiedToken>, Option<Arc<User>>),
}

impl Authenticated {
    /// The account.
    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The session; tokens of others carry none.
    #[must_use]
    pub const fn session_id(&self) -> Option<SessionId> {
        self.session_id
    }

    /// What the account may do.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// How the credential came.
    #[must_use]
    pub const fn how(&self) -> How {
        match self.evidence {
            Evidence::Cookie(_) => How::Cookie,
            Evidence::Foreign(..) | Evidence::Own(..) => How::Bearer,
        }
    }

    /// The account's address, as far as the credential tells it.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        match &self.evidence {
            Evidence::Cookie(known) => Some(known.user.email.as_str()),
            Evidence::Foreign(_, user) | Evidence::Own(_, Some(user)) => Some(user.email.as_str()),
            Evidence::Own(token, None) => token.email(),
        }
    }

    /// When the user last showed who they are, in seconds since the epoch.
    #[must_use]
    pub fn auth_time(&self) -> Option<i64> {
        match &self.evidence {
            Evidence::Cookie(known) => Some(known.session.auth_time.seconds()),
            Evidence::Foreign(token, _) | Evidence::Own(token, _) => token.auth_time(),
        }
    }

    /// When the credential ends, in seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        match &self.evidence {
            Evidence::Cookie(known) => {
                let session = &known.session;
                let end = session.idle_expires_at.min(session.absolute_expires_at);
                end.seconds()
            }
            Evidence::Foreign(token, _) | Evidence::Own(token, _) => token.exp(),
        }
    }

    /// How the user showed who they are (RFC 8176).
    #[must_use]
    pub fn amr(&self) -> Vec<&str> {
        match &self.evidence {
            Evidence::Cookie(known) => known.session.amr.iter().map(String::as_str).collect(),
            Evidence::Foreign(token, _) | Evidence::Own(token, _) => token.amr().collect(),
        }
    }

    /// What the credential allows: a token its `scope`, a cookie everything (`None`).
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        match &self.evidence {
            Evidence::Cookie(_) => None,
            Evidence::Foreign(token, _) | Evidence::Own(token, _) => token.scope(),
        }
    }

    /// What the token of another issuer says of its owner.
    #[must_use]
    pub fn foreign_principal(&self) -> Option<&Principal> {
        match &self.evidence {
            Evidence::Foreign(token, _) => Some(token.principal()),
            Evidence::Cookie(_) | Evidence::Own(..) => None,
        }
    }

    /// The account as the store has it now.
    ///
    /// # Errors
    /// `user-deleted-stale-token` if it is gone, or what keeps the store from working.
    pub async fn user(&self, app: &App) -> Result<User, Refused> {
        let found = app.store().user(self.user_id).await?;
        found.ok_or_else(|| {
            Refused::new(
                Cause::UserDeletedStaleToken,
                "the account was deleted a moment ago",
            )
        })
    }
}

impl FromRequestParts<App> for Authenticated {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        checks::authenticate(parts, app).await
    }
}

impl OptionalFromRequestParts<App> for Authenticated {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Refused> {
        match checks::authenticate(parts, app).await {
            Ok(authenticated) => Ok(Some(authenticated)),
            Err(_) if checks::is_anonymous(parts, app) => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}

/// Somebody with the role admin, and with a credential that may administer. An extractor.
#[derive(Clone, Debug)]
pub struct Admin(pub Authenticated);

impl FromRequestParts<App> for Admin {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let authenticated = checks::authenticate(parts, app).await?;
        let info = RequestInfo::from_request_parts(parts, app).await?;
        let mut trace = Trace::new(info.trace_id);
        let permitted = administers(authenticated.role, &mut trace)
            .and_then(|()| scopes::permit(&authenticated, Scope::Admin, &mut trace));
        match permitted {
            Ok(()) => Ok(Self(authenticated)),
            Err(refusal) => Err(checks::not_permitted(
                &authenticated,
                refusal,
                Scope::Admin,
                trace,
            )),
        }
    }
}

/// Whether an account of this role may administer.
///
/// # Errors
/// `role-missing`.
pub(crate) fn administers(role: Role, trace: &mut Trace) -> Result<(), Refusal> {
    match role {
        Role::Admin => Ok(()),
        Role::User => {
            let refusal = Refusal::new(Cause::RoleMissing, "the role admin is needed");
            Err(trace.refused(Check::Permission, refusal))
        }
    }
}
