//! Accounts: making and finding them.

use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::identity::Lookup;
use countersign_domain::password::PasswordHash;
use countersign_domain::{Email, Timestamp, UserId};

use crate::driver::{Reader, Row, Tx, Value, values};
use crate::{Alongside, Store, StoreError};

/// An account's columns, in the order in which [`read_user`] reads them.
macro_rules! user_columns {
    () => {
        "u.id, u.email, u.email_verified_at, u.name, u.avatar_url, u.role, u.status, u.status_at, \
         u.status_reason, u.created_at, u.updated_at"
    };
}
pub(crate) use user_columns;

/// An account to make.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The account.
    pub user: User,
    /// Its password, if it has one.
    pub password: Option<PasswordHash>,
}

/// Counts the changes of an account's password; a replaced hash of the same password is none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PasswordEpoch(pub(crate) i64);

/// What a sign-in needs to know of an account.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The account.
    pub user: User,
    /// The hash of its password, if it has one.
    pub password: Option<PasswordHash>,
    /// To be given to [`Store::open_session`]: a password that was changed in between is noticed.
    pub epoch: PasswordEpoch,
}

/// Which accounts to list, oldest first.
#[derive(Clone, Debug)]
pub struct UserPage {
    /// List those after this one.
    pub after: Option<UserId>,
    /// How many at most.
    pub limit: u32,
    /// Only those with this text in address or name.
    pub search: Option<String>,
}

impl Store {
    /// Makes an account; `false` if its address is taken.
    ///
    /// # Errors
    /// As every write.
    pub async fn create_user(
        &self,
        new: NewUser,
        alongside: Alongside,
    ) -> Result<bool, StoreError> {
        let now = new.user.created_at;
        self.write(move |tx| {
            Box::pin(async move {
                let made = insert(tx, new).await?;
                if made {
                    alongside.write(tx, now).await?;
                }
                Ok(made)
            })
        })
        .await
    }

    /// Makes an account with what goes along with that, or, if its address is taken, writes what
    /// goes along with that instead; `false` then. Either is one transaction with like writes, so
    /// that the time does not tell which it was (ASVS 6.3.8).
    ///
    /// # Errors
    /// As every write.
    pub async fn register_user(
        &self,
        new: NewUser,
        made: Alongside,
        taken: Alongside,
    ) -> Result<bool, StoreError> {
        let now = new.user.created_at;
        self.write(move |tx| {
            Box::pin(async move {
                let is_made = insert(tx, new).await?;
                let alongside = if is_made { made } else { taken };
                alongside.write(tx, now).await?;
                Ok(is_made)
            })
        })
        .await
    }

    /// The account of this id.
    ///
    /// # Errors
    /// As every read.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.read(move |tx| Box::pin(by_id(tx, id))).await
    }

    /// The account of this address.
    ///
    /// # Errors
    /// As every read.
    pub async fn user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        Ok(self.sign_in(email).await?.map(|found| found.user))
    }

    /// The account of this address, with what a sign-in needs to know of it.
    ///
    /// # Errors
    /// As every read.
    pub async fn sign_in(&self, email: &Email) -> Result<Option<SignIn>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            user_columns!(),
            ", u.password_hash, u.password_epoch FROM cs_users u WHERE u.email = $1"
        );
        let email = Value::from(email);
        self.read(move |tx| Box::pin(async move { sign_in(tx.first(SQL, vec![email]).await?) }))
            .await
    }

    /// Like [`Store::sign_in`], by id: to check a password again.
    ///
    /// # Errors
    /// As every read.
    pub async fn sign_in_by_id(&self, id: UserId) -> Result<Option<SignIn>, StoreError> {
        self.read(move |tx| {
            Box::pin(async move { sign_in(tx.first(SIGN_IN_BY_ID, values![id]).await?) })
        })
        .await
    }

    /// The account with an identity at a provider.
    ///
    /// # Errors
    /// As every read.
    pub async fn user_by_identity(
        &self,
        provider: &str,
        subject: &str,
    ) -> Result<Option<User>, StoreError> {
        let (provider, subject) = (provider.to_owned(), subject.to_owned());
        self.read(move |tx| {
            Box::pin(async move { by_identity(tx, &provider, &subject, Lock::None).await })
        })
        .await
    }

    /// The account that a token speaks for: that of the first way that finds one.
    ///
    /// # Errors
    /// As every read.
    pub async fn token_owner(&self, lookups: &[Lookup<'_>]) -> Result<Option<User>, StoreError> {
        for lookup in lookups {
            let found = match lookup {
                Lookup::Identity { provider, subject } => {
                    self.user_by_identity(provider, subject).await?
                }
                Lookup::UserId(id) => self.user(*id).await?,
                Lookup::VerifiedEmail(email) => self
                    .user_by_email(email)
                    .await?
                    .filter(|user| user.email_verified_at.is_some()),
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// When the account of this id was deleted, if it was.
    ///
    /// # Errors
    /// As every read.
    pub async fn user_was_deleted(&self, id: UserId) -> Result<Option<Timestamp>, StoreError> {
        self.read(move |tx| {
            Box::pin(async move {
                let sql = "SELECT id, deleted_at FROM cs_deleted_users WHERE id = $1";
                tx.first(sql, values![id])
                    .await?
                    .map(deleted_at)
                    .transpose()
            })
        })
        .await
    }

    /// A page of the accounts.
    ///
    /// # Errors
    /// As every read.
    pub async fn list_users(&self, page: UserPage) -> Result<Vec<User>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            user_columns!(),
            " FROM cs_users u WHERE u.id > $1 AND ($2 = '' OR u.email LIKE $2 ESCAPE '!' \
             OR lower(u.name) LIKE $2 ESCAPE '!') ORDER BY u.id LIMIT $3"
        );
        let after = page.after.map(|id| id.to_string()).unwrap_or_default();
        let pattern = page.search.as_deref().map(pattern).unwrap_or_default();
        self.read(move |tx| {
            Box::pin(async move {
                tx.all(SQL, values![after, pattern, page.limit])
                    .await?
                    .into_iter()
                    .map(user)
                    .collect()
            })
        })
        .await
    }

    /// Whether there is an account with the role admin.
    ///
    /// # Errors
    /// As every read.
    pub async fn admin_exists(&self) -> Result<bool, StoreError> {
        self.read(|tx| Box::pin(admin_exists(tx))).await
    }
}

/// Whether a row that is read stays as it is until the end of the transaction.
#[derive(Clone, Copy)]
pub(crate) enum Lock {
    None,
    Row,
}

pub(crate) async fn by_id(tx: &mut Tx, id: UserId) -> Result<Option<User>, StoreError> {
    tx.first(BY_ID, values![id]).await?.map(user).transpose()
}

pub(crate) async fn lock(tx: &mut Tx, id: UserId) -> Result<Option<User>, StoreError> {
    tx.first_locked(BY_ID, "u", values![id])
        .await?
        .map(user)
        .transpose()
}

/// Locks an account, and gives what a sign-in needs to know of it.
pub(crate) async fn lock_sign_in(tx: &mut Tx, id: UserId) -> Result<Option<SignIn>, StoreError> {
    sign_in(tx.first_locked(SIGN_IN_BY_ID, "u", values![id]).await?)
}

const SIGN_IN_BY_ID: &str = concat!(
    "SELECT ",
    user_columns!(),
    ", u.password_hash, u.password_epoch FROM cs_users u WHERE u.id = $1"
);

const BY_ID: &str = concat!(
    "SELECT ",
    user_columns!(),
    " FROM cs_users u WHERE u.id = $1"
);

pub(crate) async fn by_identity(
    tx: &mut Tx,
    provider: &str,
    subject: &str,
    lock: Lock,
) -> Result<Option<User>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM cs_users u JOIN cs_identities i ON i.user_id = u.id \
         WHERE i.provider = $1 AND i.subject = $2"
    );
    let values = values![provider, subject];
    let row = match lock {
        Lock::None => tx.first(SQL, values).await?,
        Lock::Row => tx.first_locked(SQL, "u", values).await?,
    };
    row.map(user).transpose()
}

pub(crate) async fn lock_by_email(tx: &mut Tx, email: &Email) -> Result<Option<User>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM cs_users u WHERE u.email = $1"
    );
    tx.first_locked(SQL, "u", values![email])
        .await?
        .map(user)
        .transpose()
}

pub(crate) async fn admin_exists(tx: &mut Tx) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM cs_users WHERE role = 'admin' LIMIT 1";
    Ok(tx.first(sql, values![]).await?.is_some())
}

/// Inserts an account; `false` if its address is taken.
pub(crate) async fn insert(tx: &mut Tx, new: NewUser) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO cs_users (id, email, email_verified_at, password_hash, \
        password_epoch, name, avatar_url, role, status, status_at, status_reason, created_at, \
        updated_at) VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11, $12) \
        ON CONFLICT (email) DO NOTHING";
    let NewUser { user, password } = new;
    let (status, at, reason) = status_columns(&user.status);
    let values = values![
        user.id,
        user.email,
        user.email_verified_at,
        password.as_ref().map(PasswordHash::as_str),
        user.name,
        user.avatar_url,
        user.role.as_str(),
        status,
        at,
        reason,
        user.created_at,
        user.updated_at,
    ];
    Ok(tx.run(SQL, values).await? == 1)
}

/// The columns `status`, `status_at` and `status_reason`.
pub(crate) fn status_columns(
    status: &UserStatus,
) -> (&'static str, Option<Timestamp>, Option<String>) {
    match status {
        UserStatus::Active => (status.as_str(), None, None),
        UserStatus::Locked { at, reason } | UserStatus::Suspended { at, reason } => {
            (status.as_str(), Some(*at), reason.clone())
        }
    }
}

fn user(row: Row) -> Result<User, StoreError> {
    read_user(&mut row.read("cs_users"))
}

pub(crate) fn read_user(row: &mut Reader) -> Result<User, StoreError> {
    Ok(User {
        id: row.own("id")?,
        email: row.own("email")?,
        email_verified_at: row.optional_time("email_verified_at")?,
        name: row.optional_text("name")?,
        avatar_url: row.optional_text("avatar_url")?,
        role: row.named("role", Role::parse)?,
        status: read_status(row)?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn read_status(row: &mut Reader) -> Result<UserStatus, StoreError> {
    let status = row.text("status")?;
    let at = row.optional_time("status_at")?;
    let reason = row.optional_text("status_reason")?;
    match (status.as_str(), at) {
        ("active", None) => Ok(UserStatus::Active),
        ("locked", Some(at)) => Ok(UserStatus::Locked { at, reason }),
        ("suspended", Some(at)) => Ok(UserStatus::Suspended { at, reason }),
        (status, at) => {
            let since = if at.is_some() { "with" } else { "without" };
            Err(row.impossible("status", format!("{status:?} {since} a time")))
        }
    }
}

fn sign_in(row: Option<Row>) -> Result<Option<SignIn>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let mut row = row.read("cs_users");
    Ok(Some(SignIn {
        user: read_user(&mut row)?,
        password: row
            .optional_text("password_hash")?
            .map(PasswordHash::from_stored),
        epoch: PasswordEpoch(row.integer("password_epoch")?),
    }))
}

fn deleted_at(row: Row) -> Result<Timestamp, StoreError> {
    let mut row = row.read("cs_deleted_users");
    row.text("id")?;
    row.time("deleted_at")
}

/// A pattern for LIKE that finds the text anywhere, whatever signs it has.
fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for letter in search.trim().to_ascii_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_no_pattern() {
        assert_eq!(pattern(" Ann_100%! "), "%ann!_100!%!!%");
    }
}
