//! One visit of one page: who visits, and the CSRF token of its forms.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use countersign_domain::accounts::Role;
use countersign_domain::audit::AuditKind;
use countersign_domain::csrf::Binding;
use countersign_verify::{Cause, Trace};
use http::header::SET_COOKIE;
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, StatusCode, Uri};

use super::csrf::PageToken;
use super::form::Form;
use super::frame::{Frame, Visitor};
use super::notice::{self, Notice, Told};
use super::show;
use crate::App;
use crate::authenticate::PageMember;
use crate::http::{Refused, RequestInfo};

/// A visit. An extractor.
pub(super) struct Visit {
    /// The server.
    pub app: App,
    /// Trace id and address of the request.
    pub info: RequestInfo,
    /// The CSRF token of this visitor's forms.
    pub csrf: PageToken,
    member: Option<PageMember>,
    /// Why the session cookie that was presented counts no longer.
    ended: Option<Refused>,
    method: Method,
    uri: Uri,
}

/// How a page turns a visitor away.
pub(super) enum Turned {
    /// To another page.
    Away(Redirect),
    /// With a refusal.
    Refused(Refused),
}

impl Visit {
    /// Whether somebody is signed in.
    pub(super) fn is_signed_in(&self) -> bool {
        self.member.is_some()
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// Leads to the sign-in page, which says why, and comes back here afterwards.
    pub(super) fn member(&self) -> Result<&PageMember, Turned> {
        self.member.as_ref().ok_or_else(|| {
            let back = match self.method {
                Method::GET => format!("?next={}", urlencoded(&self.uri)),
                // What a form wanted to do is not done behind somebody's back after a sign-in.
                _ => String::new(),
            };
            Turned::Away(Redirect::to(&format!("/login{back}")))
        })
    }

    /// The frame of a page; `here` is its place in the navigation.
    pub(super) fn frame(&self, title: &str, here: &'static str) -> Frame {
        Frame {
            visitor: self.member.as_ref().map(|member| Visitor {
                email: member.user.email.to_string(),
                csrf: self.csrf.value().into(),
                here,
                administers: member.user.role == Role::Admin,
            }),
            ..Frame::of(&self.app, title)
        }
    }

    /// Shows a page, and hands out the CSRF cookie if the browser does not have it yet.
    pub(super) fn show(&self, page: &impl Template) -> Result<Response, Turned> {
        let mut response = show(page)?;
        if let Some(cookie) = self.csrf.cookie() {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// Shows a form again, with what is wrong with it; the response carries the refusal, so that
    /// it is recorded like any other.
    pub(super) fn refuse<P: Template>(
        &self,
        refused: Refused,
        mut page: P,
        parts: impl FnOnce(&mut P) -> (&mut Frame, &mut Form),
    ) -> Turned {
        let (frame, form) = parts(&mut page);
        let homeless = form.complain(refused.field_errors());
        frame
            .notices
            .extend(notice::refused(&self.app, &self.info, &refused, homeless));
        match page.render() {
            Ok(html) => Turned::Refused(refused.shown_as(html)),
            Err(error) => Turned::Refused(Refused::new(
                Cause::InternalError,
                format!("a page: {error}"),
            )),
        }
    }

    /// Why the session that the browser still presents has ended; recorded, so that the trace
    /// which is shown with it can be looked up.
    pub(super) fn how_it_ended(&self) -> Option<Notice> {
        let refused = self.ended.as_ref()?;
        let notice = notice::ended(&self.info, refused)?;
        let request = (&self.method, &self.uri);
        self.app
            .refusals()
            .push(&self.app, &self.info, request, refused);
        Some(notice)
    }
}

impl Visit {
    /// Checks where a form comes from and the CSRF token in it.
    ///
    /// # Errors
    /// One of the `csrf-…` causes. Whoever's session has ended meanwhile is led to the sign-in
    /// page, which says so: his token went with the session.
    pub(super) fn check_csrf(&self, headers: &HeaderMap, sent: &str) -> Result<(), Turned> {
        let mut trace = Trace::new(self.info.trace_id);
        let Err(refusal) = self.csrf.check(&self.app, headers, sent, &mut trace) else {
            return Ok(());
        };
        if self.ended.is_some() {
            return self.member().map(drop);
        }
        let member = self.member.as_ref();
        let refused = Refused::from(refusal)
            .traced(trace)
            .of(
                member.map(|member| member.user.id),
                member.map(|member| member.session.id),
            )
            .audited_as(AuditKind::CsrfRefused);
        Err(refused.into())
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let info = RequestInfo::from_request_parts(parts, app).await?;
        let (member, ended) = match app.member(&parts.headers).await {
            Ok(member) => (member, None),
            Err(refused) if refused.status() == StatusCode::UNAUTHORIZED => (None, Some(refused)),
            Err(refused) => return Err(refused),
        };
        let binding = member.as_ref().map_or(Binding::Anonymous, |member| {
            Binding::Session(member.session.id)
        });
        Ok(Self {
            csrf: PageToken::of(app, &parts.headers, binding),
            app: app.clone(),
            info,
            ended,
            member,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
        })
    }
}

/// Leads to a page that says what was done (post, redirect, get).
pub(super) fn done(path: &str, told: Told) -> Response {
    Redirect::to(&format!("{path}?told={}", told.as_str())).into_response()
}

impl From<Refused> for Turned {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Self::Away(redirect) => redirect.into_response(),
            Self::Refused(refused) => refused.into_response(),
        }
    }
}

fn urlencoded(uri: &Uri) -> String {
    let here = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    url::form_urlencoded::byte_serialize(here.as_bytes()).collect()
}
