//! The account behind a credential.

use std::sync::Arc;

use countersign_domain::accounts::User;
use countersign_domain::identity::{Lookup, TokenOrigin, TokenOwner, lookups};
use countersign_domain::{SessionId, UserId};
use countersign_verify::{Cause, Check, IssuerKind, Principal, Refusal, Trace, VerifiedToken};

use super::checks::Failed;
use super::{Authenticated, Evidence};
use crate::App;

/// Refuses an account that is closed.
pub(super) fn open(user: &User, trace: &mut Trace) -> Result<(), Refusal> {
    match user.status.closed_by() {
        None => {
            trace.passed(Check::Account, "the account is in use");
            Ok(())
        }
        Some(cause) => {
            let refusal = Refusal::new(cause, format!("the account {} is closed", user.id));
            Err(trace.refused(Check::Account, refusal))
        }
    }
}

/// A token of ours whose account has changed since it was made: role and status count as they
/// are now.
pub(super) async fn changed(
    app: &App,
    token: Arc<VerifiedToken>,
    user_id: UserId,
    session_id: SessionId,
    trace: &mut Trace,
) -> Result<Authenticated, Failed> {
    let lookup = [Lookup::UserId(user_id)];
    let found = app
        .accounts()
        .owner(app.store(), token.sub(), &lookup, app.now());
    let Some(user) = found.await? else {
        return Err(gone(user_id, trace).into());
    };
    open(&user, trace)?;
    Ok(Authenticated {
        user_id,
        session_id: Some(session_id),
        role: user.role,
        evidence: Evidence::Own(token, Some(user)),
    })
}

/// A token of somebody else: it carries no session, so only the account is checked.
pub(super) async fn foreign(
    app: &App,
    token: Arc<VerifiedToken>,
    trace: &mut Trace,
) -> Result<Authenticated, Failed> {
    trace.skipped(
        Check::Session,
        "a token of another issuer carries no session of ours",
    );
    let who = token.principal();
    who.note(trace);
    if token.is_legacy() {
        tracing::warn!(slug = "token-format-legacy", sub = %token.sub(), "accepted a token of the legacy form");
    }
    let owner = TokenOwner {
        email: who.email.as_deref(),
        email_verified: who
            .email_verified
            .unwrap_or_else(|| vouches_for_email(app, who)),
        origin: origin(who),
        subject: if token.is_legacy() {
            &who.user_id
        } else {
            &who.subject
        },
    };
    let lookups = lookups(&owner);
    let key = format!(
        "{}\0{}\0{}",
        who.issuer_name,
        owner.subject,
        owner
            .email
            .filter(|_| owner.email_verified)
            .unwrap_or_default()
    );
    let found = app.accounts().owner(app.store(), &key, &lookups, app.now());
    let Some(user) = found.await? else {
        return Err(unknown(app, &token, &lookups, trace).await?.into());
    };
    open(&user, trace)?;
    Ok(Authenticated {
        user_id: user.id,
        session_id: None,
        role: user.role,
        evidence: Evidence::Foreign(token, user),
    })
}

/// Who shares a secret with us, as a front end does, may name our accounts; who publishes keys may not.
fn origin(who: &Principal) -> TokenOrigin<'_> {
    let issuer = who.issuer.as_deref();
    match who.kind {
        IssuerKind::Own | IssuerKind::SharedSecret => TokenOrigin::SharedSecret { issuer },
        IssuerKind::Oidc | IssuerKind::Supabase => TokenOrigin::TrustedIssuer {
            issuer: issuer.unwrap_or_else(|| who.issuer_name.as_str()),
        },
    }
}

/// Whether an address counts as verified of which the token does not say so.
fn vouches_for_email(app: &App, who: &Principal) -> bool {
    let mut trusted = app.settings().trusted_issuers.iter();
    who.kind == IssuerKind::Own
        || trusted.any(|issuer| issuer.name == who.issuer_name && issuer.trust_email)
}

/// Why nobody is found: deleted, or never synced (field report 000).
async fn unknown(
    app: &App,
    token: &VerifiedToken,
    lookups: &[Lookup<'_>],
    trace: &mut Trace,
) -> Result<Refusal, Failed> {
    for lookup in lookups {
        if let Lookup::UserId(id) = lookup
            && app.store().user_was_deleted(*id).await?.is_some()
        {
            return Ok(gone(*id, trace));
        }
    }
    let ways: Vec<_> = lookups.iter().map(described).collect();
    let detail = format!(
        "the token is valid and no account belongs to it: sub {:?} was looked up by {}",
        token.sub(),
        ways.join(", then by ")
    );
    Ok(trace.refused(
        Check::Account,
        Refusal::new(Cause::UserNotProvisioned, detail),
    ))
}

fn described(lookup: &Lookup<'_>) -> String {
    match lookup {
        Lookup::Identity { provider, .. } => format!("identity at {provider}"),
        Lookup::UserId(_) => "our user id".into(),
        Lookup::VerifiedEmail(_) => "verified email".into(),
    }
}

fn gone(id: UserId, trace: &mut Trace) -> Refusal {
    let refusal = Refusal::new(
        Cause::UserDeletedStaleToken,
        format!("the account {id} was deleted"),
    );
    trace.refused(Check::Account, refusal)
}
