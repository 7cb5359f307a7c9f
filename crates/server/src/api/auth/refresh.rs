//! `POST /api/v1/auth/refresh`: a new access token, and the successor of the refresh token.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::{RefreshToken, Timestamp, TokenError};
use countersign_store::{RefreshAttempt, RefreshOutcome};
use countersign_verify::Cause;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::refresh_cookie::RefreshCookie;
use super::tokens::TokenAnswer;
use crate::App;
use crate::accounts::Client;
use crate::api::fields::{self, Fields, FromFields};
use crate::api::problem::Problem;
use crate::api::{Body, openapi};
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
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let refresh_token = fields.optional("refresh_token", fields::secret_text)?;
        Some(Self { refresh_token })
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
    security((), (openapi::COOKIE = [])),
)]
async fn refresh(
    State(app): State<App>,
    client: Client,
    cookie: RefreshCookie,
    Body(request): Body<RefreshRequest>,
) -> Result<Response, Refused> {
    if let Some(token) = request.refresh_token {
        let (answer, _) = renew(&app, &client, &token).await?;
        return Ok(answer.into_response());
    }
    let token = cookie.token?;
    let (answer, expires_at) = renew(&app, &client, &token).await?;
    let set = RefreshCookie::set(&app, answer.refresh_token(), expires_at)?;
    Ok(([(http::header::SET_COOKIE, set)], answer).into_response())
}

/// Exchanges a token; gives its successor's end too.
async fn renew(
    app: &App,
    client: &Client,
    text: &str,
) -> Result<(TokenAnswer, Timestamp), Refused> {
    let now = app.now();
    let token = RefreshToken::parse(text)
        .map_err(|error| refuse(app, client, RefreshRefusal::Form(error)))?;
    let fingerprint = format!("{:?}", token.hash());
    let attempt = RefreshAttempt {
        token,
        key: app.refresh_key().clone(),
        now,
        ttl: app.settings().tokens.refresh_ttl,
        policy: app.session_policy(),
        reuse: client.event(app, now, AuditKind::SessionRefreshReused, Actor::Anonymous),
    };
    match app.store().refresh(attempt).await? {
        RefreshOutcome::Refreshed { successor, expires_at, session, user, .. } => {
            let answer = TokenAnswer::new(app, &session, *user, &successor)?;
            Ok((answer, expires_at))
        }
        RefreshOutcome::Refused { cause, session, ended, .. } => {
            if ended {
                app.sessions_ended(&[session.id], cause);
                // The event was written with the end of the session.
                let refusal = RefreshRefusal::Session { cause, token: fingerprint };
                return Err(Refused::new(cause, refusal.to_string()));
            }
            Err(refuse(app, client, RefreshRefusal::Session { cause, token: fingerprint }))
        }
        RefreshOutcome::Unknown => Err(refuse(app, client, RefreshRefusal::Unknown(fingerprint))),
    }
}

/// The refusal on its way to the client, noted in the audit log.
fn refuse(app: &App, client: &Client, refusal: RefreshRefusal) -> Refused {
    let cause = refusal.cause();
    let event = client
        .event(app, app.now(), AuditKind::SessionRefreshRefused, Actor::Anonymous)
        .refused(cause)
        .with("detail", refusal.to_string());
    app.audit(event);
    Refused::new(cause, refusal.to_string())
}
