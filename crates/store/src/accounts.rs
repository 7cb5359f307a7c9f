//! Changes to an account, and the sessions that end with them.

use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::password::PasswordHash;
use countersign_domain::sessions::SessionEndReason;
use countersign_domain::{Email, SessionId, Timestamp, UserId};
use countersign_verify::Cause;

use crate::driver::{Tx, values};
use crate::revocations::{RevokedSubject, revoke};
use crate::sessions::end_all;
use crate::{Alongside, Store, StoreError, users};

/// Which of an account's sessions a change ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SessionsToEnd {
    /// All.
    All,
    /// All but the one that makes the change.
    AllBut(SessionId),
    /// None.
    None,
}

/// A new hash for an account's password.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// Whose.
    pub user: UserId,
    /// The new hash.
    pub hash: PasswordHash,
    /// If given, the hash must still be this one.
    pub replaces: Option<PasswordHash>,
    /// `false` if only the hash is another (a stronger one of the same password).
    pub is_new_password: bool,
    /// Which sessions end.
    pub sessions: SessionsToEnd,
}

/// A change of what a person says of themselves; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// The name; `Some(None)` removes it.
    pub name: Option<Option<String>>,
    /// Where the picture is; `Some(None)` removes it.
    pub avatar_url: Option<Option<String>>,
}

impl Store {
    /// Sets a password: gives the sessions that ended, or `None` if there is no such account or
    /// its hash is not the expected one. Mailed links for a reset are void afterwards.
    ///
    /// # Errors
    /// As every write.
    pub async fn set_password(
        &self,
        change: PasswordChange,
        now: Timestamp,
        alongside: Alongside,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let ended = set_password(tx, &change, now).await?;
                if ended.is_some() {
                    alongside.write(tx, now).await?;
                }
                Ok(ended)
            })
        })
        .await
    }

    /// Sets an account's role; gives the account as it is then. What is cached of it is stale.
    ///
    /// # Errors
    /// As every write.
    pub async fn set_role(
        &self,
        id: UserId,
        role: Role,
        now: Timestamp,
        alongside: Alongside,
    ) -> Result<Option<User>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE cs_users SET role = $2, updated_at = $3 WHERE id = $1";
                if tx.run(sql, values![id, role.as_str(), now]).await? == 0 {
                    return Ok(None);
                }
                revoke(tx, RevokedSubject::User(id), Cause::RoleMissing, now).await?;
                alongside.write(tx, now).await?;
                users::by_id(tx, id).await
            })
        })
        .await
    }

    /// Locks, suspends or opens an account. Closing it ends its sessions, whose ids are given;
    /// `None` if there is no such account.
    ///
    /// # Errors
    /// As every write.
    pub async fn set_status(
        &self,
        id: UserId,
        status: UserStatus,
        now: Timestamp,
        alongside: Alongside,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        const SQL: &str = "UPDATE cs_users SET status = $2, status_at = $3, status_reason = $4, \
            updated_at = $5 WHERE id = $1";
        self.write(move |tx| {
            Box::pin(async move {
                if users::lock(tx, id).await?.is_none() {
                    return Ok(None);
                }
                let (name, at, reason) = users::status_columns(&status);
                tx.run(SQL, values![id, name, at, reason, now]).await?;
                let ended = match status.closed_by() {
                    None => Vec::new(),
                    Some(_) => end_all(tx, id, None, SessionEndReason::AccountLocked, now).await?,
                };
                let cause = status.closed_by().unwrap_or(Cause::SessionRevoked);
                revoke(tx, RevokedSubject::User(id), cause, now).await?;
                alongside.write(tx, now).await?;
                Ok(Some(ended))
            })
        })
        .await
    }

    /// Changes name and picture; gives the account as it is then.
    ///
    /// # Errors
    /// As every write.
    pub async fn update_profile(
        &self,
        id: UserId,
        change: ProfileChange,
        now: Timestamp,
        alongside: Alongside,
    ) -> Result<Option<User>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                if !update_profile(tx, id, change, now).await? {
                    return Ok(None);
                }
                revoke(tx, RevokedSubject::User(id), Cause::SessionRevoked, now).await?;
                alongside.write(tx, now).await?;
                users::by_id(tx, id).await
            })
        })
        .await
    }

    /// Notes that the address is its owner's; `false` if there is no account with this id and
    /// address, or it was known.
    ///
    /// # Errors
    /// As every write.
    pub async fn mark_email_verified(
        &self,
        id: UserId,
        email: Email,
        now: Timestamp,
        alongside: Alongside,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let marked = verify_email(tx, id, &email, now).await?;
                if marked {
                    alongside.write(tx, now).await?;
                }
                Ok(marked)
            })
        })
        .await
    }

    /// Deletes an account and all that is its own, the audit log aside. Gives the sessions that
    /// ended; `None` if there is no such account.
    ///
    /// # Errors
    /// As every write.
    pub async fn delete_user(
        &self,
        id: UserId,
        now: Timestamp,
        alongside: Alongside,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                if users::lock(tx, id).await?.is_none() {
                    return Ok(None);
                }
                let ended = end_all(tx, id, None, SessionEndReason::AccountDeleted, now).await?;
                let cause = SessionEndReason::AccountDeleted.cause();
                revoke(tx, RevokedSubject::User(id), cause, now).await?;
                let sql = "INSERT INTO cs_deleted_users (id, deleted_at) VALUES ($1, $2)";
                tx.run(sql, values![id, now]).await?;
                tx.run("DELETE FROM cs_users WHERE id = $1", values![id])
                    .await?;
                alongside.write(tx, now).await?;
                Ok(Some(ended))
            })
        })
        .await
    }
}

pub(crate) async fn set_password(
    tx: &mut Tx,
    change: &PasswordChange,
    now: Timestamp,
) -> Result<Option<Vec<SessionId>>, StoreError> {
    const SQL: &str = "UPDATE cs_users SET password_hash = $2, \
        password_epoch = password_epoch + $3, updated_at = $4 \
        WHERE id = $1 AND ($5 = '' OR password_hash = $5)";
    // The lock comes first, so that a sign-in in between waits and sees the new epoch.
    if users::lock(tx, change.user).await?.is_none() {
        return Ok(None);
    }
    let values = values![
        change.user,
        change.hash.as_str(),
        change.is_new_password,
        now,
        change.replaces.as_ref().map_or("", PasswordHash::as_str),
    ];
    if tx.run(SQL, values).await? == 0 {
        return Ok(None);
    }
    if !change.is_new_password {
        return Ok(Some(Vec::new()));
    }
    let void = "UPDATE cs_links SET consumed_at = $2 WHERE user_id = $1 \
        AND purpose = 'reset_password' AND consumed_at IS NULL";
    tx.run(void, values![change.user, now]).await?;
    let reason = SessionEndReason::PasswordChanged;
    let ended = match change.sessions {
        SessionsToEnd::All => end_all(tx, change.user, None, reason, now).await?,
        SessionsToEnd::AllBut(kept) => end_all(tx, change.user, Some(kept), reason, now).await?,
        SessionsToEnd::None => Vec::new(),
    };
    Ok(Some(ended))
}

pub(crate) async fn update_profile(
    tx: &mut Tx,
    id: UserId,
    change: ProfileChange,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE cs_users SET \
        name = CASE WHEN $2 = 1 THEN $3 ELSE name END, \
        avatar_url = CASE WHEN $4 = 1 THEN $5 ELSE avatar_url END, \
        updated_at = $6 WHERE id = $1";
    let values = values![
        id,
        change.name.is_some(),
        change.name.flatten(),
        change.avatar_url.is_some(),
        change.avatar_url.flatten(),
        now,
    ];
    Ok(tx.run(SQL, values).await? == 1)
}

/// Marks the address as verified; `false` if it was, or is another one by now.
pub(crate) async fn verify_email(
    tx: &mut Tx,
    id: UserId,
    email: &Email,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE cs_users SET email_verified_at = $3, updated_at = $3 \
        WHERE id = $1 AND email = $2 AND email_verified_at IS NULL";
    Ok(tx.run(SQL, values![id, email, now]).await? == 1)
}
