//! `POST /api/v1/auth/register`: an account for whoever asks.

use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::App;
use crate::accounts::Client;
use crate::accounts::register::{Registration, register};
use crate::api::fields::{self, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::api::{Body, SameSite};
use crate::http::{Json, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(register_account))
}

/// An account to make.
#[derive(Debug, ToSchema)]
struct RegisterRequest {
    /// The person's address.
    #[schema(format = "email", example = "ada@example.com")]
    email: String,
    /// What the person wants to be called.
    #[schema(max_length = 100)]
    name: Option<String>,
    /// At least 8 characters, at most 1,024 bytes; none that anybody would try first.
    #[schema(value_type = String, format = Password, min_length = 8)]
    password: Zeroizing<String>,
}

impl FromFields for RegisterRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let email = fields.required("email", fields::email_text);
        let name = fields.optional("name", fields::name);
        let password = fields.required("password", fields::new_password_text);
        Ok(Self {
            email: email?,
            name: name?,
            password: password?,
        })
    }
}

/// The answer to every registration, whether the address had an account or not.
#[derive(Debug, Serialize, ToSchema)]
struct Registered {
    /// What to do next.
    message: &'static str,
}

/// Makes an account and mails a link to verify its address.
///
/// Answer, status and time are the same whether the address is taken or not (ASVS 6.3.8): the
/// owner of a taken address gets a mail instead.
#[utoipa::path(
    post,
    path = "/api/v1/auth/register",
    tag = "account",
    operation_id = "register",
    request_body = RegisterRequest,
    responses(
        (status = 201, description = "A mail is on its way", body = Registered),
        (status = 400, description = "The body is not JSON", body = Problem),
        (status = 422, description = "Fields are wrong; all are named", body = Problem),
        (status = 503, description = "Too many passwords wait to be hashed", body = Problem),
    ),
)]
async fn register_account(
    State(app): State<App>,
    client: Client,
    _from: SameSite,
    Body(request): Body<RegisterRequest>,
) -> Result<(StatusCode, Json<Registered>), Refused> {
    let RegisterRequest {
        email,
        name,
        password,
    } = request;
    register(
        &app,
        &client,
        Registration {
            email,
            password,
            name,
        },
    )
    .await?;
    let message = "If the address is new here, a mail with a link to confirm it is on its way.";
    Ok((StatusCode::CREATED, Json(Registered { message })))
}
