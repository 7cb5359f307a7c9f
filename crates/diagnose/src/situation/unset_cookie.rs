//! Sign-ins that set no cookie: libraries that leave a Secure cookie out where they take the request for http.

use super::wire::Trip;
use super::{Origin, Situation, is_csrf};
use crate::contract::Purpose;
use crate::evidence::Response;

/// Products that set their session cookie over a connection alone that fits its `Secure`.
const CAREFUL: &[&str] = &[
    "express-session",
    "cookie-session",
    "connect-redis",
    "connect-mongo",
    "koa-session",
    "koa",
    "medusa",
    "sails",
    "keystone",
    "rails",
    "rack",
    "gorilla/sessions",
    "@fastify/session",
    "fastify-session",
];

/// Words of answers that hand a token over, so that no cookie is meant.
const TOKENS: &[&str] = &["token", "jwt", "bearer"];

/// The token of a form is none of these.
const OF_FORMS: &[&str] = &[
    "csrf-token",
    "csrf_token",
    "csrftoken",
    "xsrf-token",
    "xsrftoken",
];

/// A sign-in that went well and set no session cookie, though the program keeps its sessions in cookies and the failing
/// request came without one: its answer.
pub(crate) fn answer<'e>(situation: &Situation<'e>, trip: &Trip<'e>) -> Option<&'e Response> {
    let path = trip.request.path().to_ascii_lowercase();
    let parts = ["login", "signin", "sign-in", "sign_in", "session", "auth"];
    let returns = super::browsing::is_callback(trip);
    let is_login = !trip.request.is_safe() && parts.iter().any(|part| path.contains(part));
    // A form's token is kept in the session, which has to begin with it.
    let begins = is_login || returns || path.contains("csrf");
    let response = trip
        .response
        .filter(|response| begins && (200..400).contains(&response.status))?;
    let body = OF_FORMS
        .iter()
        .fold(response.body.to_ascii_lowercase(), |body, word| {
            body.replace(word, "")
        });
    let mut set = response
        .headers
        .all("set-cookie")
        .filter_map(|header| header.value.split('=').next());
    let silent =
        !set.any(|name| !is_csrf(name)) && !TOKENS.iter().any(|token| body.contains(token));
    let meant = CAREFUL.iter().any(|product| situation.uses(product))
        || situation.settings(Purpose::CookieSecure).next().is_some();
    let failing = situation.browsing.failing.as_ref()?;
    let bare = failing.request.cookies().all(|(name, _)| is_csrf(name))
        && failing.request.headers.first("authorization").is_none();
    (silent && meant && bare && !std::ptr::eq(failing.request, trip.request)).then_some(response)
}

/// A sign-in over plain http that set no cookie, because the settings ask for Secure ones: where it was made.
pub(crate) fn over_http<'s, 'e>(
    situation: &'s Situation<'e>,
) -> Option<(&'s Origin, &'e Response)> {
    let secure = situation
        .settings(Purpose::CookieSecure)
        .find(|(_, line)| !line.name.to_ascii_uppercase().contains("CSRF"));
    let on = |value: &str| {
        ["1", "on", "true", "yes"].contains(&value.trim().to_ascii_lowercase().as_str())
    };
    let asks = match secure {
        Some((_, line)) => on(&line.value),
        None => situation
            .settings(Purpose::Environment)
            .any(|(_, line)| line.value.to_ascii_lowercase().starts_with("prod")),
    };
    situation.browsing.before.iter().find_map(|trip| {
        let server = trip
            .server
            .as_ref()
            .filter(|server| !server.https && asks)?;
        Some((server, answer(situation, trip)?))
    })
}
