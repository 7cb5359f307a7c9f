//! Making the first admin, with the one-time link that the server prints at its start.

use countersign_domain::accounts::Role;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::links::LinkPurpose;
use countersign_verify::Cause;

use super::Client;
use super::fields::Fields;
use super::register::Registration;
use super::verify_email::parse_link;
use crate::App;
use crate::http::Refused;

/// Makes the first admin. Whoever holds the link reads the server's output, so the address
/// counts as verified.
///
/// # Errors
/// `link-invalid` (also once there is an admin), `link-expired`, `fields-invalid` (also for an
/// address that is taken), `overloaded`, or what keeps the store from working.
pub async fn first_admin(
    app: &App,
    client: &Client,
    token: &str,
    input: Registration,
) -> Result<(), Refused> {
    let token = parse_link(token)?;
    let refuse = |cause| Refused::new(cause, "the link to make the first admin");
    let link = app.store().link(token.hash()).await?;
    let link = link.ok_or_else(|| refuse(Cause::LinkInvalid))?;
    link.state_at(LinkPurpose::AdminSetup, app.now())
        .map_err(refuse)?;
    let new = input.read(app)?.account(app, Role::Admin, true).await?;
    let now = new.user.created_at;
    let event = client
        .event(app, now, AuditKind::AdminUserCreated, Actor::Anonymous)
        .with("role", "admin");
    match app
        .store()
        .create_first_admin(token.hash(), new, now, event)
        .await?
    {
        Ok(_) => Ok(()),
        Err(Cause::Conflict) => {
            let mut fields = Fields::default();
            fields.complain("email", "This address has an account already; give that one the role admin with `countersign user set-role`.");
            fields.finish()
        }
        Err(cause) => Err(refuse(cause)),
    }
}
