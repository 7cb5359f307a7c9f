//! Requests that need no session: they may come from anywhere but a stranger's page.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_domain::origin::{self, OriginChecked};
use http::HeaderMap;
use http::header::ORIGIN;

use crate::App;
use crate::http::Refused;

/// Proof that a request which uses no cookie does not come from a page of an untrusted origin
/// (ASVS 3.5.1). Programs that are no browsers send neither header and pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SameSite(#[expect(dead_code, reason = "held as a proof")] OriginChecked);

impl FromRequestParts<App> for SameSite {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let text = |name: &str| parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let (own, trusted) = app.origins();
        let checked = origin::check(text("origin").as_deref(), text("sec-fetch-site").as_deref(), own, trusted);
        checked.map(Self).map_err(|refusal| Refused::new(refusal.cause(), refusal.to_string()))
    }
}
