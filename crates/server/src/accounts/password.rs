//! Changing one's password.

use countersign_domain::Email;
use countersign_domain::accounts::User;
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::password::{Password, PasswordHash, Verification, dummy};
use countersign_domain::sessions::Session;
use countersign_domain::throttle::Decision;
use countersign_store::{PasswordChange, SessionsToEnd};
use countersign_verify::Cause;
use zeroize::Zeroizing;

use super::fields::Fields;
use super::{Client, letters};
use crate::App;
use crate::http::{FieldError, Refused};

/// A change of password, as it was typed.
#[derive(Debug)]
pub struct Change {
    /// The password of today (ASVS V6.2.3).
    pub current: Zeroizing<String>,
    /// The password to be.
    pub new: Zeroizing<String>,
    /// Whether all other sessions end (ASVS V7.4.3).
    pub end_others: bool,
}

/// Changes the password of the account behind a session.
///
/// # Errors
/// `fields-invalid` (also for a wrong current password), `rate-limited`, `overloaded`, `conflict`
/// if the password was changed meanwhile, or what keeps the store from working.
pub async fn change(
    app: &App,
    client: &Client,
    user: &User,
    session: &Session,
    input: Change,
) -> Result<(), Refused> {
    let mut fields = Fields::default();
    let current = fields.password("current_password", input.current);
    let new = fields.password("new_password", input.new);
    if let Some(new) = &new {
        fields.judge(
            app,
            "new_password",
            new,
            Some(&user.email),
            user.name.as_deref(),
        );
    }
    let (current, new) = fields.read(current.zip(new))?;
    let refused = client
        .event(
            app,
            app.now(),
            AuditKind::UserPasswordChangeRefused,
            Actor::User(user.id),
        )
        .of_session(session.id);
    let wrong = Wrong {
        event: refused,
        field: "current_password",
        message: "This is not your current password.",
    };
    let old = check(app, client, user, current, wrong).await?;
    let hash = app.hash(new).await?;
    let now = app.now();
    let change = PasswordChange {
        user: user.id,
        hash,
        replaces: Some(old),
        is_new_password: true,
        sessions: if input.end_others {
            SessionsToEnd::AllBut(session.id)
        } else {
            SessionsToEnd::None
        },
    };
    let event = client
        .event(
            app,
            now,
            AuditKind::UserPasswordChanged,
            Actor::User(user.id),
        )
        .of_session(session.id);
    let Some(ended) = app.store().set_password(change, now, event.into()).await? else {
        return Err(Refused::new(
            Cause::Conflict,
            "the password was changed meanwhile",
        ));
    };
    app.sessions_ended(&ended, Cause::SessionRevoked);
    tell_owner(app, client, &user.email).await;
    Ok(())
}

/// What is said and noted when a password is wrong.
pub(super) struct Wrong {
    /// The event for the audit log.
    pub event: AuditEvent,
    /// The field that had it.
    pub field: &'static str,
    /// What is wrong with it.
    pub message: &'static str,
}

/// Reads a password as it was typed and checks it.
///
/// # Errors
/// As [`check`], and `fields-invalid` for what can be no password.
pub(super) async fn confirm(
    app: &App,
    client: &Client,
    user: &User,
    typed: Zeroizing<String>,
    wrong: Wrong,
) -> Result<(), Refused> {
    let mut fields = Fields::default();
    let password = fields.password(wrong.field, typed);
    let password = fields.read(password)?;
    check(app, client, user, password, wrong).await.map(drop)
}

/// Checks the password of a user, as bounded as a sign-in; gives its hash.
///
/// # Errors
/// `fields-invalid` with what `wrong` says, `rate-limited`, `overloaded`, or what keeps the store
/// from working.
pub(super) async fn check(
    app: &App,
    client: &Client,
    user: &User,
    password: Password,
    wrong: Wrong,
) -> Result<PasswordHash, Refused> {
    let ip = Some(client.info.ip);
    if let Decision::Wait { seconds } = app.throttle().check(&user.email, ip, app.now()) {
        return Err(
            Refused::new(Cause::RateLimited, "too many wrong passwords of late")
                .retry_after(u32::try_from(seconds).unwrap_or(u32::MAX)),
        );
    }
    let found = app.store().sign_in_by_id(user.id).await?;
    let stored = found.and_then(|found| found.password);
    let hash = stored.clone().unwrap_or_else(dummy);
    let verdict = app.hash_pool().verify(hash, password).await?;
    if let (Some(hash), Verification::Match { .. }) = (stored, verdict) {
        return Ok(hash);
    }
    app.throttle().record_failure(&user.email, ip, app.now());
    app.audit(wrong.event.refused(Cause::CredentialsInvalid));
    Err(Refused::fields(vec![FieldError::new(
        wrong.field,
        wrong.message,
    )]))
}

/// Mails the owner that the password was changed (ASVS V6.3.7). The change stands, whether the
/// letter can be written or not.
pub(super) async fn tell_owner(app: &App, client: &Client, email: &Email) {
    let letter = letters::password_changed(app.public_url(), &client.info.ip.to_string());
    let mail = letter.to(app, email);
    if let Err(error) = app.store().enqueue_mail(mail, app.now()).await {
        tracing::warn!(%error, "no letter about a changed password could be written");
    }
    app.mail_is_waiting();
}
