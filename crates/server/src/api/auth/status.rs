//! `GET /api/v1/auth/status`: whether the presented credential is good, and whose it is.

use countersign_domain::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::problem::Problem;
use crate::authenticate::{Authenticated, How};
use crate::http::Json;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(status))
}

/// Whether the presented credential is good, and whose it is.
#[derive(Debug, Serialize, ToSchema)]
struct Status {
    /// Whether a credential was presented that is good.
    authenticated: bool,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Principal>,
    /// Its session; a token of another issuer has none here.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<SessionStatus>,
    /// What the token of another issuer says of its owner, in one shape whoever made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<ForeignToken>,
}

/// What the token of another issuer says of its owner. The account decides, not this.
#[derive(Debug, Serialize, ToSchema)]
struct ForeignToken {
    /// The client that asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    /// Whose form its claims have.
    #[schema(example = "keycloak")]
    form: &'static str,
    /// Its `iss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    /// What that issuer is called in the settings; `own` for the shared signing secret.
    issuer_name: String,
    /// The roles there.
    roles: Vec<String>,
    /// Where the roles were read.
    #[schema(example = "realm_access.roles")]
    role_claim: String,
    /// Its `sub`.
    subject: String,
}

impl From<&countersign_verify::Principal> for ForeignToken {
    fn from(who: &countersign_verify::Principal) -> Self {
        Self {
            client: who.client.clone(),
            form: who.form.as_str(),
            issuer: who.issuer.clone(),
            issuer_name: who.issuer_name.to_string(),
            roles: who.roles.clone(),
            role_claim: who.role_claim.to_string(),
            subject: who.subject.clone(),
        }
    }
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
struct Principal {
    /// How the user showed who they are (RFC 8176).
    #[schema(example = json!(["pwd"]))]
    amr: Vec<String>,
    /// `bearer` or `cookie`.
    credential: &'static str,
    /// The user's address.
    email: Option<String>,
    /// What the account may do.
    #[schema(example = "user")]
    role: &'static str,
    /// What the token allows; a cookie allows all that the role does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "read write")]
    scope: Option<String>,
    /// Names the account.
    #[schema(format = "uuid")]
    user_id: String,
}

/// The session of a credential.
#[derive(Debug, Serialize, ToSchema)]
struct SessionStatus {
    /// When the user last showed who they are.
    #[schema(value_type = Option<String>, format = DateTime)]
    auth_time: Option<Timestamp>,
    /// When the credential ends unless it is renewed.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Names the session.
    #[schema(format = "uuid")]
    id: String,
}

impl From<&Authenticated> for Status {
    fn from(who: &Authenticated) -> Self {
        let principal = Principal {
            amr: who.amr().into_iter().map(ToOwned::to_owned).collect(),
            credential: match who.how() {
                How::Bearer => "bearer",
                How::Cookie => "cookie",
            },
            email: who.email().map(ToOwned::to_owned),
            role: who.role().as_str(),
            scope: who.scope().map(ToOwned::to_owned),
            user_id: who.user_id().to_string(),
        };
        let session = who.session_id().map(|id| SessionStatus {
            auth_time: who.auth_time().map(Timestamp::from_seconds),
            expires_at: Timestamp::from_seconds(who.expires_at()),
            id: id.to_string(),
        });
        Self {
            authenticated: true,
            principal: Some(principal),
            session,
            token: who.foreign_principal().map(ForeignToken::from),
        }
    }
}

/// Whether the presented credential is good, and whose it is. No credential is no error here.
#[utoipa::path(
    get,
    path = "/api/v1/auth/status",
    tag = "session",
    responses(
        (status = 200, description = "Who is signed in, or that nobody is", body = Status),
        (status = 401, description = "The credential is refused, and why", body = Problem),
    ),
    security((), ("bearer" = []), ("session_cookie" = [])),
)]
async fn status(who: Option<Authenticated>) -> Json<Status> {
    Json(match who {
        Some(who) => Status::from(&who),
        None => Status {
            authenticated: false,
            principal: None,
            session: None,
            token: None,
        },
    })
}
