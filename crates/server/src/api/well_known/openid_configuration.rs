//! `GET /.well-known/openid-configuration`: where things are (RFC 8414; OIDC Discovery, section 3).

use axum::extract::State;
use countersign_verify::Alg;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::http::Json;
use crate::settings::Signing;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(openid_configuration))
}

/// Where things are.
#[derive(Debug, Serialize, ToSchema)]
struct Metadata {
    /// The claims of our access tokens.
    claims_supported: &'static [&'static str],
    /// The algorithms that our tokens may be signed with.
    id_token_signing_alg_values_supported: [&'static str; 1],
    /// Who our tokens say made them.
    issuer: String,
    /// Where our public keys are.
    jwks_uri: String,
    /// No authorization endpoint: this server signs in its own users alone.
    response_types_supported: [&'static str; 0],
    /// Every client sees the same `sub` of a user.
    subject_types_supported: [&'static str; 1],
    /// Where the user behind a token is.
    userinfo_endpoint: String,
}

const CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "iat",
    "nbf",
    "exp",
    "jti",
    "sid",
    "scope",
    "email",
    "role",
    "amr",
    "auth_time",
];

/// Where things are.
#[utoipa::path(
    get,
    path = "/.well-known/openid-configuration",
    tag = "keys",
    responses((status = 200, description = "The metadata", body = Metadata)),
)]
async fn openid_configuration(State(app): State<App>) -> Json<Metadata> {
    let base = app.public_url();
    let alg = match app.settings().signing {
        Signing::EdDsa => Alg::EdDsa.as_str(),
        Signing::Es256 => Alg::Es256.as_str(),
        Signing::Secret => Alg::Hs256.as_str(),
    };
    Json(Metadata {
        claims_supported: CLAIMS,
        id_token_signing_alg_values_supported: [alg],
        issuer: app.settings().issuer(),
        jwks_uri: format!("{base}/.well-known/jwks.json"),
        response_types_supported: [],
        subject_types_supported: ["public"],
        userinfo_endpoint: format!("{base}/api/v1/auth/me"),
    })
}
