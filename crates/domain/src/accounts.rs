//! Accounts, and who of them may sign in.

use countersign_verify::Cause;
use serde::{Deserialize, Serialize};

use crate::{Email, Timestamp, UserId};

/// What an account may do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May administer the server.
    Admin,
    /// May look after its own account.
    User,
}

impl Role {
    /// The name in claims, in the store and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }

    /// Finds a role by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "admin" => Some(Self::Admin),
            "user" => Some(Self::User),
            _ => None,
        }
    }
}

/// Whether an account is in use.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum UserStatus {
    /// In use.
    Active,
    /// Closed for its owner's safety.
    Locked {
        /// Since when.
        at: Timestamp,
        /// Why, in the words of whoever locked it.
        reason: Option<String>,
    },
    /// Closed by decision of an administrator.
    Suspended {
        /// Since when.
        at: Timestamp,
        /// Why, in the words of whoever suspended it.
        reason: Option<String>,
    },
}

impl UserStatus {
    /// The name in the store and on the command line.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked { .. } => "locked",
            Self::Suspended { .. } => "suspended",
        }
    }

    /// The cause that closes the account, if it is closed.
    #[must_use]
    pub const fn closed_by(&self) -> Option<Cause> {
        match self {
            Self::Active => None,
            Self::Locked { .. } => Some(Cause::AccountLocked),
            Self::Suspended { .. } => Some(Cause::AccountSuspended),
        }
    }
}

/// An account. Its password hash is not here, so that it cannot be shown by mistake.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct User {
    /// Where a picture of the person is.
    pub avatar_url: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// The address by which the person is found.
    pub email: Email,
    /// When the person showed that the address is theirs.
    pub email_verified_at: Option<Timestamp>,
    /// Names the account for good.
    pub id: UserId,
    /// What the person wants to be called.
    pub name: Option<String>,
    /// What the account may do.
    pub role: Role,
    /// Whether the account is in use.
    pub status: UserStatus,
    /// When any of this changed last.
    pub updated_at: Timestamp,
}

/// Whether the owner of the account, having shown the right credential, may have a session.
///
/// # Errors
///
/// [`Cause::AccountLocked`] or [`Cause::AccountSuspended`] for a closed account, and
/// [`Cause::EmailUnverified`] where `require_verified` and the address is not verified.
pub fn may_sign_in(user: &User, require_verified: bool) -> Result<(), Cause> {
    if let Some(cause) = user.status.closed_by() {
        return Err(cause);
    }
    if require_verified && user.email_verified_at.is_none() {
        return Err(Cause::EmailUnverified);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn user(status: UserStatus, verified: bool) -> User {
        User {
            avatar_url: None,
            created_at: NOW,
            email: Email::parse("ada@example.com").unwrap(),
            email_verified_at: verified.then_some(NOW),
            id: UserId::new(NOW, &mut StdRng::seed_from_u64(1)),
            name: None,
            role: Role::User,
            status,
            updated_at: NOW,
        }
    }

    fn locked() -> UserStatus {
        UserStatus::Locked {
            at: NOW,
            reason: None,
        }
    }

    fn suspended() -> UserStatus {
        UserStatus::Suspended {
            at: NOW,
            reason: Some("spam".to_owned()),
        }
    }

    #[test]
    fn who_may_sign_in() {
        for (status, verified, required, expected) in [
            (UserStatus::Active, true, true, Ok(())),
            (UserStatus::Active, false, false, Ok(())),
            (UserStatus::Active, false, true, Err(Cause::EmailUnverified)),
            (locked(), true, true, Err(Cause::AccountLocked)),
            (locked(), false, true, Err(Cause::AccountLocked)),
            (suspended(), true, false, Err(Cause::AccountSuspended)),
        ] {
            assert_eq!(may_sign_in(&user(status, verified), required), expected);
        }
    }

    #[test]
    fn a_closed_account_is_never_told_to_a_client() {
        for status in [locked(), suspended()] {
            let cause = status.closed_by().unwrap();
            assert_eq!(cause.told(), Cause::CredentialsInvalid);
        }
    }

    #[test]
    fn names_are_stable() {
        for role in [Role::Admin, Role::User] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(
                serde_json::to_string(&role).unwrap(),
                format!("\"{}\"", role.as_str())
            );
        }
        assert_eq!(Role::parse("Admin"), None);
        assert_eq!(UserStatus::Active.as_str(), "active");
        assert_eq!(
            (locked().as_str(), suspended().as_str()),
            ("locked", "suspended")
        );
    }
}
