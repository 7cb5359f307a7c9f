//! Key sets by their addresses.

use countersign_diagnose::Report;
use countersign_server::issuer_keys::{self, FetchedKeySet};
use countersign_verify::Cause;

use crate::failure::Failure;

/// What an https address answers, or an http one of this machine, within the bounds of the server.
///
/// # Errors
///
/// [`Failure::Bad`] when it gives no key set.
pub fn fetched(url: &str) -> Result<FetchedKeySet, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| {
        Failure::bad(Report::error(
            Cause::InternalError,
            format!("no runtime to ask {url} with: {error}"),
        ))
    })?;
    let answer = runtime.block_on(issuer_keys::fetch_key_set(url));
    answer.map_err(|error| Failure::bad(Report::error(error.cause, error.text)))
}
