//! The values of what nobody sets; `names` has them in words.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use url::Url;

use super::values;

/// Hours of a day.
const DAYS: u64 = 24;

pub(super) const PUBLIC_URL: &str = "http://localhost:8787";
pub(super) const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);
pub(super) const DATA_DIR: &str = "./data";
pub(super) const LEEWAY: Duration = Duration::from_mins(1);
pub(super) const ACCESS_TTL: Duration = Duration::from_hours(1);
pub(super) const REFRESH_TTL: Duration = Duration::from_hours(30 * DAYS);
pub(super) const IDLE: Duration = Duration::from_hours(14 * DAYS);
pub(super) const ABSOLUTE: Duration = Duration::from_hours(90 * DAYS);
pub(super) const SESSION_LIMIT: usize = 10;
pub(super) const HASH_QUEUE: usize = 64;

/// The default public URL, or `None` if the constant is no URL (a test says it is).
pub(super) fn public_url() -> Option<Url> {
    values::public_url(PUBLIC_URL).ok()
}

#[cfg(test)]
mod tests {
    use super::super::names;
    use super::*;

    #[test]
    fn the_table_of_names_says_the_same() {
        let said = |name: &str| names::find(name).expect("row").default;
        assert!(public_url().is_some());
        assert_eq!(said("PUBLIC_URL"), PUBLIC_URL);
        assert_eq!(values::listen(said("LISTEN")), Ok(LISTEN));
        assert_eq!(said("DATA_DIR"), DATA_DIR);
        assert_eq!(said("SESSION_LIMIT"), SESSION_LIMIT.to_string());
        assert_eq!(said("HASH_QUEUE"), HASH_QUEUE.to_string());
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
}
