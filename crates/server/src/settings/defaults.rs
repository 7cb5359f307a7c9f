//! The values of what nobody sets; `names` has them in words.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use url::Url;

use super::values;

/// Hours of a day.
const DAYS: u64 = 24;

pub(super) const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);
pub(super) const DATA_DIR: &str = "./data";
pub(super) const LEEWAY: Duration = Duration::from_mins(1);
pub(super) const ACCESS_TTL: Duration = Duration::from_hours(1);
pub(super) const REFRESH_TTL: Duration = Duration::from_hours(30 * DAYS);
pub(super) const IDLE: Duration = Duration::from_hours(14 * DAYS);
pub(super) const ABSOLUTE: Duration = Duration::from_hours(90 * DAYS);
pub(super) const SESSION_LIMIT: usize = 10;
pub(super) const HASH_QUEUE: usize = 64;
pub(super) const HASH_WAIT: Duration = Duration::from_millis(500);

/// The public URL of a server that listens on `address`, where none is set: the name that browsers
/// take for this very machine, or the address if that name does not lead to it. `None` would be an
/// address that makes no URL (a test says there is none).
pub(super) fn public_url(address: SocketAddr) -> Option<Url> {
    let (ip, port) = (address.ip(), address.port());
    let is_here = ip.is_unspecified()
        || ip == IpAddr::V4(Ipv4Addr::LOCALHOST)
        || ip == IpAddr::V6(Ipv6Addr::LOCALHOST);
    let text = if is_here {
        format!("http://localhost:{port}")
    } else {
        format!("http://{address}")
    };
    values::public_url(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::super::names;
    use super::*;

    #[test]
    fn the_table_of_names_says_the_same() {
        let said = |name: &str| names::find(name).expect("row").default;
        let public_url = public_url(LISTEN).expect("URL");
        assert_eq!(said("PUBLIC_URL"), values::origin(&public_url));
        assert_eq!(values::listen(said("LISTEN")), Ok(LISTEN));
        assert_eq!(said("DATA_DIR"), DATA_DIR);
        assert_eq!(said("SESSION_LIMIT"), SESSION_LIMIT.to_string());
        assert_eq!(said("HASH_QUEUE"), HASH_QUEUE.to_string());
        assert_eq!(said("HASH_WAIT"), HASH_WAIT.as_millis().to_string());
        for (name, value) in [
            ("AUTH_JWT_LEEWAY", LEEWAY),
            ("ACCESS_TOKEN_TTL", ACCESS_TTL),
            ("REFRESH_TOKEN_TTL", REFRESH_TTL),
            ("SESSION_IDLE_TTL", IDLE),
            ("SESSION_ABSOLUTE_TTL", ABSOLUTE),
        ] {
            assert_eq!(values::duration(said(name)), Ok(value), "{name}");
        }
    }

    #[test]
    fn links_lead_to_what_is_listened_on() {
        for (listen, expected) in [
            ("127.0.0.1:8787", "http://localhost:8787"),
            ("0.0.0.0:9000", "http://localhost:9000"),
            ("[::1]:9000", "http://localhost:9000"),
            ("[::]:80", "http://localhost"),
            ("127.0.0.2:9000", "http://127.0.0.2:9000"),
            ("192.0.2.7:9000", "http://192.0.2.7:9000"),
            ("[2001:db8::7]:9000", "http://[2001:db8::7]:9000"),
        ] {
            let url = public_url(listen.parse().expect("address")).expect("URL");
            assert_eq!(values::origin(&url), expected, "{listen}");
        }
    }
}
