//! Where tokens are found: in the failing request, in answers to sign-ins, in logs.

use super::session_cookie::is_dated;
use super::token::{Carrier, PresentedToken};
use crate::evidence::http::Header;
use crate::evidence::{DocumentKind, Evidence, Request, Response, Service, Spot};
use serde_json::Value;

/// How many tokens of logs and answers are looked at.
const MOST_OTHERS: usize = 16;

/// Headers besides `Authorization` that carry tokens.
const HEADERS: &[&str] = &[
    "x-access-token",
    "x-auth-token",
    "x-jwt-token",
    "x-id-token",
    "x-authorization",
    "x-token",
    "token",
    "x-jwt",
    "jwt",
    "auth-token",
    "access-token",
    "x-user-token",
    "x-session-token",
    "x-appwrite-jwt",
    "x-n8n-api-key",
    "x-forwarded-access-token",
    "x-jwt-assertion",
    "x-goog-iap-jwt-assertion",
    "cf-access-jwt-assertion",
    "x-amzn-oidc-data",
];

/// Headers that carry keys of any kind, tokens among them.
const KEY_HEADERS: &[&str] = &["x-api-key", "api-key"];

/// The tokens of the failing requests: those of the Authorization header, else those of other places.
pub(super) fn presented(evidence: &Evidence) -> Vec<PresentedToken<'_>> {
    let requests = || {
        evidence
            .failing
            .iter()
            .filter_map(|exchange| exchange.request.as_ref())
    };
    let bearer: Vec<_> = requests()
        .flat_map(|request| {
            request
                .headers
                .all("authorization")
                .map(move |header| (request, header))
        })
        .filter_map(|(request, header)| authorization(request, header, evidence))
        .collect();
    if !bearer.is_empty() {
        return bearer;
    }
    let given: Vec<_> = given(evidence).collect();
    if !given.is_empty() {
        return given;
    }
    if requests().next().is_none() {
        return told(evidence);
    }
    let found: Vec<_> = requests()
        .flat_map(|request| elsewhere(request, evidence))
        .collect();
    if !found.is_empty() {
        return found;
    }
    // What a command sent and the request does not have was lost on the way; what is wrong with it comes next.
    let bare = requests().all(|request| request.headers.first("cookie").is_none());
    sent(evidence)
        .into_iter()
        .filter(|token| bare && token.is_signed_token())
        .collect()
}

/// A token that was given by itself, as people copy it: with its scheme, with quotes.
fn given(evidence: &Evidence) -> impl Iterator<Item = PresentedToken<'_>> {
    evidence.of_kind(DocumentKind::Token).map(|document| {
        let bare = document.text.trim().trim_matches(['"', '\'', '`']);
        let text = match bare.split_once(char::is_whitespace) {
            Some((scheme, text)) if scheme.eq_ignore_ascii_case("bearer") => text.trim(),
            Some(_) | None => bare,
        };
        let text = text.trim_matches(['"', '\'']);
        let spot = Spot::line(&document.source(), 0, "the token");
        let carrier = Carrier::Authorization("Bearer".to_owned());
        PresentedToken::new(text, carrier, spot, evidence)
    })
}

/// The tokens of settings that a program puts into the header: its name stands in a line that sets it.
fn set(evidence: &Evidence) -> impl Iterator<Item = PresentedToken<'_>> {
    let lines = evidence.services.iter().flat_map(Service::settings);
    let tokens = lines.filter(|line| looks_like_a_token(line.value.trim()));
    let sends = |line: &str, name: &str| {
        let lower = line.to_ascii_lowercase();
        let mut words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        (lower.contains("bearer") || lower.contains("authorization"))
            && words.any(|word| word == name)
    };
    let sent = tokens.filter(move |line| {
        let mut logs = evidence.logs.iter().flat_map(|log| log.text.lines());
        logs.any(|text| sends(text, &line.name))
    });
    sent.map(|line| {
        let carrier = Carrier::Setting(line.name.clone());
        PresentedToken::new(line.value.trim(), carrier, line.spot.clone(), evidence)
    })
}

/// Where no request was given: what commands in logs send, else the last token that a log shows.
fn told(evidence: &Evidence) -> Vec<PresentedToken<'_>> {
    let sent = sent(evidence);
    if !sent.is_empty() {
        return sent;
    }
    let mut seen = others(evidence, &[]);
    seen.retain(|token| token.carrier == Carrier::Log);
    seen.pop().into_iter().collect()
}

/// The tokens that commands in logs send, and those of requests that were redirected.
fn sent(evidence: &Evidence) -> Vec<PresentedToken<'_>> {
    let redirected = evidence
        .earlier
        .iter()
        .chain(&evidence.logged)
        .filter(|exchange| {
            exchange
                .response
                .as_ref()
                .is_some_and(Response::is_redirect)
        })
        .filter_map(|exchange| exchange.request.as_ref());
    let headers = evidence
        .commands
        .iter()
        .chain(redirected)
        .flat_map(|request| {
            let headers = request.headers.all("authorization");
            headers.map(move |header| (request, header))
        });
    headers
        .filter_map(|(request, header)| authorization(request, header, evidence))
        .filter(|token| !token.text.starts_with('$'))
        .collect()
}

fn authorization<'e>(
    request: &Request,
    header: &'e Header,
    evidence: &'e Evidence,
) -> Option<PresentedToken<'e>> {
    let value = header.value.trim();
    let (scheme, text) = match value.split_once(char::is_whitespace) {
        Some((scheme, text)) => (scheme, text.trim()),
        None if value.starts_with("eyJ") => ("", value),
        None => (value, ""),
    };
    let tokens = ["", "bearer", "token", "jwt"];
    if !tokens
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return None;
    }
    let carrier = Carrier::Authorization(scheme.to_owned());
    Some(PresentedToken::new(
        text,
        carrier,
        request.spot(header),
        evidence,
    ))
}

fn elsewhere<'e>(request: &'e Request, evidence: &'e Evidence) -> Vec<PresentedToken<'e>> {
    let mut found = Vec::new();
    for header in HEADERS.iter().flat_map(|name| request.headers.all(name)) {
        let carrier = Carrier::Header(header.name.clone());
        found.push(PresentedToken::new(
            header.value.trim(),
            carrier,
            request.spot(header),
            evidence,
        ));
    }
    let keys = KEY_HEADERS
        .iter()
        .flat_map(|name| request.headers.all(name));
    for header in keys.filter(|header| looks_like_a_token(header.value.trim())) {
        let carrier = Carrier::Header(header.name.clone());
        let spot = request.spot(header);
        found.push(PresentedToken::new(
            header.value.trim(),
            carrier,
            spot,
            evidence,
        ));
    }
    let cookie_line = request.headers.first("cookie");
    for (name, value) in request
        .cookies()
        .filter(|(name, value)| looks_like_a_token(value) && !keeps_a_flow(name))
        .filter(|(_, value)| !is_dated(value))
    {
        let carrier = Carrier::Cookie(name.to_owned());
        let spot = cookie_line.map_or_else(
            || Spot::line(&request.source, 0, ""),
            |header| Spot::line(&request.source, header.line, format!("Cookie: {name}=…")),
        );
        found.push(PresentedToken::new(value, carrier, spot, evidence));
    }
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if looks_like_a_token(value) && !keeps_a_flow(name) {
            let carrier = Carrier::Query(name.to_owned());
            let path = request.target.split('?').next().unwrap_or_default();
            let shown = format!("{} {path}?{name}=…", request.method);
            found.push(PresentedToken::new(
                value,
                carrier,
                Spot::line(&request.source, 1, shown),
                evidence,
            ));
        }
    }
    found
}

/// Whether a name is that of what a sign-in or a form keeps for itself; it may have a token's form.
fn keeps_a_flow(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = ["state", "nonce", "pkce", "verifier", "csrf", "xsrf"];
    name == "code" || parts.iter().any(|part| name.contains(part))
}

/// The tokens of sign-ins and logs; a token that is presented is not among them.
pub(super) fn others<'e>(
    evidence: &'e Evidence,
    presented: &[PresentedToken<'e>],
) -> Vec<PresentedToken<'e>> {
    let mut found: Vec<PresentedToken<'e>> = Vec::new();
    for response in evidence
        .earlier
        .iter()
        .filter_map(|exchange| exchange.response.as_ref())
    {
        for (name, text) in members(&response.body) {
            let shown = format!("\"{name}\": …");
            let spot = Spot::line(&response.source, response.line, shown);
            found.push(PresentedToken::new(
                text,
                Carrier::Body(name.to_owned()),
                spot,
                evidence,
            ));
        }
    }
    found.extend(set(evidence));
    for log in &evidence.logs {
        let source = log.source();
        for (at, line) in log.text.lines().enumerate() {
            for word in line.split(|c: char| c.is_whitespace() || "\"'=,;()[]{}<>".contains(c)) {
                let fresh = looks_like_a_token(word)
                    && found.len() < MOST_OTHERS
                    && presented
                        .iter()
                        .chain(&found)
                        .all(|known| known.text != word);
                if fresh {
                    let shown = line.replace(word, "…");
                    let spot = Spot::line(&source, at + 1, shown);
                    found.push(PresentedToken::new(word, Carrier::Log, spot, evidence));
                }
            }
        }
    }
    found
}

/// The string members of a JSON body whose names say that they are tokens, wherever they stand.
/// They are taken from the text itself, so that they live as long as it does.
fn members(body: &str) -> Vec<(&'static str, &str)> {
    const NAMES: [&str; 14] = [
        "access_token",
        "accessToken",
        "access",
        "id_token",
        "idToken",
        "refresh_token",
        "refreshToken",
        "refresh",
        "token",
        "jwt",
        "provider_token",
        "providerToken",
        "session_token",
        "sessionToken",
    ];
    if serde_json::from_str::<Value>(body).is_err() {
        return Vec::new();
    }
    NAMES
        .iter()
        .filter_map(|name| {
            let after = body.split_once(&format!("\"{name}\""))?.1;
            let value = after
                .trim_start()
                .strip_prefix(':')?
                .trim_start()
                .strip_prefix('"')?;
            let end = value.find('"')?;
            Some((*name, value.get(..end)?))
        })
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Whether it is a JWS or JWE by its looks.
fn looks_like_a_token(word: &str) -> bool {
    word.starts_with("eyJ") && word.len() > 30 && matches!(word.matches('.').count(), 2 | 4)
}
