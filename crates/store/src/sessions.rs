//! Sessions: opening, finding and ending them.

use countersign_domain::accounts::User;
use countersign_domain::audit::AuditEvent;
use countersign_domain::sessions::{
    Session, SessionEnd, SessionEndReason, SessionPolicy, evictions,
};
use countersign_domain::{SessionId, Timestamp, TokenHash, UserId};
use countersign_verify::Cause;

use crate::driver::{Reader, Row, Statement, Tx, Value, values};
use crate::revocations::{RevokedSubject, revoke};
use crate::users::{PasswordEpoch, read_user, user_columns};
use crate::{Alongside, Store, StoreError, audit, refresh, users};

/// A session's columns, in the order in which [`read_session`] reads them.
macro_rules! session_columns {
    () => {
        "s.id, s.user_id, s.created_at, s.last_seen_at, s.idle_expires_at, \
         s.absolute_expires_at, s.ended_at, s.end_reason, s.ip, s.user_agent, s.amr, s.auth_time"
    };
}
pub(crate) use session_columns;

/// A session to open.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// The session.
    pub session: Session,
    /// The hash of its cookie, if it has one.
    pub cookie: Option<TokenHash>,
    /// The hash of its first refresh token and when that runs out, if it has one.
    pub refresh: Option<(TokenHash, Timestamp)>,
    /// What the password's epoch was when it was checked, if one was.
    pub epoch: Option<PasswordEpoch>,
    /// How many sessions the user may have.
    pub policy: SessionPolicy,
    /// Written if sessions had to give way; their ids are added as `sessions`.
    pub eviction: AuditEvent,
}

/// What became of a session to open.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OpenOutcome {
    /// It is open.
    Opened {
        /// The sessions that gave way.
        evicted: Vec<SessionId>,
    },
    /// The account was closed, deleted, or given another password in the meantime.
    Refused(Cause),
}

/// That a session was in use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SessionTouch {
    /// Which.
    pub id: SessionId,
    /// When.
    pub last_seen_at: Timestamp,
    /// When it ends now unless it is used.
    pub idle_expires_at: Timestamp,
}

impl Store {
    /// Opens a session with its cookie and refresh token; the oldest give way over the limit.
    ///
    /// # Errors
    /// As every write.
    pub async fn open_session(
        &self,
        open: OpenSession,
        alongside: Alongside,
    ) -> Result<OpenOutcome, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = open.session.created_at;
                // The account's lock makes concurrent sign-ins of one user count each other.
                if let Err(cause) = check_account(tx, &open).await? {
                    return Ok(OpenOutcome::Refused(cause));
                }
                let evicted = evict(tx, &open, now).await?;
                let mut statements = insert(&open);
                if !evicted.is_empty() {
                    let ids: Vec<_> = evicted.iter().map(ToString::to_string).collect();
                    statements.push(audit::insert(open.eviction.with("sessions", ids)));
                }
                alongside.write_after(tx, statements, now).await?;
                Ok(OpenOutcome::Opened { evicted })
            })
        })
        .await
    }

    /// The session of this id, ended or not, with its account.
    ///
    /// # Errors
    /// As every read.
    pub async fn session(&self, id: SessionId) -> Result<Option<(Session, User)>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            session_columns!(),
            ", ",
            user_columns!(),
            " FROM cs_sessions s JOIN cs_users u ON u.id = s.user_id WHERE s.id = $1"
        );
        self.read_session(SQL, id.into()).await
    }

    /// The session of this cookie, ended or not, with its account.
    ///
    /// # Errors
    /// As every read.
    pub async fn session_by_cookie(
        &self,
        cookie: TokenHash,
    ) -> Result<Option<(Session, User)>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            session_columns!(),
            ", ",
            user_columns!(),
            " FROM cs_sessions s JOIN cs_users u ON u.id = s.user_id WHERE s.cookie_hash = $1"
        );
        self.read_session(SQL, cookie.into()).await
    }

    async fn read_session(
        &self,
        sql: &'static str,
        key: Value,
    ) -> Result<Option<(Session, User)>, StoreError> {
        self.read(move |tx| {
            Box::pin(async move {
                tx.first(sql, vec![key])
                    .await?
                    .map(session_and_user)
                    .transpose()
            })
        })
        .await
    }

    /// Notes that the owner of a session showed who they are again; `false` if it has ended or is
    /// another's. What is cached of it is stale, on every node.
    ///
    /// # Errors
    /// As every write.
    pub async fn confirm_session(
        &self,
        id: SessionId,
        user: UserId,
        now: Timestamp,
        alongside: Alongside,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE cs_sessions SET auth_time = $3 \
            WHERE id = $1 AND user_id = $2 AND ended_at IS NULL";
        self.write(move |tx| {
            Box::pin(async move {
                if tx.run(SQL, values![id, user, now]).await? == 0 {
                    return Ok(false);
                }
                revoke(tx, RevokedSubject::User(user), Cause::SessionRevoked, now).await?;
                alongside.write(tx, now).await?;
                Ok(true)
            })
        })
        .await
    }

    /// A user's sessions that were not ended, oldest first. The clock may have ended some of them.
    ///
    /// # Errors
    /// As every read.
    pub async fn list_sessions(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        self.read(move |tx| Box::pin(open_sessions(tx, user))).await
    }

    /// Sessions of all users that were not ended, oldest first, from after a given one.
    ///
    /// # Errors
    /// As every read.
    pub async fn all_sessions(
        &self,
        after: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<Session>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            session_columns!(),
            " FROM cs_sessions s WHERE s.ended_at IS NULL AND s.id > $1 ORDER BY s.id LIMIT $2"
        );
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.read(move |tx| {
            Box::pin(async move {
                tx.all(SQL, values![after, limit])
                    .await?
                    .into_iter()
                    .map(session)
                    .collect()
            })
        })
        .await
    }

    /// Ends a session; `false` if there is none of this id (and, if given, of this owner), or it
    /// had ended.
    ///
    /// # Errors
    /// As every write.
    pub async fn end_session(
        &self,
        id: SessionId,
        owner: Option<UserId>,
        end: SessionEnd,
        alongside: Alongside,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let ended = end_one(tx, id, owner, end).await?;
                if ended {
                    alongside.write(tx, end.at).await?;
                }
                Ok(ended)
            })
        })
        .await
    }

    /// Ends a user's sessions, but for one if given; gives those that ended. What goes alongside
    /// is written in any case: that somebody asked for it is worth knowing.
    ///
    /// # Errors
    /// As every write.
    pub async fn end_sessions(
        &self,
        user: UserId,
        except: Option<SessionId>,
        end: SessionEnd,
        alongside: Alongside,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let ended = end_all(tx, user, except, end.reason, end.at).await?;
                alongside.write(tx, end.at).await?;
                Ok(ended)
            })
        })
        .await
    }

    /// Notes in one transaction that sessions were in use. An end is never moved forward.
    ///
    /// # Errors
    /// As every write.
    pub async fn touch_sessions(&self, mut touches: Vec<SessionTouch>) -> Result<(), StoreError> {
        // One order for all who lock several sessions, so that they never wait in a circle.
        touches.sort_by_key(|touch| touch.id);
        self.write(move |tx| {
            Box::pin(async move {
                for touched in touches {
                    touch(tx, touched).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

async fn check_account(tx: &mut Tx, open: &OpenSession) -> Result<Result<(), Cause>, StoreError> {
    let Some(account) = users::lock_sign_in(tx, open.session.user_id).await? else {
        return Ok(Err(Cause::UserDeletedStaleToken));
    };
    if let Some(cause) = account.user.status.closed_by() {
        return Ok(Err(cause));
    }
    if open.epoch.is_some_and(|epoch| epoch != account.epoch) {
        return Ok(Err(Cause::CredentialsInvalid));
    }
    Ok(Ok(()))
}

fn insert(open: &OpenSession) -> Vec<Statement> {
    let session = &open.session;
    let opened = Statement {
        sql: "INSERT INTO cs_sessions (id, user_id, cookie_hash, created_at, \
            last_seen_at, idle_expires_at, absolute_expires_at, ip, user_agent, amr, auth_time) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values: values![
            session.id,
            session.user_id,
            open.cookie,
            session.created_at,
            session.last_seen_at,
            session.idle_expires_at,
            session.absolute_expires_at,
            session.ip,
            session.user_agent.clone(),
            serde_json::Value::from(session.amr.clone()).to_string(),
            session.auth_time,
        ],
    };
    let refresh = open.refresh.map(|(hash, expires_at)| {
        refresh::insert(hash, session.id, session.created_at, expires_at)
    });
    [opened].into_iter().chain(refresh).collect()
}

async fn evict(
    tx: &mut Tx,
    open: &OpenSession,
    now: Timestamp,
) -> Result<Vec<SessionId>, StoreError> {
    let sessions = open_sessions(tx, open.session.user_id).await?;
    let mut evicted = evictions(&sessions, open.session.id, now, &open.policy);
    evicted.sort_unstable();
    let end = SessionEnd {
        at: now,
        reason: SessionEndReason::EvictedByLimit,
    };
    for id in &evicted {
        end_one(tx, *id, None, end).await?;
    }
    Ok(evicted)
}

async fn open_sessions(tx: &mut Tx, user: UserId) -> Result<Vec<Session>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        session_columns!(),
        " FROM cs_sessions s WHERE s.user_id = $1 AND s.ended_at IS NULL ORDER BY s.id"
    );
    tx.all(SQL, values![user])
        .await?
        .into_iter()
        .map(session)
        .collect()
}

/// Ends a session that has not ended, and revokes it.
pub(crate) async fn end_one(
    tx: &mut Tx,
    id: SessionId,
    owner: Option<UserId>,
    end: SessionEnd,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE cs_sessions SET ended_at = $2, end_reason = $3 \
        WHERE id = $1 AND ended_at IS NULL AND ($4 = '' OR user_id = $4)";
    let owner = owner.map(|id| id.to_string()).unwrap_or_default();
    let values = values![id, end.at, end.reason.as_str(), owner];
    if tx.run(SQL, values).await? == 0 {
        return Ok(false);
    }
    let subject = RevokedSubject::Session(id);
    revoke(tx, subject, end.reason.cause(), end.at).await?;
    Ok(true)
}

/// Ends a user's sessions, but for one if given.
pub(crate) async fn end_all(
    tx: &mut Tx,
    user: UserId,
    except: Option<SessionId>,
    reason: SessionEndReason,
    now: Timestamp,
) -> Result<Vec<SessionId>, StoreError> {
    const SQL: &str = "SELECT s.id FROM cs_sessions s \
        WHERE s.user_id = $1 AND s.ended_at IS NULL AND s.id <> $2 ORDER BY s.id";
    // A sign-in at the same moment waits for this lock, or is seen by the list below.
    users::lock(tx, user).await?;
    let except = except.map(|id| id.to_string()).unwrap_or_default();
    let rows = tx.all_locked(SQL, "s", values![user, except]).await?;
    let mut ended = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.read("cs_sessions").own("id")?;
        if end_one(tx, id, None, SessionEnd { at: now, reason }).await? {
            ended.push(id);
        }
    }
    Ok(ended)
}

pub(crate) async fn touch(tx: &mut Tx, touch: SessionTouch) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE cs_sessions SET last_seen_at = $2, idle_expires_at = $3 \
        WHERE id = $1 AND ended_at IS NULL AND last_seen_at < $2 AND idle_expires_at <= $3";
    let values = values![touch.id, touch.last_seen_at, touch.idle_expires_at];
    tx.run(SQL, values).await.map(drop)
}

fn session(row: Row) -> Result<Session, StoreError> {
    read_session(&mut row.read("cs_sessions"))
}

fn session_and_user(row: Row) -> Result<(Session, User), StoreError> {
    let mut row = row.read("cs_sessions");
    let session = read_session(&mut row)?;
    row.table("cs_users");
    Ok((session, read_user(&mut row)?))
}

pub(crate) fn read_session(row: &mut Reader) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.own("id")?,
        user_id: row.own("user_id")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.time("last_seen_at")?,
        idle_expires_at: row.time("idle_expires_at")?,
        absolute_expires_at: row.time("absolute_expires_at")?,
        ended: read_end(row)?,
        ip: row.optional_own("ip")?,
        user_agent: row.optional_text("user_agent")?,
        amr: row.parsed("amr", |text| serde_json::from_str(text))?,
        auth_time: row.time("auth_time")?,
    })
}

fn read_end(row: &mut Reader) -> Result<Option<SessionEnd>, StoreError> {
    let at = row.optional_time("ended_at")?;
    let reason = row.optional_parsed("end_reason", |name| {
        SessionEndReason::parse(name).ok_or_else(|| format!("{name:?} is not known"))
    })?;
    match (at, reason) {
        (None, None) => Ok(None),
        (Some(at), Some(reason)) => Ok(Some(SessionEnd { at, reason })),
        (Some(_), None) => Err(row.impossible("end_reason", "an end without a reason")),
        (None, Some(_)) => Err(row.impossible("ended_at", "a reason without an end")),
    }
}
