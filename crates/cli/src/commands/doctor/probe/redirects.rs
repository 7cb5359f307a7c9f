//! Redirects on which clients leave the Authorization header behind.

use countersign_diagnose::{Probe, ProbeFact, RedirectChange};
use url::Url;

use super::http::Reply;
use super::shown;

/// What the answer's redirect changes; none where it is no redirect.
pub(super) fn judge(url: &Url, reply: &Reply) -> Option<Probe> {
    if !matches!(reply.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = shown(url);
    let Ok(to) = url.join(reply.header("location")) else {
        let why = format!("status {} without a usable Location", reply.status);
        return Some(Probe::failed("redirect", &target, why));
    };
    let why = format!("status {} to {}", reply.status, shown(&to));
    let Some(change) = change(url, &to) else {
        return Some(Probe::ok("redirect", &target, why));
    };
    Some(
        Probe::failed("redirect", &target, why).with(ProbeFact::Redirect {
            from: target.clone(),
            to: shown(&to),
            status: reply.status,
            change,
        }),
    )
}

fn change(from: &Url, to: &Url) -> Option<RedirectChange> {
    if from.host_str() != to.host_str() {
        return Some(RedirectChange::Host);
    }
    if from.scheme() != to.scheme() {
        return Some(RedirectChange::Scheme);
    }
    if from.port_or_known_default() != to.port_or_known_default() {
        return Some(RedirectChange::Host);
    }
    let bare = |url: &Url| url.path().trim_end_matches('/').to_owned();
    (from.path() != to.path() && bare(from) == bare(to)).then_some(RedirectChange::PathForm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_loses_the_header_counts() {
        for (from, to, wanted) in [
            (
                "http://a.example/x",
                "https://a.example/x",
                Some(RedirectChange::Scheme),
            ),
            (
                "https://a.example/x",
                "https://www.a.example/x",
                Some(RedirectChange::Host),
            ),
            (
                "http://a.example:1/x",
                "http://a.example:2/x",
                Some(RedirectChange::Host),
            ),
            (
                "https://a.example/x",
                "https://a.example/x/",
                Some(RedirectChange::PathForm),
            ),
            ("https://a.example/", "https://a.example/login", None),
            ("https://a.example/x", "https://a.example/x?page=1", None),
        ] {
            let [one, other] = [from, to].map(|url| url.parse().expect("a URL"));
            assert_eq!(change(&one, &other), wanted, "{from} {to}");
        }
    }
}
