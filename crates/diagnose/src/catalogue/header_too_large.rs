//! `header-too-large`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::finding::{Finding, Strength};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::HeaderTooLarge,
    rule: Some(find),
    title: "The request's headers are too large",
    what: "All headers together, most of it usually cookies, are longer than the server reads. Nothing of the request was looked at.",
    why: &[
        "Cookies have piled up: each environment on a shared parent domain adds its own, and none is removed.",
        "A session library keeps the whole profile or the provider's tokens in the cookie, in several pieces.",
        "A token carries hundreds of groups or permissions as claims.",
    ],
    fix: Fix {
        summary: "Make the cookies or the token smaller; do not raise the limits of every hop.",
        steps: &[
            say("Look at what is sent: the browser's storage panel shows each cookie with its size."),
            say("Delete the cookies of the site once; if the request works after it, something adds cookies without end."),
            say("Keep an id in the cookie and the data on the server; ask for fewer claims."),
        ],
    },
    example: Example::Refusal {
        request: "GET /api/v1/auth/me HTTP/1.1\nCookie: appSession.0=…; appSession.1=…; appSession.2=… (18 kB)",
        trace: "headers of 18622 bytes, limit 16384",
    },
    standard: Some("RFC 6585, section 5"),
    related: &[Cause::CookieTooLarge, Cause::TokenTooLarge],
};

/// The answer or the log says so, or the headers are larger than servers read by default.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    let size = situation.request().map_or(0, |request| {
        request.headers.0.iter().map(|header| header.name.len() + header.value.len() + 4).sum::<usize>()
    });
    let response = situation.response();
    let status = response.map_or(0, |response| response.status);
    let said = response.is_some_and(|response| says_so(&response.body)) || matches!(status, 431 | 494);
    let logged = situation.log_line(says_so);
    let heavy = size > 8_000 && matches!(status, 400 | 413 | 431 | 494 | 500 | 502 | 520);
    if !said && logged.is_none() && !heavy {
        return;
    }
    let strength = if said || heavy { Strength::Proved } else { Strength::Likely };
    let message = match situation.request().filter(|_| size > 4_000) {
        Some(_) => format!("the request's headers have {size} bytes, more than the server reads"),
        None => "a header is larger than a server or proxy on the way reads".to_owned(),
    };
    let mut finding = Finding::new(Cause::HeaderTooLarge, strength, message);
    if let Some(request) = situation.request()
        && let Some(largest) = request.headers.0.iter().max_by_key(|header| header.value.len())
    {
        finding = finding.at(request.spot(largest), format!("{} bytes", largest.value.len()));
    } else if let Some(response) = response {
        finding = finding.at(response.status_spot(), "refused");
    }
    if let Some(spot) = logged {
        finding = finding.at(spot, "says so");
    }
    let limits = ["large_client_header_buffers", "client_header_buffer_size", "proxy_buffer_size", "limitrequestfieldsize"];
    let directives = situation.proxies.iter().flat_map(|file| &file.directives);
    for directive in directives.filter(|directive| limits.contains(&directive.name.as_str())) {
        finding = finding.at(directive.spot.clone(), "the limit");
    }
    found.push(finding.explains(&[Cause::CookieTooLarge, Cause::TokenTooLarge, Cause::CredentialMissing]));
}

fn says_so(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "request header or cookie too large", "request header fields too large", "hpe_header_overflow", "request header is too large",
        "upstream sent too big header", "size of a request header field exceeds", "headers exceeded", "header field too long",
        "request headers too long", "client sent too long header", "request header too large", "header too large", "http 431", "status 431",
        "request_header_too_large",
    ]
    .iter()
    .any(|words| text.contains(words))
}
