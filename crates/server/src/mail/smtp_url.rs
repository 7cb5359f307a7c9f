//! Reading `SMTP_URL`.

use std::fmt;

use countersign_verify::Secret;
use url::Url;

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tls {
    /// Not at all: `?tls=none`, or a server on this very machine.
    None,
    /// STARTTLS, or no mail (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314, section 3).
    Wrapper,
}

/// Where mail is handed over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SmtpUrl {
    /// How the connection is protected.
    pub tls: Tls,
    /// The server's name.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// User and password, if the server wants them.
    pub login: Option<(String, Secret)>,
}

impl SmtpUrl {
    /// Reads `smtp://user:password@host:port` (STARTTLS) or `smtps://…` (TLS).
    ///
    /// # Errors
    /// Says what is allowed, without the value.
    pub fn parse(text: &str) -> Result<Self, String> {
        let allowed = || {
            "`smtp://user:password@host:587` (STARTTLS), `smtps://user:password@host:465` (TLS) or `off`; \
             percent-encode reserved characters of user and password"
                .to_owned()
        };
        let url = Url::parse(text).map_err(|_| allowed())?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(allowed)?.to_owned();
        let (tls, port) = match (url.scheme(), tls_parameter(&url)?) {
            ("smtps", None) => (Tls::Wrapper, 465),
            ("smtp", Some(tls)) => (tls, 587),
            ("smtp", None) if is_loopback(&host) => (Tls::None, 25),
            ("smtp", None) => (Tls::StartTls, 587),
            _ => return Err(allowed()),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(allowed());
        }
        Ok(Self {
            tls,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            login: login(&url).map_err(|()| allowed())?,
        })
    }
}

impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls == Tls::Wrapper {
            "smtps"
        } else {
            "smtp"
        };
        let user = self.login.as_ref().map_or("", |(user, _)| user);
        let at = if user.is_empty() { "" } else { ":***@" };
        write!(f, "{scheme}://{user}{at}{}:{}", self.host, self.port)
    }
}

fn tls_parameter(url: &Url) -> Result<Option<Tls>, String> {
    let mut found = None;
    for (name, value) in url.query_pairs() {
        found = match (&*name, &*value) {
            ("tls", "none") => Some(Tls::None),
            ("tls", "starttls" | "required") => Some(Tls::StartTls),
            _ => return Err("no parameter but `?tls=none` or `?tls=starttls`".into()),
        };
    }
    Ok(found)
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// User and password, both or neither; an error where they are no text.
fn login(url: &Url) -> Result<Option<(String, Secret)>, ()> {
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(()),
        (user, Some(password)) => {
            let user = decoded(user).ok_or(())?;
            let password = decoded(password).ok_or(())?;
            Ok(Some((user, Secret::from(password))))
        }
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let pair = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_mail_servers() {
        for (text, tls, port) in [
            ("smtp://mail.example.com", Tls::StartTls, 587),
            ("smtps://mail.example.com", Tls::Wrapper, 465),
            ("smtp://mail.example.com:2525?tls=none", Tls::None, 2525),
            ("smtp://localhost:1025", Tls::None, 1025),
            ("smtp://localhost?tls=starttls", Tls::StartTls, 587),
            ("smtp://[::1]:25", Tls::None, 25),
        ] {
            let url = SmtpUrl::parse(text).expect(text);
            assert_eq!((url.tls, url.port, url.login), (tls, port, None), "{text}");
        }
    }

    #[test]
    fn user_and_password_are_decoded_and_never_shown() {
        let url = SmtpUrl::parse("smtps://me%40a.example:p%2Fw%C3%A4@mail.example").expect("URL");
        let (user, password) = url.login.clone().expect("login");
        assert_eq!(user, "me@a.example");
        assert_eq!(password.expose(), "p/wä".as_bytes());
        for shown in [url.to_string(), format!("{url:?}")] {
            assert!(!shown.contains("p/w"), "{shown}");
        }
        assert_eq!(url.to_string(), "smtps://me@a.example:***@mail.example:465");
    }

    #[test]
    fn anything_else_is_refused_without_repeating_it() {
        for text in [
            "mail.example.com:25",
            "http://mail.example.com",
            "smtp://",
            "smtp://user@mail.example.com",
            "smtp://:hunter2@mail.example.com",
            "smtps://mail.example.com?tls=none",
            "smtp://mail.example.com/x",
            "smtp://mail.example.com?timeout=1",
            "smtp://u:%zz@mail.example.com",
            "",
        ] {
            let said = SmtpUrl::parse(text).expect_err(text);
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}
