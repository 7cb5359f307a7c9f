//! `credential-missing`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::finding::{Finding, Strength};
use crate::situation::header_way::is_authorized;
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::CredentialMissing,
    rule: Some(find),
    title: "No credential was presented",
    what: "The request carries neither an `Authorization` header nor a session cookie that this server knows. Nothing was checked, because there was nothing to check.",
    why: &[
        "The user has not signed in, or the client lost its token when the page was reloaded.",
        "A raw `fetch` bypasses the shared client that adds the header.",
        "The cookie was not sent: another host (`127.0.0.1` and `localhost` are two), `http` for a Secure cookie, or `fetch` without `credentials: 'include'`.",
        "A proxy does not pass `Authorization` on, or a redirect to another host dropped it.",
    ],
    fix: Fix {
        summary: "Send `Authorization: Bearer <access token>`, or the session cookie.",
        steps: &[
            run("Try it by hand; if this works, the client does not send what you think.", "curl -i -H \"Authorization: Bearer $TOKEN\" http://localhost:8787/api/v1/auth/status"),
            say("In the browser's network panel look at the request that failed, not at the code: is there an `Authorization` or `Cookie` line?"),
            say("If the header is there and the server does not see it, look at what stands between: redirects first, then the proxy."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nAccept: application/json",
        trace: "no Authorization header, no session cookie",
    },
    standard: Some("RFC 6750, section 3; RFC 9110, section 11.6.1"),
    related: &[Cause::BearerMissingCookiePresent, Cause::RawFetchBypassesClient, Cause::CredentialsNotIncluded, Cause::AuthHeaderLostOnRedirect, Cause::AuthHeaderStrippedByProxy],
};

/// Fields of a body that are credentials: of a sign-in, a second factor, a renewal (RFC 6749, section 4;
/// Web Authentication, section 5.1).
const IN_BODIES: &[&str] = &[
    "assertion", "authenticatorData", "clientDataJSON", "client_secret", "code", "credential", "id_token",
    "idToken", "otp", "otp_attempt", "otp_token", "passcode", "password", "recovery_code", "refresh",
    "refreshToken", "refresh_token", "token", "totp", "totp_code",
];

/// Whether a JSON body or form has a field of this name, at any depth.
fn has_field(body: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    let json = body.split(quoted.as_str()).skip(1).any(|rest| rest.trim_start().starts_with(':'));
    json || body.split('&').any(|pair| pair.trim().split_once('=').is_some_and(|(key, _)| key == name))
}

/// The request carries nothing, and is refused; why, another cause may know.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(request) = situation.request().filter(|_| situation.outcome() == Outcome::Bad) else { return };
    let refused = situation.response().is_none_or(|response| matches!(response.status, 401 | 403));
    let keys = ["x-api-key", "api-key", "apikey", "x-auth-secret", "x-access-token", "x-auth-token", "token"];
    let other = !situation.tokens.is_empty() || keys.iter().any(|name| request.headers.first(name).is_some());
    let query = ["token", "access_token", "api_key", "apikey", "code"].iter().any(|name| request.query(name).is_some());
    if !refused || other || query || is_authorized(request) || request.headers.first("cookie").is_some() || request.is_preflight() {
        return;
    }
    if !request.is_safe() && IN_BODIES.iter().any(|name| has_field(&request.body, name)) {
        return;
    }
    let message = "the request carries no credential: no Authorization header, no cookie, no key";
    let finding = Finding::new(Cause::CredentialMissing, Strength::Suggested, message);
    found.push(finding.at(request.start_spot(), "without a credential"));
}
