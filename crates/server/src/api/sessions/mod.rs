//! One's sessions and devices: `/api/v1/sessions`.

mod end;
mod list;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(end::route())
        .merge(list::route())
}
