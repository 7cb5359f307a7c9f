//! Sign-in at a provider, as it is seen on the wire: where it begins, where it comes back, what it says.

use super::Situation;
use super::address::Origin;
use super::wire::{Trip, forwarded_https};
use crate::evidence::http::parameter;
use crate::evidence::percent::decoded;
use crate::evidence::{Evidence, Request, Response, Spot, without_secrets};

/// A redirect URI as it was sent to the provider.
pub(crate) struct RedirectUri {
    /// The address without its query.
    pub(crate) uri: String,
    pub(crate) origin: Origin,
    pub(crate) spot: Spot,
}

/// An error of the provider (RFC 6749, sections 4.1.2.1 and 5.2).
pub(crate) struct ProviderError {
    /// The code: `access_denied`, `invalid_client` …
    pub(crate) code: String,
    pub(crate) spot: Spot,
}

/// Every redirect URI of the evidence: in requests, in redirects, in logs.
pub(crate) fn redirect_uris(situation: &Situation<'_>) -> Vec<RedirectUri> {
    let mut found = Vec::new();
    for exchange in situation.exchanges().chain(&situation.evidence.logged) {
        if let Some(request) = &exchange.request {
            found.extend(of_text(&request.target, request.start_spot()));
            found.extend(of_text(&format!("?{}", request.body), request.start_spot()));
        }
        if let Some(response) = &exchange.response
            && let Some(location) = response.headers.first("location")
        {
            found.extend(of_text(&location.value, response.spot(location)));
        }
    }
    for log in &situation.evidence.logs {
        for (at, line) in log.text.lines().enumerate() {
            found.extend(of_text(
                line,
                Spot::line(&log.source(), at + 1, without_secrets(line)),
            ));
        }
    }
    found
}

/// Where a sign-in was asked to lead in the end: the `redirect_to` of hosted sign-ins, and where that is said.
pub(crate) fn asked_return(evidence: &Evidence) -> Option<(Origin, Spot)> {
    let of = |text: &str| {
        let (_, rest) = text.split_once("redirect_to=")?;
        let end = |c: char| c == '&' || c.is_whitespace() || matches!(c, '"' | '\'');
        Origin::parse(&decoded(rest.split(end).next()?))
    };
    let earlier = evidence
        .earlier
        .iter()
        .filter_map(|exchange| exchange.request.as_ref());
    let of_request = |request: &Request| Some((of(&request.target)?, request.start_spot()));
    let of_log = || {
        evidence.logs.iter().find_map(|log| {
            let mut lines = log.text.lines().enumerate();
            lines.find_map(|(at, line)| {
                Some((
                    of(line)?,
                    Spot::line(&log.source(), at + 1, without_secrets(line)),
                ))
            })
        })
    };
    earlier.into_iter().find_map(of_request).or_else(of_log)
}

/// Where a provider's answer to its own callback leads, if it is another place than the sign-in asked for.
pub(crate) fn led_elsewhere(trip: &Trip<'_>, asked: &Origin) -> Option<(Origin, Spot)> {
    let response = trip.response.filter(|response| response.is_redirect())?;
    let header = response.headers.first("location")?;
    let to = Origin::parse(&header.value)?;
    let returns = super::browsing::is_callback(trip) && trip.server.as_ref() != Some(&to);
    (returns && to != *asked).then(|| (to, response.spot(header)))
}

/// The states with which sign-ins of this host were begun, in their order, each with its place.
pub(crate) fn begun_states(situation: &Situation<'_>) -> Vec<(String, Spot)> {
    let of = |text: &str| {
        let (_, query) = text.split_once("redirect_uri=")?;
        let before = text.split_once("redirect_uri=")?.0;
        let state = query
            .split_once("state=")
            .or_else(|| before.rsplit_once("state="))?
            .1;
        let end = |c: char| c == '&' || c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '>');
        Some(decoded(state.split(end).next()?)).filter(|state| state.len() >= 8)
    };
    let mut found: Vec<(String, Spot)> = Vec::new();
    let mut add = |state: Option<String>, spot: Spot| {
        if let Some(state) = state.filter(|state| found.iter().all(|(known, _)| known != state)) {
            found.push((state, spot));
        }
    };
    for log in &situation.evidence.logs {
        for (at, line) in log.text.lines().enumerate() {
            add(
                of(line),
                Spot::line(&log.source(), at + 1, without_secrets(line)),
            );
        }
    }
    for response in situation
        .evidence
        .earlier
        .iter()
        .filter_map(|one| one.response.as_ref())
    {
        if let Some(header) = response.headers.first("location") {
            add(of(&header.value), response.spot(header));
        }
    }
    found
}

/// Whether a redirect leads to a page that tells of a failure: `/auth/failure`, `/login?error=…`.
pub(super) fn leads_to_failure(location: &str) -> bool {
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    let path = path.to_ascii_lowercase();
    let told = |part: &str| {
        part.starts_with("error") || part.starts_with("err=") || part.starts_with("failed")
    };
    path.ends_with("/failure")
        || path.ends_with("/error")
        || path.ends_with("/auth-error")
        || query.split('&').any(told)
}

/// Whether a redirect tells the provider to come back by http to a host that is reached by https.
pub(crate) fn is_downgraded(trip: &Trip<'_>, location: &str) -> bool {
    let spot = trip.request.start_spot();
    of_text(location, spot).is_some_and(|uri| {
        let https = forwarded_https(trip.request) == Some(true)
            || trip.server.as_ref().is_some_and(|server| server.https);
        https
            && !uri.origin.https
            && !uri.origin.is_loopback()
            && trip.host() == Some(&uri.origin.host)
    })
}

fn of_text(text: &str, spot: Spot) -> Option<RedirectUri> {
    let (_, rest) = text.split_once("redirect_uri")?;
    let rest = rest.trim_start_matches(['"', '\'', '=', ':', ' ']);
    let end =
        |c: char| c == '&' || c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | '>' | ')');
    let uri = decoded(rest.split(end).next()?);
    let origin = Origin::parse(&uri)?;
    let uri = uri.split(['?', '#']).next().unwrap_or_default().to_owned();
    Some(RedirectUri { uri, origin, spot })
}

/// The error that the provider came back or answered with.
pub(crate) fn provider_error(situation: &Situation<'_>) -> Option<ProviderError> {
    let request = situation.request();
    if let Some(request) = request
        && let Some(code) = request
            .query("error")
            .or_else(|| parameter(&request.body, "error"))
        && (request.query("state").is_some()
            || request.query("error_description").is_some()
            || request.path().contains("callback")
            || request.body.contains("state="))
    {
        return Some(ProviderError {
            code: decoded(code),
            spot: request.start_spot(),
        });
    }
    let response = situation.response()?;
    let asks_provider = request.is_some_and(|request| {
        request.body.contains("grant_type")
            || request.path().ends_with("/token")
            || request.path().contains("access_token")
    });
    let body: serde_json::Value = serde_json::from_str(&response.body).ok()?;
    let code = body.get("error")?.as_str()?;
    (asks_provider || is_oauth_code(code)).then(|| ProviderError {
        code: code.to_owned(),
        spot: response.status_spot(),
    })
}

/// Codes that none but a provider uses.
fn is_oauth_code(code: &str) -> bool {
    [
        "invalid_client",
        "unauthorized_client",
        "incorrect_client_credentials",
        "redirect_uri_mismatch",
        "bad_verification_code",
        "unsupported_response_type",
        "interaction_required",
        "login_required",
        "consent_required",
    ]
    .contains(&code)
}

/// What words make a message one about the client's id or secret.
pub(crate) fn refuses_client(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "invalid_client",
        "unauthorized_client",
        "incorrect_client_credentials",
        "aadsts7000215",
        "aadsts7000222",
        "aadsts700016",
        "the oauth client was not found",
        "invalid client secret",
        "client authentication failed",
        "client secret is expired",
        "client_id and/or client_secret passed are incorrect",
        "invalid client credentials",
        "bad client credentials",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// What words make a message one about the redirect URI.
pub(crate) fn refuses_redirect(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "redirect_uri_mismatch",
        "redirect uri mismatch",
        "aadsts50011",
        "invalid parameter: redirect_uri",
        "invalid redirect uri",
        "invalid redirect_uri",
        "redirect_uri is not associated",
        "redirect uri included is not valid",
        "redirect url is not allowed",
        "redirect uri is not allowed",
        "redirect_uri is not allowed",
        "invalid redirect url",
        "redirect_uri did not match",
        "redirect_uri must match",
        "redirect uri is not valid",
        "redirect_uri is missing or invalid",
        "callback url mismatch",
        "redirect_uri' parameter must be",
        "is not registered",
        "url blocked: this redirect failed",
        "redirect_mismatch",
        "redirect_to is not allowed",
        "invalid_redirect_uri",
        "does not match the registered",
    ]
    .iter()
    .any(|words| {
        text.contains(words)
            && (text.contains("redirect") || text.contains("callback") || text.contains("50011"))
    })
}

/// What words make a message one about the state of a sign-in.
pub(crate) fn refuses_state(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "state mismatch",
        "mismatching_state",
        "state_mismatch",
        "invalid state",
        "invalid_state",
        "state cookie was missing",
        "state is missing",
        "state missing",
        "checks.state argument is missing",
        "pkce code_verifier cookie was missing",
        "unable to verify authorization request state",
        "csrf warning! state not equal",
        "csrf_detected",
        "csrf detected",
        "state does not match",
        "correlation failed",
        "oauthcallbackerror",
        "nonce cookie",
        "response state",
        "state parameter",
        "authorization_request_not_found",
        "bad_oauth_state",
        "code verifier should be non-empty",
        "code challenge does not match",
        "flow_state_not_found",
        "state value could not be parsed",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// The first place of an answer or a log of which `says` holds.
pub(crate) fn place_of(situation: &Situation<'_>, says: fn(&str) -> bool) -> Option<Spot> {
    let of_response = |response: &Response| {
        let location = response
            .headers
            .first("location")
            .filter(|header| says(&decoded(&header.value)));
        let body = says(&response.body).then(|| response.status_spot());
        location.map(|header| response.spot(header)).or(body)
    };
    let of_request =
        |request: &Request| says(&decoded(&request.target)).then(|| request.start_spot());
    situation
        .response()
        .and_then(of_response)
        .or_else(|| situation.request().and_then(of_request))
        .or_else(|| situation.log_line(says))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn redirect_uris_are_decoded() {
        let spot = || Spot::line(&Arc::from("x"), 1, "");
        for text in [
            "https://id.test/authorize?client_id=a&redirect_uri=http%3A%2F%2Fapp.example%2Fcb&state=1",
            "redirect_uri: \"http://app.example/cb\"",
            "redirect_uri=http://app.example/cb",
        ] {
            assert_eq!(
                of_text(text, spot()).unwrap().uri,
                "http://app.example/cb",
                "{text}"
            );
        }
        assert!(of_text("redirect_uri_mismatch", spot()).is_none());
    }

    #[test]
    fn messages_are_told_apart() {
        assert!(refuses_redirect("Error 400: redirect_uri_mismatch"));
        assert!(refuses_redirect(
            "AADSTS50011: The redirect URI 'x' specified in the request does not match"
        ));
        assert!(refuses_client(
            "AADSTS7000215: Invalid client secret provided"
        ));
        assert!(refuses_state(
            "[auth][error] InvalidCheck: pkceCodeVerifier: State cookie was missing"
        ));
        assert!(!refuses_redirect("too many redirects"));
    }
}
