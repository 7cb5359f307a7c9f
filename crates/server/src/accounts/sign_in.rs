//! Signing in with a password.

use countersign_domain::accounts::{User, may_sign_in};
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::password::{self, Password, Verification};
use countersign_domain::sessions::Session;
use countersign_domain::throttle::Decision;
use countersign_domain::{Email, RefreshToken, SessionId, SessionToken, Timestamp};
use countersign_store::{
    Alongside, OpenOutcome, OpenSession, PasswordChange, SessionsToEnd, SignIn,
};
use countersign_verify::{Cause, Check, Refusal, Trace};
use zeroize::Zeroizing;

use super::Client;
use super::fields::Fields;
use crate::App;
use crate::http::Refused;

/// What somebody signs in with, as it was typed.
#[derive(Debug)]
pub struct Credentials {
    /// The mail address.
    pub email: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// A session that was just opened, with all that its owner is to get.
#[derive(Debug)]
pub struct SignedIn {
    /// The account.
    pub user: User,
    /// The session.
    pub session: Session,
    /// The value of the session cookie.
    pub cookie: SessionToken,
    /// The token that renews the session.
    pub refresh: RefreshToken,
    /// When that token runs out.
    pub refresh_expires_at: Timestamp,
}

/// Signs in. Known and unknown addresses cost the same and are refused alike (ASVS V6.3.8); what
/// is wrong with an account is told only to whoever knows its password.
///
/// # Errors
/// `fields-invalid`, `rate-limited`, `credentials-invalid`, `email-unverified`, `account-locked`,
/// `account-suspended`, `overloaded`, or what keeps the store from working.
pub async fn sign_in(
    app: &App,
    client: &Client,
    credentials: Credentials,
) -> Result<SignedIn, Refused> {
    let mut fields = Fields::default();
    let email = fields.email("email", &credentials.email);
    let password = fields.password("password", credentials.password);
    let (email, password) = fields.read(email.zip(password))?;
    check_throttle(app, client, &email)?;
    // No connection is held while the password is hashed.
    let found = app.store().sign_in(&email).await?;
    // Boxed, each step holds memory only while it runs: many wait here during a storm.
    let checked = Box::pin(check_password(app, found, password.clone())).await?;
    let found = match checked {
        Ok(found) => found,
        Err((user, why)) => {
            app.throttle()
                .record_failure(&email, Some(client.info.ip), app.now());
            let refused = Refused::new(Cause::CredentialsInvalid, why);
            return Err(record(app, client, &email, user.as_ref(), refused));
        }
    };
    let user = found.account.user.clone();
    if let Err(cause) = may_sign_in(&user, app.settings().verified_email_required) {
        // What looks like a wrong password must count like one too.
        if cause.told() == Cause::CredentialsInvalid {
            app.throttle()
                .record_failure(&email, Some(client.info.ip), app.now());
        }
        let refused = Refused::new(cause, "the password was right");
        return Err(record(app, client, &email, Some(&user), refused));
    }
    let signed_in = match Box::pin(open(app, client, &found.account)).await? {
        Ok(signed_in) => signed_in,
        Err(cause) => {
            let refused = Refused::new(cause, "the account changed during the sign-in");
            return Err(record(app, client, &email, Some(&user), refused));
        }
    };
    app.throttle().record_success(&email, Some(client.info.ip));
    if found.needs_rehash {
        Box::pin(replace_hash(app, client, &found.account, password)).await;
    }
    Ok(signed_in)
}

fn check_throttle(app: &App, client: &Client, email: &Email) -> Result<(), Refused> {
    match app.throttle().check(email, Some(client.info.ip), app.now()) {
        Decision::Allow => Ok(()),
        Decision::Wait { seconds } => {
            let refused = Refused::new(Cause::RateLimited, "too many sign-ins failed of late")
                .retry_after(u32::try_from(seconds).unwrap_or(u32::MAX));
            Err(record(app, client, email, None, refused))
        }
    }
}

/// An account whose password was shown.
struct Shown {
    account: SignIn,
    needs_rehash: bool,
}

/// Checks the password, at the same cost whether there is an account or not. The inner error is
/// the account, if there is one, and what was wrong, for operators.
async fn check_password(
    app: &App,
    found: Option<SignIn>,
    password: Password,
) -> Result<Result<Shown, (Option<User>, &'static str)>, Refused> {
    let hash = found.as_ref().and_then(|found| found.password.clone());
    let has_password = hash.is_some();
    let verdict = app
        .hash_pool()
        .verify(hash.unwrap_or_else(password::dummy), password)
        .await?;
    let Some(account) = found else {
        return Ok(Err((None, "no account has this address")));
    };
    Ok(match verdict {
        Verification::Match { needs_rehash, .. } if has_password => Ok(Shown {
            account,
            needs_rehash,
        }),
        Verification::Match { .. } | Verification::Mismatch if !has_password => {
            Err((Some(account.user), "the account has no password"))
        }
        Verification::Match { .. } | Verification::Mismatch => {
            Err((Some(account.user), "the password is wrong"))
        }
        Verification::Unreadable => Err((
            Some(account.user),
            "the stored hash of the password cannot be read",
        )),
    })
}

async fn open(
    app: &App,
    client: &Client,
    account: &SignIn,
) -> Result<Result<SignedIn, Cause>, Refused> {
    let now = app.now();
    let user = account.user.clone();
    let policy = app.session_policy();
    let session = Session::open(
        SessionId::new(now, &mut app.rng()),
        user.id,
        vec!["pwd".into()],
        now,
        &policy,
    )
    .from_client(Some(client.info.ip), client.user_agent.as_deref());
    let cookie = SessionToken::generate(&mut app.rng());
    let refresh = RefreshToken::generate(&mut app.rng());
    let refresh_expires_at =
        (now + app.settings().tokens.refresh_ttl).min(session.absolute_expires_at);
    let eviction = client
        .event(app, now, AuditKind::SessionEnded, Actor::System)
        .about(user.id)
        .with("reason", "evicted_by_limit");
    let login = client
        .event(app, now, AuditKind::SessionLogin, Actor::User(user.id))
        .of_session(session.id);
    let open = OpenSession {
        session: session.clone(),
        cookie: Some(cookie.hash()),
        refresh: Some((refresh.hash(), refresh_expires_at)),
        epoch: Some(account.epoch),
        policy,
        eviction,
    };
    match app
        .store()
        .open_session(open, Alongside::from(login))
        .await?
    {
        OpenOutcome::Opened { evicted } => {
            app.sessions_ended(&evicted, Cause::SessionEvictedByLimit);
        }
        OpenOutcome::Refused(cause) => return Ok(Err(cause)),
    }
    Ok(Ok(SignedIn {
        user,
        session,
        cookie,
        refresh,
        refresh_expires_at,
    }))
}

/// Puts a hash of today's kind in the place of an imported or weaker one. The sign-in stands,
/// whether this works or not.
async fn replace_hash(app: &App, client: &Client, account: &SignIn, password: Password) {
    let replaced = async {
        let hash = app.hash(password).await?;
        let now = app.now();
        let user = account.user.id;
        let change = PasswordChange {
            user,
            hash,
            replaces: account.password.clone(),
            is_new_password: false,
            sessions: SessionsToEnd::None,
        };
        let event = client.event(app, now, AuditKind::UserPasswordRehashed, Actor::User(user));
        app.store().set_password(change, now, event.into()).await?;
        Ok::<(), Refused>(())
    };
    if let Err(refused) = replaced.await {
        tracing::warn!(
            detail = refused.detail(),
            "an old password hash stays for now"
        );
    }
}

/// Notes a refused sign-in in the audit log and in its trace.
fn record(
    app: &App,
    client: &Client,
    email: &Email,
    user: Option<&User>,
    refused: Refused,
) -> Refused {
    let event: AuditEvent = client
        .event(
            app,
            app.now(),
            AuditKind::SessionLoginRefused,
            Actor::Anonymous,
        )
        .refused(refused.cause())
        .with("email", email.as_str())
        .with("detail", refused.detail());
    app.audit(match user {
        Some(user) => event.about(user.id),
        None => event,
    });
    let mut trace = Trace::new(client.info.trace_id);
    let refusal = Refusal::new(refused.cause(), refused.detail().to_owned());
    trace.refused(Check::Account, refusal);
    refused.traced(trace).of(user.map(|user| user.id), None)
}
