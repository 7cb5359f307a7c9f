//! `GET /api/openapi.json`: the description of the API, made from the routes themselves.

use axum::extract::State;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, RefOr,
    ServerBuilder,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::Problem;
use crate::App;
use crate::http::Json;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(openapi))
}

/// The description, without paths: those come from the routes.
pub(super) fn frame() -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An access token (RFC 6750)."))
        .build();
    let cookie = ApiKeyValue::with_description(
        "__Host-countersign_session",
        "The session cookie. Unsafe methods need the header X-CSRF-Token too, with the value of \
         the cookie __Host-countersign_csrf. Over plain http in development the names have no \
         prefix.",
    );
    let sync = ApiKeyValue::with_description("X-Auth-Secret", "AUTH_SYNC_SECRET.");
    let components = ComponentsBuilder::new()
        .schema_from::<Problem>()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .security_scheme(
            "session_cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(cookie)),
        )
        .security_scheme("sync_secret", SecurityScheme::ApiKey(ApiKey::Header(sync)))
        .build();
    let info = InfoBuilder::new()
        .title("Countersign")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Sign in, stay signed in, and learn why a request was refused. Every refusal is a \
             problem document (RFC 9457) with a stable code and slug, and the id of its trace.",
        ))
        .license(Some(
            LicenseBuilder::new().name("Apache-2.0 OR MIT").build(),
        ))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}

/// Says of every refusal that it is sent as `application/problem+json` (RFC 9457, section 3):
/// the routes would have to repeat it for each of theirs.
pub(super) fn name_problems(description: &mut OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [
            &mut item.delete,
            &mut item.get,
            &mut item.patch,
            &mut item.post,
            &mut item.put,
        ];
        for operation in operations.into_iter().flatten() {
            for response in operation.responses.responses.values_mut() {
                if let RefOr::T(response) = response {
                    let content = std::mem::take(&mut response.content);
                    response.content = content.into_iter().map(named).collect();
                }
            }
        }
    }
}

fn named((kind, content): (String, RefOr<Content>)) -> (String, RefOr<Content>) {
    let schema = match &content {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    };
    match schema {
        Some(RefOr::Ref(schema)) if schema.ref_location.ends_with("/Problem") => {
            ("application/problem+json".to_owned(), content)
        }
        _ => (kind, content),
    }
}

/// The description of this API (OpenAPI 3.1).
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "about",
    responses((status = 200, description = "The description", content_type = "application/json")),
)]
async fn openapi(State(app): State<App>) -> Json<OpenApi> {
    let mut description = super::description();
    description.servers = Some(vec![ServerBuilder::new().url(app.public_url()).build()]);
    Json(description)
}
