//! The rotation of refresh tokens, as `domain::refresh` decides it.

use std::time::Duration;

use countersign_domain::accounts::User;
use countersign_domain::audit::AuditEvent;
use countersign_domain::keys::RefreshKey;
use countersign_domain::refresh::{
    Decision, REPLAY_WINDOW, RefreshRow, RefreshState, decide, successor,
};
use countersign_domain::sessions::{Session, SessionEnd, SessionEndReason, SessionPolicy};
use countersign_domain::{RefreshToken, SessionId, Timestamp, TokenHash};
use countersign_verify::Cause;

use crate::driver::{Reader, Row, Statement, Tx, values};
use crate::sessions::{SessionTouch, end_one, read_session, session_columns, touch};
use crate::users::{read_user, user_columns};
use crate::{Alongside, Store, StoreError};

/// How often a compare-and-swap is tried anew after somebody else was faster.
const ATTEMPTS: usize = 8;

/// How old the note of a session's last use must be to be written anew.
const TOUCH_INTERVAL: Duration = Duration::from_mins(1);

/// A refresh token that was presented.
#[derive(Clone, Debug)]
pub struct RefreshAttempt {
    /// The token.
    pub token: RefreshToken,
    /// The key that derives its successor.
    pub key: RefreshKey,
    /// The time.
    pub now: Timestamp,
    /// How long a successor can be used, its session's life permitting.
    pub ttl: Duration,
    /// How long sessions live.
    pub policy: SessionPolicy,
    /// Written, with account and session, if two parties hold the token's family.
    pub reuse: AuditEvent,
}

/// What a presented refresh token got.
#[derive(Clone, Debug)]
pub enum RefreshOutcome {
    /// The session goes on.
    Refreshed {
        /// The token to hand out.
        successor: RefreshToken,
        /// When it runs out.
        expires_at: Timestamp,
        /// What was done with the presented token.
        decision: Decision,
        /// The session, its use noted.
        session: Box<Session>,
        /// Its account.
        user: Box<User>,
    },
    /// The token is refused. With `refresh-reused` for the first time, the session has just ended.
    Refused {
        /// Why.
        cause: Cause,
        /// The session, as it was when the token was presented.
        session: Box<Session>,
        /// Its account.
        user: Box<User>,
        /// Whether this very refusal ended the session.
        ended: bool,
    },
    /// Nobody knows the token.
    Unknown,
}

/// The presented token as the store knows it, with all that the decision needs.
struct Presented {
    row: RefreshRow,
    /// When the successor runs out, if there is one.
    successor_expires_at: Option<Timestamp>,
    session: Session,
    user: User,
}

impl Store {
    /// Exchanges a refresh token for its successor (RFC 9700, section 4.14.2).
    ///
    /// # Errors
    /// As every write.
    pub async fn refresh(&self, attempt: RefreshAttempt) -> Result<RefreshOutcome, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                for _ in 0..ATTEMPTS {
                    if let Some(outcome) = try_refresh(tx, &attempt).await? {
                        return Ok(outcome);
                    }
                }
                Err(StoreError::GivenUp {
                    reason: "the refresh token is being used by too many at once".to_owned(),
                })
            })
        })
        .await
    }
}

/// One look and one swap; `None` if somebody else was faster in between.
async fn try_refresh(
    tx: &mut Tx,
    attempt: &RefreshAttempt,
) -> Result<Option<RefreshOutcome>, StoreError> {
    let Some(presented) = find(tx, attempt.token.hash()).await? else {
        return Ok(Some(RefreshOutcome::Unknown));
    };
    if let Err(cause) = check(&presented, attempt.now) {
        return Ok(Some(presented.refused(cause, false)));
    }
    let decision = decide(&presented.row, attempt.now, REPLAY_WINDOW);
    let number = match decision.attempt() {
        Ok(number) => number,
        Err(Cause::RefreshReused) => return end_family(tx, presented, attempt).await.map(Some),
        Err(cause) => return Ok(Some(presented.refused(cause, false))),
    };
    let successor = successor(&attempt.key, &attempt.token, number);
    let fresh = (attempt.now + attempt.ttl).min(presented.session.absolute_expires_at);
    let expires_at = match decision {
        Decision::Repeat { .. } => presented.successor_expires_at.unwrap_or(fresh),
        Decision::Rotate | Decision::Replace { .. } => {
            if !consume(tx, &presented.row, number, successor.hash(), attempt.now).await? {
                return Ok(None);
            }
            let session = presented.session.id;
            let inserted = insert(successor.hash(), session, attempt.now, fresh);
            tx.run_together(vec![inserted]).await?;
            fresh
        }
        Decision::Expired | Decision::Reused => fresh,
    };
    let session = note_use(tx, presented.session, attempt).await?;
    Ok(Some(RefreshOutcome::Refreshed {
        successor,
        expires_at,
        decision,
        session: Box::new(session),
        user: Box::new(presented.user),
    }))
}

impl Presented {
    fn refused(self, cause: Cause, ended: bool) -> RefreshOutcome {
        RefreshOutcome::Refused {
            cause,
            session: Box::new(self.session),
            user: Box::new(self.user),
            ended,
        }
    }
}

fn check(presented: &Presented, now: Timestamp) -> Result<(), Cause> {
    presented.session.state_at(now)?;
    presented.user.status.closed_by().map_or(Ok(()), Err)
}

async fn end_family(
    tx: &mut Tx,
    presented: Presented,
    attempt: &RefreshAttempt,
) -> Result<RefreshOutcome, StoreError> {
    let end = SessionEnd {
        at: attempt.now,
        reason: SessionEndReason::RefreshReused,
    };
    let ended = end_one(tx, presented.session.id, None, end).await?;
    if ended {
        let event = attempt.reuse.clone();
        let event = event
            .about(presented.user.id)
            .of_session(presented.session.id);
        Alongside::from(event).write(tx, attempt.now).await?;
    }
    Ok(presented.refused(Cause::RefreshReused, ended))
}

/// Swaps the token's state if it is still what was decided upon; a successor that nobody has used
/// dies with it.
async fn consume(
    tx: &mut Tx,
    row: &RefreshRow,
    number: u32,
    successor: TokenHash,
    now: Timestamp,
) -> Result<bool, StoreError> {
    const ROTATE: &str = "UPDATE cs_refresh_tokens SET state = 'consumed', state_at = $2, \
        attempt = $3, successor_hash = $4 WHERE token_hash = $1 AND state = 'active'";
    const REPLACE: &str = "UPDATE cs_refresh_tokens SET state_at = $2, attempt = $3, \
        successor_hash = $4 WHERE token_hash = $1 AND state = 'consumed' AND successor_hash = $5";
    const SUPERSEDE: &str = "UPDATE cs_refresh_tokens SET state = 'superseded', state_at = $2 \
        WHERE token_hash = $1 AND state = 'active'";
    let RefreshState::Consumed { successor: old, .. } = row.state else {
        let values = values![row.hash, now, number, successor];
        return Ok(tx.run(ROTATE, values).await? == 1);
    };
    // First the old successor: if it was used by now, this is no lost response.
    if tx.run(SUPERSEDE, values![old, now]).await? == 0 {
        return Ok(false);
    }
    let values = values![row.hash, now, number, successor, old];
    Ok(tx.run(REPLACE, values).await? == 1)
}

/// Makes a refresh token known.
/// Writes a token that may be used.
pub(crate) fn insert(
    hash: TokenHash,
    session: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Statement {
    Statement {
        sql: "INSERT INTO cs_refresh_tokens (token_hash, session_id, created_at, expires_at, state) \
            VALUES ($1, $2, $3, $4, 'active')",
        values: values![hash, session, now, expires_at],
    }
}

async fn note_use(
    tx: &mut Tx,
    mut session: Session,
    attempt: &RefreshAttempt,
) -> Result<Session, StoreError> {
    let now = attempt.now;
    if now.since(session.last_seen_at) < TOUCH_INTERVAL {
        return Ok(session);
    }
    session.idle_expires_at = session.idle_expiry_after(now, &attempt.policy);
    session.last_seen_at = now;
    let noted = SessionTouch {
        id: session.id,
        last_seen_at: now,
        idle_expires_at: session.idle_expires_at,
    };
    touch(tx, noted).await?;
    Ok(session)
}

async fn find(tx: &mut Tx, hash: TokenHash) -> Result<Option<Presented>, StoreError> {
    const SQL: &str = concat!(
        "SELECT r.token_hash, r.created_at, r.expires_at, r.state, r.state_at, r.attempt, \
         r.successor_hash, n.state, n.expires_at, ",
        session_columns!(),
        ", ",
        user_columns!(),
        " FROM cs_refresh_tokens r JOIN cs_sessions s ON s.id = r.session_id \
         JOIN cs_users u ON u.id = s.user_id \
         LEFT JOIN cs_refresh_tokens n ON n.token_hash = r.successor_hash WHERE r.token_hash = $1"
    );
    // The session's lock: whoever ends it comes before or after this refresh, not in between.
    tx.first_locked(SQL, "s", values![hash])
        .await?
        .map(presented)
        .transpose()
}

fn presented(row: Row) -> Result<Presented, StoreError> {
    let mut row = row.read("cs_refresh_tokens");
    let hash = row.own("token_hash")?;
    let issued_at = row.time("created_at")?;
    let expires_at = row.time("expires_at")?;
    let state = read_state(&mut row)?;
    let successor_expires_at = row.optional_time("expires_at")?;
    row.table("cs_sessions");
    let session = read_session(&mut row)?;
    row.table("cs_users");
    let user = read_user(&mut row)?;
    Ok(Presented {
        row: RefreshRow {
            expires_at,
            hash,
            issued_at,
            session_id: session.id,
            state,
        },
        successor_expires_at,
        session,
        user,
    })
}

fn read_state(row: &mut Reader) -> Result<RefreshState, StoreError> {
    let name = row.text("state")?;
    let at = row.optional_time("state_at")?;
    let attempt = row.optional_integer("attempt")?.map(u32::try_from);
    let successor = row.optional_own("successor_hash")?;
    let successor_state = row.optional_text("state")?;
    match (name.as_str(), at, attempt, successor) {
        ("active", None, None, None) => Ok(RefreshState::Active),
        ("consumed", Some(at), Some(Ok(attempt)), Some(successor)) => Ok(RefreshState::Consumed {
            at,
            attempt,
            successor,
            // A successor that is gone cannot show that it was not used.
            successor_used: successor_state.as_deref() != Some("active"),
        }),
        ("superseded", Some(at), None, None) => Ok(RefreshState::Superseded { at }),
        (name, ..) => Err(row.impossible("state", format!("{name:?} with other columns amiss"))),
    }
}
