//! What others need to check our tokens, where the standards look for it (RFC 8615).

mod jwks;
mod openid_configuration;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(jwks::route())
        .merge(openid_configuration::route())
}
