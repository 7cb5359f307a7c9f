//! One's sessions: seeing and ending them.

use countersign_domain::SessionId;
use countersign_domain::accounts::User;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::sessions::{FreshSignIn, Session, SessionEnd, SessionEndReason};
use countersign_verify::Cause;
use http::HeaderMap;
use zeroize::Zeroizing;

use super::Client;
use super::password::{self, Wrong};
use crate::App;
use crate::http::Refused;

/// Which sessions a sign-out ends. More than one's own ends only for whoever has just shown that
/// it is them (ASVS V7.5.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// All of the account.
    Global(FreshSignIn),
    /// The one that asks.
    Local,
    /// All but the one that asks.
    Others(FreshSignIn),
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

/// Ends one session of a user, who has just shown that it is them (ASVS V7.5.2): whoever finds a
/// session left open must not end the others from it.
///
/// # Errors
/// `not-found` if the user has no such session alive, or what keeps the store from working.
pub async fn end(
    app: &App,
    client: &Client,
    user: &User,
    id: SessionId,
    _proof: FreshSignIn,
) -> Result<(), Refused> {
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

/// Shows again that a session is its owner's, by the password; what wants a fresh sign-in may be
/// done with it then.
///
/// # Errors
/// `fields-invalid` for a wrong password, `rate-limited`, `overloaded`, `session-revoked` if the
/// session has ended meanwhile, or what keeps the store from working.
pub async fn confirm(
    app: &App,
    client: &Client,
    user: &User,
    session: SessionId,
    password: Zeroizing<String>,
) -> Result<(), Refused> {
    let refused = client
        .event(
            app,
            app.now(),
            AuditKind::SessionConfirmRefused,
            Actor::User(user.id),
        )
        .of_session(session);
    let wrong = Wrong {
        event: refused,
        field: "password",
        message: "This is not your password.",
    };
    password::confirm(app, client, user, password, wrong).await?;
    let now = app.now();
    let event = client
        .event(app, now, AuditKind::SessionConfirmed, Actor::User(user.id))
        .of_session(session);
    let is_alive = app
        .store()
        .confirm_session(session, user.id, now, event.into())
        .await?;
    app.user_changed(user.id);
    if is_alive {
        Ok(())
    } else {
        let detail = "the session ended a moment ago";
        Err(Refused::new(Cause::SessionRevoked, detail))
    }
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
        Scope::Global(_) | Scope::Others(_) => {
            (AuditKind::SessionEnded, SessionEndReason::RevokedByUser)
        }
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
        Scope::Others(_) => {
            let event = event.with("scope", "others");
            app.store()
                .end_sessions(user.id, Some(session), end, event.into())
                .await?
        }
        Scope::Global(_) => {
            let event = event.with("scope", "global");
            app.store()
                .end_sessions(user.id, None, end, event.into())
                .await?
        }
    };
    app.sessions_ended(&ended, reason.cause());
    Ok(())
}
