//! What people say of themselves.

use countersign_domain::accounts::User;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_store::ProfileChange;
use countersign_verify::Cause;

use super::Client;
use super::fields::Fields;
use crate::App;
use crate::http::Refused;

/// Changes the name. Blank removes it.
///
/// # Errors
/// `fields-invalid`, or what keeps the store from working.
pub async fn rename(app: &App, client: &Client, user: &User, name: &str) -> Result<User, Refused> {
    let mut fields = Fields::default();
    let name = fields.name("name", Some(name));
    fields.finish()?;
    let change = ProfileChange {
        name: Some(name),
        avatar_url: None,
    };
    let now = app.now();
    let event = client.event(
        app,
        now,
        AuditKind::UserProfileChanged,
        Actor::User(user.id),
    );
    let changed = app
        .store()
        .update_profile(user.id, change, now, event.into())
        .await?;
    app.user_changed(user.id);
    changed.ok_or_else(|| Refused::new(Cause::UserDeletedStaleToken, "the account is gone"))
}
