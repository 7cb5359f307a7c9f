//! Getting back into an account whose password is forgotten.

use countersign_domain::LinkToken;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::links::{Link, LinkPurpose};
use countersign_store::Alongside;
use countersign_verify::Cause;
use zeroize::Zeroizing;

use super::fields::Fields;
use super::verify_email::parse_link;
use super::{Client, asking, letters, password};
use crate::App;
use crate::http::Refused;

/// Mails a link to choose a new password, if the address has an account. The caller cannot tell
/// (ASVS V6.3.8).
///
/// # Errors
/// `fields-invalid`, `rate-limited`, or what keeps the store from working.
pub async fn forgot(app: &App, client: &Client, email: &str) -> Result<(), Refused> {
    let mut fields = Fields::default();
    let email = fields.email("email", email);
    let email = fields.read(email)?;
    asking::ask(app, client, &email)?;
    let now = app.now();
    let event = client
        .event(app, now, AuditKind::UserPasswordForgot, Actor::Anonymous)
        .with("email", email.as_str());
    let Some(user) = app.store().user_by_email(&email).await? else {
        let nobody = event.refused(Cause::NotFound);
        return Ok(app.store().append_audit(vec![nobody]).await?);
    };
    let token = LinkToken::generate(&mut app.rng());
    let whose = (user.id, user.email.clone());
    let link = Link::new(token.hash(), LinkPurpose::ResetPassword, Some(whose), now);
    let letter = letters::reset(app.public_url(), &token);
    let alongside = Alongside::from(event.about(user.id)).with_mail(letter.to(app, &user.email));
    app.store().create_link(link, alongside).await?;
    app.mail_is_waiting();
    Ok(())
}

/// Sets a new password with a mailed link, and ends all sessions of the account: a link that was
/// asked for, or that which verifies the address of a new account. Somebody else may have
/// registered that; his password must not open it then.
///
/// # Errors
/// `link-invalid`, `link-expired`, `fields-invalid`, `overloaded`, or what keeps the store from
/// working.
pub async fn reset(
    app: &App,
    client: &Client,
    purpose: LinkPurpose,
    token: &str,
    new_password: Zeroizing<String>,
) -> Result<(), Refused> {
    let token = parse_link(token)?;
    let now = app.now();
    let refuse = |cause| Refused::new(cause, "the link to choose a new password");
    // Looked at before the password is judged, and used up only once that has been hashed.
    let link = app.store().link(token.hash()).await?;
    let link = link.ok_or_else(|| refuse(Cause::LinkInvalid))?;
    link.state_at(purpose, now).map_err(refuse)?;
    let mut fields = Fields::default();
    let chosen = fields.password("new_password", new_password);
    if let Some(chosen) = &chosen {
        fields.judge(app, "new_password", chosen, link.email.as_ref(), None);
    }
    let chosen = fields.read(chosen)?;
    let hash = app.hash(chosen).await?;
    let event = client
        .event(app, now, AuditKind::UserPasswordReset, Actor::Anonymous)
        .with("link", purpose.as_str());
    let done = app
        .store()
        .reset_password(token.hash(), purpose, hash, now, event)
        .await?;
    let (user, ended) = done.map_err(refuse)?;
    app.sessions_ended(&ended, Cause::SessionRevoked);
    app.user_changed(user);
    if let Some(email) = &link.email {
        password::tell_owner(app, client, email).await;
    }
    Ok(())
}
