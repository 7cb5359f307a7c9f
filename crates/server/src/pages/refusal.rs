//! The page of a refusal, for browsers.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use countersign_diagnose::{Fix, explain, title};
use countersign_verify::Cause;
use http::header::{CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

use super::frame::Frame;
use super::prose::Prose;
use super::show;
use crate::App;
use crate::http::{FieldError, Refused, RequestInfo};

/// The page that shows a refusal to a browser which asked for HTML; `None` leaves the problem
/// document (RFC 9457) as it is.
#[must_use]
pub fn refusal(app: &App, request: &RequestInfo, refused: &Refused) -> Option<Response> {
    if !request.html {
        return None;
    }
    // Without the page the problem document still says everything.
    let mut response = if let Some(page) = refused.page() {
        Html(page.to_owned()).into_response()
    } else {
        let frame = Frame::of(app, title(refused.cause().told()));
        show(&page(app, request, refused, frame)).ok()?
    };
    *response.status_mut() = refused.status();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = refused.retry_after_seconds() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Some(response)
}

/// The page that shows a refusal to a visitor who is known: inside this frame.
pub(super) fn rendered(
    app: &App,
    request: &RequestInfo,
    refused: &Refused,
    frame: Frame,
) -> Option<String> {
    page(app, request, refused, frame).render().ok()
}

fn page(app: &App, request: &RequestInfo, refused: &Refused, frame: Frame) -> RefusalPage {
    let cause = refused.cause();
    let told = cause.told();
    RefusalPage {
        frame,
        told,
        text: explain(told).what,
        fields: refused.field_errors().to_vec(),
        inner: app.explains().then(|| Inner {
            cause,
            title: title(cause),
            detail: refused.detail().into(),
            fix: Some(explain(cause).fix),
        }),
        actions: actions(refused.status()),
        trace: request.trace_id.to_string(),
    }
}

fn actions(status: StatusCode) -> &'static [Action] {
    match status {
        StatusCode::UNAUTHORIZED => &[SIGN_IN, START],
        _ => &[START],
    }
}

const SIGN_IN: Action = Action {
    href: "/login",
    label: "Sign in",
};
const START: Action = Action {
    href: "/",
    label: "To the start",
};

struct Inner {
    cause: Cause,
    title: &'static str,
    detail: String,
    fix: Option<Fix>,
}

struct Action {
    href: &'static str,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    frame: Frame,
    told: Cause,
    text: &'static str,
    fields: Vec<FieldError>,
    inner: Option<Inner>,
    actions: &'static [Action],
    trace: String,
}
