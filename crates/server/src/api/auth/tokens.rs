//! What a sign-in and a renewal hand out.

use axum::response::{IntoResponse, Response};
use countersign_domain::RefreshToken;
use countersign_domain::accounts::User;
use countersign_domain::sessions::Session;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
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
        let access = app.access_token(&user, session)?;
        Ok(Self {
            expires_in: access.expires_at.seconds() - access.issued_at.seconds(),
            access_token: access.token,
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
