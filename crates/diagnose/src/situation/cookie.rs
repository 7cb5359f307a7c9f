//! `Set-Cookie` as browsers read it (RFC 6265bis, section 5.6).

use super::http_date;
use crate::evidence::Spot;

/// The most that browsers keep of name and value together, in bytes (RFC 6265bis, section 5.6).
pub(crate) const LARGEST: usize = 4096;

/// When a cookie goes along with requests from other sites.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SameSite {
    /// With top-level navigations by safe methods alone.
    Lax,
    /// Always, if it is Secure.
    None,
    /// Never.
    Strict,
}

impl SameSite {
    /// Reads the attribute or a setting; what is unknown counts as Lax (RFC 6265bis, section 5.6.7).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text
            .trim()
            .trim_matches(['"', '\''])
            .to_ascii_lowercase()
            .as_str()
        {
            "lax" => Some(Self::Lax),
            "none" => Some(Self::None),
            "strict" => Some(Self::Strict),
            _ => None,
        }
    }

    /// The word as it is written in the attribute.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::None => "None",
            Self::Strict => "Strict",
        }
    }
}

/// A cookie as a server sets it.
#[derive(Clone, Debug)]
pub(crate) struct SetCookie<'e> {
    /// The name.
    pub(crate) name: &'e str,
    /// The value; never shown.
    pub(crate) value: &'e str,
    /// `Domain` without its leading dot, in lower case; none for a cookie of one host.
    pub(crate) domain: Option<String>,
    /// `Path`, if it begins with a slash.
    pub(crate) path: Option<&'e str>,
    /// `Secure`.
    pub(crate) secure: bool,
    /// `HttpOnly`.
    pub(crate) http_only: bool,
    /// `SameSite`; none where it is not written, which counts as Lax.
    pub(crate) same_site: Option<SameSite>,
    /// When it ends, in seconds since the epoch, where it is said.
    pub(crate) ends: Option<i64>,
    /// Where it is set.
    pub(crate) spot: Spot,
}

impl<'e> SetCookie<'e> {
    /// Reads the header's value; `now` is what `Max-Age` counts from.
    pub(crate) fn parse(value: &'e str, now: i64, spot: Spot) -> Option<Self> {
        let mut parts = value.split(';');
        let (name, text) = parts.next()?.split_once('=')?;
        let mut cookie = Self {
            name: name.trim(),
            value: text.trim(),
            domain: None,
            path: None,
            secure: false,
            http_only: false,
            same_site: None,
            ends: None,
            spot,
        };
        let mut max_age = None;
        for part in parts {
            let (key, text) = part.split_once('=').unwrap_or((part, ""));
            let text = text.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "domain" => {
                    let domain = text.trim_start_matches('.').to_ascii_lowercase();
                    cookie.domain = Some(domain).filter(|domain| !domain.is_empty());
                }
                "expires" => cookie.ends = http_date::read(text).or(cookie.ends),
                "httponly" => cookie.http_only = true,
                "max-age" => max_age = text.parse::<i64>().ok(),
                "path" => cookie.path = Some(text).filter(|text| text.starts_with('/')),
                "samesite" => cookie.same_site = SameSite::parse(text),
                "secure" => cookie.secure = true,
                _ => {}
            }
        }
        // Max-Age counts over Expires (section 5.6).
        cookie.ends = max_age.map(|age| now.saturating_add(age)).or(cookie.ends);
        Some(cookie)
    }

    /// The size that is limited: name and value.
    pub(crate) fn size(&self) -> usize {
        self.name.len() + self.value.len()
    }

    /// The path it counts for: `Path`, else the folder of the request (section 5.1.4).
    pub(crate) fn path_for(&self, request_path: &str) -> String {
        if let Some(path) = self.path {
            return path.to_owned();
        }
        match request_path.rfind('/') {
            Some(0) | None => "/".to_owned(),
            Some(last) => request_path.get(..last).unwrap_or("/").to_owned(),
        }
    }
}

/// Whether a cookie of `path` goes to `request_path` (RFC 6265bis, section 5.1.4).
pub(crate) fn path_matches(request_path: &str, path: &str) -> bool {
    request_path
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
}

/// Whether a host is `domain` or below it (RFC 6265bis, section 5.1.3).
pub(crate) fn domain_matches(host: &str, domain: &str) -> bool {
    let below = || {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    host == domain || (!super::address::is_ip(host) && below())
}

/// Whether a name is that of a session or of what signs somebody in.
pub(crate) fn is_session(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let word = |part: &str| {
        name.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word == part)
    };
    // `session.sig` is the signature of `session` alone.
    if name.rsplit('.').next() == Some("sig") {
        return false;
    }
    if is_csrf(&name) || name.contains("state") || name.contains("pkce") || name.contains("nonce") {
        return false;
    }
    [
        "session",
        "sess",
        "token",
        "auth",
        "jwt",
        "login",
        "remember",
        "identity",
        "appsession",
    ]
    .iter()
    .any(|part| name.contains(part))
        || ["sid", "id", "user", "jsessionid", "phpsessid"]
            .iter()
            .any(|part| word(part))
        || name.ends_with("sid")
}

/// Whether a name is that of a CSRF token.
pub(crate) fn is_csrf(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["csrf", "xsrf", "antiforgery"]
        .iter()
        .any(|part| name.contains(part))
}

/// Whether a name is that of what a sign-in keeps until the provider sends the browser back.
pub(crate) fn is_sign_in_state(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "state",
        "pkce",
        "nonce",
        "verifier",
        "oauth",
        "oidc",
        "correlation",
        "transaction",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// A name without what marks it as secure or as a part: `__Secure-`, `__Host-`, `.0`.
pub(crate) fn bare_name(name: &str) -> &str {
    let name = name
        .strip_prefix("__Secure-")
        .or_else(|| name.strip_prefix("__Host-"))
        .unwrap_or(name);
    match name.rsplit_once('.') {
        Some((front, digits))
            if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) =>
        {
            front
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn cookie(value: &str) -> SetCookie<'_> {
        SetCookie::parse(value, 1000, Spot::line(&Arc::from("login.http"), 1, "")).unwrap()
    }

    #[test]
    fn attributes_are_read_in_any_case() {
        let read = cookie(
            "sid=a=b; path=/x; DOMAIN=.Example.org; secure; HttpOnly; samesite=none; Max-Age=60",
        );
        assert_eq!(
            (read.name, read.value, read.path),
            ("sid", "a=b", Some("/x"))
        );
        assert_eq!(read.domain.as_deref(), Some("example.org"));
        assert!(read.secure && read.http_only);
        assert_eq!(
            (read.same_site, read.ends),
            (Some(SameSite::None), Some(1060))
        );
        assert_eq!(cookie("a=b; SameSite=bogus").same_site, None);
        assert_eq!(
            cookie("a=; Max-Age=0; Expires=Wed, 21 Oct 2015 07:28:00 GMT").ends,
            Some(1000)
        );
    }

    #[test]
    fn paths_match_whole_parts() {
        assert!(path_matches("/tickets/1", "/tickets"));
        assert!(path_matches("/tickets", "/tickets"));
        assert!(path_matches("/x", "/"));
        assert!(!path_matches("/ticketsoffice", "/tickets"));
        assert_eq!(cookie("a=b").path_for("/api/login"), "/api");
        assert_eq!(cookie("a=b").path_for("/login"), "/");
    }

    #[test]
    fn domains_match_at_dots_and_never_addresses() {
        assert!(domain_matches("api.example.org", "example.org"));
        assert!(domain_matches("example.org", "example.org"));
        assert!(!domain_matches("badexample.org", "example.org"));
        assert!(!domain_matches("1.2.3.4", "3.4"));
    }

    #[test]
    fn names_tell_what_a_cookie_is_for() {
        for name in [
            "connect.sid",
            "__Secure-next-auth.session-token",
            "id",
            "access_token",
            "JSESSIONID",
            "sessionid",
        ] {
            assert!(is_session(name), "{name}");
        }
        for name in [
            "_ga",
            "theme",
            "XSRF-TOKEN",
            "csrftoken",
            "next-auth.state",
            "lang",
            "session.sig",
        ] {
            assert!(!is_session(name), "{name}");
        }
        assert_eq!(
            bare_name("__Secure-authjs.session-token.1"),
            "authjs.session-token"
        );
    }
}
