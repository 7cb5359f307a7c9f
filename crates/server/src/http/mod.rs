//! The shell around every request: trace id, headers, limits, refusals as problem documents.

mod body;
mod connections;
mod cors;
mod headers;
mod problem;
mod proxies;
mod query;
mod refused;
mod request_info;
mod shell;
mod unreadable;

pub use body::Json;
pub(crate) use body::bytes;
pub use connections::serve_connections;
pub(crate) use query::Query;
pub use refused::{FieldError, Refused};
pub use request_info::{Peer, RequestInfo};
pub use shell::{Rules, Shell};

use axum::Router;
pub use countersign_verify::TraceId;

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
    let rules = app.rules().clone();
    Shell::new(app, routes, rules)
}
