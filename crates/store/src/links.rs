//! Single-use links, and the acts for which they are used up.

use countersign_domain::audit::AuditEvent;
use countersign_domain::links::{Link, LinkPurpose};
use countersign_domain::password::PasswordHash;
use countersign_domain::{SessionId, Timestamp, TokenHash, UserId};
use countersign_verify::Cause;

use crate::accounts::{PasswordChange, SessionsToEnd, set_password, verify_email};
use crate::driver::{Row, Tx, values};
use crate::users::NewUser;
use crate::{Alongside, Store, StoreError, users};

impl Store {
    /// Makes a link; it voids the older ones of its account and purpose.
    ///
    /// # Errors
    /// As every write.
    pub async fn create_link(&self, link: Link, alongside: Alongside) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = link.created_at;
                insert(tx, link).await?;
                alongside.write(tx, now).await
            })
        })
        .await
    }

    /// The link of this hash, used or not.
    ///
    /// # Errors
    /// As every read.
    pub async fn link(&self, hash: TokenHash) -> Result<Option<Link>, StoreError> {
        self.read(move |tx| Box::pin(find(tx, hash))).await
    }

    /// Uses a link to show that an address is its owner's; gives the account. Of several who use
    /// one link at once, one succeeds. The event is written with the account.
    ///
    /// # Errors
    /// As every write; the inner error is the refusal: `link-invalid` or `link-expired`.
    pub async fn verify_email(
        &self,
        hash: TokenHash,
        now: Timestamp,
        audit: AuditEvent,
    ) -> Result<Result<UserId, Cause>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let link = match consume(tx, hash, LinkPurpose::VerifyEmail, now).await? {
                    Ok(link) => link,
                    Err(cause) => return Ok(Err(cause)),
                };
                let (Some(user), Some(email)) = (link.user_id, link.email) else {
                    return Ok(Err(Cause::LinkInvalid));
                };
                // An account whose address is verified already, or another by now, stays as it is.
                verify_email(tx, user, &email, now).await?;
                Alongside::from(audit.about(user)).write(tx, now).await?;
                Ok(Ok(user))
            })
        })
        .await
    }

    /// Uses a link to set a new password, which ends all the account's sessions; gives the account
    /// and those sessions. The mail reached its owner, so the address counts as verified. A link
    /// that verifies an address does it for an account alone whose address is not verified yet.
    ///
    /// # Errors
    /// As every write; the inner error is the refusal: `link-invalid` or `link-expired`.
    pub async fn reset_password(
        &self,
        hash: TokenHash,
        purpose: LinkPurpose,
        password: PasswordHash,
        now: Timestamp,
        audit: AuditEvent,
    ) -> Result<Result<(UserId, Vec<SessionId>), Cause>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let link = match consume(tx, hash, purpose, now).await? {
                    Ok(link) => link,
                    Err(cause) => return Ok(Err(cause)),
                };
                let (Some(user), Some(email)) = (link.user_id, link.email) else {
                    return Ok(Err(Cause::LinkInvalid));
                };
                let is_new = verify_email(tx, user, &email, now).await?;
                if purpose == LinkPurpose::VerifyEmail && !is_new {
                    return Ok(Err(Cause::LinkInvalid));
                }
                let change = PasswordChange {
                    user,
                    hash: password,
                    replaces: None,
                    is_new_password: true,
                    sessions: SessionsToEnd::All,
                };
                let Some(ended) = set_password(tx, &change, now).await? else {
                    return Ok(Err(Cause::LinkInvalid));
                };
                Alongside::from(audit.about(user)).write(tx, now).await?;
                Ok(Ok((user, ended)))
            })
        })
        .await
    }

    /// Uses the setup link to make the first admin; `conflict` if the address is taken, and
    /// `link-invalid` once there is an admin.
    ///
    /// # Errors
    /// As every write; the inner error is the refusal.
    pub async fn create_first_admin(
        &self,
        hash: TokenHash,
        new: NewUser,
        now: Timestamp,
        audit: AuditEvent,
    ) -> Result<Result<UserId, Cause>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                if users::admin_exists(tx).await? {
                    return Ok(Err(Cause::LinkInvalid));
                }
                if let Some(taken) = users::lock_by_email(tx, &new.user.email).await? {
                    tracing::debug!(user = %taken.id, "the first admin's address is taken");
                    return Ok(Err(Cause::Conflict));
                }
                if let Err(cause) = consume(tx, hash, LinkPurpose::AdminSetup, now).await? {
                    return Ok(Err(cause));
                }
                let id = new.user.id;
                if !users::insert(tx, new).await? {
                    // Somebody took the address this very moment: undo the use of the link.
                    return Err(StoreError::GivenUp {
                        reason: "the address was taken at the same moment".to_owned(),
                    });
                }
                Alongside::from(audit.about(id)).write(tx, now).await?;
                Ok(Ok(id))
            })
        })
        .await
    }
}

/// Inserts a link and voids the older ones of its account and purpose.
pub(crate) async fn insert(tx: &mut Tx, link: Link) -> Result<(), StoreError> {
    const VOID: &str = "UPDATE cs_links SET consumed_at = $3 WHERE purpose = $1 \
        AND coalesce(user_id, '') = $2 AND consumed_at IS NULL";
    const SQL: &str = "INSERT INTO cs_links \
        (token_hash, purpose, user_id, email, created_at, expires_at, consumed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let owner = link.user_id.map(|id| id.to_string()).unwrap_or_default();
    tx.run(VOID, values![link.purpose.as_str(), owner, link.created_at])
        .await?;
    let values = values![
        link.hash,
        link.purpose.as_str(),
        link.user_id,
        link.email,
        link.created_at,
        link.expires_at,
        link.consumed_at,
    ];
    tx.run(SQL, values).await.map(drop)
}

/// Uses a link up, by compare-and-swap.
async fn consume(
    tx: &mut Tx,
    hash: TokenHash,
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<Result<Link, Cause>, StoreError> {
    const SQL: &str =
        "UPDATE cs_links SET consumed_at = $2 WHERE token_hash = $1 AND consumed_at IS NULL";
    let Some(link) = find(tx, hash).await? else {
        return Ok(Err(Cause::LinkInvalid));
    };
    if let Err(cause) = link.state_at(purpose, now) {
        return Ok(Err(cause));
    }
    let won = tx.run(SQL, values![hash, now]).await? == 1;
    Ok(if won {
        Ok(link)
    } else {
        Err(Cause::LinkInvalid)
    })
}

async fn find(tx: &mut Tx, hash: TokenHash) -> Result<Option<Link>, StoreError> {
    const SQL: &str = "SELECT token_hash, purpose, user_id, email, created_at, expires_at, \
        consumed_at FROM cs_links WHERE token_hash = $1";
    tx.first(SQL, values![hash]).await?.map(link).transpose()
}

fn link(row: Row) -> Result<Link, StoreError> {
    let mut row = row.read("cs_links");
    Ok(Link {
        hash: row.own("token_hash")?,
        purpose: row.named("purpose", LinkPurpose::parse)?,
        user_id: row.optional_own("user_id")?,
        email: row.optional_own("email")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        consumed_at: row.optional_time("consumed_at")?,
    })
}
