//! The cookies that the server sets (DESIGN 5): their names, and what browsers may do with them.

use std::time::Duration;

use axum::response::AppendHeaders;
use http::header::SET_COOKIE;
use http::{HeaderName, HeaderValue};

use crate::App;
use crate::accounts::sign_in::SignedIn;

/// Headers to add to a response.
pub type Cookies = AppendHeaders<Vec<(HeaderName, HeaderValue)>>;

const SESSION: [&str; 2] = ["countersign_session", "__Host-countersign_session"];
const CSRF: [&str; 2] = ["countersign_csrf", "__Host-countersign_csrf"];

impl App {
    /// The name of the session cookie. Over https it has the prefix with which browsers enforce
    /// Secure, Path=/ and no Domain (RFC 6265bis, section 4.1.3.2; ASVS V3.3.1).
    #[must_use]
    pub fn session_cookie_name(&self) -> &'static str {
        SESSION[usize::from(self.rules().https)]
    }

    /// The name of the CSRF cookie.
    #[must_use]
    pub fn csrf_cookie_name(&self) -> &'static str {
        CSRF[usize::from(self.rules().https)]
    }

    /// The cookies of somebody who has just signed in. The CSRF cookie of before is removed: it
    /// was bound to nobody or to another session.
    pub fn sign_in_cookies(&self, signed_in: &SignedIn) -> Cookies {
        let life = signed_in.session.absolute_expires_at.since(self.now());
        let value = signed_in.cookie.expose();
        let session = self.cookie(self.session_cookie_name(), value, true, Some(life));
        AppendHeaders(vec![
            (SET_COOKIE, session),
            (SET_COOKIE, self.removed(self.csrf_cookie_name(), false)),
        ])
    }

    /// The headers that remove both cookies.
    pub fn sign_out_cookies(&self) -> Cookies {
        AppendHeaders(vec![
            (SET_COOKIE, self.removed(self.session_cookie_name(), true)),
            (SET_COOKIE, self.removed(self.csrf_cookie_name(), false)),
        ])
    }

    /// The cookie that holds a CSRF token, which scripts of our own origin may read.
    #[must_use]
    pub fn csrf_cookie(&self, token: &str) -> HeaderValue {
        self.cookie(self.csrf_cookie_name(), token, false, None)
    }

    fn removed(&self, name: &str, http_only: bool) -> HeaderValue {
        self.cookie(name, "", http_only, Some(Duration::ZERO))
    }

    fn cookie(
        &self,
        name: &str,
        value: &str,
        http_only: bool,
        life: Option<Duration>,
    ) -> HeaderValue {
        let secure = if self.rules().https { "; Secure" } else { "" };
        let http_only = if http_only { "; HttpOnly" } else { "" };
        let life = life.map_or_else(String::new, |life| format!("; Max-Age={}", life.as_secs()));
        let text = format!("{name}={value}; Path=/; SameSite=Lax{http_only}{secure}{life}");
        // Names are ours and values are base64url, so that nothing here can be refused.
        let mut header = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        header.set_sensitive(true);
        header
    }
}
