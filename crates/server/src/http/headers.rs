//! The security headers of every response (ASVS V3.4).

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
pub(super) const X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

const CSP_DATA: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
const CSP_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'",
);
const FEATURES: HeaderValue = HeaderValue::from_static(
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), \
     publickey-credentials-create=(self), publickey-credentials-get=(self)",
);
// Two years, subdomains too (ASVS V3.4.1).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
// Not `no-referrer`: with it browsers send `Origin: null` from our own forms.
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

/// Sets what every response has. A handler may set its own `Cache-Control` (for assets) and
/// content security policy (for letters, which are styled inline) and nothing else of these.
pub(super) fn secure(headers: &mut HeaderMap, https: bool) {
    headers.reserve(10);
    let page = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(if page { CSP_PAGE } else { CSP_DATA });
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(REFERRER_POLICY, SAME_ORIGIN);
    headers.insert(COOP, SAME_ORIGIN);
    headers.insert(CORP, SAME_ORIGIN);
    headers.insert(PERMISSIONS, FEATURES);
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    headers.entry(CACHE_CONTROL).or_insert(NO_STORE);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &'static str, https: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        secure(&mut headers, https);
        headers
    }

    #[test]
    fn pages_may_load_their_own_scripts_and_nothing_inline() {
        let page = of("text/html; charset=utf-8", false);
        let csp = page[CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(csp.contains("script-src 'self';") && !csp.contains("unsafe"));
        let data = of("application/json", false);
        let csp = data[CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(csp.starts_with("default-src 'none'; base") && !csp.contains("script-src"));
        for csp in [&page, &data].map(|headers| &headers[CONTENT_SECURITY_POLICY]) {
            assert!(
                csp.to_str()
                    .expect("text")
                    .contains("frame-ancestors 'none'")
            );
        }
    }

    #[test]
    fn https_alone_promises_https() {
        assert!(of("text/html", true).contains_key(STRICT_TRANSPORT_SECURITY));
        assert!(!of("text/html", false).contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn nothing_is_kept_unless_a_handler_says_so() {
        assert_eq!(of("application/json", false)[CACHE_CONTROL], "no-store");
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
        secure(&mut headers, false);
        assert_eq!(headers[CACHE_CONTROL], "max-age=60");
    }
}
