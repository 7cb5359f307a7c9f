//! What a sign-in and a renewal hand out.

use axum::response::{IntoResponse, Response};
use countersign_domain::RefreshToken;
use countersign_domain::accounts::{Role, User};
use countersign_domain::sessions::Session;
use countersign_verify::{Cause, Claims};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use rand::Rng;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::api::user::UserView;
use crate::http::{Json, Refused};

/// The tokens of a session.
#[derive(Serialize, ToSchema)]
pub(super) struct TokenAnswer {
    /// Goes into the Authorization header: `Bearer …` (RFC 6750).
    access_token: String,
    /// For how many seconds the access token is good.
    #[schema(example = 3600)]
    expires_in: i64,
    /// Renews the session, once.
    #[schema(example = "csr_…")]
    refresh_token: String,
    /// Names the session.
    #[schema(format = "uuid")]
    session_id: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// The account.
    user: UserView,
}

impl TokenAnswer {
    /// Makes an access token of the session, next to a refresh token.
    pub(super) fn new(
        app: &App,
        session: &Session,
        user: User,
        refresh: &RefreshToken,
    ) -> Result<Self, Refused> {
        let claims = claims(app, session, &user);
        let access_token = app.keys().issue(&claims).map_err(|error| {
            Refused::new(Cause::InternalError, format!("no access token: {error}"))
        })?;
        Ok(Self {
            access_token,
            expires_in: claims.exp - claims.iat,
            refresh_token: refresh.expose().to_owned(),
            session_id: session.id.to_string(),
            token_type: "Bearer",
            user: user.into(),
        })
    }
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        let mut response = Json(self).into_response();
        // RFC 6749, section 5.1.
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// The claims of an access token (RFC 9068, section 2.2).
fn claims(app: &App, session: &Session, user: &User) -> Claims {
    let settings = app.settings();
    let now = app.now();
    let mut jti = [0; 16];
    app.rng().fill_bytes(&mut jti);
    Claims {
        iss: Some(settings.issuer()),
        sub: user.id.to_string(),
        aud: settings.tokens.audience.clone(),
        exp: session
            .access_expiry(now, settings.tokens.access_ttl)
            .seconds(),
        nbf: now.seconds(),
        iat: now.seconds(),
        jti: format!("{:032x}", u128::from_be_bytes(jti)),
        sid: session.id.to_string(),
        scope: Some(scope(user.role).to_owned()),
        email: Some(user.email.to_string()),
        role: Some(user.role.as_str().to_owned()),
        amr: session.amr.clone(),
        auth_time: session.auth_time.seconds(),
    }
}

/// What an access token of a role allows (RFC 8693, section 4.2).
const fn scope(role: Role) -> &'static str {
    match role {
        Role::Admin => "read write admin",
        Role::User => "read write",
    }
}
