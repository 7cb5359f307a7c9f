//! `countersign user set-role`

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use countersign_domain::accounts::Role;
use countersign_domain::audit::AuditKind;

use super::{UserArguments, Who};
use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Gives an account a role.
#[derive(Args, Debug)]
#[command(
    after_help = "Tokens that are already out keep the old role until they are renewed.\n\n\
                        Example:\n  countersign user set-role ada@example.com admin"
)]
pub struct SetRole {
    /// Which account
    #[command(flatten)]
    user: UserArguments,
    /// What the account may do
    #[arg(value_name = "ROLE", value_parser = parser())]
    role: Role,
}

impl SetRole {
    pub(super) fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let user = Deployment::with(&self.user.deployment, async |deployment| {
            let user = self.user.user.find(deployment).await?;
            let event = deployment
                .event(AuditKind::AdminUserRoleChanged)
                .about(user.id);
            let event = event
                .with("from", user.role.as_str())
                .with("to", self.role.as_str());
            deployment
                .store
                .set_role(user.id, self.role, deployment.now(), event.into())
                .await?
                .ok_or_else(|| self.user.user.unknown(deployment))?;
            // As the store has it now, with the time of this change.
            Who::Id(user.id).find(deployment).await
        })?;
        super::print(&user, self.user.format.format, terminal)
    }
}

/// Reads a role by its name, and lists the names where help is asked for.
pub fn parser() -> impl TypedValueParser<Value = Role> {
    let roles = [Role::Admin, Role::User];
    PossibleValuesParser::new(roles.map(Role::as_str))
        .map(|name| Role::parse(&name).unwrap_or(Role::User))
}
