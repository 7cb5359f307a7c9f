//! `countersign user list`

use clap::Args;
use countersign_domain::accounts::User;
use countersign_store::UserPage;
use serde_json::Value;

use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::table::table;
use crate::terminal::Terminal;

/// Rows that are read at a time.
const PAGE: u32 = 200;

/// Lists accounts.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  countersign user list --search ada\n  \
                        countersign user list --format json | jq -r '.[].email'")]
pub struct List {
    /// Only accounts whose address or name has this text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = u32::MAX, hide_default_value = true,
          value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl List {
    pub(super) fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let users = Deployment::with(&self.deployment, async |deployment| {
            self.users(deployment).await
        })?;
        terminal.print(
            self.format.format,
            || self.human(&users),
            || users.iter().map(super::record).collect::<Value>(),
        )
    }

    fn human(&self, users: &[User]) -> String {
        if !users.is_empty() {
            return human(users);
        }
        match &self.search {
            Some(text) => format!("No account has {text:?} in its address or name."),
            None => "No accounts. `countersign user create --email ADDRESS` makes one.".to_owned(),
        }
    }

    async fn users(&self, deployment: &Deployment) -> Result<Vec<User>, Failure> {
        let mut users: Vec<User> = Vec::new();
        let mut left = self.limit;
        while left > 0 {
            let limit = PAGE.min(left);
            let after = users.last().map(|user| user.id);
            let page = UserPage {
                after,
                limit,
                search: self.search.clone(),
            };
            let found = deployment.store.list_users(page).await?;
            left -= limit;
            if found.len() < limit as usize {
                left = 0;
            }
            users.extend(found);
        }
        Ok(users)
    }
}

fn human(users: &[User]) -> String {
    let rows: Vec<_> = users
        .iter()
        .map(|user| {
            [
                user.id.to_string(),
                user.email.to_string(),
                user.name.clone().unwrap_or_default(),
                user.role.as_str().to_owned(),
                user.status.as_str().to_owned(),
                if user.email_verified_at.is_some() {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
                crate::table::minute(user.created_at),
            ]
        })
        .collect();
    table(
        [
            "id", "email", "name", "role", "status", "verified", "created",
        ],
        &rows,
    )
}
