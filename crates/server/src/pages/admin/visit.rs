//! A visit of somebody who may administer.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_diagnose::title;
use countersign_domain::audit::AuditKind;
use countersign_verify::{Check, Trace};

use crate::App;
use crate::authenticate::administers;
use crate::http::Refused;
use crate::pages::refusal;
use crate::pages::visit::{Turned, Visit};

/// A visit of somebody with the role admin. An extractor: whoever is not signed in is led to the
/// sign-in page and back, whoever has not the role is refused with `role-missing`.
pub(super) struct AdminVisit(pub Visit);

impl FromRequestParts<App> for AdminVisit {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Turned> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let member = visit.member()?;
        let mut trace = Trace::new(visit.info.trace_id);
        trace.passed(
            Check::Session,
            "the session cookie, of a session that is alive",
        );
        let Err(refusal) = administers(member.user.role, &mut trace) else {
            return Ok(Self(visit));
        };
        let refused = Refused::from(refusal)
            .traced(trace)
            .of(Some(member.user.id), Some(member.session.id))
            .audited_as(AuditKind::CredentialRefused);
        let frame = visit.frame(title(refused.cause().told()), "");
        let page = refusal::rendered(app, &visit.info, &refused, frame);
        Err(Turned::Refused(match page {
            Some(page) => refused.shown_as(page),
            None => refused,
        }))
    }
}
