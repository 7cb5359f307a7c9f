//! Lines of logs as they may be shown: without what could be a secret.

/// The shortest run of letters and digits that may be a secret.
const SHORTEST: usize = 24;

/// A line with tokens, keys, named secrets and passwords of URLs replaced by `…`.
pub(crate) fn without_secrets(line: &str) -> String {
    words(&without_sign_ins(line), true)
}

/// The same, with long words left that may be identifiers: `kid`, client ids, names of cookies.
pub(crate) fn without_credentials(line: &str) -> String {
    words(&without_sign_ins(line), false)
}

/// Passwords of URLs: what stands between the first `:` and the last `@` before a blank or a quote.
fn without_sign_ins(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("://") {
        shown.extend([before, "://"]);
        let ends = |c: char| c.is_whitespace() || "\"'`<>,;()[]{}".contains(c);
        let end = after.find(ends).unwrap_or(after.len());
        let (authority, behind) = after.split_at(end);
        match authority
            .rsplit_once('@')
            .map(|(sign_in, host)| (sign_in.split_once(':'), host))
        {
            Some((Some((user, _)), host)) => shown.extend([user, ":…@", host]),
            Some((None, _)) | None => shown.push_str(authority),
        }
        rest = behind;
    }
    shown.push_str(rest);
    shown
}

/// What was read of a line up to here.
#[derive(Default)]
struct Reading {
    shown: String,
    word: String,
    /// Whether the next word is the value of a name that is a secret's.
    awaits_secret: bool,
}

fn words(line: &str, long_ones_too: bool) -> String {
    let mut reading = Reading {
        shown: String::with_capacity(line.len()),
        ..Reading::default()
    };
    for c in line.chars() {
        if is_of_word(c) {
            reading.word.push(c);
            continue;
        }
        reading.finish(c, long_ones_too);
        reading.shown.push(c);
    }
    reading.finish(' ', long_ones_too);
    reading.shown
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '%' | '~')
}

impl Reading {
    /// Ends a word before `next`.
    fn finish(&mut self, next: char, long_ones_too: bool) {
        let word = std::mem::take(&mut self.word);
        if word.is_empty() {
            // Between a name and its value stand `=`, `:`, quotes and one blank at most.
            let between = matches!(next, '=' | ':' | '"' | '\'' | ' ');
            let blank = self.shown.ends_with([' ', '=']) && next == ' ';
            self.awaits_secret &= between && !blank;
            return;
        }
        let named = std::mem::take(&mut self.awaits_secret) && !says_nothing(&word);
        let token = word.starts_with("eyJ") && word.len() > 16;
        if named || token || long_ones_too && looks_like_a_key(&word) {
            self.shown.push('…');
        } else {
            self.shown.push_str(&word);
        }
        // In running text a colon says little: `password: YES`. In JSON the name ends with its quote.
        let is_json = matches!(next, '"' | '\'') && self.starts_with_quote(&word);
        self.awaits_secret = (next == '=' || is_json) && names_a_secret(&word);
    }

    /// Whether a quote stands before the word that was shown last.
    fn starts_with_quote(&self, word: &str) -> bool {
        let before = self.shown.strip_suffix(word);
        before.is_some_and(|before| before.ends_with(['"', '\'']))
    }
}

/// Whether a name is that of a secret: `PGPASSWORD`, `client_secret`, `Password`, `api_key`.
fn names_a_secret(name: &str) -> bool {
    const ENDS: &[&str] = &[
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "PWD",
        "_PASS",
        "SECRET",
        "APIKEY",
        "API_KEY",
        "SECRET_KEY",
        "REFRESH_TOKEN",
        "ACCESS_TOKEN",
        "PRIVATE_KEY",
    ];
    let name = name.to_ascii_uppercase().replace(['-', '.'], "_");
    name == "PASS" || ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a value only says whether there is one.
pub(crate) fn says_nothing(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "yes",
        "no",
        "true",
        "false",
        "null",
        "none",
        "nil",
        "undefined",
        "redacted",
        "set",
        "unset",
        "missing",
        "required",
        "invalid",
        "incorrect",
        "wrong",
        "changed",
        "empty",
    ];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn looks_like_a_key(word: &str) -> bool {
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
                "at postgres://u:p@ss/w:rd@db:5432/x, again",
                "at postgres://u:…@db:5432/x, again",
            ),
            (
                "jdbc:postgresql://db:5432/app?user=a&password=hunter2&ssl=true",
                "jdbc:postgresql://db:5432/app?user=a&password=…&ssl=true",
            ),
            (
                "$ PGPASSWORD='hunter2' psql -h db",
                "$ PGPASSWORD='…' psql -h db",
            ),
            (
                "{\"user\":\"a\",\"password\": \"hunter2\"}",
                "{\"user\":\"a\",\"password\": \"…\"}",
            ),
            (
                "Host=db;Username=a;Password=hunter2",
                "Host=db;Username=a;Password=…",
            ),
            ("client_secret=hunter2&code=x", "client_secret=…&code=x"),
            (
                "GET https://docs.parcelo.example/login 401",
                "GET https://docs.parcelo.example/login 401",
            ),
            (
                "middleware getToken cookieName=__Secure-next-auth.session-token -> null",
                "middleware getToken cookieName=__Secure-next-auth.session-token -> null",
            ),
            (
                "Access denied for user 'a'@'db' (using password: YES)",
                "Access denied for user 'a'@'db' (using password: YES)",
            ),
            ("DB_PASSWORD= DB_HOST=db", "DB_PASSWORD= DB_HOST=db"),
            ("JWT_SECRET is not set", "JWT_SECRET is not set"),
        ] {
            assert_eq!(without_secrets(line), shown);
        }
    }

    #[test]
    fn identifiers_stay_where_only_credentials_go() {
        let line = "expected 68x1zjzhfbnyrq8o6si4mgeizp, postgres://app:hunter2@db:5432/x eyJhbGciOiJIUzI1NiJ9.e30.c2ln";
        assert_eq!(
            without_credentials(line),
            "expected 68x1zjzhfbnyrq8o6si4mgeizp, postgres://app:…@db:5432/x …"
        );
    }
}
