//! Which addresses may be asked: nobody's answer may make this server talk to machines inside its network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Url;

use super::KeysError;
use crate::settings::{Reach, values};

/// Checks the scheme of an address (RFC 8725, section 3.10, and TLS as OIDC Core, section 16.17 wants it).
pub(super) fn check_scheme(url: &Url, reach: Reach) -> Result<(), KeysError> {
    let loopback_http = match reach {
        Reach::Public => false,
        Reach::PublicAndLoopback => true,
        Reach::Private { loopback_http } => loopback_http,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback_http && values::is_loopback(url) => Ok(()),
        scheme => Err(KeysError::refused(format!(
            "{} is not asked by {scheme}: keys are had by https",
            url.host_str().unwrap_or_default()
        ))),
    }
}

/// Whether `address`, to which the host's name was resolved, may be asked.
pub(super) fn is_allowed(address: IpAddr, reach: Reach) -> bool {
    match reach {
        Reach::Public => is_public(address),
        Reach::PublicAndLoopback => is_public(address) || address.to_canonical().is_loopback(),
        Reach::Private { .. } => !address.is_unspecified() && !address.is_multicast(),
    }
}

/// Whether an address is one of the internet's (the registries of RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // shared by carriers (RFC 6598)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)); // benchmarks (RFC 2544)
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, fourth, fifth, sixth, seventh, eighth] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    if (first, second, third, fourth, fifth, sixth) == (0x64, 0xff9b, 0, 0, 0, 0) {
        return is_public_v4(v4(seventh, eighth)); // NAT64 (RFC 6052)
    }
    if first == 0x2002 {
        return is_public_v4(v4(second, third)); // 6to4 (RFC 3056)
    }
    // 2000::/3 is all that was ever given out.
    let global = first & 0xe000 == 0x2000;
    let special = first == 0x2001 && (second < 0x200 || second == 0xdb8);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_the_internet_is_public() {
        for inside in [
            "127.0.0.1",
            "10.0.3.7",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "2001::1",
            "::ffff:127.0.0.1",
            "::7f00:1",
        ] {
            assert!(!is_public(ip(inside)), "{inside}");
            assert!(!is_allowed(ip(inside), Reach::Public), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "8.8.8.8",
            "172.32.0.1",
            "2606:4700::1111",
            "64:ff9b::101:101",
        ] {
            assert!(is_public(ip(outside)), "{outside}");
        }
    }

    #[test]
    fn more_is_reached_only_where_settings_say_so() {
        let private = Reach::Private {
            loopback_http: false,
        };
        assert!(is_allowed(ip("10.0.0.1"), private) && is_allowed(ip("169.254.1.1"), private));
        assert!(!is_allowed(ip("0.0.0.0"), private));
        assert!(is_allowed(ip("127.0.0.1"), Reach::PublicAndLoopback));
        assert!(is_allowed(ip("::1"), Reach::PublicAndLoopback));
        assert!(!is_allowed(ip("10.0.0.1"), Reach::PublicAndLoopback));
    }

    #[test]
    fn http_is_for_this_machine_in_development() {
        let check = |url: &str, reach| check_scheme(&url.parse().expect("a URL"), reach).is_ok();
        for reach in [
            Reach::Public,
            Reach::Private {
                loopback_http: false,
            },
        ] {
            assert!(check("https://id.example", reach));
            assert!(!check("http://id.example", reach) && !check("http://127.0.0.1", reach));
        }
        for reach in [
            Reach::PublicAndLoopback,
            Reach::Private {
                loopback_http: true,
            },
        ] {
            assert!(check("http://localhost:1", reach) && check("http://[::1]:1", reach));
            assert!(!check("http://id.example", reach) && !check("ftp://localhost", reach));
        }
    }
}
