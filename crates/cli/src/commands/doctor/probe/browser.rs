//! What a browser would make of a server: cookies, CORS, the CSRF token.

use ::http::Method;
use ::http::header::SET_COOKIE;
use countersign_diagnose::{CookieHeader, Preflight, Probe, ProbeFact};

use super::Known;
use super::http::{Ask, Reply};
use super::server::Server;

/// The most cookies of one answer that are looked at.
const MOST_COOKIES: usize = 20;

/// The CSRF round trip, which only a Countersign server can make.
#[derive(Debug)]
pub(super) struct Csrf {
    pub(super) is_countersign: bool,
    pub(super) probes: Vec<Probe>,
}

/// The cookies of an answer.
pub(super) fn cookies(url: &str, reply: &Reply, known: &Known) -> Option<Probe> {
    let set = reply.headers.get_all(SET_COOKIE).iter();
    let set: Vec<&str> = set
        .filter_map(|header| header.to_str().ok())
        .take(MOST_COOKIES)
        .collect();
    if set.is_empty() {
        return None;
    }
    let why = match set.len() {
        1 => "1 cookie, judged as a browser does".to_owned(),
        some => format!("{some} cookies, judged as a browser does"),
    };
    let probe = set
        .into_iter()
        .fold(Probe::ok("cookies", url, why), |probe, header| {
            probe.with(ProbeFact::Cookie {
                url: url.to_owned(),
                page: known.origin.clone(),
                header: CookieHeader(header.to_owned()),
            })
        });
    Some(probe)
}

/// Asks whether a page may call with an Authorization header (Fetch, section 4.8).
pub(super) async fn preflight(server: &Server<'_>, known: &Known) -> Probe {
    const NAME: &str = "cors";
    let target = &server.target;
    let Some(origin) = &known.origin else {
        let why = "no page is known; give --origin https://APP";
        return Probe::skipped(NAME, target, why);
    };
    if *origin == server.url.origin().ascii_serialization() {
        let why = "the page is of the same origin, which needs no CORS";
        return Probe::skipped(NAME, target, why);
    }
    let ask = Ask::of(Method::OPTIONS, server.url.clone())
        .header("origin", origin.clone())
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization");
    let reply = match server.send(ask).await {
        Ok(reply) => reply,
        Err(broken) => return Probe::failed(NAME, target, broken.why),
    };
    let given = |name| Some(reply.header(name).to_owned()).filter(|value| !value.is_empty());
    let answer = Preflight {
        origin: origin.clone(),
        status: reply.status,
        allow_origin: given("access-control-allow-origin"),
        allow_headers: given("access-control-allow-headers"),
        allow_credentials: reply.header("access-control-allow-credentials") == "true",
    };
    let why = format!(
        "a preflight from {origin} is answered with {}",
        reply.status
    );
    if answer.is_good() {
        return Probe::ok(NAME, target, why);
    }
    Probe::failed(NAME, target, why).with(ProbeFact::Preflight(answer))
}

/// Gets a CSRF token and shows it again: the same server must know it.
pub(super) async fn csrf(server: &Server<'_>, known: &Known) -> Csrf {
    const NAME: &str = "csrf";
    let url = server.at("/api/v1/auth/csrf-token");
    let target = super::shown(&url);
    let nothing = |why: &str| Csrf {
        is_countersign: false,
        probes: vec![Probe::skipped(NAME, &target, why)],
    };
    let Ok(first) = server.send(Ask::get(url.clone())).await else {
        return nothing("it does not answer");
    };
    let Some(token) = token(&first) else {
        return nothing("this is no Countersign server");
    };
    let mut probes: Vec<Probe> = cookies(&target, &first, known).into_iter().collect();
    let pairs = first.headers.get_all(SET_COOKIE).iter();
    let pairs = pairs.filter_map(|header| header.to_str().ok()?.split(';').next());
    let cookie = pairs.collect::<Vec<_>>().join("; ");
    let again = server.send(Ask::get(url).header("cookie", cookie)).await;
    probes.push(match again {
        Ok(again) if self::token(&again) == Some(token) => {
            Probe::ok(NAME, &target, "the token that was given is known again")
        }
        Ok(_) => Probe::failed(NAME, &target, "a second answer has another token")
            .with(ProbeFact::CsrfForgotten),
        Err(broken) => Probe::failed(NAME, &target, broken.why),
    });
    Csrf {
        is_countersign: true,
        probes,
    }
}

fn token(reply: &Reply) -> Option<String> {
    let body = reply.json().filter(|_| reply.status == 200)?;
    body.get("csrf_token")?.as_str().map(ToOwned::to_owned)
}
