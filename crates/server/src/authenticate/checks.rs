//! The checks of one request, in the order of the pipeline; the first that fails decides.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_domain::accounts::Role;
use countersign_domain::audit::AuditKind;
use countersign_domain::csrf::{self, Binding};
use countersign_domain::{SessionId, SessionToken, UserId, origin};
use countersign_verify::{
    Accepts, Cause, Check, Credential, IssuerName, Presented, Refusal, Secret, Trace,
    VerifiedToken, cookies,
};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderName, Method};

use super::scopes::{self, Scope};
use super::{Authenticated, Evidence, account};
use crate::App;
use crate::cookie_sessions::Known;
use crate::http::{Refused, RequestInfo};
use crate::issuer_keys::Brought;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const X_CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// A check that failed, or a store that did.
pub(super) enum Failed {
    /// The credential is refused.
    Refusal(Refusal),
    /// Nothing can be said about it now.
    Store(Refused),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<countersign_store::StoreError> for Failed {
    fn from(error: countersign_store::StoreError) -> Self {
        Self::Store(error.into())
    }
}

pub(super) async fn authenticate(parts: &mut Parts, app: &App) -> Result<Authenticated, Refused> {
    let info = RequestInfo::from_request_parts(parts, app).await?;
    let mut trace = Trace::new(info.trace_id);
    let accepts = Accepts::BEARER_OR_COOKIE;
    let presented = Presented::from_headers(&parts.headers, app.session_cookie_name(), accepts);
    let credential = match presented.credential(&mut trace) {
        Ok(credential) => credential,
        Err(refusal) => {
            let audited = refusal.cause != Cause::CredentialMissing;
            let refused = Refused::from(refusal).traced(trace);
            return Err(if audited {
                refused.audited_as(AuditKind::CredentialRefused)
            } else {
                refused
            });
        }
    };
    let checked = match credential {
        Credential::Bearer(token) => bearer(app, token, &mut trace).await,
        Credential::SessionCookie(value) => {
            let known = cookie(app, value, &mut trace).await;
            known.and_then(|known| unforged(app, parts, known, &mut trace))
        }
        // Not among what is accepted above.
        Credential::ApiKey(_) => Err(Failed::Refusal(presented.refusal())),
    };
    let who = match checked {
        Ok(who) => who,
        Err(failed) => return Err(refused(failed, credential, trace)),
    };
    let needed = Scope::of(&parts.method);
    match scopes::permit(&who, needed, &mut trace) {
        Ok(()) => Ok(who),
        Err(refusal) => Err(not_permitted(&who, refusal, needed, trace)),
    }
}

/// Somebody who is known, and not allowed to do this (403, never 401).
pub(super) fn not_permitted(
    who: &Authenticated,
    refusal: Refusal,
    needed: Scope,
    trace: Trace,
) -> Refused {
    Refused::from(refusal)
        .asking("scope", needed.as_str())
        .traced(trace)
        .of(Some(who.user_id), who.session_id)
        .audited_as(AuditKind::CredentialRefused)
}

/// Whether nothing was presented that was meant for us.
pub(super) fn is_anonymous(parts: &Parts, app: &App) -> bool {
    let accepts = Accepts::BEARER_OR_COOKIE;
    Presented::from_headers(&parts.headers, app.session_cookie_name(), accepts).is_anonymous()
}

fn refused(failed: Failed, credential: Credential<'_>, trace: Trace) -> Refused {
    let refusal = match failed {
        Failed::Refusal(refusal) => refusal,
        Failed::Store(refused) => return refused.traced(trace),
    };
    let csrf = (refusal.cause.code() > "CSN5000") && (refusal.cause.code() < "CSN6000");
    let kind = if csrf {
        AuditKind::CsrfRefused
    } else {
        AuditKind::CredentialRefused
    };
    let refused = Refused::from(refusal).traced(trace).audited_as(kind);
    match credential {
        Credential::Bearer(token) => refused.presented(Secret::from(token)),
        Credential::ApiKey(_) | Credential::SessionCookie(_) => refused,
    }
}

/// A bearer token: ours by signature and session, others' by signature and account.
async fn bearer(app: &App, token: &str, trace: &mut Trace) -> Result<Authenticated, Failed> {
    let now = app.now();
    let verdict = app.keys().verifier().verify(token, now.seconds(), trace);
    let token = match verdict {
        Ok(token) => token,
        Err(refusal) => with_new_keys(app, token, refusal, trace).await?,
    };
    if token.own() {
        own(app, token, trace).await
    } else {
        account::foreign(app, token, trace).await
    }
}

/// Verifies once more where other keys may change the verdict: those of the store, which another node
/// may have rotated, or the published ones of an issuer we trust.
async fn with_new_keys(
    app: &App,
    token: &str,
    refusal: Refusal,
    trace: &mut Trace,
) -> Result<Arc<VerifiedToken>, Failed> {
    let Some(name) = &refusal.needs else {
        return Err(refusal.into());
    };
    if name.as_str() == IssuerName::OWN {
        if refusal.cause != Cause::KidNotInJwks || !app.reload_keys_if_due().await {
            return Err(refusal.into());
        }
        trace.noted(Check::Key, "the signing keys were read anew");
    } else {
        match app.issuer_keys().bring(app, name).await {
            Brought::Anew => {
                trace.noted(Check::Key, format!("the key set of {name} was read anew"));
            }
            Brought::NotDue => return Err(refusal.into()),
            Brought::Failed(why) if refusal.cause == Cause::JwksUnavailable => {
                let detail = format!("{}: {}", refusal.detail, why.text);
                let told = Refusal::new(why.cause, detail);
                return Err(trace.refused(Check::Key, told).into());
            }
            // What was had last still counts, and the token's key is not in it.
            Brought::Failed(why) => {
                let detail = format!("the key set of {name} cannot be read anew: {}", why.text);
                trace.noted(Check::Key, detail);
                return Err(refusal.into());
            }
        }
    }
    let now = app.now().seconds();
    Ok(app.keys().verifier().verify(token, now, trace)?)
}

async fn own(
    app: &App,
    token: Arc<VerifiedToken>,
    trace: &mut Trace,
) -> Result<Authenticated, Failed> {
    let session_id = token.sid().and_then(|sid| sid.parse::<SessionId>().ok());
    let user_id = token.sub().parse::<UserId>().ok();
    let (Some(session_id), Some(user_id)) = (session_id, user_id) else {
        let detail = "sid and sub of our own tokens are ids of ours; these are not";
        return Err(trace
            .refused(Check::Claims, Refusal::new(Cause::ClaimMissing, detail))
            .into());
    };
    if let Some(cause) = app.revoked().session(session_id) {
        let refusal = Refusal::new(cause, "the session of this token has ended");
        return Err(trace.refused(Check::Session, refusal).into());
    }
    trace.passed(Check::Session, "the session has not been ended");
    app.activity().note(session_id, app.now());
    let changed = app.revoked().user_changed_at(user_id);
    let made = token.iat().unwrap_or(i64::MIN);
    if changed.is_some_and(|changed| changed.seconds() >= made) {
        return account::changed(app, token, user_id, session_id, trace).await;
    }
    trace.passed(Check::Account, "the account has not changed since");
    Ok(Authenticated {
        user_id,
        session_id: Some(session_id),
        role: token.role().and_then(Role::parse).unwrap_or(Role::User),
        evidence: Evidence::Own(token, None),
    })
}

/// The session behind a cookie, alive, of an account in use.
pub(super) async fn cookie(
    app: &App,
    value: &str,
    trace: &mut Trace,
) -> Result<Arc<Known>, Failed> {
    let Ok(token) = SessionToken::parse(value) else {
        let refusal = Refusal::new(
            Cause::SessionUnknown,
            "the cookie's value is not of our form",
        );
        return Err(trace.refused(Check::Form, refusal).into());
    };
    trace.passed(Check::Form, "an opaque session token");
    let now = app.now();
    let changed_at = |known: &Known| app.revoked().user_changed_at(known.user.id);
    let found = app
        .cookie_sessions()
        .find(app.store(), token.hash(), now, changed_at);
    let Some(known) = found.await? else {
        let refusal = Refusal::new(Cause::SessionUnknown, "no session has this cookie");
        return Err(trace.refused(Check::Session, refusal).into());
    };
    let session = &known.session;
    let ended = app
        .revoked()
        .session(session.id)
        .map_or_else(|| session.state_at(now), Err);
    if let Err(cause) = ended {
        let refusal = Refusal::new(cause, "the session of this cookie has ended");
        return Err(trace.refused(Check::Session, refusal).into());
    }
    trace.passed(Check::Session, "the session is alive");
    account::open(&known.user, trace)?;
    app.activity().note(session.id, now);
    Ok(known)
}

/// Unsafe requests with a cookie need a CSRF token and an origin we trust (ASVS V3.5.1).
fn unforged(
    app: &App,
    parts: &Parts,
    known: Arc<Known>,
    trace: &mut Trace,
) -> Result<Authenticated, Failed> {
    let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if safe {
        trace.skipped(Check::Csrf, "the method is safe (RFC 9110, section 9.2.1)");
    } else {
        check_origin(app, &parts.headers, trace)?;
        check_csrf(app, &parts.headers, known.session.id, trace)?;
    }
    Ok(Authenticated {
        user_id: known.user.id,
        session_id: Some(known.session.id),
        role: known.user.role,
        evidence: Evidence::Cookie(known),
    })
}

fn check_origin(app: &App, headers: &HeaderMap, trace: &mut Trace) -> Result<(), Failed> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let (from, site) = (text(&ORIGIN), text(&SEC_FETCH_SITE));
    match origin::check(from, site, app.own_origin(), app.trusted_origins()) {
        Ok(_checked) => {
            trace.passed(Check::Origin, "the request comes from a trusted origin");
            Ok(())
        }
        Err(error) => {
            let refusal = Refusal::new(error.cause(), error.to_string());
            Err(trace.refused(Check::Origin, refusal).into())
        }
    }
}

fn check_csrf(
    app: &App,
    headers: &HeaderMap,
    session: SessionId,
    trace: &mut Trace,
) -> Result<(), Failed> {
    let name = app.csrf_cookie_name();
    let found = cookies(headers).filter(|(cookie, _)| *cookie == name);
    let presented: Vec<_> = found.map(|(_, value)| value).collect();
    let header = headers
        .get(&X_CSRF_TOKEN)
        .and_then(|value| value.to_str().ok());
    match csrf::check(
        app.csrf_key(),
        Binding::Session(session),
        &presented,
        header,
    ) {
        Ok(_checked) => {
            trace.passed(
                Check::Csrf,
                "header and cookie agree and belong to the session",
            );
            Ok(())
        }
        Err(error) => {
            let refusal = Refusal::new(error.cause(), error.to_string());
            Err(trace.refused(Check::Csrf, refusal).into())
        }
    }
}
