//! The CSRF token of pages: in a cookie and in every form (signed double submit).

use countersign_domain::csrf::{self, Binding};
use countersign_domain::origin;
use countersign_verify::{Check, Refusal, Trace, cookies};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::App;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The token of one visitor.
pub(super) struct PageToken {
    binding: Binding,
    value: String,
    cookie: Option<HeaderValue>,
}

impl PageToken {
    /// The token that the browser has already, if it is good for `binding`; else a new one, and
    /// the cookie to hand it out.
    pub(super) fn of(app: &App, headers: &HeaderMap, binding: Binding) -> Self {
        let mut good = presented(app, headers)
            .into_iter()
            .filter(|token| csrf::is_valid(app.csrf_key(), binding, token));
        if let Some(value) = good.next() {
            return Self {
                binding,
                value: value.into(),
                cookie: None,
            };
        }
        let value = csrf::mint(app.csrf_key(), binding, &mut app.rng());
        Self {
            binding,
            cookie: Some(app.csrf_cookie(&value)),
            value,
        }
    }

    /// What stands in the forms.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// The cookie to set, if the browser does not have it yet.
    pub(super) fn cookie(&self) -> Option<HeaderValue> {
        self.cookie.clone()
    }

    /// Checks where a form comes from and the token in it.
    ///
    /// # Errors
    /// `csrf-origin-untrusted`, `csrf-token-missing`, `csrf-token-mismatch` or
    /// `csrf-cookie-duplicate-path`.
    pub(super) fn check(
        &self,
        app: &App,
        headers: &HeaderMap,
        sent: &str,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let (from, site) = (text(&ORIGIN), text(&SEC_FETCH_SITE));
        if let Err(error) = origin::check(from, site, app.own_origin(), app.trusted_origins()) {
            let refusal = Refusal::new(error.cause(), error.to_string());
            return Err(trace.refused(Check::Origin, refusal));
        }
        trace.passed(Check::Origin, "the form comes from a trusted origin");
        let cookies = presented(app, headers);
        if let Err(error) = csrf::check(app.csrf_key(), self.binding, &cookies, Some(sent)) {
            let refusal = Refusal::new(error.cause(), format!("{error}; a form sends csrf_token"));
            return Err(trace.refused(Check::Csrf, refusal));
        }
        Ok(())
    }
}

fn presented<'h>(app: &App, headers: &'h HeaderMap) -> Vec<&'h str> {
    let name = app.csrf_cookie_name();
    cookies(headers)
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value)
        .collect()
}
