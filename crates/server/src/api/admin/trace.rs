//! `GET /api/v1/admin/traces/{trace_id}`: why one request was refused.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use countersign_verify::{Cause, TraceId};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::problem::Problem;
use crate::authenticate::Admin;
use crate::http::{Json, Refused};
use crate::{App, KeptTrace};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_trace))
}

/// Why a request was refused: every check, the true cause, what explains it, and what to do; as
/// `countersign why --format json` prints it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/traces/{trace_id}",
    tag = "administration",
    params(("trace_id" = String, Path, description = "The trace: 32 hexadecimal digits, as in `X-Trace-Id`")),
    responses(
        (status = 200, description = "The whole story", body = schema::TraceStory),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
        (status = 403, description = "The account has not the role admin, or the token not the scope `admin`", body = Problem),
        (status = 404, description = "No such trace is kept: those of requests that passed are not", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn show_trace(
    State(app): State<App>,
    _admin: Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Refused> {
    // A text that is no id names no trace either, so the answer is the same.
    let id = id.ok().and_then(|Path(id)| TraceId::parse(&id));
    let unknown = || Refused::new(Cause::NotFound, "no such trace is kept");
    let id = id.ok_or_else(unknown)?;
    let kept = KeptTrace::find(app.store(), id).await?;
    Ok(Json(kept.ok_or_else(unknown)?.json()))
}

/// The shape of the answer. It is written where the command line writes it too.
mod schema {
    #![expect(
        dead_code,
        reason = "`KeptTrace` writes it; this is its description alone"
    )]

    use std::collections::BTreeMap;

    use serde_json::Value;
    use utoipa::ToSchema;

    use crate::api::problem::NamedCause;

    /// Everything that is kept of one request.
    #[derive(ToSchema)]
    pub(super) struct TraceStory {
        /// When it came.
        #[schema(format = DateTime)]
        at: String,
        /// What the audit log says of it, oldest first.
        audit: Vec<BTreeMap<String, Value>>,
        /// The true cause; none for a request that passed.
        cause: Option<NamedCause>,
        /// What happened, in a sentence; empty where the steps say it all.
        detail: String,
        /// What the root cause is.
        explanation: Option<String>,
        /// What explains the refusal, the best founded first.
        findings: Vec<Finding>,
        /// What to do.
        fix: Option<Remedy>,
        /// Whether it was let in.
        #[schema(example = "refused")]
        outcome: String,
        /// What was asked.
        request: AskedRequest,
        /// The cause whose fix is to be followed.
        root: Option<NamedCause>,
        /// The id of the session, once known.
        session: Option<String>,
        /// The checks, in their order.
        steps: Vec<CheckedStep>,
        /// The bearer token that was presented.
        token: Option<PresentedToken>,
        /// What the client was told.
        told: Option<NamedCause>,
        /// Names the trace.
        #[schema(example = "0d3c1a2b4e5f60718293a4b5c6d7e8f9")]
        trace_id: String,
        /// The id of the user, once known.
        user: Option<String>,
    }

    /// A request.
    #[derive(ToSchema)]
    struct AskedRequest {
        /// The client's address, as far as proxies are trusted.
        client: Option<String>,
        /// The method.
        method: String,
        /// The path, without the query.
        path: String,
    }

    /// One check.
    #[derive(ToSchema)]
    struct CheckedStep {
        /// Which.
        #[schema(example = "signature")]
        check: String,
        /// What was found.
        detail: String,
        /// `passed`, `failed`, `noted` or `skipped`.
        #[schema(example = "failed")]
        outcome: String,
    }

    /// By what a token is known again.
    #[derive(ToSchema)]
    struct PresentedToken {
        /// Its length.
        bytes: u64,
        /// The beginning of its SHA-256.
        #[schema(example = "sha256:1f0c22ab")]
        fingerprint: String,
    }

    /// A possible cause.
    #[derive(ToSchema)]
    struct Finding {
        /// The settings that it speaks of: their name, their source, and a fingerprint.
        about: Vec<BTreeMap<String, Value>>,
        /// Its code.
        code: String,
        /// How sure it is, from 0 to 1.
        confidence: f32,
        /// What to change here.
        fix: Option<String>,
        /// `proved`, `derived` or `suggested`.
        grade: String,
        /// Its name.
        slug: String,
        /// What was found, in a sentence.
        text: String,
        /// It in a few words.
        title: String,
    }

    /// What to do.
    #[derive(ToSchema)]
    struct Remedy {
        /// How, in order.
        steps: Vec<RemedyStep>,
        /// What, in a sentence.
        summary: String,
    }

    /// One step.
    #[derive(ToSchema)]
    struct RemedyStep {
        /// The command to run, or the lines to write.
        code: Option<String>,
        /// What to do.
        text: String,
    }
}
