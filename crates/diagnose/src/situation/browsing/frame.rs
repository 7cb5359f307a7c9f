//! Pages in frames of other sites: there every cookie is a third party's, even for requests to the page's own origin
//! (RFC 6265bis, section 5.2: the "site for cookies" is that of the top page).

use crate::evidence::{Evidence, Response, Service, Spot, without_secrets};
use crate::situation::address::Origin;
use crate::situation::wire::Trip;

/// The frame that the failing page is in.
pub(crate) struct Frame {
    /// The host of the page inside.
    host: String,
    /// What shows it.
    pub(crate) spot: Spot,
    /// Whether it is seen, rather than allowed alone.
    pub(crate) seen: bool,
}

/// Looks for the frame, and marks the requests that are made inside.
pub(super) fn mark<'e>(
    evidence: &Evidence,
    before: &mut [Trip<'e>],
    failing: Option<&mut Trip<'e>>,
) -> Option<Frame> {
    let frame = of(evidence, before, failing.as_deref())?;
    let inside = before.iter_mut().chain(failing);
    for trip in inside.filter(|trip| trip.host() == Some(&frame.host)) {
        trip.framed = true;
    }
    Some(frame)
}

/// The frame, if a request loads the page into one, a console says so, or another site is allowed to embed it.
fn of(evidence: &Evidence, before: &[Trip<'_>], failing: Option<&Trip<'_>>) -> Option<Frame> {
    let host = failing?.host()?.to_owned();
    let frame = |(spot, seen)| Frame {
        host: host.clone(),
        spot,
        seen,
    };
    let trips = || {
        before
            .iter()
            .chain(failing)
            .filter(|trip| trip.host() == Some(&host))
    };
    let loads = trips().find(|trip| trip.framed).map(|trip| {
        let dest = trip.request.headers.first("sec-fetch-dest");
        dest.map_or_else(|| trip.request.start_spot(), |dest| trip.request.spot(dest))
    });
    let shown = || {
        loads
            .or_else(|| of_console(evidence))
            .map(|spot| (spot, true))
    };
    let inside = trips().any(|trip| goes_into_a_frame(trip));
    let top = !inside
        && trips().any(|trip| {
            trip.navigates && trip.request.headers.value("sec-fetch-dest") == Some("document")
        });
    let allowed = || {
        let mut answers = trips().filter_map(|trip| trip.response);
        let by_header = answers.find_map(|answer| by_policy(answer, &host));
        by_header.or_else(|| by_setting(evidence, &host))
    };
    shown()
        .or_else(|| allowed().filter(|_| !top).map(|spot| (spot, inside)))
        .map(frame)
}

fn goes_into_a_frame(trip: &Trip<'_>) -> bool {
    matches!(
        trip.request.headers.value("sec-fetch-dest"),
        Some("iframe" | "frame" | "fencedframe")
    )
}

/// A console or a script says that the window is not the top one.
fn of_console(evidence: &Evidence) -> Option<Spot> {
    let equal = [
        "window.top===window.self",
        "window.self===window.top",
        "window===window.top",
        "window.top===window",
        "window.parent===window",
    ];
    evidence.logs.iter().find_map(|log| {
        let lines: Vec<&str> = log.text.lines().collect();
        let asked = |line: &str| {
            let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
            equal.iter().any(|words| line.contains(words))
        };
        let at = lines.iter().position(|line| asked(line))?;
        let answer = lines.get(at..(at + 2).min(lines.len()))?;
        let no = answer.iter().find(|line| line.contains("false"))?;
        Some(Spot::line(&log.source(), at + 1, without_secrets(no)))
    })
}

/// `frame-ancestors` that names another site (CSP, section 6.4.2).
fn by_policy(answer: &Response, host: &str) -> Option<Spot> {
    let header = answer
        .headers
        .all("content-security-policy")
        .find(|header| {
            let mut directives = header.value.split(';').map(str::trim);
            directives.any(|directive| {
                directive
                    .strip_prefix("frame-ancestors")
                    .is_some_and(|list| names_another_site(list, host))
            })
        })?;
    Some(answer.spot(header))
}

fn by_setting(evidence: &Evidence, host: &str) -> Option<Spot> {
    let mut lines = evidence.services.iter().flat_map(Service::settings);
    let line = lines.find(|line| {
        let name = line.name.to_ascii_uppercase();
        let about = name.contains("FRAME_ANCESTORS")
            || name.contains("FRAME_SRC")
            || name.contains("EMBED");
        about && names_another_site(&line.value, host)
    })?;
    Some(line.spot.clone())
}

fn names_another_site(list: &str, host: &str) -> bool {
    let own = crate::situation::address::site(host);
    let members = list.split([' ', ',']).filter(|member| member.contains('.'));
    members
        .filter_map(|member| {
            let member = member.trim_matches(['\'', '"']).replace("*.", "");
            Origin::parse(&member).or_else(|| Origin::of_host(true, &member))
        })
        .any(|origin| origin.site() != own)
}

#[cfg(test)]
mod tests {
    use crate::evidence::{Document, Evidence};
    use crate::situation::Situation;

    fn seen(files: &[(&str, &str)]) -> Option<bool> {
        let documents = files.iter().map(|(name, text)| Document::new(*name, *text));
        let evidence = Evidence::read(documents.collect());
        let situation = Situation::new(&evidence);
        situation.browsing.frame.as_ref().map(|frame| frame.seen)
    }

    #[test]
    fn a_frame_of_another_site_is_seen_or_allowed() {
        let request = "GET /api/me HTTP/1.1\nHost: app.example\nSec-Fetch-Site: same-origin\n\n";
        let loaded = "GET / HTTP/1.1\nHost: app.example\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe\n\n";
        let allows = |site: &str| {
            format!(
                "HTTP/1.1 401 Unauthorized\nContent-Security-Policy: frame-ancestors 'self' {site}\n\n"
            )
        };
        assert_eq!(
            seen(&[("login.http", loaded), ("request.http", request)]),
            Some(true)
        );
        let console = "> window.top === window.self\nfalse";
        assert_eq!(
            seen(&[("log.txt", console), ("request.http", request)]),
            Some(true)
        );
        let other = allows("https://mail.test");
        assert_eq!(
            seen(&[("request.http", request), ("response.http", &other)]),
            Some(false)
        );
        let own = allows("https://www.app.example");
        assert_eq!(
            seen(&[("request.http", request), ("response.http", &own)]),
            None
        );
        assert_eq!(seen(&[("request.http", request)]), None);
    }
}
