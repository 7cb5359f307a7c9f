//! The cookies that the server sets (DESIGN 5): their names, and what browsers may do with them.

use std::time::Duration;

use axum::response::AppendHeaders;
use countersign_domain::csrf::{Binding, mint};
use countersign_domain::{RefreshToken, Timestamp};
use http::header::SET_COOKIE;
use http::{HeaderName, HeaderValue};

use crate::App;
use crate::accounts::sign_in::SignedIn;

/// Headers to add to a response.
pub type Cookies = AppendHeaders<Vec<(HeaderName, HeaderValue)>>;

const SESSION: [&str; 2] = ["countersign_session", "__Host-countersign_session"];
const CSRF: [&str; 2] = ["countersign_csrf", "__Host-countersign_csrf"];
const REFRESH: [&str; 2] = ["countersign_refresh", "__Host-countersign_refresh"];

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

    /// The name of the cookie that keeps a refresh token.
    #[must_use]
    pub fn refresh_cookie_name(&self) -> &'static str {
        REFRESH[usize::from(self.rules().https)]
    }

    /// The cookie that keeps a refresh token for browsers whose scripts shall not see it. Only
    /// our own pages' requests to refresh need it, so it is never sent across sites.
    #[must_use]
    pub fn refresh_cookie(&self, token: &RefreshToken, expires_at: Timestamp) -> HeaderValue {
        let life = expires_at.since(self.now());
        let name = self.refresh_cookie_name();
        self.cookie(name, token.expose(), Kept::Strictly, Some(life))
    }

    /// The cookies of somebody who has just signed in. The CSRF cookie of before was bound to
    /// nobody or to another session, so there is a new one.
    pub fn sign_in_cookies(&self, signed_in: &SignedIn) -> Cookies {
        let life = signed_in.session.absolute_expires_at.since(self.now());
        let value = signed_in.cookie.expose();
        let session = self.cookie(
            self.session_cookie_name(),
            value,
            Kept::FromScripts,
            Some(life),
        );
        let binding = Binding::Session(signed_in.session.id);
        let csrf = mint(self.csrf_key(), binding, &mut self.rng());
        AppendHeaders(vec![
            (SET_COOKIE, session),
            (SET_COOKIE, self.csrf_cookie(&csrf)),
        ])
    }

    /// The headers that remove all cookies.
    pub fn sign_out_cookies(&self) -> Cookies {
        AppendHeaders(vec![
            (
                SET_COOKIE,
                self.removed(self.session_cookie_name(), Kept::FromScripts),
            ),
            (
                SET_COOKIE,
                self.removed(self.csrf_cookie_name(), Kept::Openly),
            ),
            (
                SET_COOKIE,
                self.removed(self.refresh_cookie_name(), Kept::Strictly),
            ),
        ])
    }

    /// The cookie that holds a CSRF token, which scripts of our own origin may read.
    #[must_use]
    pub fn csrf_cookie(&self, token: &str) -> HeaderValue {
        self.cookie(self.csrf_cookie_name(), token, Kept::Openly, None)
    }

    fn removed(&self, name: &str, kept: Kept) -> HeaderValue {
        self.cookie(name, "", kept, Some(Duration::ZERO))
    }

    fn cookie(&self, name: &str, value: &str, kept: Kept, life: Option<Duration>) -> HeaderValue {
        let secure = if self.rules().https { "; Secure" } else { "" };
        let kept = match kept {
            Kept::FromScripts => "; SameSite=Lax; HttpOnly",
            Kept::Openly => "; SameSite=Lax",
            Kept::Strictly => "; SameSite=Strict; HttpOnly",
        };
        let life = life.map_or_else(String::new, |life| format!("; Max-Age={}", life.as_secs()));
        let text = format!("{name}={value}; Path=/{kept}{secure}{life}");
        // Names are ours and values are base64url, so that nothing here can be refused.
        let mut header = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        header.set_sensitive(true);
        header
    }
}

/// From whom a cookie is kept.
#[derive(Clone, Copy)]
enum Kept {
    /// From scripts, and from other sites but for links that lead here.
    FromScripts,
    /// From other sites but for links that lead here; scripts of ours may read it.
    Openly,
    /// From scripts and other sites.
    Strictly,
}
