//! Requests that need no session: they may come from anywhere but a stranger's page.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_domain::audit::AuditKind;
use countersign_domain::origin::{self, OriginChecked};
use countersign_verify::Check;
use http::HeaderName;
use http::header::ORIGIN;

use crate::App;
use crate::accounts::Client;
use crate::http::Refused;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Proof that a request which uses no cookie does not come from a page of an untrusted origin
/// (ASVS 3.5.1). Programs that are no browsers send neither header and pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SameSite(OriginChecked);

impl FromRequestParts<App> for SameSite {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let text = |name: &HeaderName| {
            let value = parts.headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()))
        };
        let (from, site) = (text(&ORIGIN), text(&SEC_FETCH_SITE));
        let (own, trusted) = (app.own_origin(), app.trusted_origins());
        let checked = origin::check(from.as_deref(), site.as_deref(), own, trusted);
        match checked {
            Ok(checked) => Ok(Self(checked)),
            Err(refusal) => {
                let client = Client::from_request_parts(parts, app).await?;
                let refused = client.refused(Check::Origin, refusal.cause(), refusal.to_string());
                Err(refused.audited_as(AuditKind::CsrfRefused))
            }
        }
    }
}
