//! The outbox: mails that were promised, kept until they are sent.

use std::time::Duration;

use countersign_domain::{Email, MailId, Timestamp};

use crate::driver::{Row, Tx, values};
use crate::{Store, StoreError};

/// A mail to send.
#[derive(Clone)]
pub struct OutgoingMail {
    /// Names the mail.
    pub id: MailId,
    /// What it is about, such as `verify_email`.
    pub kind: String,
    /// To whom it goes.
    pub recipient: Email,
    /// Its subject.
    pub subject: String,
    /// Its text; it may hold a link with a secret.
    pub text: String,
    /// The same as HTML, if there is any.
    pub html: Option<String>,
}

impl std::fmt::Debug for OutgoingMail {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "OutgoingMail({}, {})", self.id, self.kind)
    }
}

/// A mail of the outbox.
#[derive(Clone, Debug)]
pub struct StoredMail {
    /// The mail. Text and HTML are gone once it is sent, unless they are kept for development.
    pub mail: OutgoingMail,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it will be tried (again); none if it was sent or given up.
    pub next_attempt_at: Option<Timestamp>,
    /// What the last attempt met.
    pub last_error: Option<String>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

macro_rules! mail_columns {
    () => {
        "m.id, m.kind, m.recipient, m.subject, m.body_text, m.body_html, m.created_at, \
         m.attempts, m.next_attempt_at, m.last_error, m.sent_at"
    };
}

impl Store {
    /// Puts a mail into the outbox.
    ///
    /// # Errors
    /// As every write.
    pub async fn enqueue_mail(&self, mail: OutgoingMail, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(insert(tx, mail, now))).await
    }

    /// Takes mails that are due, the oldest first. They are due again after `lease` unless
    /// [`Store::mail_sent`] or [`Store::mail_failed`] is told, so none is lost with a process and
    /// no two processes send one at the same time.
    ///
    /// # Errors
    /// As every write.
    pub async fn claim_due_mails(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<StoredMail>, StoreError> {
        const DUE: &str = concat!(
            "SELECT ",
            mail_columns!(),
            " FROM cs_outbox m WHERE m.next_attempt_at <= $1 ORDER BY m.id LIMIT $2"
        );
        const CLAIM: &str =
            "UPDATE cs_outbox SET next_attempt_at = $2, attempts = attempts + 1 WHERE id = $1";
        self.write(move |tx| {
            Box::pin(async move {
                let mut due = Vec::new();
                for row in tx.all_locked(DUE, "m", values![now, limit]).await? {
                    let mut stored = stored(row)?;
                    stored.attempts += 1;
                    stored.next_attempt_at = Some(now + lease);
                    tx.run(CLAIM, values![stored.mail.id, now + lease]).await?;
                    due.push(stored);
                }
                Ok(due)
            })
        })
        .await
    }

    /// Notes that a mail was sent; its text, which may hold a secret, is removed unless kept.
    ///
    /// # Errors
    /// As every write.
    pub async fn mail_sent(
        &self,
        id: MailId,
        now: Timestamp,
        keep_text: bool,
    ) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE cs_outbox SET sent_at = $2, next_attempt_at = NULL, \
            last_error = NULL, body_text = CASE WHEN $3 = 1 THEN body_text END, \
            body_html = CASE WHEN $3 = 1 THEN body_html END WHERE id = $1";
        self.write(move |tx| {
            Box::pin(async move { tx.run(SQL, values![id, now, keep_text]).await.map(drop) })
        })
        .await
    }

    /// Notes what an attempt met, and when to try again; without a time the mail is given up.
    ///
    /// # Errors
    /// As every write.
    pub async fn mail_failed(
        &self,
        id: MailId,
        error: &str,
        retry_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE cs_outbox SET last_error = $2, next_attempt_at = $3, \
            body_text = CASE WHEN $4 = 1 THEN body_text END, \
            body_html = CASE WHEN $4 = 1 THEN body_html END WHERE id = $1";
        let error = error.replace('\0', " ");
        self.write(move |tx| {
            Box::pin(async move {
                let values = values![id, error, retry_at, retry_at.is_some()];
                tx.run(SQL, values).await.map(drop)
            })
        })
        .await
    }

    /// The newest mails, newest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn recent_mails(&self, limit: u32) -> Result<Vec<StoredMail>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            mail_columns!(),
            " FROM cs_outbox m ORDER BY m.id DESC LIMIT $1"
        );
        self.read(move |tx| {
            Box::pin(async move {
                tx.all(SQL, values![limit])
                    .await?
                    .into_iter()
                    .map(stored)
                    .collect()
            })
        })
        .await
    }

    /// One mail.
    ///
    /// # Errors
    /// As every read.
    pub async fn mail(&self, id: MailId) -> Result<Option<StoredMail>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            mail_columns!(),
            " FROM cs_outbox m WHERE m.id = $1"
        );
        self.read(move |tx| {
            Box::pin(async move { tx.first(SQL, values![id]).await?.map(stored).transpose() })
        })
        .await
    }

    /// How many mails are still to be sent.
    ///
    /// # Errors
    /// As every read.
    pub async fn mails_waiting(&self) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT count(*) FROM cs_outbox WHERE next_attempt_at IS NOT NULL";
        self.read(|tx| {
            Box::pin(async move {
                let row = tx.first(SQL, values![]).await?;
                row.map_or(Ok(0), |row| row.read("cs_outbox").integer("count"))
            })
        })
        .await
    }
}

pub(crate) async fn insert(
    tx: &mut Tx,
    mail: OutgoingMail,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO cs_outbox (id, kind, recipient, subject, body_text, body_html, \
        created_at, next_attempt_at, attempts) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0)";
    let values = values![
        mail.id,
        mail.kind,
        mail.recipient,
        mail.subject,
        mail.text,
        mail.html,
        now,
    ];
    tx.run(SQL, values).await.map(drop)
}

fn stored(row: Row) -> Result<StoredMail, StoreError> {
    let mut row = row.read("cs_outbox");
    Ok(StoredMail {
        mail: OutgoingMail {
            id: row.own("id")?,
            kind: row.text("kind")?,
            recipient: row.own("recipient")?,
            subject: row.text("subject")?,
            text: row.optional_text("body_text")?.unwrap_or_default(),
            html: row.optional_text("body_html")?,
        },
        created_at: row.time("created_at")?,
        attempts: {
            let attempts = row.integer("attempts")?;
            u32::try_from(attempts).map_err(|error| row.impossible("attempts", error))?
        },
        next_attempt_at: row.optional_time("next_attempt_at")?,
        last_error: row.optional_text("last_error")?,
        sent_at: row.optional_time("sent_at")?,
    })
}
