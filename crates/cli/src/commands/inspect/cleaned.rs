//! A token as it was copied, and what had to be taken off to get at it.

/// A token without what copying left around it.
#[derive(Debug, Eq, PartialEq)]
pub struct Cleaned {
    /// The token itself.
    pub token: String,
    /// The name of the cookie that it stood in, if it was a `Cookie` header.
    pub cookie: Option<String>,
    /// What was taken off, in words.
    pub notes: Vec<String>,
}

impl Cleaned {
    /// Takes off a header's name, `Bearer`, other cookies, percent encoding, quotes and line breaks.
    pub fn new(text: &str) -> Self {
        let mut notes = Vec::new();
        let (cookie, text) = match of_cookies(text.trim()) {
            Some((name, value)) => {
                notes.push(format!("the token was taken from the cookie {name}"));
                (Some(name.to_owned()), value)
            }
            None => (None, text),
        };
        let decoded = percent_decoded(text);
        if decoded.is_some() {
            notes.push("the percent encoding was undone".to_owned());
        }
        let mut rest = decoded.as_deref().unwrap_or(text).trim();
        loop {
            let before = rest;
            for (word, note) in [
                ("authorization:", "the header's name"),
                ("bearer ", "the word Bearer"),
                ("\\\"", "an escaped quote"),
                ("\"", "a quote"),
                ("'", "a quote"),
            ] {
                if starts_with(rest, word) {
                    rest = rest[word.len()..].trim_start();
                    notes.push(format!("{note} before the token was taken off"));
                }
            }
            for end in ["\\\"", "\"", "'", ",", ";"] {
                if let Some(shorter) = rest.strip_suffix(end) {
                    rest = shorter.trim_end();
                    notes.push(format!("{end} behind the token was taken off"));
                }
            }
            if rest == before {
                break;
            }
        }
        let token: String = rest.split_whitespace().collect();
        if token.len() != rest.len() {
            notes.push("blanks or line breaks inside the token were taken out".to_owned());
        }
        Self {
            token,
            cookie,
            notes,
        }
    }
}

/// Of a `Cookie` or `Set-Cookie` header the cookie that holds a token: the first whose value looks like
/// one, else the longest (RFC 6265, section 4).
fn of_cookies(text: &str) -> Option<(&str, &str)> {
    let names = ["cookie:", "set-cookie:"];
    let name = names.into_iter().find(|name| starts_with(text, name))?;
    let pairs = || {
        let pairs = text.get(name.len()..).unwrap_or_default().split(';');
        pairs.filter_map(|pair| pair.trim().split_once('='))
    };
    let token = pairs().find(|(_, value)| value.trim_start_matches(['"', '%']).contains("eyJ"));
    token.or_else(|| pairs().max_by_key(|(_, value)| value.len()))
}

/// The text without percent encoding (RFC 3986, section 2.1); `None` if it has none, or is no UTF-8 then.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    (decoded.len() != text.len())
        .then(|| String::from_utf8(decoded).ok())
        .flatten()
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copying_leaves_is_taken_off_and_noted() {
        for (text, notes) in [
            ("a.b.c", 0),
            (" a.b.c\r\n", 0),
            ("Bearer a.b.c", 1),
            ("bearer bearer a.b.c", 2),
            ("Authorization: Bearer a.b.c", 2),
            ("\"a.b.c\"", 2),
            ("\\\"a.b.c\\\"", 2),
            ("'Bearer a.b.c',", 4),
            ("a.\n b.\n c", 1),
            ("a%2Eb%2Ec", 1),
            ("Bearer%20a.b.c%0A", 2),
            ("%22a.b.c%22", 3),
        ] {
            let cleaned = Cleaned::new(text);
            assert_eq!(cleaned.token, "a.b.c", "{text}");
            assert_eq!(cleaned.notes.len(), notes, "{text}: {:?}", cleaned.notes);
        }
    }

    #[test]
    fn of_a_cookie_header_the_token_is_taken() {
        for (text, cookie, token) in [
            ("Cookie: theme=dark; at=eyJ.b.c; x=1", "at", "eyJ.b.c"),
            ("cookie: s=%22eyJ.b.c%22", "s", "eyJ.b.c"),
            ("Set-Cookie: at=eyJ.b.c; Path=/; HttpOnly", "at", "eyJ.b.c"),
            ("Cookie: a=1; session=csr_abcdef", "session", "csr_abcdef"),
        ] {
            let cleaned = Cleaned::new(text);
            assert_eq!(cleaned.cookie.as_deref(), Some(cookie), "{text}");
            assert_eq!(cleaned.token, token, "{text}");
        }
        assert_eq!(Cleaned::new("Cookie: ").cookie, None);
    }

    #[test]
    fn what_is_no_percent_encoding_stays() {
        for text in ["a%b.c", "a%2", "a%", "%ff%fe", "a.b.c%zz"] {
            assert_eq!(Cleaned::new(text).token, text);
        }
    }

    #[test]
    fn nothing_stays_nothing() {
        for text in ["", " ", "\"\"", "Bearer ", "'"] {
            let token = Cleaned::new(text).token;
            assert!(token.is_empty() || token == "Bearer", "{text:?}: {token}");
        }
    }
}
