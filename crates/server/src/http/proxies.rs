//! Whose address a request comes from, behind proxies that are trusted.

use std::net::{IpAddr, SocketAddr};

use http::header::FORWARDED;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of `TRUSTED_PROXIES`.
#[derive(Debug)]
pub(super) struct Proxies(Vec<IpNet>);

impl Proxies {
    pub(super) const fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// The client's address: the last one in the chain that is no trusted proxy.
    ///
    /// Headers count only when the connection comes from a trusted proxy. Where
    /// `X-Forwarded-For` and `Forwarded` (RFC 7239) tell different stories, one of them is the
    /// client's own, and neither is believed.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let legacy = self.last_stranger(headers, &X_FORWARDED_FOR, plain_address);
        let standard = self.last_stranger(headers, &FORWARDED, forwarded_for);
        match (legacy, standard) {
            (Some(one), Some(other)) if one != other => peer,
            (Some(client), _) | (None, Some(client)) => client,
            (None, None) => peer,
        }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    fn last_stranger(
        &self,
        headers: &HeaderMap,
        name: &HeaderName,
        read: fn(&str) -> Option<IpAddr>,
    ) -> Option<IpAddr> {
        let lines = headers.get_all(name).iter();
        let mut hops: Vec<&str> = Vec::new();
        for line in lines {
            hops.extend(line.to_str().ok()?.split(','));
        }
        for hop in hops.into_iter().rev() {
            // What cannot be read cannot be skipped: all before it may be forged.
            let address = read(hop.trim())?.to_canonical();
            if !self.trusts(address) {
                return Some(address);
            }
        }
        None
    }
}

fn plain_address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_matches(['[', ']']);
    let socket = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare.parse().ok().or_else(socket)
}

fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut values = pairs
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
        .map(|(_, value)| value.trim().trim_matches('"'));
    values.next().and_then(plain_address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client(peer: &str, headers: &[(&'static str, &'static str)]) -> String {
        let networks = ["10.0.0.0/8", "::1/128"].map(|net| net.parse().expect("network"));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        let peer = peer.parse().expect("address");
        Proxies::new(networks.to_vec())
            .client(peer, &map)
            .to_string()
    }

    #[test]
    fn headers_count_from_trusted_proxies_only() {
        let xff = ("x-forwarded-for", "192.0.2.1");
        let standard = ("forwarded", "for=192.0.2.1;proto=https;by=10.0.0.1");
        for (peer, headers, expected) in [
            ("198.51.100.9", &[xff][..], "198.51.100.9"),
            ("10.0.0.1", &[xff], "192.0.2.1"),
            ("::ffff:10.0.0.1", &[xff], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[standard], "192.0.2.1"),
            ("10.0.0.1", &[xff, standard], "192.0.2.1"),
            (
                "10.0.0.1",
                &[("forwarded", r#"For="[2001:db8::7]:4711""#)],
                "2001:db8::7",
            ),
            (
                "10.0.0.1",
                &[("x-forwarded-for", "192.0.2.1:5000")],
                "192.0.2.1",
            ),
            ("::1", &[("x-forwarded-for", "2001:db8::7")], "2001:db8::7"),
        ] {
            assert_eq!(client(peer, headers), expected, "{peer} {headers:?}");
        }
    }

    #[test]
    fn what_the_client_forged_in_front_is_not_believed() {
        for (headers, expected) in [
            (
                &[("x-forwarded-for", "1.1.1.1, 192.0.2.1, 10.0.0.2")][..],
                "192.0.2.1",
            ),
            (
                &[
                    ("x-forwarded-for", "1.1.1.1"),
                    ("x-forwarded-for", "192.0.2.1"),
                ],
                "192.0.2.1",
            ),
            (&[("x-forwarded-for", "192.0.2.1, garbage")], "10.0.0.1"),
            (
                &[
                    ("x-forwarded-for", "192.0.2.1"),
                    ("forwarded", "for=1.1.1.1"),
                ],
                "10.0.0.1",
            ),
            (&[("forwarded", "for=_hidden")], "10.0.0.1"),
            (&[("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", headers), expected, "{headers:?}");
        }
    }
}
