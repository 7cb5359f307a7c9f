//! The shell around every request: trace id, headers, limits, refusals as problem documents.

mod body;
mod problem;
mod refused;
mod request_info;
mod shell;
mod trace_id;

pub use body::Json;
pub use refused::{FieldError, Refused};
pub use request_info::{Peer, RequestInfo};
pub use shell::Shell;
pub use trace_id::TraceId;

use axum::Router;
use countersign_verify::Cause;

use crate::{App, api, pages};

/// The whole service: every route inside the shell.
#[must_use]
pub fn router(app: App) -> Shell {
    let routes = Router::new()
        .merge(api::router())
        .merge(pages::router())
        .fallback(async || Refused::new(Cause::NotFound, "no such path"))
        .method_not_allowed_fallback(async || {
            Refused::new(
                Cause::MethodNotAllowed,
                "this path does not take this method",
            )
        })
        .with_state(app.clone());
    Shell::new(app, routes)
}
