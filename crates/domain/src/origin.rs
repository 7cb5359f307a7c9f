//! Where a browser's request comes from (Fetch, section 3.2; Fetch Metadata; ASVS 3.5.1, 3.5.8).

use std::fmt;

use countersign_verify::Cause;
use url::Url;

/// Scheme, host and port, as in an `Origin` header (RFC 6454, section 6.2).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Origin(String);

impl Origin {
    /// The origin of a URL that has one; paths are cut off.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let origin = url.origin();
        origin
            .is_tuple()
            .then(|| Self(origin.ascii_serialization()))
    }

    /// The text form, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Proof that the origin of a request was checked; only [`check`] makes one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OriginChecked(());

/// A request that comes from a page whose origin is not trusted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OriginRefusal {
    /// The browser says that the page is of another site, and names no origin.
    #[error("the browser says that the request comes from another site (Sec-Fetch-Site: {0})")]
    CrossSite(String),
    /// The page has no origin of its own, such as a sandboxed frame or a file.
    #[error("the request comes from a page without an origin (Origin: null)")]
    Opaque,
    /// The origin is not on the list.
    #[error("the request comes from {found}, which is neither this server ({own}) nor trusted")]
    Untrusted {
        /// What the `Origin` header says, cut to 200 bytes.
        found: String,
        /// Our own origin.
        own: Origin,
    },
}

impl OriginRefusal {
    /// The entry of the catalogue.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        match self {
            Self::CrossSite(_) | Self::Opaque | Self::Untrusted { .. } => {
                Cause::CsrfOriginUntrusted
            }
        }
    }
}

/// Checks the `Origin` and `Sec-Fetch-Site` headers of an unsafe request.
///
/// A request with neither does not come from a browser, or from one so old that the CSRF token
/// alone protects it; it passes here.
///
/// # Errors
///
/// One [`OriginRefusal`].
pub fn check(
    origin: Option<&str>,
    sec_fetch_site: Option<&str>,
    own: &Origin,
    trusted: &[Origin],
) -> Result<OriginChecked, OriginRefusal> {
    match origin {
        Some("null") => Err(OriginRefusal::Opaque),
        Some(found) => {
            let is_known = |known: &Origin| known.0.eq_ignore_ascii_case(found);
            if is_known(own) || trusted.iter().any(is_known) {
                return Ok(OriginChecked(()));
            }
            let found = found[..found.floor_char_boundary(200)].to_owned();
            Err(OriginRefusal::Untrusted {
                found,
                own: own.clone(),
            })
        }
        None => match sec_fetch_site {
            None | Some("same-origin" | "none") => Ok(OriginChecked(())),
            Some(site) => {
                let site = site[..site.floor_char_boundary(40)].to_owned();
                Err(OriginRefusal::CrossSite(site))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(url: &str) -> Origin {
        Origin::of(&Url::parse(url).unwrap()).unwrap()
    }

    fn checked(origin_header: Option<&str>, site: Option<&str>) -> Result<(), OriginRefusal> {
        let own = origin("https://auth.example.com/");
        let trusted = [
            origin("https://app.example.com"),
            origin("http://localhost:3000"),
        ];
        check(origin_header, site, &own, &trusted).map(|_| ())
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (url, expected) in [
            (
                "https://auth.example.com/login?x=1",
                "https://auth.example.com",
            ),
            ("https://AUTH.example.com:443", "https://auth.example.com"),
            ("http://localhost:8787/", "http://localhost:8787"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(origin(url).to_string(), expected);
        }
        assert_eq!(Origin::of(&Url::parse("file:///x").unwrap()), None);
    }

    #[test]
    fn own_and_trusted_origins_pass() {
        for header in [
            Some("https://auth.example.com"),
            Some("https://AUTH.example.com"),
            Some("https://app.example.com"),
            Some("http://localhost:3000"),
            None,
        ] {
            assert_eq!(checked(header, None), Ok(()), "{header:?}");
        }
        // A trusted front end is often of another site; the list decides.
        assert_eq!(
            checked(Some("http://localhost:3000"), Some("cross-site")),
            Ok(())
        );
    }

    #[test]
    fn look_alikes_are_refused() {
        for header in [
            "https://auth.example.com.evil.example",
            "https://evil.example",
            "http://auth.example.com",
            "https://auth.example.com:8443",
            "https://auth.example.com/",
            "https://127.0.0.1:3000",
            "",
        ] {
            let refusal = checked(Some(header), Some("same-origin")).unwrap_err();
            assert_eq!(refusal.cause(), Cause::CsrfOriginUntrusted);
            assert!(
                refusal.to_string().contains("https://auth.example.com"),
                "{header}"
            );
        }
    }

    #[test]
    fn a_page_without_an_origin_is_refused() {
        assert_eq!(checked(Some("null"), None), Err(OriginRefusal::Opaque));
    }

    #[test]
    fn fetch_metadata_decides_where_no_origin_is_named() {
        assert_eq!(checked(None, Some("same-origin")), Ok(()));
        assert_eq!(checked(None, Some("none")), Ok(()));
        for site in ["cross-site", "same-site", "x"] {
            assert_eq!(
                checked(None, Some(site)),
                Err(OriginRefusal::CrossSite(site.to_owned()))
            );
        }
    }

    #[test]
    fn a_huge_header_is_cut_in_the_message() {
        let refusal = checked(Some(&"é".repeat(5000)), None).unwrap_err();
        assert!(refusal.to_string().len() < 400);
        let refusal = checked(None, Some(&"é".repeat(5000))).unwrap_err();
        assert!(refusal.to_string().len() < 200);
    }
}
