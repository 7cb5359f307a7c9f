//! One's sessions: seeing and ending them.

use countersign_domain::SessionId;
use countersign_domain::accounts::User;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::sessions::{Session, SessionEnd, SessionEndReason};
use countersign_verify::Cause;
use http::HeaderMap;

use super::Client;
use crate::App;
use crate::http::Refused;

/// Which sessions a sign-out ends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Scope {
    /// All of the account.
    Global,
    /// The one that asks.
    #[default]
    Local,
    /// All but the one that asks.
    Others,
}

/// The sessions of a user that are alive, the one used last first.
///
/// # Errors
/// What keeps the store from working.
pub async fn list(app: &App, user: &User) -> Result<Vec<Session>, Refused> {
    let now = app.now();
    let mut sessions = app.store().list_sessions(user.id).await?;
    sessions.retain(|session| session.state_at(now).is_ok());
    sessions.sort_by_key(|session| std::cmp::Reverse((session.last_seen_at, session.id)));
    Ok(sessions)
}

/// Ends one session of a user.
///
/// # Errors
/// `not-found` if the user has no such session alive, or what keeps the store from working.
pub async fn end(app: &App, client: &Client, user: &User, id: SessionId) -> Result<(), Refused> {
    let now = app.now();
    let reason = SessionEndReason::RevokedByUser;
    let event = client
        .event(app, now, AuditKind::SessionEnded, Actor::User(user.id))
        .of_session(id)
        .with("reason", reason.as_str());
    let end = SessionEnd { at: now, reason };
    let ended = app
        .store()
        .end_session(id, Some(user.id), end, event.into())
        .await?;
    if !ended {
        return Err(Refused::new(Cause::NotFound, "you have no such session"));
    }
    app.sessions_ended(&[id], reason.cause());
    Ok(())
}

/// Ends the session that a browser leaves behind by signing in anew (ASVS V7.2.4). The new one
/// stands, whether this works or not.
pub async fn leave(app: &App, client: &Client, headers: &HeaderMap) {
    let left = match app.member(headers).await {
        Ok(Some(before)) => {
            let (user, session) = (&before.user, before.session.id);
            sign_out(app, client, user, session, Scope::Local).await
        }
        Ok(None) => Ok(()),
        // A cookie that counts no longer has no session to end.
        Err(refused) if refused.status().is_client_error() => Ok(()),
        Err(refused) => Err(refused),
    };
    if let Err(refused) = left {
        tracing::warn!(detail = refused.detail(), "the session of before goes on");
    }
}

/// Signs out: ends this session, the others, or all.
///
/// # Errors
/// What keeps the store from working.
pub async fn sign_out(
    app: &App,
    client: &Client,
    user: &User,
    session: SessionId,
    scope: Scope,
) -> Result<(), Refused> {
    let now = app.now();
    let (kind, reason) = match scope {
        Scope::Local => (AuditKind::SessionLogout, SessionEndReason::Logout),
        Scope::Global | Scope::Others => (AuditKind::SessionEnded, SessionEndReason::RevokedByUser),
    };
    let event = client
        .event(app, now, kind, Actor::User(user.id))
        .of_session(session)
        .with("reason", reason.as_str());
    let end = SessionEnd { at: now, reason };
    let ended = match scope {
        Scope::Local => {
            app.store()
                .end_session(session, Some(user.id), end, event.into())
                .await?;
            vec![session]
        }
        Scope::Others => {
            let event = event.with("scope", "others");
            app.store()
                .end_sessions(user.id, Some(session), end, event.into())
                .await?
        }
        Scope::Global => {
            let event = event.with("scope", "global");
            app.store()
                .end_sessions(user.id, None, end, event.into())
                .await?
        }
    };
    app.sessions_ended(&ended, reason.cause());
    Ok(())
}
