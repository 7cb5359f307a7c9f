//! Origins and sites, as browsers compare them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// A scheme, a host and a port (RFC 6454, section 4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Origin {
    /// Whether the scheme is `https` rather than `http`.
    pub(crate) https: bool,
    /// The host in lower case, an IPv6 address without its brackets.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
}

impl Origin {
    /// The origin of an `http` or `https` URL.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" | "wss" => true,
            "http" | "ws" => false,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        Self::of_host(https, authority)
    }

    /// The origin of a scheme and a `Host` header.
    pub(crate) fn of_host(https: bool, authority: &str) -> Option<Self> {
        let authority = authority.rsplit('@').next().unwrap_or_default().trim();
        let by_default = if https { 443 } else { 80 };
        let (host, port) = match authority.strip_prefix('[') {
            Some(inside) => {
                let (host, after) = inside.split_once(']')?;
                (host, after.strip_prefix(':'))
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let possible = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
        if host.is_empty() || !host.chars().all(possible) {
            return None;
        }
        let port = match port.filter(|port| !port.is_empty()) {
            Some(port) => port.parse().ok()?,
            None => by_default,
        };
        Some(Self { https, host, port })
    }

    /// Host and port as a `Host` header has them: without the port that the scheme implies.
    pub(crate) fn authority(&self) -> String {
        let text = self.to_string();
        let (_, authority) = text.split_once("://").unwrap_or(("", &text));
        authority.to_owned()
    }

    /// Whether the host is the machine itself.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Whether the host is an address of a private network.
    pub(crate) fn is_private_address(&self) -> bool {
        is_ip(&self.host) && is_private(&self.host) && !self.is_loopback()
    }

    /// The part of the host that one owner has: the registrable domain, else the host itself.
    pub(crate) fn site(&self) -> &str {
        site(&self.host)
    }

    /// Whether cookies count the two as one site: scheme and registrable domain (RFC 6265bis, section 5.2).
    pub(crate) fn is_same_site(&self, other: &Self) -> bool {
        self.https == other.https && self.site() == other.site()
    }

    /// Whether the two name one machine or one site in two ways: `localhost` and `127.0.0.1`, `www` and bare.
    pub(crate) fn is_twin(&self, other: &Self) -> bool {
        are_twins(&self.host, &other.host)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        let by_default = if self.https { 443 } else { 80 };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]", self.host)?;
        } else {
            write!(f, "{scheme}://{}", self.host)?;
        }
        if self.port != by_default {
            write!(f, ":{}", self.port)?;
        }
        Ok(())
    }
}

/// Whether two hosts are one but for a word that names an environment: `api.staging.shop.example` and
/// `api.shop.example`, `dev-api.shop.example` and `api.shop.example`.
pub(crate) fn of_two_environments(one: &str, other: &str) -> bool {
    let bare = |host: &str| {
        let words = host
            .split(['.', '-'])
            .filter(|word| !ENVIRONMENTS.contains(word));
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    one != other && !is_ip(one) && bare(one) == bare(other)
}

/// Words of hosts that name an environment.
const ENVIRONMENTS: &[&str] = &[
    "staging",
    "stage",
    "stg",
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "qa",
    "uat",
    "preview",
    "prod",
    "production",
    "preprod",
    "sandbox",
    "live",
    "int",
    "integration",
    "demo",
    "canary",
    "beta",
];

/// Whether a host is the machine itself.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    let named = host == "localhost" || host.ends_with(".localhost");
    named || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a host is of a private network or has no dots: such hosts mostly speak plain `http`.
pub(crate) fn is_private(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()
        }
        Ok(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip == Ipv6Addr::UNSPECIFIED || ip.is_unique_local()
        }
        Err(_) => {
            !host.contains('.') || matches!(host.rsplit('.').next(), Some("local" | "internal"))
        }
    }
}

/// Whether a host is an address rather than a name.
pub(crate) fn is_ip(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

/// The registrable domain of a host, else the host.
pub(crate) fn site(host: &str) -> &str {
    if is_ip(host) {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

/// Whether strangers have hosts under this name: it is on the public suffix list itself.
pub(crate) fn is_public_suffix(domain: &str) -> bool {
    let known = psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known());
    known && psl::suffix_str(domain) == Some(domain)
}

/// Whether two hosts are two names of one site or machine.
pub(crate) fn are_twins(one: &str, other: &str) -> bool {
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    let local = |host: &str| is_loopback(host) || host == "0.0.0.0";
    one != other && ((local(one) && local(other)) || bare(one) == bare(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap()
    }

    #[test]
    fn origins_are_read_and_shown() {
        for (text, shown) in [
            ("https://App.Example.org/x?y", "https://app.example.org"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("https://u:p@a.example:443", "https://a.example"),
        ] {
            assert_eq!(origin(text).to_string(), shown);
        }
        for text in [
            "null",
            "postgres://a/b",
            "https://",
            "https://a b",
            "http://a:x",
        ] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
    }

    #[test]
    fn hosts_of_two_environments_differ_in_a_word_for_one() {
        assert!(of_two_environments(
            "api.staging.shop.example",
            "api.shop.example"
        ));
        assert!(of_two_environments(
            "staging-api.shop.example",
            "api.shop.example"
        ));
        assert!(of_two_environments(
            "api-dev.shop.example",
            "api-prod.shop.example"
        ));
        assert!(!of_two_environments(
            "api.shop.example",
            "auth.shop.example"
        ));
        assert!(!of_two_environments("api.shop.example", "api.shop.example"));
    }

    #[test]
    fn sites_are_registrable_domains_with_their_scheme() {
        let same = |a: &str, b: &str| origin(a).is_same_site(&origin(b));
        assert!(same(
            "https://app.example.com",
            "https://api.example.com:8443"
        ));
        assert!(same("http://localhost:3000", "http://localhost:8000"));
        assert!(!same("http://app.example.com", "https://api.example.com"));
        assert!(!same("https://a.vercel.app", "https://b.vercel.app"));
        assert!(!same("https://a.co.uk", "https://b.co.uk"));
        assert!(!same("http://localhost:3000", "http://127.0.0.1:3000"));
        assert!(!same("http://192.168.1.2", "http://192.168.1.3"));
    }

    #[test]
    fn public_suffixes_are_known() {
        for suffix in ["vercel.app", "fly.dev", "co.uk", "com", "github.io"] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        for domain in [
            "example.com",
            "a.vercel.app",
            "localhost",
            "parcelo.example",
            "example",
        ] {
            assert!(!is_public_suffix(domain), "{domain}");
        }
    }

    #[test]
    fn twins_are_two_names_of_one_thing() {
        assert!(are_twins("localhost", "127.0.0.1"));
        assert!(are_twins("www.a.example", "a.example"));
        assert!(!are_twins("app.a.example", "a.example"));
        assert!(!are_twins("localhost", "localhost"));
    }
}
