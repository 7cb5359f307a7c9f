//! `GET` and `PUT /api/settings`: a document of settings for each user.

use axum::extract::State;
use countersign_verify::Cause;
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Body;
use super::fields::{Fields, FromFields, Wrong};
use super::problem::Problem;
use crate::App;
use crate::authenticate::Authenticated;
use crate::http::{Json, Refused};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(settings, put_settings))
}

/// The user's document; empty before the first was written.
#[utoipa::path(
    get,
    path = "/api/settings",
    tag = "settings",
    responses(
        (status = 200, description = "The document", body = serde_json::Value),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn settings(State(app): State<App>, who: Authenticated) -> Result<Json<Value>, Refused> {
    let found = app.store().settings_document(who.user_id()).await?;
    Ok(Json(found.map_or_else(
        || Value::Object(Map::new()),
        |found| found.document,
    )))
}

/// A document: any JSON object.
#[derive(Debug)]
struct Document(Map<String, Value>);

impl FromFields for Document {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        Ok(Self(fields.all()))
    }
}

/// Replaces the user's document with any JSON object, up to the limit of a body (64 KiB).
#[utoipa::path(
    put,
    path = "/api/settings",
    tag = "settings",
    request_body = serde_json::Value,
    responses(
        (status = 200, description = "The document as it is now", body = serde_json::Value),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
        (status = 403, description = "By cookie: the CSRF token or the origin is refused", body = Problem),
        (status = 413, description = "The document is too large", body = Problem),
        (status = 422, description = "It is no object, or a key stands twice in it", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn put_settings(
    State(app): State<App>,
    who: Authenticated,
    Body(Document(document)): Body<Document>,
) -> Result<Json<Value>, Refused> {
    let document = Value::Object(document);
    if app
        .store()
        .put_settings_document(who.user_id(), &document, app.now())
        .await?
    {
        Ok(Json(document))
    } else {
        Err(Refused::new(
            Cause::UserDeletedStaleToken,
            "the account is gone",
        ))
    }
}
