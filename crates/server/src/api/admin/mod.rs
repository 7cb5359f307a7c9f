//! `/api/v1/admin`: administration.

mod trace;
mod traces;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(trace::route())
        .merge(traces::route())
}
