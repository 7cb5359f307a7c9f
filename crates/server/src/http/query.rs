//! The query of a page's address.

use axum::extract::{FromRequestParts, Query as Parsed};
use axum::http::request::Parts;
use countersign_verify::Cause;
use serde::de::DeserializeOwned;

use super::Refused;

/// The parameters of a query, refused like all other input. An extractor.
///
/// A parameter that stands twice is refused; unknown ones are not, since links gain them on their
/// way through other programs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        match Parsed::try_from_uri(&parts.uri) {
            Ok(Parsed(query)) => Ok(Self(query)),
            Err(rejection) => {
                let detail = format!("the query of the address: {}", rejection.body_text());
                Err(Refused::new(Cause::RequestMalformed, detail))
            }
        }
    }
}
