//! `bearer-missing-cookie-present`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::BearerMissingCookiePresent,
    rule: None,
    title: "The token came as a cookie, this endpoint reads the Authorization header",
    what: "There is no `Authorization` header, but a cookie of the request holds a token. This endpoint honours bearer tokens only where they belong: in the header. Cookies travel by themselves, also with requests that another site caused, so a token from a cookie of your own is not taken.",
    why: &[
        "One page calls `fetch(url, {credentials: 'include'})` while the others use a shared client that adds the header. Only that page fails.",
        "The sign-in code put the access token into a cookie (`access_token`) and counts on the API to read it.",
        "A server-side page has the cookie and forwards it, but does not turn it into a header.",
    ],
    fix: Fix {
        summary: "Send the token in the `Authorization` header: use the client that the working pages use.",
        steps: &[
            run("Find the call: it is the one that does not go through your shared client.", "grep -rn \"fetch(\" src/ | grep -v authorisedFetch"),
            run("Replace it by the shared client, or add the header.", "fetch(url, { headers: { Authorization: `Bearer ${token}` } })"),
            say("If script cannot read the cookie (HttpOnly, as it should be), call the API from your own server, and set the header there."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/sessions HTTP/1.1\nCookie: access_token=eyJhbGciOiJIUzI1NiIs…",
        trace: "no Authorization header; the cookie access_token holds what looks like a token",
    },
    standard: Some("RFC 6750, section 2.1"),
    related: &[Cause::CredentialMissing, Cause::RawFetchBypassesClient, Cause::CookieNameMismatch],
};
