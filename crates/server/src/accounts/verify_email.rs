//! Showing that a mail address is one's own.

use countersign_domain::LinkToken;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_store::Alongside;
use countersign_verify::Cause;

use super::fields::Fields;
use super::{Client, asking, register};
use crate::App;
use crate::http::Refused;

/// Verifies the address that a link was mailed to. A link works once.
///
/// # Errors
/// `link-invalid`, `link-expired`, or what keeps the store from working.
pub async fn confirm(app: &App, client: &Client, token: &str) -> Result<(), Refused> {
    let token = parse_link(token)?;
    let now = app.now();
    let event = client.event(app, now, AuditKind::UserEmailVerified, Actor::Anonymous);
    match app.store().verify_email(token.hash(), now, event).await? {
        Ok(user) => {
            app.user_changed(user);
            Ok(())
        }
        Err(cause) => Err(Refused::new(cause, "the link to verify an address")),
    }
}

/// Mails a new link, if the address has an account that still needs one. The caller cannot tell
/// (ASVS V6.3.8).
///
/// # Errors
/// `fields-invalid`, `rate-limited`, or what keeps the store from working.
pub async fn resend(app: &App, client: &Client, email: &str) -> Result<(), Refused> {
    let mut fields = Fields::default();
    let email = fields.email("email", email);
    let email = fields.read(email)?;
    asking::ask(app, client, &email)?;
    let now = app.now();
    let event = client
        .event(app, now, AuditKind::UserVerificationSent, Actor::Anonymous)
        .with("email", email.as_str());
    let found = app.store().user_by_email(&email).await?;
    let Some(user) = found.filter(|user| user.email_verified_at.is_none()) else {
        let nobody = event.refused(Cause::NotFound);
        return Ok(app.store().append_audit(vec![nobody]).await?);
    };
    let (link, mail) = register::verification(app, &user);
    let alongside = Alongside::from(event.about(user.id)).with_mail(mail);
    app.store().create_link(link, alongside).await?;
    app.mail_is_waiting();
    Ok(())
}

/// Reads the token of a link.
///
/// # Errors
/// `link-invalid`.
pub(super) fn parse_link(token: &str) -> Result<LinkToken, Refused> {
    LinkToken::parse(token).map_err(|error| {
        Refused::new(
            Cause::LinkInvalid,
            format!("the link is not whole: {error}"),
        )
    })
}
