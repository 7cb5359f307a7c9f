//! `GET /api/v1/admin/traces`: what was refused, newest first.

use axum::extract::{RawQuery, State};
use countersign_diagnose::TraceRecord;
use countersign_domain::Timestamp;
use countersign_store::{TracePosition, TraceQuery};
use countersign_verify::Cause;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::parameters;
use crate::api::problem::{NamedCause, Problem};
use crate::authenticate::Admin;
use crate::http::{FieldError, Json, Refused};
use crate::traces::{ListedTrace, TracePage};

/// Traces of a page, unless it is said how many.
const USUAL: u32 = 50;
/// Traces of a page at most.
const MOST: u32 = 100;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_traces))
}

/// Traces of refusals, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct Traces {
    /// What to send as `cursor` for the page after this one; none on the last page.
    next_cursor: Option<String>,
    /// The traces.
    traces: Vec<TraceSummary>,
}

/// What a trace is about.
#[derive(Debug, Serialize, ToSchema)]
struct TraceSummary {
    /// When the request came.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Why it was refused.
    cause: Option<NamedCause>,
    /// The client's address, as far as proxies are trusted.
    client: Option<String>,
    /// The request's method.
    method: Option<String>,
    /// The request's path, without its query.
    path: Option<String>,
    /// The cause whose fix is to be followed: what explains the refusal, or the cause itself.
    root: Option<NamedCause>,
    /// The id of the session, once known.
    session: Option<String>,
    /// Names the trace.
    #[schema(example = "0d3c1a2b4e5f60718293a4b5c6d7e8f9")]
    trace_id: String,
    /// The id of the user, once known.
    user: Option<String>,
}

impl From<ListedTrace> for TraceSummary {
    fn from(listed: ListedTrace) -> Self {
        let root = listed
            .record
            .as_ref()
            .map_or(listed.cause, TraceRecord::root);
        let (client, method, path, session, user) = match listed.record {
            Some(of) => (
                of.client,
                Some(of.method),
                Some(of.path),
                of.session,
                of.user,
            ),
            None => Default::default(),
        };
        Self {
            at: listed.at,
            cause: listed.cause.map(NamedCause::from),
            client,
            method,
            path,
            root: root.map(NamedCause::from),
            session,
            trace_id: listed.id,
            user,
        }
    }
}

/// The refusals that are kept, newest first: the newest 10,000 of the last 30 days.
#[utoipa::path(
    get,
    path = "/api/v1/admin/traces",
    tag = "administration",
    params(
        ("cause" = Option<String>, Query, description = "Those of this cause: its code or its slug", example = "token-expired"),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "How many at most: 1 to 100, else 50"),
    ),
    responses(
        (status = 200, description = "The traces", body = Traces),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
        (status = 403, description = "The account has not the role admin, or the token not the scope `admin`", body = Problem),
        (status = 422, description = "A parameter is wrong or unknown", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn list_traces(
    State(app): State<App>,
    _admin: Admin,
    RawQuery(query): RawQuery,
) -> Result<Json<Traces>, Refused> {
    let page = TracePage::read(app.store(), read(query.as_deref())?).await?;
    Ok(Json(Traces {
        next_cursor: page.next.map(|next| next.to_string()),
        traces: page.traces.into_iter().map(TraceSummary::from).collect(),
    }))
}

/// Reads the query, and says all that is wrong with it at once.
fn read(query: Option<&str>) -> Result<TraceQuery, Refused> {
    let [cause, cursor, limit] = parameters::known(query, ["cause", "cursor", "limit"])?;
    let mut wrong = Vec::new();
    let cause = cause.map(|name| {
        let cause = Cause::find(&name);
        if cause.is_none() {
            let message = "No cause has this code or slug; /docs/errors/ lists all.";
            wrong.push(FieldError::new("cause", message));
        }
        cause
    });
    let before = cursor.map(|text| {
        let place = text.parse::<TracePosition>().ok();
        if place.is_none() {
            let message = "Send the next_cursor of the page before, as it came.";
            wrong.push(FieldError::new("cursor", message));
        }
        place
    });
    let limit = limit.map_or(Some(USUAL), |text| {
        let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        if limit.is_none() {
            let message = format!("Send a number from 1 to {MOST}.");
            wrong.push(FieldError::new("limit", message));
        }
        limit
    });
    if !wrong.is_empty() {
        return Err(Refused::fields(wrong));
    }
    Ok(TraceQuery {
        cause: cause.flatten(),
        before: before.flatten(),
        limit: limit.unwrap_or(USUAL),
    })
}
