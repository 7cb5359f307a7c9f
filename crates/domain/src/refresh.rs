//! Rotation of refresh tokens (RFC 9700, section 4.14.2; ASVS 10.4.5).
//!
//! A token is used once and gives a successor. The successor is derived from the token, so that
//! whoever repeats a request within [`REPLAY_WINDOW`] gets the same answer: parallel tabs and
//! lost responses sign nobody out, and no successor needs to be kept in clear.
//!
//! ```text
//!            Rotate                   Replace: the successor dies,
//!  Active ───────────▶ Consumed ◀───╮ another takes its place
//!    │                  │  │  ╰─────╯
//!    │ its predecessor  │  ╰─▶ Repeat: within 30 s, the same successor
//!    │ was replaced     ╰────▶ Reused: later, and the successor was used
//!    ▼
//!  Superseded ───────────────▶ Reused
//! ```

use std::time::Duration;

use aws_lc_rs::hmac;
use countersign_verify::Cause;
use zeroize::Zeroizing;

use crate::keys::RefreshKey;
use crate::{RefreshToken, SessionId, Timestamp, TokenHash};

/// For how long after its use a token gives the same successor again.
pub const REPLAY_WINDOW: Duration = Duration::from_secs(30);

/// What became of a refresh token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RefreshState {
    /// Not used yet.
    Active,
    /// Used.
    Consumed {
        /// When it last gave a new successor.
        at: Timestamp,
        /// How many successors it had before the present one.
        attempt: u32,
        /// The present successor.
        successor: TokenHash,
        /// Whether the present successor was used in its turn.
        successor_used: bool,
    },
    /// Never used, and dead since its predecessor gave another successor.
    Superseded {
        /// When.
        at: Timestamp,
    },
}

/// A refresh token as the store knows it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RefreshRow {
    /// When it can no longer be used.
    pub expires_at: Timestamp,
    /// The hash by which it is found.
    pub hash: TokenHash,
    /// When it was made.
    pub issued_at: Timestamp,
    /// The session that it renews: its family.
    pub session_id: SessionId,
    /// What became of it.
    pub state: RefreshState,
}

/// What to do with a presented refresh token whose session is alive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// Refuse: it has run out.
    Expired,
    /// Hand out the successor of this attempt again; nothing changes.
    Repeat {
        /// The attempt of the present successor.
        attempt: u32,
    },
    /// The response got lost for long: the unused successor dies, hand out that of this attempt.
    Replace {
        /// The attempt of the new successor.
        attempt: u32,
    },
    /// Two parties hold the family: end the session and refuse.
    Reused,
    /// Consume it and hand out its first successor.
    Rotate,
}

impl Decision {
    /// The attempt of the successor to hand out.
    ///
    /// # Errors
    ///
    /// The cause of the refusal, where there is none to hand out.
    pub const fn attempt(self) -> Result<u32, Cause> {
        match self {
            Self::Expired => Err(Cause::RefreshTokenExpired),
            Self::Repeat { attempt } | Self::Replace { attempt } => Ok(attempt),
            Self::Reused => Err(Cause::RefreshReused),
            Self::Rotate => Ok(0),
        }
    }
}

/// Decides what a presented token gets.
#[must_use]
pub fn decide(row: &RefreshRow, now: Timestamp, replay_window: Duration) -> Decision {
    let expired = now >= row.expires_at;
    match row.state {
        RefreshState::Active if expired => Decision::Expired,
        RefreshState::Active => Decision::Rotate,
        RefreshState::Consumed { at, attempt, .. } if now.since(at) <= replay_window => {
            Decision::Repeat { attempt }
        }
        RefreshState::Consumed {
            successor_used: true,
            ..
        }
        | RefreshState::Superseded { .. } => Decision::Reused,
        RefreshState::Consumed { .. } if expired => Decision::Expired,
        RefreshState::Consumed { attempt, .. } => {
            // After four thousand million lost responses the last successor is repeated.
            Decision::Replace {
                attempt: attempt.saturating_add(1),
            }
        }
    }
}

/// The successor that `token` gives at an `attempt` (0 is the first).
#[must_use]
pub fn successor(key: &RefreshKey, token: &RefreshToken, attempt: u32) -> RefreshToken {
    let mut context = hmac::Context::with_key(&key.0);
    context.update(&attempt.to_be_bytes());
    context.update(token.expose().as_bytes());
    let tag = context.sign();
    let mut secret = Zeroizing::new([0; 32]);
    secret.copy_from_slice(tag.as_ref());
    RefreshToken::from_secret(&secret)
}

#[cfg(test)]
mod tests;
