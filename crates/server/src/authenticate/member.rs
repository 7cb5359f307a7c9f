//! Who is behind a request, with account and session in full.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_domain::SessionId;
use countersign_domain::accounts::User;
use countersign_domain::sessions::Session;
use countersign_verify::{Accepts, Cause, Credential, Presented, Trace, TraceId};
use http::HeaderMap;

use super::Authenticated;
use super::checks::{Failed, cookie};
use crate::App;
use crate::http::Refused;

/// Somebody whose credential passed every check, with account and session as the store has them
/// now. An extractor.
#[derive(Clone, Debug)]
pub struct Member {
    /// The account.
    pub user: User,
    /// The session; tokens of others carry none.
    pub session: Option<Session>,
}

impl Member {
    /// The session's id.
    #[must_use]
    pub fn session_id(&self) -> Option<SessionId> {
        self.session.as_ref().map(|session| session.id)
    }

    async fn of(app: &App, authenticated: &Authenticated) -> Result<Self, Refused> {
        let Some(id) = authenticated.session_id() else {
            let user = authenticated.user(app).await?;
            return Ok(Self {
                user,
                session: None,
            });
        };
        let (session, user) = app.store().session(id).await?.ok_or_else(|| {
            Refused::new(
                Cause::SessionUnknown,
                "the session was cleared away a moment ago",
            )
        })?;
        let ended = |cause| Refused::new(cause, "the session ended a moment ago");
        session.state_at(app.now()).map_err(ended)?;
        Ok(Self {
            user,
            session: Some(session),
        })
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let authenticated = Authenticated::from_request_parts(parts, app).await?;
        Self::of(app, &authenticated).await
    }
}

/// A [`Member`] whose request may change something: by bearer token, or by cookie with CSRF token
/// and trusted origin. An extractor for unsafe methods.
#[derive(Clone, Debug)]
pub struct Guarded(pub Member);

impl FromRequestParts<App> for Guarded {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        // Authentication itself asks for the CSRF token on every unsafe method.
        Member::from_request_parts(parts, app).await.map(Self)
    }
}

/// The visitor of a page, by session cookie. The CSRF token is not checked: pages do it with
/// their forms.
#[derive(Clone, Debug)]
pub struct PageMember {
    /// The account, as it was a moment ago.
    pub user: User,
    /// The session.
    pub session: Session,
}

impl App {
    /// Who visits a page; `None` without a session cookie.
    ///
    /// # Errors
    /// Why the cookie does not count any more, or what keeps the store from working.
    pub async fn member(&self, headers: &HeaderMap) -> Result<Option<PageMember>, Refused> {
        let accepts = Accepts {
            api_key: false,
            bearer: false,
            cookie: true,
        };
        let presented = Presented::from_headers(headers, self.session_cookie_name(), accepts);
        let Some(Credential::SessionCookie(value)) = presented.credential else {
            return Ok(None);
        };
        // The shell gives the trace of a refusal the id of its request.
        let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
        match cookie(self, value, &mut trace).await {
            Ok(known) => Ok(Some(PageMember {
                user: known.user.clone(),
                session: known.session.clone(),
            })),
            Err(Failed::Refusal(refusal)) => Err(Refused::from(refusal).traced(trace)),
            Err(Failed::Store(refused)) => Err(refused),
        }
    }
}
