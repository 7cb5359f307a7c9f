//! Identities at providers, and the accounts that a front end hands over.

use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::audit::AuditEvent;
use countersign_domain::sessions::SessionEndReason;
use countersign_domain::{Email, IdentityId, SessionId, Timestamp, UserId};

use crate::accounts::{ProfileChange, update_profile, verify_email};
use crate::driver::{Tx, values};
use crate::sessions::end_all;
use crate::users::{Lock, NewUser};
use crate::{Alongside, Store, StoreError, users};

/// A user whom a trusted front end has signed in with a provider.
#[derive(Clone, Debug)]
pub struct SyncUser {
    /// The provider, such as `github`.
    pub provider: String,
    /// The user's id there.
    pub subject: String,
    /// The user's address, which the provider has verified.
    pub email: Email,
    /// The user's name, if known.
    pub name: Option<String>,
    /// The user's picture, if known.
    pub avatar_url: Option<String>,
    /// The id of the account, should it be a new one.
    pub new_user: UserId,
    /// The id of the identity, should it be a new one.
    pub new_identity: IdentityId,
}

/// What became of a user who was handed over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Synced {
    /// The account.
    pub user: User,
    /// Whether it was made now.
    pub created: bool,
    /// The provider's address belongs to another account, so this account kept its own.
    pub email_kept: bool,
    /// Sessions that ended, since the account was registered by somebody who had never shown
    /// that the address is theirs.
    pub ended: Vec<SessionId>,
}

impl Store {
    /// Makes or updates the account of an identity: found by (provider, subject), else by the
    /// address. Idempotent. The `audit` event is written with the account's id.
    ///
    /// An account with this address that nobody has verified may have been registered by a
    /// stranger; it is handed to the address's owner without its password and sessions.
    ///
    /// # Errors
    /// As every write.
    pub async fn sync_user(
        &self,
        sync: SyncUser,
        now: Timestamp,
        audit: AuditEvent,
    ) -> Result<Synced, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                // Another node may bring the same identity at this very moment; then it is there
                // at the second look.
                for _ in 0..3 {
                    let found =
                        users::by_identity(tx, &sync.provider, &sync.subject, Lock::Row).await?;
                    let synced = match found {
                        Some(user) => Some(update(tx, user, &sync, now).await?),
                        None => adopt_or_create(tx, &sync, now).await?,
                    };
                    if let Some(synced) = synced {
                        let mut audit = audit.about(synced.user.id).with("created", synced.created);
                        if synced.email_kept {
                            audit = audit.with("email_kept", true);
                        }
                        Alongside::from(audit).write(tx, now).await?;
                        return Ok(synced);
                    }
                }
                Err(StoreError::GivenUp {
                    reason: "the identity is being changed by somebody else".to_owned(),
                })
            })
        })
        .await
    }
}

/// The account of a known identity: brings name, picture and address up to date.
async fn update(
    tx: &mut Tx,
    user: User,
    sync: &SyncUser,
    now: Timestamp,
) -> Result<Synced, StoreError> {
    let mut email_kept = false;
    if user.email != sync.email {
        const SQL: &str = "UPDATE cs_users SET email = $2, email_verified_at = $3, updated_at = $3 \
            WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM cs_users o WHERE o.email = $2)";
        email_kept = tx.run(SQL, values![user.id, &sync.email, now]).await? == 0;
    } else if user.email_verified_at.is_none() {
        verify_email(tx, user.id, &sync.email, now).await?;
    }
    bring_up_to_date(tx, &user, sync, now).await?;
    Ok(Synced {
        user: again(tx, user).await?,
        created: false,
        email_kept,
        ended: Vec::new(),
    })
}

/// A new identity: its account is that with the same address, or a new one. `None` if the
/// identity has come into being in between.
async fn adopt_or_create(
    tx: &mut Tx,
    sync: &SyncUser,
    now: Timestamp,
) -> Result<Option<Synced>, StoreError> {
    let created = users::insert(tx, new_user(sync, now)).await?;
    let Some(user) = users::lock_by_email(tx, &sync.email).await? else {
        return Ok(None);
    };
    if !link(tx, sync, user.id, now).await? {
        if created {
            tx.run("DELETE FROM cs_users WHERE id = $1", values![user.id])
                .await?;
        }
        return Ok(None);
    }
    let mut ended = Vec::new();
    if user.email_verified_at.is_none() {
        let sql = "UPDATE cs_users SET password_hash = NULL, password_epoch = password_epoch + 1 \
            WHERE id = $1";
        tx.run(sql, values![user.id]).await?;
        ended = end_all(tx, user.id, None, SessionEndReason::PasswordChanged, now).await?;
        verify_email(tx, user.id, &sync.email, now).await?;
    }
    if !created {
        bring_up_to_date(tx, &user, sync, now).await?;
    }
    Ok(Some(Synced {
        user: again(tx, user).await?,
        created,
        email_kept: false,
        ended,
    }))
}

async fn link(
    tx: &mut Tx,
    sync: &SyncUser,
    user: UserId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO cs_identities (id, provider, subject, user_id, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (provider, subject) DO NOTHING";
    let values = values![
        sync.new_identity,
        sync.provider.as_str(),
        sync.subject.as_str(),
        user,
        now,
    ];
    Ok(tx.run(SQL, values).await? == 1)
}

async fn bring_up_to_date(
    tx: &mut Tx,
    user: &User,
    sync: &SyncUser,
    now: Timestamp,
) -> Result<(), StoreError> {
    let differs = |new: &Option<String>, old: &Option<String>| {
        new.is_some().then(|| new.clone()).filter(|new| new != old)
    };
    let change = ProfileChange {
        name: differs(&sync.name, &user.name),
        avatar_url: differs(&sync.avatar_url, &user.avatar_url),
    };
    if change.name.is_some() || change.avatar_url.is_some() {
        update_profile(tx, user.id, change, now).await?;
    }
    Ok(())
}

async fn again(tx: &mut Tx, user: User) -> Result<User, StoreError> {
    Ok(users::by_id(tx, user.id).await?.unwrap_or(user))
}

fn new_user(sync: &SyncUser, now: Timestamp) -> NewUser {
    NewUser {
        user: User {
            avatar_url: sync.avatar_url.clone(),
            created_at: now,
            email: sync.email.clone(),
            email_verified_at: Some(now),
            id: sync.new_user,
            name: sync.name.clone(),
            role: Role::User,
            status: UserStatus::Active,
            updated_at: now,
        },
        password: None,
    }
}
