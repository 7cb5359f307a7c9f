//! `POST /api/v1/auth/jwt/login`: a session for an address and its password.

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::tokens::TokenAnswer;
use crate::App;
use crate::accounts::Client;
use crate::accounts::sessions::leave;
use crate::accounts::sign_in::{Credentials, sign_in};
use crate::api::fields::{self, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::api::{Body, SameSite};
use crate::http::Refused;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(login))
}

/// An address and its password.
#[derive(Debug, ToSchema)]
struct LoginRequest {
    /// The address of the account.
    #[schema(format = "email", example = "ada@example.com")]
    email: String,
    /// The password, exactly as it was chosen.
    #[schema(value_type = String, format = Password)]
    password: Zeroizing<String>,
}

impl FromFields for LoginRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let email = fields.required("email", fields::email_text);
        let password = fields.required("password", fields::password_text);
        Ok(Self {
            email: email?,
            password: password?,
        })
    }
}

/// Signs in: opens a session, hands out its tokens and sets its cookies.
#[utoipa::path(
    post,
    path = "/api/v1/auth/jwt/login",
    tag = "session",
    request_body = LoginRequest,
    responses(
        (status = 200, description = "Signed in", body = TokenAnswer),
        (status = 400, description = "The body is not JSON", body = Problem),
        (status = 401, description = "Wrong address or password: one answer for both", body = Problem),
        (status = 403, description = "The address is not verified yet", body = Problem),
        (status = 422, description = "Fields are wrong; all are named", body = Problem),
        (status = 429, description = "Too many failures; Retry-After says when to come back", body = Problem),
        (status = 503, description = "Too many sign-ins wait already; Retry-After says when to come back", body = Problem),
    ),
)]
async fn login(
    State(app): State<App>,
    client: Client,
    _from: SameSite,
    headers: HeaderMap,
    Body(request): Body<LoginRequest>,
) -> Result<Response, Refused> {
    let LoginRequest { email, password } = request;
    let credentials = Credentials { email, password };
    let signed_in = Box::pin(sign_in(&app, &client, credentials)).await?;
    Box::pin(leave(&app, &client, &headers)).await;
    let cookies = app.sign_in_cookies(&signed_in);
    let refresh = app.refresh_cookie(&signed_in.refresh, signed_in.refresh_expires_at);
    let answer = TokenAnswer::new(&app, &signed_in.session, signed_in.user, &signed_in.refresh)?;
    Ok((cookies, AppendHeaders([(SET_COOKIE, refresh)]), answer).into_response())
}
