//! `countersign user delete`

use clap::Args;
use countersign_domain::audit::AuditKind;

use super::UserArguments;
use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Deletes an account.
#[derive(Args, Debug)]
#[command(
    after_help = "Deleting cannot be undone. `countersign user lock` can.\n\n\
                        Example:\n  countersign user delete ada@example.com --yes"
)]
pub struct Delete {
    /// Which account
    #[command(flatten)]
    user: UserArguments,
    /// Confirm that the account is to be deleted for good
    #[arg(long)]
    yes: bool,
}

impl Delete {
    pub(super) fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        if !self.yes {
            return Err(Failure::usage(
                "deleting an account cannot be undone",
                "add --yes to delete it, or lock it with `countersign user lock`",
            ));
        }
        let user = Deployment::with(&self.user.deployment, async |deployment| {
            let user = self.user.user.find(deployment).await?;
            let event = deployment.event(AuditKind::AdminUserDeleted).about(user.id);
            deployment
                .store
                .delete_user(user.id, deployment.now(), event.into())
                .await?
                .ok_or_else(|| self.user.user.unknown(deployment))?;
            Ok(user)
        })?;
        terminal.message(&format!("deleted {} ({})", user.email, user.id));
        super::print(&user, self.user.format.format, terminal)
    }
}
