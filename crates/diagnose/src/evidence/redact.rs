//! Lines of logs as they may be shown: without what could be a secret.

/// The shortest run of letters and digits that may be a secret.
const SHORTEST: usize = 24;

/// A line with tokens, keys and passwords of URLs replaced by `…`.
pub(crate) fn without_secrets(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut word = String::new();
    for c in line.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '%' | '~') {
            word.push(c);
            continue;
        }
        finish(&mut word, c, &mut shown);
        shown.push(c);
    }
    finish(&mut word, ' ', &mut shown);
    shown
}

/// Ends a word before `next`; the password of a URL stands between `:` and `@`.
fn finish(word: &mut String, next: char, shown: &mut String) {
    let is_password = next == '@' && shown.ends_with(':') && shown.contains("://");
    if is_password || is_secret(word) {
        shown.push('…');
    } else {
        shown.push_str(word);
    }
    word.clear();
}

fn is_secret(word: &str) -> bool {
    if word.starts_with("eyJ") && word.len() > 16 {
        return true;
    }
    let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
    let mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    // Host names and file names have dots and short parts; keys have long ones.
    let longest = word
        .split(['.', '-'])
        .map(str::len)
        .max()
        .unwrap_or_default();
    mixed && word.len() >= SHORTEST && longest >= 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_keys_and_passwords_are_hidden() {
        for (line, shown) in [
            (
                "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJz.AAAA",
                "Authorization: Bearer …",
            ),
            ("sid=s%3ADoPrEtHBlH1hATANh1fiAgPkjpNpjXd8 ok", "sid=… ok"),
            ("postgres://u:pw@db:5432/x", "postgres://u:…@db:5432/x"),
            (
                "GET https://docs.parcelo.example/login 401",
                "GET https://docs.parcelo.example/login 401",
            ),
            (
                "middleware getToken cookieName=__Secure-next-auth.session-token -> null",
                "middleware getToken cookieName=__Secure-next-auth.session-token -> null",
            ),
        ] {
            assert_eq!(without_secrets(line), shown);
        }
    }
}
