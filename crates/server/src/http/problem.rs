//! Refusals as problem documents (RFC 9457).

use axum::body::Body;
use axum::response::Response;
use countersign_diagnose::{explain, title};
use http::HeaderValue;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Map, Value, json};

use super::{Refused, RequestInfo};
use crate::App;

/// The problem document of `refused`.
pub(super) fn render(app: &App, request: &RequestInfo, refused: &Refused) -> Response {
    let mut response = Response::new(Body::from(document(app, request, refused).to_string()));
    *response.status_mut() = refused.status();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(seconds) = refused.retry_after_seconds() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if refused.status() == http::StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn document(app: &App, request: &RequestInfo, refused: &Refused) -> Value {
    let told = refused.cause().told();
    let mut document = Map::new();
    let kind = format!("{}/docs/errors/{}", app.public_url(), told.code());
    document.insert("type".into(), kind.into());
    document.insert("title".into(), title(told).into());
    document.insert("status".into(), told.status().into());
    document.insert("code".into(), told.code().into());
    document.insert("slug".into(), told.slug().into());
    document.insert("trace_id".into(), request.trace_id.to_string().into());
    if !refused.field_errors().is_empty() {
        document.insert("fields".into(), json!(refused.field_errors()));
    }
    if app.explains() {
        let cause = refused.cause();
        document.insert("explanation".into(), explanation(refused).into());
        if let Some(doc) = explain(cause) {
            document.insert("fix".into(), doc.fix.summary.into());
        }
        document.insert(
            "cause".into(),
            json!({ "code": cause.code(), "slug": cause.slug() }),
        );
    }
    Value::Object(document)
}

/// What happened here, and what the catalogue says about it.
fn explanation(refused: &Refused) -> String {
    let what = explain(refused.cause()).map_or("", |doc| doc.what);
    match (refused.detail(), what) {
        ("", what) => what.to_owned(),
        (detail, "") => detail.to_owned(),
        (detail, what) => format!("{}. {what}", detail.trim_end_matches('.')),
    }
}
