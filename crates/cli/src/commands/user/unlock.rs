//! `countersign user unlock`

use clap::Args;
use countersign_domain::accounts::UserStatus;
use countersign_domain::audit::AuditKind;

use super::{UserArguments, Who};
use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Opens an account again.
#[derive(Args, Debug)]
#[command(
    after_help = "The person signs in anew: sessions that ended stay ended.\n\n\
                        Example:\n  countersign user unlock ada@example.com"
)]
pub struct Unlock {
    /// Which account
    #[command(flatten)]
    user: UserArguments,
}

impl Unlock {
    pub(super) fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let user = Deployment::with(&self.user.deployment, async |deployment| {
            let user = self.user.user.find(deployment).await?;
            let event = deployment
                .event(AuditKind::AdminUserUnlocked)
                .about(user.id);
            let now = deployment.now();
            deployment
                .store
                .set_status(user.id, UserStatus::Active, now, event.into())
                .await?
                .ok_or_else(|| self.user.user.unknown(deployment))?;
            // As the store has it now, with the time of this change.
            Who::Id(user.id).find(deployment).await
        })?;
        super::print(&user, self.user.format.format, terminal)
    }
}
