//! `GET /api/health/auth`.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Health;
use crate::App;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health_auth))
}

/// How sign-in and tokens are.
#[utoipa::path(
    get,
    path = "/api/health/auth",
    tag = "health",
    responses(
        (status = 200, description = "All is well", body = Health),
        (status = 503, description = "Something is not", body = Health),
    ),
)]
async fn health_auth(State(app): State<App>) -> Health {
    Health::look(&app).await
}
