//! Refusals as problem documents (RFC 9457).

use axum::body::Body;
use axum::response::Response;
use countersign_diagnose::{explain, title};
use countersign_verify::Explained;
use countersign_verify::problem::{CONTENT_TYPE as PROBLEM, Problem};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue};
use serde_json::json;

use super::{Refused, RequestInfo};
use crate::App;

/// The problem document of `refused`.
pub(super) fn render(app: &App, request: &RequestInfo, refused: &Refused) -> Response {
    let mut response = Response::new(Body::from(document(app, request, refused).body()));
    let kind = HeaderValue::from_static(PROBLEM);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// The headers that go with a refusal, be it shown as document or as page: the challenge of a 401
/// (RFC 9110, section 15.5.2) and when to come back.
pub(super) fn headers(
    app: &App,
    request: &RequestInfo,
    refused: &Refused,
    headers: &mut HeaderMap,
) {
    if let Some(seconds) = refused.retry_after_seconds() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    let problem = Problem::new(refused.cause(), title, app.public_url(), request.trace_id);
    if let Some(challenge) = problem.www_authenticate() {
        headers.insert(WWW_AUTHENTICATE, asking(challenge, refused.asked()));
    }
}

/// The challenge with what this refusal asks for besides.
fn asking(challenge: HeaderValue, asked: Option<&str>) -> HeaderValue {
    let whole = asked
        .zip(challenge.to_str().ok())
        .and_then(|(asked, usual)| HeaderValue::try_from(format!("{usual}, {asked}")).ok());
    whole.unwrap_or(challenge)
}

fn document(app: &App, request: &RequestInfo, refused: &Refused) -> Problem {
    let cause = refused.cause();
    let mut problem = Problem::new(cause, title, app.public_url(), request.trace_id);
    if !refused.field_errors().is_empty() {
        problem = problem.with("errors", refused.field_errors());
    }
    if !app.explains() {
        return problem;
    }
    let findings = app
        .refusals()
        .findings(app, refused.token(), cause, refused.detail());
    // What a finding is sure of is the true cause; the refusal is what it looked like.
    let surest = findings.first().filter(|finding| finding.confidence >= 0.5);
    let root = surest.map_or(cause, |finding| finding.cause);
    let own = surest.and_then(|finding| finding.fix.as_deref());
    problem
        .with("explanation", explanation(refused, surest))
        .with("fix", own.unwrap_or(explain(root).fix.summary))
        .with("cause", json!({ "code": root.code(), "slug": root.slug() }))
}

/// What happened here, and what the catalogue says about it.
fn explanation(refused: &Refused, surest: Option<&Explained>) -> String {
    let root = surest.map_or(refused.cause(), |finding| finding.cause);
    let what = explain(root).what;
    let here = surest.map_or(refused.detail(), |finding| &finding.text);
    let here = here.trim_end_matches('.');
    match (here, what) {
        ("", what) => what.to_owned(),
        (here, what) => format!("{here}. {what}"),
    }
}
