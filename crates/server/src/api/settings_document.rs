//! `GET` and `PUT /api/settings`: a document of settings for each user.

use axum::extract::State;
use countersign_verify::Cause;
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::{Fields, FromFields};
use super::problem::Problem;
use super::{Body, openapi};
use crate::App;
use crate::authenticate::{Guarded, Member};
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
    security((openapi::BEARER = []), (openapi::COOKIE = [])),
)]
async fn settings(State(app): State<App>, member: Member) -> Result<Json<Value>, Refused> {
    let found = app.store().settings_document(member.user.id).await?;
    Ok(Json(found.map_or_else(|| Value::Object(Map::new()), |found| found.document)))
}

/// A document: any JSON object.
#[derive(Debug)]
struct Document(Map<String, Value>);

impl FromFields for Document {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self(fields.all()))
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
    security((openapi::BEARER = []), (openapi::COOKIE = [])),
)]
async fn put_settings(
    State(app): State<App>,
    Guarded(member): Guarded,
    Body(Document(document)): Body<Document>,
) -> Result<Json<Value>, Refused> {
    let document = Value::Object(document);
    if app.store().put_settings_document(member.user.id, &document, app.now()).await? {
        Ok(Json(document))
    } else {
        Err(Refused::new(Cause::UserDeletedStaleToken, "the account is gone"))
    }
}
