//! Making an account.

use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::links::{Link, LinkPurpose};
use countersign_domain::password::Password;
use countersign_domain::{Email, LinkToken, Timestamp, UserId};
use countersign_store::{Alongside, NewUser, OutgoingMail};
use countersign_verify::Cause;
use zeroize::Zeroizing;

use super::fields::Fields;
use super::{Client, letters};
use crate::App;
use crate::http::Refused;

/// What a new account is made of, as it was typed.
#[derive(Debug)]
pub struct Registration {
    /// The mail address.
    pub email: String,
    /// The password.
    pub password: Zeroizing<String>,
    /// The name.
    pub name: Option<String>,
}

/// What a registration says, found good.
pub(super) struct Applicant {
    email: Email,
    name: Option<String>,
    password: Password,
}

impl Applicant {
    /// The account to make; hashes the password.
    ///
    /// # Errors
    /// `overloaded`.
    pub(super) async fn account(
        self,
        app: &App,
        role: Role,
        is_verified: bool,
    ) -> Result<NewUser, Refused> {
        let hash = app.hash(self.password).await?;
        let now = app.now();
        let user = User {
            avatar_url: None,
            created_at: now,
            email: self.email,
            email_verified_at: is_verified.then_some(now),
            id: UserId::new(now, &mut app.rng()),
            name: self.name,
            role,
            status: UserStatus::Active,
            updated_at: now,
        };
        Ok(NewUser {
            user,
            password: Some(hash),
        })
    }
}

impl Registration {
    /// Reads every field, and judges the password.
    ///
    /// # Errors
    /// `fields-invalid` with all of them.
    pub(super) fn read(self, app: &App) -> Result<Applicant, Refused> {
        let mut fields = Fields::default();
        let email = fields.email("email", &self.email);
        let name = fields.name("name", self.name.as_deref());
        let password = fields.password("password", self.password);
        if let Some(password) = &password {
            fields.judge(app, "password", password, email.as_ref(), name.as_deref());
        }
        let read = email.zip(password);
        fields.read(read).map(|(email, password)| Applicant {
            email,
            name,
            password,
        })
    }
}

/// Makes an account and mails a link to verify its address. If the address has an account
/// already, its owner gets a letter instead, and the caller cannot tell: the answer and the work
/// are the same (ASVS V6.3.8).
///
/// # Errors
/// `fields-invalid` with all fields, `overloaded`, or what keeps the store from working.
pub async fn register(app: &App, client: &Client, input: Registration) -> Result<(), Refused> {
    let new = input.read(app)?.account(app, Role::User, false).await?;
    let now = new.user.created_at;
    let made = client
        .event(app, now, AuditKind::UserRegistered, Actor::Anonymous)
        .about(new.user.id);
    let (link, mail) = verification(app, &new.user);
    let alongside = Alongside::from(made).with_link(link).with_mail(mail);
    let taken = taken(app, client, now, &new.user.email);
    app.store().register_user(new, alongside, taken).await?;
    app.mail_is_waiting();
    Ok(())
}

/// What is written if the address has an account: a letter to its owner.
fn taken(app: &App, client: &Client, now: Timestamp, email: &Email) -> Alongside {
    let event = client
        .event(app, now, AuditKind::UserRegistered, Actor::Anonymous)
        .refused(Cause::Conflict)
        .with("email", email.as_str());
    let letter = letters::registered_already(app.public_url());
    Alongside::from(event).with_mail(letter.to(app, email))
}

/// The link that verifies an account's address, and the letter that brings it.
pub(super) fn verification(app: &App, user: &User) -> (Link, OutgoingMail) {
    let token = LinkToken::generate(&mut app.rng());
    let whose = (user.id, user.email.clone());
    let link = Link::new(
        token.hash(),
        LinkPurpose::VerifyEmail,
        Some(whose),
        app.now(),
    );
    let letter = letters::verify(app.public_url(), &token);
    (link, letter.to(app, &user.email))
}
