//! Sending what is in the outbox.

use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_store::StoredMail;
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as SmtpTls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::App;
use crate::mail::{SmtpUrl, Tls};
use crate::settings::Mail;

/// While a mail is being sent no other node takes it up.
const LEASE: Duration = Duration::from_mins(2);
/// Mails of one round.
const BATCH: u32 = 20;
/// Without a new mail the outbox is looked at this often: for retries, and for other nodes' mails.
const ROUND: Duration = Duration::from_secs(10);
const SMTP_TIME: Duration = Duration::from_secs(20);
/// After so many attempts (about a day) a mail is given up.
const ATTEMPTS: u32 = 12;

/// Why no mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The sender's address.
    #[error("MAIL_FROM is no address")]
    From(#[from] lettre::address::AddressError),
    /// The TLS parameters of the mail server.
    #[error("the mail server's TLS cannot be set up: {0}")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// Hands mail to the mail server.
#[derive(Debug)]
pub struct Mailer {
    app: App,
    from: Mailbox,
    transport: Option<AsyncSmtpTransport<Tokio1Executor>>,
}

impl Mailer {
    /// The mailer that the settings ask for; none where mail is kept to be looked at.
    ///
    /// # Errors
    /// Settings that cannot be used.
    pub fn of(app: &App) -> Result<Option<Self>, MailerError> {
        let transport = match &app.settings().mail {
            Mail::Kept => return Ok(None),
            Mail::Off => None,
            Mail::Smtp(url) => Some(transport(url)?),
        };
        Ok(Some(Self {
            app: app.clone(),
            from: app.settings().mail_from.parse()?,
            transport,
        }))
    }

    /// Sends what is due, for ever.
    pub async fn run(self) {
        loop {
            // A timeout is the usual case: nobody wrote a mail.
            let _written_or_round = tokio::time::timeout(ROUND, self.app.mail_waits()).await;
            self.round().await;
        }
    }

    /// Sends what is due now.
    pub async fn round(&self) {
        let now = self.app.now();
        let due = match self.app.store().claim_due_mails(now, LEASE, BATCH).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                return;
            }
        };
        for stored in due {
            let noted = match self.send(&stored).await {
                Ok(()) => {
                    self.app
                        .store()
                        .mail_sent(stored.mail.id, self.app.now(), false)
                        .await
                }
                Err(error) => self.failed(&stored, &error).await,
            };
            if let Err(error) = noted {
                tracing::warn!(%error, "the outbox cannot be written; the mail may go out twice");
            }
        }
    }

    async fn send(&self, stored: &StoredMail) -> Result<(), String> {
        let Some(transport) = &self.transport else {
            return Err("SMTP_URL is off".into());
        };
        let message = message(&self.from, stored)?;
        let sent = transport.send(message).await;
        sent.map(|_response| ()).map_err(|error| described(&error))
    }

    async fn failed(
        &self,
        stored: &StoredMail,
        error: &str,
    ) -> Result<(), countersign_store::StoreError> {
        let retry = (self.transport.is_some() && stored.attempts < ATTEMPTS)
            .then(|| retry_at(self.app.now(), stored.attempts));
        tracing::warn!(
            cause = countersign_verify::Cause::SmtpUnreachable.slug(),
            kind = stored.mail.kind,
            attempts = stored.attempts,
            again = retry.is_some(),
            error = ?error,
            "a mail was not sent"
        );
        self.app
            .store()
            .mail_failed(stored.mail.id, error, retry)
            .await
    }
}

/// 10 s, 20 s, 40 s … three hours at most.
fn retry_at(now: Timestamp, attempts: u32) -> Timestamp {
    let seconds = 10_u64.saturating_mul(1 << attempts.min(10));
    now + Duration::from_secs(seconds.min(3 * 3600))
}

/// What the server said, on one line and without what we sent.
fn described(error: &lettre::transport::smtp::Error) -> String {
    let text = error.to_string().replace(char::is_control, " ");
    text.chars().take(300).collect()
}

/// The message. Subject and addresses are encoded by the library, so that no text of a user
/// becomes a header (RFC 5322, section 2.2).
fn message(from: &Mailbox, stored: &StoredMail) -> Result<Message, String> {
    let mail = &stored.mail;
    let to: lettre::Address = mail
        .recipient
        .as_str()
        .parse()
        .map_err(|_| "no address to send to")?;
    let subject: String = mail.subject.replace(char::is_control, " ");
    let builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject)
        .message_id(Some(format!("<{}@countersign>", mail.id)));
    let built = match &mail.html {
        Some(html) => {
            let parts = MultiPart::alternative_plain_html(mail.text.clone(), html.clone());
            builder.multipart(parts)
        }
        None => builder.singlepart(SinglePart::plain(mail.text.clone())),
    };
    built.map_err(|error| error.to_string())
}

fn transport(url: &SmtpUrl) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailerError> {
    let tls = match url.tls {
        Tls::None => SmtpTls::None,
        Tls::StartTls => SmtpTls::Required(TlsParameters::new(url.host.clone())?),
        Tls::Wrapper => SmtpTls::Wrapper(TlsParameters::new(url.host.clone())?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&url.host)
        .port(url.port)
        .tls(tls)
        .timeout(Some(SMTP_TIME));
    if let Some((user, password)) = &url.login {
        let password = String::from_utf8_lossy(password.expose()).into_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_domain::{Email, MailId};
    use countersign_store::OutgoingMail;

    use crate::entropy::Entropy;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn stored(subject: &str, html: Option<&str>) -> StoredMail {
        StoredMail {
            mail: OutgoingMail {
                id: MailId::new(NOW, &mut Entropy::seeded(1)),
                kind: "verify-email".into(),
                recipient: Email::parse("ada@example.com").expect("address"),
                subject: subject.into(),
                text: "Open https://auth.example/verify?token=x".into(),
                html: html.map(Into::into),
            },
            created_at: NOW,
            attempts: 0,
            next_attempt_at: None,
            last_error: None,
            sent_at: None,
        }
    }

    fn written(stored: &StoredMail) -> String {
        let from = "Countersign <auth@example.com>".parse().expect("sender");
        let message = message(&from, stored).expect("message");
        String::from_utf8(message.formatted()).expect("text")
    }

    #[test]
    fn a_line_break_in_a_subject_makes_no_header() {
        let text = written(&stored("Hello\r\nBcc: eve@example.com", None));
        assert!(!text.contains("\r\nBcc:"), "{text}");
        assert!(text.contains("To: ada@example.com\r\n"), "{text}");
        assert!(
            text.contains("From: Countersign <auth@example.com>\r\n"),
            "{text}"
        );
    }

    #[test]
    fn text_and_html_are_alternatives() {
        let text = written(&stored("Hello", Some("<p>Hi</p>")));
        assert!(text.contains("multipart/alternative"), "{text}");
        assert!(
            text.contains("text/plain") && text.contains("text/html"),
            "{text}"
        );
    }

    #[test]
    fn waits_between_attempts_grow_to_three_hours() {
        let waits: Vec<_> = [0, 1, 5, 10, 40]
            .into_iter()
            .map(|attempts| retry_at(NOW, attempts).since(NOW).as_secs())
            .collect();
        assert_eq!(waits, [10, 20, 320, 10_240, 10_240]);
    }
}
