//! Showing that a mail address is one's own.

use countersign_domain::LinkToken;
use countersign_domain::accounts::User;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::links::LinkPurpose;
use countersign_store::Alongside;
use countersign_verify::Cause;
use zeroize::Zeroizing;

use super::fields::Fields;
use super::password::{self, Wrong};
use super::{Client, asking, register};
use crate::App;
use crate::http::Refused;

/// Verifies the address that a link was mailed to, by the link alone. A link works once.
///
/// It shows that the address is the reader's, and not that the reader chose the account's
/// password: what leads people here must ask for that, as [`confirm_with_password`] does.
///
/// # Errors
/// `link-invalid`, `link-expired`, or what keeps the store from working.
pub async fn confirm(app: &App, client: &Client, token: &str) -> Result<(), Refused> {
    verify(app, client, parse_link(token)?).await
}

/// Verifies the address that a link was mailed to, for whoever chose the account's password.
///
/// Somebody else may have registered the address and wait for its owner to open the account for
/// him (pre-hijacking; OWASP's advice on registration). The owner, who does not know that
/// password, chooses an own one with the link: see [`recover::reset`](super::recover::reset).
///
/// # Errors
/// `fields-invalid` for a wrong password, `link-invalid`, `link-expired`, `rate-limited`,
/// `overloaded`, or what keeps the store from working.
pub async fn confirm_with_password(
    app: &App,
    client: &Client,
    token: &str,
    password: Zeroizing<String>,
) -> Result<(), Refused> {
    let token = parse_link(token)?;
    let user = owner(app, &token).await?;
    let refused = client
        .event(
            app,
            app.now(),
            AuditKind::UserEmailVerified,
            Actor::Anonymous,
        )
        .about(user.id);
    let wrong = Wrong {
        event: refused,
        field: "password",
        message: "This is not the password that was chosen when the account was created.",
    };
    password::confirm(app, client, &user, password, wrong).await?;
    verify(app, client, token).await
}

/// The account whose address a link verifies.
///
/// # Errors
/// `link-invalid`, `link-expired`, or what keeps the store from working.
pub async fn owner(app: &App, token: &LinkToken) -> Result<User, Refused> {
    let link = app.store().link(token.hash()).await?;
    let link = link.ok_or_else(|| refuse(Cause::LinkInvalid))?;
    link.state_at(LinkPurpose::VerifyEmail, app.now())
        .map_err(refuse)?;
    let user = match link.user_id {
        Some(id) => app.store().user(id).await?,
        None => None,
    };
    user.ok_or_else(|| refuse(Cause::LinkInvalid))
}

fn refuse(cause: Cause) -> Refused {
    Refused::new(cause, "the link to verify an address")
}

async fn verify(app: &App, client: &Client, token: LinkToken) -> Result<(), Refused> {
    let now = app.now();
    let event = client.event(app, now, AuditKind::UserEmailVerified, Actor::Anonymous);
    match app.store().verify_email(token.hash(), now, event).await? {
        Ok(user) => {
            app.user_changed(user);
            Ok(())
        }
        Err(cause) => Err(refuse(cause)),
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
pub(crate) fn parse_link(token: &str) -> Result<LinkToken, Refused> {
    LinkToken::parse(token).map_err(|error| {
        Refused::new(
            Cause::LinkInvalid,
            format!("the link is not whole: {error}"),
        )
    })
}
