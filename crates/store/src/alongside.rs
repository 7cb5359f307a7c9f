//! What is written together with an act, in the same transaction, or not at all.

use countersign_domain::Timestamp;
use countersign_domain::audit::AuditEvent;
use countersign_domain::links::Link;

use crate::driver::{Statement, Tx};
use crate::outbox::OutgoingMail;
use crate::{StoreError, audit, links, outbox};

/// Audit events, links and mails that go along with an act. They are written if the act is done;
/// if it finds nothing to do (no such account, a compare-and-swap that lost), none of them is.
#[derive(Clone, Debug, Default)]
pub struct Alongside {
    /// Events for the audit log.
    pub audit: Vec<AuditEvent>,
    /// Links to make; each voids the older ones of its account and purpose.
    pub links: Vec<Link>,
    /// Mails for the outbox.
    pub mails: Vec<OutgoingMail>,
}

impl Alongside {
    /// Nothing goes along.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Adds a link.
    #[must_use]
    pub fn with_link(mut self, link: Link) -> Self {
        self.links.push(link);
        self
    }

    /// Adds a mail.
    #[must_use]
    pub fn with_mail(mut self, mail: OutgoingMail) -> Self {
        self.mails.push(mail);
        self
    }

    /// Adds an audit event.
    #[must_use]
    pub fn with_audit(mut self, event: AuditEvent) -> Self {
        self.audit.push(event);
        self
    }

    pub(crate) async fn write(self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        self.write_after(tx, Vec::new(), now).await
    }

    /// Writes it after statements that need no answer, together with them where that is possible.
    pub(crate) async fn write_after(
        self,
        tx: &mut Tx,
        mut statements: Vec<Statement>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        statements.extend(self.audit.into_iter().map(audit::insert));
        tx.run_together(statements).await?;
        for link in self.links {
            links::insert(tx, link).await?;
        }
        for mail in self.mails {
            outbox::insert(tx, mail, now).await?;
        }
        Ok(())
    }
}

impl From<AuditEvent> for Alongside {
    fn from(event: AuditEvent) -> Self {
        Self::default().with_audit(event)
    }
}
