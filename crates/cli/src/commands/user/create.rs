//! `countersign user create`

use clap::Args;
use countersign_diagnose::Report;
use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::audit::AuditKind;
use countersign_domain::name::{self, NameError};
use countersign_domain::password::{self, Argon2Memory, Password, PasswordHash, policy};
use countersign_domain::{Email, UserId};
use countersign_store::NewUser;
use countersign_verify::Cause;
use rand::Rng as _;

use crate::arguments::FormatArgument;
use crate::deployment::{Deployment, DeploymentArguments};
use crate::failure::Failure;
use crate::input;
use crate::terminal::Terminal;

/// Makes an account.
#[derive(Args, Debug)]
#[command(
    after_help = "The password is asked for, or read from standard input; it is never an argument.\n\n\
                        Examples:\n  countersign user create --email ada@example.com --name Ada --role admin\n  \
                        pass show ada | countersign user create --email ada@example.com"
)]
pub struct Create {
    /// The address; it counts as verified
    #[arg(long, value_name = "EMAIL", value_parser = Email::parse)]
    email: Email,
    /// What the person wants to be called
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,
    /// What the account may do
    #[arg(long, value_name = "ROLE", default_value = "user", value_parser = super::set_role::parser())]
    role: Role,
    /// The form of what is printed
    #[command(flatten)]
    format: FormatArgument,
    /// The settings that lead to the database
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Create {
    pub(super) fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let format = self.format.format;
        let user = Deployment::with(&self.deployment.clone(), async |deployment| {
            let hash = self.hashed(deployment)?;
            let user = self.user(deployment);
            let event = deployment.event(AuditKind::AdminUserCreated).about(user.id);
            let event = event.with("role", user.role.as_str());
            let made = deployment
                .store
                .create_user(
                    NewUser {
                        user: user.clone(),
                        password: Some(hash),
                    },
                    event.into(),
                )
                .await?;
            if made {
                Ok(user)
            } else {
                Err(taken(&user.email, deployment))
            }
        })?;
        super::print(&user, format, terminal)
    }

    /// Reads the password, judges it as registration does, and hashes it.
    fn hashed(&self, deployment: &Deployment) -> Result<PasswordHash, Failure> {
        let refused = |why: String| {
            Failure::usage(
                why,
                "choose a longer one that nobody would think of; three unrelated words do well",
            )
        };
        let host = deployment
            .settings
            .public_url
            .host_str()
            .unwrap_or_default();
        let words: Vec<_> = host.split('.').collect();
        let password =
            Password::parse(input::new_password()?).map_err(|error| refused(error.to_string()))?;
        policy::check_new(&password, Some(&self.email), self.name.as_deref(), &words)
            .map_err(|weakness| refused(weakness.to_string()))?;
        let mut salt = [0; 16];
        deployment.entropy.clone().fill_bytes(&mut salt);
        password::hash(&password, salt, &mut Argon2Memory::default())
            .map_err(|error| Failure::bad(Report::error(Cause::InternalError, error.to_string())))
    }

    fn user(&self, deployment: &Deployment) -> User {
        let now = deployment.now();
        User {
            avatar_url: None,
            created_at: now,
            email: self.email.clone(),
            email_verified_at: Some(now),
            id: UserId::new(now, &mut deployment.entropy.clone()),
            name: self.name.clone(),
            role: self.role,
            status: UserStatus::Active,
            updated_at: now,
        }
    }
}

/// The same names that registration takes.
fn name(text: &str) -> Result<String, NameError> {
    name::parse(text).map(ToOwned::to_owned)
}

fn taken(email: &Email, deployment: &Deployment) -> Failure {
    Failure::bad(
        Report::error(
            Cause::Conflict,
            format!(
                "{email} has an account already in {}",
                deployment.store.address()
            ),
        )
        .why("An address names one account.")
        .fix(format!(
            "Look at it with `countersign user show {email}`, or give another address."
        )),
    )
}
