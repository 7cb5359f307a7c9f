//! `countersign user lock`

use clap::Args;
use countersign_domain::accounts::UserStatus;
use countersign_domain::audit::AuditKind;

use super::{UserArguments, Who};
use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Locks an account.
#[derive(Args, Debug)]
#[command(after_help = "Its sessions end at once, on every node.\n\n\
                        Example:\n  countersign user lock ada@example.com --reason \"laptop stolen\"")]
pub struct Lock {
    /// Which account
    #[command(flatten)]
    user: UserArguments,
    /// Why, for whoever looks at the account later
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Lock {
    pub(super) fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let user = Deployment::with(&self.user.deployment, async |deployment| {
            let user = self.user.user.find(deployment).await?;
            let now = deployment.now();
            let status = UserStatus::Locked {
                at: now,
                reason: self.reason.clone(),
            };
            let event = deployment.event(AuditKind::AdminUserLocked).about(user.id);
            deployment
                .store
                .set_status(user.id, status, now, event.into())
                .await?
                .ok_or_else(|| self.user.user.unknown(deployment))?;
            // As the store has it now, with the time of this change.
            Who::Id(user.id).find(deployment).await
        })?;
        super::print(&user, self.user.format.format, terminal)
    }
}
