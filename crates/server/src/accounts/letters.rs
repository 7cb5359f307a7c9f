//! The letters that go out: plain text, one link each, and what to do if one did not ask for it.

use countersign_domain::{Email, LinkToken, MailId};
use countersign_store::OutgoingMail;

use crate::App;

/// A letter before it is put into the outbox.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Letter {
    /// What the outbox calls its kind.
    pub kind: &'static str,
    /// The subject.
    pub subject: String,
    /// The text. It may hold a link with a token: it is for its reader alone.
    pub text: String,
}

impl Letter {
    /// Addresses the letter, for the outbox.
    pub(super) fn to(self, app: &App, recipient: &Email) -> OutgoingMail {
        OutgoingMail {
            id: MailId::new(app.now(), &mut app.rng()),
            kind: self.kind.into(),
            recipient: recipient.clone(),
            subject: self.subject,
            text: self.text,
            html: None,
        }
    }
}

/// Asks to confirm the address of a new account.
pub(super) fn verify(public_url: &str, token: &LinkToken) -> Letter {
    letter(
        "verify-email",
        public_url,
        "Confirm your email address",
        &format!(
            "Somebody, presumably you, created an account with this address at {host}.\n\n\
             Open this page within 24 hours to confirm that the address is yours:\n\n\
             {public_url}/verify?token={}\n\n\
             If it was not you, do nothing: without your confirmation nobody can sign in.",
            token.expose(),
            host = host(public_url),
        ),
    )
}

/// Says to the owner of an account that somebody tried to register its address again. The page
/// cannot say so, lest strangers learn who has an account (ASVS 6.3.8).
pub(super) fn registered_already(public_url: &str) -> Letter {
    letter(
        "registered-already",
        public_url,
        "You have an account already",
        &format!(
            "Somebody, presumably you, tried to create an account with this address at \
             {host}. There is one already, so nothing was changed.\n\n\
             Sign in here:\n\n{public_url}/login\n\n\
             Or, if you forgot the password, choose a new one:\n\n{public_url}/forgot\n\n\
             If it was not you, do nothing.",
            host = host(public_url),
        ),
    )
}

/// Brings the link with which a new password is chosen.
pub(super) fn reset(public_url: &str, token: &LinkToken) -> Letter {
    letter(
        "reset-password",
        public_url,
        "Choose a new password",
        &format!(
            "Somebody, presumably you, asked for a new password for the account with this \
             address at {host}.\n\n\
             Open this page within 10 minutes to choose one:\n\n\
             {public_url}/reset?token={}\n\n\
             If it was not you, do nothing: your password stays as it is.",
            token.expose(),
            host = host(public_url),
        ),
    )
}

/// Tells the owner that the password was changed (ASVS 6.3.7).
pub(super) fn password_changed(public_url: &str, from: &str) -> Letter {
    letter(
        "password-changed",
        public_url,
        "Your password was changed",
        &format!(
            "The password of your account at {host} was changed just now, from the \
             address {from}.\n\n\
             If it was you, all is well. If it was not, choose a new one at once, which signs \
             out everybody else:\n\n{public_url}/forgot",
            host = host(public_url),
        ),
    )
}

fn letter(kind: &'static str, public_url: &str, subject: &str, text: &str) -> Letter {
    let host = host(public_url);
    Letter {
        kind,
        subject: format!("{subject} · {host}"),
        text: format!("{text}\n\n-- \nCountersign at {host}\n"),
    }
}

/// How the server is called in running text, where a whole address would be taken for a link.
fn host(public_url: &str) -> &str {
    public_url
        .split_once("://")
        .map_or(public_url, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_says_where_it_comes_from_and_has_a_link_to_there() {
        let token = LinkToken::parse(&format!("csl_{}", "A".repeat(43))).expect("token");
        let url = "https://auth.example";
        let letters = [
            (
                verify(url, &token),
                "https://auth.example/verify?token=csl_AAA",
            ),
            (
                reset(url, &token),
                "https://auth.example/reset?token=csl_AAA",
            ),
            (registered_already(url), "https://auth.example/forgot\n"),
            (
                password_changed(url, "203.0.113.7"),
                "https://auth.example/forgot\n",
            ),
        ];
        for (letter, link) in letters {
            assert!(letter.text.contains(link), "{}", letter.text);
            assert!(
                letter.subject.ends_with("· auth.example"),
                "{}",
                letter.subject
            );
            assert!(letter.text.contains("it was not"), "{}", letter.text);
            // An address stands on a line of its own, where no full stop can stick to it.
            for line in letter.text.lines().filter(|line| line.contains("://")) {
                assert!(line.starts_with(url) && !line.contains(' '), "{line}");
            }
        }
    }
}
