//! The `Cookie` header (RFC 6265, section 4.2).

use http::HeaderMap;
use http::header::COOKIE;

/// Every cookie of a request, in the order of the headers. Pairs without a name or in no UTF-8 are passed
/// over; quotes around a value are taken off (RFC 6265, section 4.1.1).
///
/// One name may come twice, with different values, when cookies of several paths or domains match.
///
/// ```
/// use countersign_verify::cookies;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("cookie", HeaderValue::from_static("theme=dark; sid=31d4"));
/// assert_eq!(cookies(&headers).collect::<Vec<_>>(), [("theme", "dark"), ("sid", "31d4")]);
/// ```
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .into_iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(pair)
}

fn pair(bytes: &[u8]) -> Option<(&str, &str)> {
    let (name, value) = std::str::from_utf8(bytes).ok()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let unquoted = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    (!name.is_empty()).then_some((name, unquoted.unwrap_or(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn read(values: &[&[u8]]) -> Vec<(String, String)> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(COOKIE, HeaderValue::from_bytes(value).unwrap());
        }
        cookies(&headers)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn odd_pairs_do_not_hide_good_ones() {
        let found = read(&[b"a=1;;b; =x; c=\"q;d=\"q\"; e=f=g;\xff=1; a=2", b"h="]);
        let pairs: Vec<_> = found
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("a", "1"),
                ("c", "\"q"),
                ("d", "q"),
                ("e", "f=g"),
                ("a", "2"),
                ("h", "")
            ]
        );
    }

    #[test]
    fn no_header_is_no_cookie() {
        assert_eq!(read(&[]), []);
        assert_eq!(read(&[b""]), []);
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(bytes in proptest::collection::vec(32_u8..=255, 0..200)) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let mut headers = HeaderMap::new();
                headers.insert(COOKIE, value);
                for (name, value) in cookies(&headers) {
                    prop_assert!(!name.is_empty() && !value.contains(';'));
                }
            }
        }
    }
}
