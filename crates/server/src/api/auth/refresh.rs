//! `POST /api/v1/auth/refresh`: a new access token, and the successor of the refresh token.

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::{RefreshToken, TokenError};
use countersign_store::{RefreshAttempt, RefreshOutcome};
use countersign_verify::{Cause, Check, cookies};
use http::HeaderValue;
use http::header::{AUTHORIZATION, SET_COOKIE};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::tokens::TokenAnswer;
use crate::App;
use crate::accounts::Client;
use crate::api::Body;
use crate::api::fields::{self, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::authenticate::Authenticated;
use crate::http::Refused;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(refresh))
}

/// A refresh token. A browser that keeps it in a cookie sends no body, but its CSRF token.
#[derive(Debug, ToSchema)]
struct RefreshRequest {
    /// The refresh token of the last answer.
    #[schema(value_type = Option<String>, example = "csr_…")]
    refresh_token: Option<Zeroizing<String>>,
}

impl FromFields for RefreshRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let refresh_token = fields.optional("refresh_token", fields::secret_text)?;
        Ok(Self { refresh_token })
    }
}

/// Why a refresh token was refused.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
enum RefreshRefusal {
    #[error("the presented text is no refresh token: {0}")]
    Form(TokenError),
    #[error("the refresh token {0} is not known, or was cleared away long after its session ended")]
    Unknown(String),
    #[error("the session of the refresh token {token} goes on no more ({})", .cause.slug())]
    Session { cause: Cause, token: String },
}

impl RefreshRefusal {
    const fn cause(&self) -> Cause {
        match self {
            Self::Form(_) | Self::Unknown(_) => Cause::RefreshTokenUnknown,
            Self::Session { cause, .. } => *cause,
        }
    }
}

/// Renews a session: a new access token and a new refresh token.
///
/// Within 30 s of its use a refresh token gives the same successor again, so parallel requests
/// and lost answers do no harm. Used later, after its successor was used, it ends the session.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    tag = "session",
    request_body = Option<RefreshRequest>,
    responses(
        (status = 200, description = "Renewed", body = TokenAnswer),
        (status = 401, description = "The refresh token is refused, and why", body = Problem),
        (status = 403, description = "By cookie: the CSRF token or the origin is refused", body = Problem),
        (status = 422, description = "A field is wrong", body = Problem),
    ),
    security((), ("session_cookie" = [])),
)]
async fn refresh(
    State(app): State<App>,
    client: Client,
    request: Request,
) -> Result<Response, Refused> {
    let (mut parts, body) = request.into_parts();
    let with_body = Request::from_parts(parts.clone(), body);
    let Body(request) = Body::<RefreshRequest>::from_request(with_body, &app).await?;
    if let Some(token) = request.refresh_token {
        let (answer, _) = renew(&app, &client, &token).await?;
        return Ok(answer.into_response());
    }
    // The session cookie lives as long as the refresh token can be used; with it go the checks
    // of the CSRF token and the origin. A bearer token beside it, which may well have run out,
    // must neither spoil nor spare them.
    parts.headers.remove(AUTHORIZATION);
    Authenticated::from_request_parts(&mut parts, &app).await?;
    let name = app.refresh_cookie_name();
    let token = cookies(&parts.headers).find(|(found, _)| *found == name);
    let (_, token) = token.ok_or_else(|| {
        let detail = format!("neither refresh_token in the body nor the cookie {name}");
        Refused::new(Cause::CredentialMissing, detail)
    })?;
    let (answer, cookie) = renew(&app, &client, token).await?;
    Ok(([(SET_COOKIE, cookie)], answer).into_response())
}

/// Exchanges a token; gives the cookie for its successor too.
async fn renew(
    app: &App,
    client: &Client,
    text: &str,
) -> Result<(TokenAnswer, HeaderValue), Refused> {
    let now = app.now();
    let presented =
        RefreshToken::parse(text).map_err(|error| refuse(client, &RefreshRefusal::Form(error)))?;
    let token = format!("{:?}", presented.hash());
    let attempt = RefreshAttempt {
        token: presented,
        key: app.refresh_key().clone(),
        now,
        ttl: app.settings().tokens.refresh_ttl,
        policy: app.session_policy(),
        reuse: client.event(app, now, AuditKind::SessionRefreshReused, Actor::Anonymous),
    };
    let outcome = Box::pin(app.store().refresh(attempt)).await?;
    let (cause, session, ended) = match outcome {
        RefreshOutcome::Refreshed {
            successor,
            expires_at,
            session,
            user,
            ..
        } => {
            let cookie = app.refresh_cookie(&successor, expires_at);
            let answer = TokenAnswer::new(app, &session, *user, &successor)?;
            return Ok((answer, cookie));
        }
        RefreshOutcome::Refused {
            cause,
            session,
            ended,
            ..
        } => (cause, session, ended),
        RefreshOutcome::Unknown => return Err(refuse(client, &RefreshRefusal::Unknown(token))),
    };
    let refused = client
        .refused(
            Check::Session,
            cause,
            RefreshRefusal::Session { cause, token }.to_string(),
        )
        .of(Some(session.user_id), Some(session.id));
    if ended {
        app.sessions_ended(&[session.id], cause);
        // The event was written with the end of the session.
        return Err(refused);
    }
    Err(refused.audited_as(AuditKind::SessionRefreshRefused))
}

/// A token that belongs to no session.
fn refuse(client: &Client, refusal: &RefreshRefusal) -> Refused {
    client
        .refused(Check::Form, refusal.cause(), refusal.to_string())
        .audited_as(AuditKind::SessionRefreshRefused)
}
