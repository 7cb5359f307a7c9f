//! Targets: what stands in the headers of a request.

use countersign_verify::{Accepts, Presented, Trace, TraceId, cookies};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};

const SESSION_COOKIE: &str = "__Host-countersign_session";
const ALL: Accepts = Accepts {
    api_key: true,
    bearer: true,
    cookie: true,
};

/// The Authorization header.
///
/// # Panics
/// If a promise is broken.
pub fn authorization(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, value);
    let presented = Presented::from_headers(&headers, SESSION_COOKIE, ALL);
    let mut trace = Trace::new(TraceId::from_bytes([0; 16]));
    let found = presented.credential(&mut trace).is_ok();
    assert!(
        found || !presented.near_misses.is_empty(),
        "a header that was not noticed"
    );
}

/// The Cookie header.
///
/// # Panics
/// If a promise is broken.
pub fn cookie(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, value);
    for (name, value) in cookies(&headers) {
        assert!(!name.is_empty() && !value.contains(';'), "{name}={value}");
    }
    for accepts in [ALL, Accepts::BEARER] {
        let presented = Presented::from_headers(&headers, SESSION_COOKIE, accepts);
        let _ = presented.refusal();
    }
}

pub(crate) fn authorization_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        "Bearer Bearer a.b.c",
        "bearer\tnull",
        "Basic dXNlcjpwYXNz, Bearer a.b.c",
        "JWT a.b.c",
        "Bearer \"a.b.c\"",
        "Bearer [object Object]",
        "a.b.c",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

pub(crate) fn cookie_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "__Host-countersign_session=css_1; __Host-countersign_csrf=x",
        "countersign_session=a; countersign_session=b",
        "access_token=eyJ.b.c; a=\"q\"; =; ;b",
        "a=1",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}
