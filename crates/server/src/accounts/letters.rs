//! The letters that go out: what happened, one link each, and what to do if one did not ask for
//! it; as plain text, and as HTML with the same words and nothing from elsewhere.

use askama::Template;
use countersign_domain::{Email, LinkToken, MailId};
use countersign_store::OutgoingMail;

use crate::App;

/// A letter before it is put into the outbox.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Letter {
    /// What the outbox calls its kind.
    kind: &'static str,
    /// What it is about.
    subject: &'static str,
    /// The server, as its reader knows it.
    host: String,
    /// What it says, in order.
    parts: Vec<Part>,
}

/// A part of a letter.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Part {
    /// A paragraph.
    Words(String),
    /// An address to open, with what its button says. It may hold a token: it is for the reader
    /// alone.
    Way(&'static str, String),
}

impl Letter {
    /// Addresses the letter, for the outbox.
    pub(super) fn to(self, app: &App, recipient: &Email) -> OutgoingMail {
        let html = match self.html() {
            Ok(html) => Some(html),
            Err(error) => {
                // The text says it all.
                tracing::warn!(%error, kind = self.kind, "a letter goes out without HTML");
                None
            }
        };
        OutgoingMail {
            id: MailId::new(app.now(), &mut app.rng()),
            kind: self.kind.into(),
            recipient: recipient.clone(),
            subject: format!("{} · {}", self.subject, self.host),
            text: self.text(),
            html,
        }
    }

    /// An address stands on a line of its own, where no full stop can stick to it.
    fn text(&self) -> String {
        let part = |part: &Part| match part {
            Part::Words(text) | Part::Way(_, text) => text.clone(),
        };
        let parts: Vec<_> = self.parts.iter().map(part).collect();
        format!(
            "{}\n\n-- \nCountersign at {}\n",
            parts.join("\n\n"),
            self.host
        )
    }

    fn html(&self) -> Result<String, askama::Error> {
        let Self {
            subject,
            host,
            parts,
            ..
        } = self;
        LetterPage {
            subject,
            host,
            parts,
        }
        .render()
    }
}

#[derive(Template)]
#[template(path = "letter.html")]
struct LetterPage<'a> {
    subject: &'a str,
    host: &'a str,
    parts: &'a [Part],
}

/// Asks to confirm the address of a new account.
pub(super) fn verify(public_url: &str, token: &LinkToken) -> Letter {
    let host = host(public_url);
    let link = format!("{public_url}/verify?token={}", token.expose());
    Letter {
        kind: "verify-email",
        subject: "Confirm your email address",
        parts: vec![
            Part::Words(format!(
                "Somebody, presumably you, created an account with this address at {host}."
            )),
            Part::Words(
                "Open this page within 24 hours to confirm that the address is yours:".into(),
            ),
            Part::Way("Confirm the address", link),
            Part::Words(
                "If it was not you, do nothing: without your confirmation nobody can sign in."
                    .into(),
            ),
        ],
        host,
    }
}

/// Says to the owner of an account that somebody tried to register its address again. The page
/// cannot say so, lest strangers learn who has an account (ASVS 6.3.8).
pub(super) fn registered_already(public_url: &str) -> Letter {
    let host = host(public_url);
    Letter {
        kind: "registered-already",
        subject: "You have an account already",
        parts: vec![
            Part::Words(format!(
                "Somebody, presumably you, tried to create an account with this address at \
                 {host}. There is one already, so nothing was changed."
            )),
            Part::Words("Sign in here:".into()),
            Part::Way("Sign in", format!("{public_url}/login")),
            Part::Words("Or, if you forgot the password, choose a new one:".into()),
            Part::Way("Choose a new password", format!("{public_url}/forgot")),
            Part::Words("If it was not you, do nothing.".into()),
        ],
        host,
    }
}

/// Brings the link with which a new password is chosen.
pub(super) fn reset(public_url: &str, token: &LinkToken) -> Letter {
    let host = host(public_url);
    let link = format!("{public_url}/reset?token={}", token.expose());
    Letter {
        kind: "reset-password",
        subject: "Choose a new password",
        parts: vec![
            Part::Words(format!(
                "Somebody, presumably you, asked for a new password for the account with this \
                 address at {host}."
            )),
            Part::Words("Open this page within 10 minutes to choose one:".into()),
            Part::Way("Choose a new password", link),
            Part::Words("If it was not you, do nothing: your password stays as it is.".into()),
        ],
        host,
    }
}

/// Tells the owner that the password was changed (ASVS 6.3.7).
pub(super) fn password_changed(public_url: &str, from: &str) -> Letter {
    let host = host(public_url);
    Letter {
        kind: "password-changed",
        subject: "Your password was changed",
        parts: vec![
            Part::Words(format!(
                "The password of your account at {host} was changed just now, from the \
                 address {from}."
            )),
            Part::Words(
                "If it was you, all is well. If it was not, choose a new one at once, which \
                 signs out everybody else:"
                    .into(),
            ),
            Part::Way("Choose a new password", format!("{public_url}/forgot")),
        ],
        host,
    }
}

/// How the server is called in running text, where a whole address would be taken for a link.
fn host(public_url: &str) -> String {
    let host = public_url.split_once("://").map(|(_, host)| host);
    host.unwrap_or(public_url).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://auth.example";

    fn letters() -> [(Letter, &'static str); 4] {
        let token = LinkToken::parse(&format!("csl_{}", "A".repeat(43))).expect("token");
        [
            (
                verify(URL, &token),
                "https://auth.example/verify?token=csl_AAA",
            ),
            (
                reset(URL, &token),
                "https://auth.example/reset?token=csl_AAA",
            ),
            (registered_already(URL), "https://auth.example/forgot"),
            (
                password_changed(URL, "203.0.113.7"),
                "https://auth.example/forgot",
            ),
        ]
    }

    #[test]
    fn every_letter_says_where_it_comes_from_and_has_a_link_to_there() {
        for (letter, link) in letters() {
            let text = letter.text();
            assert!(text.contains(link), "{text}");
            assert!(
                text.ends_with("\n-- \nCountersign at auth.example\n"),
                "{text}"
            );
            assert!(text.contains("it was not"), "{text}");
            // An address stands on a line of its own, where no full stop can stick to it.
            for line in text.lines().filter(|line| line.contains("://")) {
                assert!(line.starts_with(URL) && !line.contains(' '), "{line}");
            }
        }
    }

    #[test]
    fn the_html_says_the_same_and_loads_nothing() {
        for (letter, link) in letters() {
            let html = letter.html().expect("HTML");
            assert!(html.contains(&format!("href=\"{link}")), "{html}");
            for part in &letter.parts {
                let (Part::Words(text) | Part::Way(_, text)) = part;
                assert!(html.contains(text.as_str()), "{text} in {html}");
            }
            for banned in [
                "<img",
                "<link",
                "<script",
                "src=",
                "url(",
                "@import",
                "background=",
            ] {
                assert!(!html.contains(banned), "{banned} in {html}");
            }
            let elsewhere = html
                .split("href=\"")
                .skip(1)
                .find(|rest| !rest.starts_with(URL));
            assert_eq!(elsewhere, None);
        }
    }

    #[test]
    fn what_is_no_word_of_ours_is_text_in_the_html() {
        let letter = password_changed("https://auth.example", "<b>&");
        let html = letter.html().expect("HTML");
        assert!(
            html.contains("&#60;b&#62;&#38;") && !html.contains("<b>"),
            "{html}"
        );
    }
}
