//! Reading values: each reader says what is allowed when it refuses.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use countersign_verify::Cause;
use ipnet::IpNet;
use url::Url;

/// A duration: whole seconds, or a number with a unit.
///
/// # Errors
/// Says what is allowed.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit_seconds = match unit.trim() {
        "" | "s" | "sec" => Some(1),
        "m" | "min" => Some(60),
        "h" => Some(3600),
        "d" => Some(86_400),
        _ => None,
    };
    let seconds = number.parse::<u64>().ok().zip(unit_seconds);
    seconds
        .and_then(|(number, unit)| number.checked_mul(unit))
        .filter(|seconds| *seconds <= 10 * 365 * 86_400)
        .map(Duration::from_secs)
        .ok_or_else(|| "a number of seconds, or a number with a unit: `15m`, `60min`, `12h`, `30d` (ten years at most)".into())
}

/// A duration that is not zero.
///
/// # Errors
/// Says what is allowed.
pub fn life(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("more than zero: `15m`, `60min`, `12h`, `30d`".into()),
        life => Ok(life),
    }
}

/// By how much clocks may differ.
///
/// # Errors
/// What is allowed instead.
pub fn leeway(text: &str) -> Result<Duration, String> {
    let leeway = duration(text)?;
    if leeway.as_secs() <= 600 {
        Ok(leeway)
    } else {
        Err("ten minutes at most: `60s`; a larger leeway would undo the expiry".into())
    }
}

/// A whole number within bounds.
///
/// # Errors
/// Says what is allowed.
pub fn number(text: &str, least: usize, most: usize) -> Result<usize, String> {
    let number = text.parse().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("a whole number from {least} to {most}"))
}

/// A number of milliseconds within bounds.
///
/// # Errors
/// Says what is allowed.
pub fn milliseconds(text: &str, least: u64, most: u64) -> Result<Duration, String> {
    let number = text.parse().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .map(Duration::from_millis)
        .ok_or_else(|| format!("a whole number of milliseconds from {least} to {most}"))
}

/// One word of a list.
///
/// # Errors
/// Names the words that are allowed.
pub fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = choices
            .iter()
            .map(|(word, _)| format!("`{word}`"))
            .collect();
        format!("one of {}", words.join(", "))
    })
}

/// `on` or `off`, in the usual spellings.
///
/// # Errors
/// Says what is allowed.
pub fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" | "1" | "yes" => Ok(true),
        "off" | "false" | "0" | "no" => Ok(false),
        _ => Err("`on` or `off`".into()),
    }
}

/// An address to listen on.
///
/// # Errors
/// Says what is allowed.
pub fn listen(text: &str) -> Result<SocketAddr, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let spelt = match host {
        "localhost" => format!("127.0.0.1:{port}"),
        "" | "*" => format!("0.0.0.0:{port}"),
        _ => text.to_owned(),
    };
    spelt.parse().map_err(|_| {
        "an IP address and a port: `127.0.0.1:8787`, `0.0.0.0:8787` (all addresses), `[::1]:8787`"
            .into()
    })
}

/// The public URL: an origin without path, user, query or fragment.
///
/// # Errors
/// Says what is allowed.
pub fn public_url(text: &str) -> Result<Url, String> {
    let allowed =
        || "an absolute URL without a path, such as `https://auth.example.com`".to_owned();
    let url = Url::parse(text).map_err(|_| allowed())?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if bare { Ok(url) } else { Err(allowed()) }
}

/// The origin of a URL as browsers write it (RFC 6454, section 6.2).
#[must_use]
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Origins by comma: scheme, host and port, nothing else.
///
/// # Errors
/// Names the entry that is wrong and how to write it.
pub fn origins(text: &str) -> Result<Vec<String>, String> {
    listed(text).map(one_origin).collect()
}

fn one_origin(entry: &str) -> Result<String, String> {
    if entry == "*" {
        return Err("exact origins such as `https://app.example.com`; `*` cannot be combined with credentials (Fetch, section 3.2.5)".into());
    }
    let url = Url::parse(entry).ok().filter(Url::has_host);
    let url = url
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| {
            format!("origins such as `https://app.example.com`, by comma; `{entry}` is none")
        })?;
    let origin = origin(&url);
    if origin.eq_ignore_ascii_case(entry) {
        Ok(origin)
    } else {
        Err(format!(
            "the origin alone: `{origin}` in place of `{entry}` (no slash at the end, no path, no default port)"
        ))
    }
}

/// The cause of a value of `name` that was refused: origins have causes of their own.
#[must_use]
pub fn cause(name: &str, text: &str) -> Cause {
    if name != "CORS_ORIGINS" {
        return Cause::SettingInvalid;
    }
    let refused = listed(text).find(|entry| one_origin(entry).is_err());
    match refused {
        Some("*") => Cause::CorsWildcardWithCredentials,
        Some(entry) if Url::parse(entry).is_ok_and(|url| url.has_host()) => {
            Cause::CorsOriginTrailingSlash
        }
        Some(_) | None => Cause::SettingInvalid,
    }
}

/// Networks by comma: addresses or CIDR blocks (RFC 4632).
///
/// # Errors
/// Names the entry that is wrong.
pub fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let one = |entry: &str| {
        let address = || entry.parse::<IpAddr>().map(IpNet::from);
        entry.parse::<IpNet>().or_else(|_| address()).map_err(|_| {
            format!("networks such as `10.0.0.0/8` or addresses, by comma; `{entry}` is none")
        })
    };
    listed(text).map(one).collect()
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
}

/// Whether a URL's host is this very machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("90", Some(90)),
            ("90s", Some(90)),
            ("15m", Some(900)),
            ("60min", Some(3600)),
            ("12h", Some(43_200)),
            ("30d", Some(2_592_000)),
            ("30 d", Some(2_592_000)),
            ("0", Some(0)),
            ("", None),
            ("soon", None),
            ("-1", None),
            ("1.5h", None),
            ("15M", None),
            ("99999999999999999999", None),
            ("4000d", None),
        ] {
            assert_eq!(
                duration(text).ok(),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
        assert!(life("0s").is_err());
        assert_eq!(life("1s"), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn addresses_to_listen_on() {
        for (text, address) in [
            ("127.0.0.1:80", Some("127.0.0.1:80")),
            ("localhost:8787", Some("127.0.0.1:8787")),
            (":8080", Some("0.0.0.0:8080")),
            ("8080", Some("0.0.0.0:8080")),
            ("[::1]:1", Some("[::1]:1")),
            ("example.com:80", None),
            ("127.0.0.1", None),
            ("127.0.0.1:99999", None),
            ("", None),
        ] {
            let expected = address.map(|address| address.parse().expect("address"));
            assert_eq!(listen(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn public_urls_are_bare_origins() {
        for good in [
            "https://auth.example.com",
            "http://localhost:8787/",
            "http://[::1]:8787",
        ] {
            assert!(public_url(good).is_ok(), "{good}");
        }
        for bad in [
            "auth.example.com",
            "ftp://auth.example.com",
            "https://example.com/auth",
            "https://u:p@example.com",
            "https://example.com?x",
            "https://example.com#x",
            "https://",
            "",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_wildcard_and_a_slash_have_causes_of_their_own() {
        for (name, text, expected) in [
            ("CORS_ORIGINS", "*", Cause::CorsWildcardWithCredentials),
            (
                "CORS_ORIGINS",
                "https://a.example, *",
                Cause::CorsWildcardWithCredentials,
            ),
            (
                "CORS_ORIGINS",
                "https://a.example/",
                Cause::CorsOriginTrailingSlash,
            ),
            (
                "CORS_ORIGINS",
                "https://a.example/app",
                Cause::CorsOriginTrailingSlash,
            ),
            ("CORS_ORIGINS", "a.example", Cause::SettingInvalid),
            ("LISTEN", "*", Cause::SettingInvalid),
        ] {
            assert_eq!(cause(name, text), expected, "{name}={text}");
        }
    }

    #[test]
    fn origins_are_exact() {
        assert_eq!(
            origins("https://a.example, http://localhost:3000,"),
            Ok(vec![
                "https://a.example".into(),
                "http://localhost:3000".into()
            ])
        );
        for (bad, hint) in [
            ("https://a.example/", "`https://a.example` in place of"),
            ("https://a.example/app", "no path"),
            ("https://a.example:443", "no default port"),
            ("*", "credentials"),
            ("a.example", "`a.example` is none"),
            ("null", "is none"),
        ] {
            let said = origins(bad).expect_err(bad);
            assert!(said.contains(hint), "{bad}: {said}");
        }
    }

    #[test]
    fn networks_are_blocks_or_addresses() {
        let blocks = networks("10.0.0.0/8, 192.0.2.7 ,2001:db8::/32").expect("networks");
        assert!(blocks[0].contains(&"10.9.8.7".parse::<IpAddr>().expect("address")));
        assert_eq!(blocks[1].prefix_len(), 32);
        assert_eq!(blocks.len(), 3);
        assert!(networks("10.0.0.0/33").is_err());
        assert!(
            networks("proxy.local")
                .expect_err("name")
                .contains("proxy.local")
        );
    }

    #[test]
    fn choices_switches_and_numbers() {
        assert_eq!(choice("json", &[("text", 1), ("json", 2)]), Ok(2));
        assert_eq!(
            choice("xml", &[("text", 1), ("json", 2)]),
            Err("one of `text`, `json`".into())
        );
        assert_eq!((switch("On"), switch("0")), (Ok(true), Ok(false)));
        assert!(switch("maybe").is_err());
        assert_eq!(number("64", 1, 100), Ok(64));
        assert_eq!(
            number("0", 1, 100),
            Err("a whole number from 1 to 100".into())
        );
        assert!(number("x", 1, 100).is_err());
    }

    #[test]
    fn loopback_hosts() {
        for (url, expected) in [
            ("http://localhost:1", true),
            ("http://app.localhost", true),
            ("http://127.8.8.8", true),
            ("http://[::1]", true),
            ("https://example.com", false),
            ("http://192.168.0.1", false),
        ] {
            let url = Url::parse(url).expect("URL");
            assert_eq!(is_loopback(&url), expected, "{url}");
        }
    }
}
