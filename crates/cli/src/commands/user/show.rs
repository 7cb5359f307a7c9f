//! `countersign user show`

use clap::Args;

use super::UserArguments;
use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Shows an account.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  countersign user show ada@example.com")]
pub struct Show {
    /// Which account
    #[command(flatten)]
    user: UserArguments,
}

impl Show {
    pub(super) fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let user = Deployment::with(&self.user.deployment, async |deployment| {
            self.user.user.find(deployment).await
        })?;
        super::print(&user, self.user.format.format, terminal)
    }
}
