//! `GET /api/health/database`.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Health;
use crate::App;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health_database))
}

/// How the database is.
#[utoipa::path(
    get,
    path = "/api/health/database",
    tag = "health",
    responses(
        (status = 200, description = "All is well", body = Health),
        (status = 503, description = "Something is not", body = Health),
    ),
)]
async fn health_database(State(app): State<App>) -> Health {
    Health::look(&app).await
}
