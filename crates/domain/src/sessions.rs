//! Sessions: how long they live, what ends them, and which give way when there are too many.

use std::net::IpAddr;
use std::time::Duration;

use countersign_verify::Cause;
use serde::{Deserialize, Serialize};

use crate::{SessionId, Timestamp, UserId};

/// How long sessions live and how many a user may have (ASVS 7.1.1, 7.1.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SessionPolicy {
    /// The life of a session however much it is used (ASVS 7.3.2).
    pub absolute: Duration,
    /// The life of a session that is not used (ASVS 7.3.1).
    pub idle: Duration,
    /// How many sessions a user may have; the oldest ends when there is one more. At least 1.
    pub max_concurrent: usize,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            absolute: DAY * 90,
            idle: DAY * 14,
            max_concurrent: 10,
        }
    }
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEndReason {
    /// Its absolute life was over.
    AbsoluteTimeout,
    /// The account was deleted.
    AccountDeleted,
    /// The account was locked or suspended.
    AccountLocked,
    /// The user opened one session more than allowed.
    EvictedByLimit,
    /// It was not used for too long.
    IdleTimeout,
    /// The user signed out.
    Logout,
    /// The password was changed or reset.
    PasswordChanged,
    /// A refresh token of it was used by two parties.
    RefreshReused,
    /// An administrator ended it.
    RevokedByAdmin,
    /// The user ended it from another session.
    RevokedByUser,
}

impl SessionEndReason {
    /// Every reason, for tables and pages.
    pub const ALL: [Self; 10] = [
        Self::AbsoluteTimeout,
        Self::AccountDeleted,
        Self::AccountLocked,
        Self::EvictedByLimit,
        Self::IdleTimeout,
        Self::Logout,
        Self::PasswordChanged,
        Self::RefreshReused,
        Self::RevokedByAdmin,
        Self::RevokedByUser,
    ];

    /// The name in the store, the audit log and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AbsoluteTimeout => "absolute_timeout",
            Self::AccountDeleted => "account_deleted",
            Self::AccountLocked => "account_locked",
            Self::EvictedByLimit => "evicted_by_limit",
            Self::IdleTimeout => "idle_timeout",
            Self::Logout => "logout",
            Self::PasswordChanged => "password_changed",
            Self::RefreshReused => "refresh_reused",
            Self::RevokedByAdmin => "revoked_by_admin",
            Self::RevokedByUser => "revoked_by_user",
        }
    }

    /// Finds a reason by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The cause with which a credential of the ended session is refused.
    #[must_use]
    pub const fn cause(self) -> Cause {
        match self {
            Self::AbsoluteTimeout => Cause::SessionExpiredAbsolute,
            Self::AccountDeleted => Cause::UserDeletedStaleToken,
            Self::AccountLocked => Cause::AccountLocked,
            Self::EvictedByLimit => Cause::SessionEvictedByLimit,
            Self::IdleTimeout => Cause::SessionExpiredIdle,
            Self::RefreshReused => Cause::RefreshReused,
            Self::Logout | Self::PasswordChanged | Self::RevokedByAdmin | Self::RevokedByUser => {
                Cause::SessionRevoked
            }
        }
    }
}

/// That a session ended, and why.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SessionEnd {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: SessionEndReason,
}

/// How long ago a person may have shown who they are where that has to be fresh (ASVS V7.5.2).
pub const FRESH: Duration = Duration::from_mins(10);

/// By how much the clocks of two nodes may differ.
const LEEWAY: Duration = Duration::from_mins(1);

/// Proof that a person showed who they are a moment ago; made by [`FreshSignIn::at`] alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FreshSignIn(());

impl FreshSignIn {
    /// The proof, if `auth_time` is at most [`FRESH`] ago. A time to come proves nothing.
    #[must_use]
    pub fn at(auth_time: Timestamp, now: Timestamp) -> Option<Self> {
        let is_fresh = auth_time <= now + LEEWAY && now <= auth_time + FRESH;
        is_fresh.then_some(Self(()))
    }
}

/// One sign-in of one user on one device.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// When it ends however much it is used.
    pub absolute_expires_at: Timestamp,
    /// How the user showed who they are (RFC 8176), such as `pwd`.
    pub amr: Vec<String>,
    /// When the user last showed it.
    pub auth_time: Timestamp,
    /// When it was opened.
    pub created_at: Timestamp,
    /// How it ended, if it did.
    pub ended: Option<SessionEnd>,
    /// Names the session.
    pub id: SessionId,
    /// When it ends unless it is used before.
    pub idle_expires_at: Timestamp,
    /// The address from which it was opened.
    pub ip: Option<IpAddr>,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// What the client called itself when it was opened.
    pub user_agent: Option<String>,
    /// Whose it is.
    pub user_id: UserId,
}

/// How much of a `User-Agent` header is kept, in bytes.
const USER_AGENT_BYTES: usize = 256;

impl Session {
    /// A new session.
    #[must_use]
    pub fn open(
        id: SessionId,
        user_id: UserId,
        amr: Vec<String>,
        now: Timestamp,
        policy: &SessionPolicy,
    ) -> Self {
        let absolute_expires_at = now + policy.absolute;
        Self {
            absolute_expires_at,
            amr,
            auth_time: now,
            created_at: now,
            ended: None,
            id,
            idle_expires_at: absolute_expires_at.min(now + policy.idle),
            ip: None,
            last_seen_at: now,
            user_agent: None,
            user_id,
        }
    }

    /// Notes where the session was opened; of a long `user_agent` the beginning is kept.
    #[must_use]
    pub fn from_client(mut self, ip: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        self.ip = ip;
        self.user_agent = user_agent.map(|text| {
            let text = text.replace(char::is_control, " ");
            text[..text.floor_char_boundary(USER_AGENT_BYTES)].to_owned()
        });
        self
    }

    /// Whether the session is alive.
    ///
    /// # Errors
    ///
    /// The cause that ended it, be it written down or passed by the clock alone.
    pub fn state_at(&self, now: Timestamp) -> Result<(), Cause> {
        if let Some(end) = self.ended {
            return Err(end.reason.cause());
        }
        match self.timeout_at(now) {
            Some(reason) => Err(reason.cause()),
            None => Ok(()),
        }
    }

    /// Which of its lives is over, if one is. An end that was written down is not looked at.
    #[must_use]
    pub fn timeout_at(&self, now: Timestamp) -> Option<SessionEndReason> {
        if now >= self.absolute_expires_at {
            Some(SessionEndReason::AbsoluteTimeout)
        } else if now >= self.idle_expires_at {
            Some(SessionEndReason::IdleTimeout)
        } else {
            None
        }
    }

    /// The time to which use at `now` puts off its end.
    #[must_use]
    pub fn idle_expiry_after(&self, now: Timestamp, policy: &SessionPolicy) -> Timestamp {
        let later = (now + policy.idle).max(self.idle_expires_at);
        later.min(self.absolute_expires_at)
    }

    /// When an access token made at `now` ends: never later than its session.
    #[must_use]
    pub fn access_expiry(&self, now: Timestamp, ttl: Duration) -> Timestamp {
        (now + ttl)
            .min(self.idle_expires_at)
            .min(self.absolute_expires_at)
    }
}

/// Which of a user's sessions give way so that `opened` fits the limit: the oldest, never `opened`.
#[must_use]
pub fn evictions(
    sessions: &[Session],
    opened: SessionId,
    now: Timestamp,
    policy: &SessionPolicy,
) -> Vec<SessionId> {
    let mut others: Vec<_> = sessions
        .iter()
        .filter(|session| session.id != opened && session.state_at(now).is_ok())
        .map(|session| (session.created_at, session.id))
        .collect();
    others.sort_unstable();
    let allowed = policy.max_concurrent.saturating_sub(1);
    let too_many = others.len().saturating_sub(allowed);
    others
        .into_iter()
        .take(too_many)
        .map(|(_, id)| id)
        .collect()
}

#[cfg(test)]
mod tests;
