//! What is written down for good: who did what, from where, and how it ended (ASVS 16.2.1).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use countersign_verify::Cause;
use serde_json::{Map, Value, json};

use crate::{AuditEventId, SessionId, Timestamp, UserId};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum AuditKind {
            $($(#[$doc])* $variant,)*
        }

        impl AuditKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable name: `subject.event`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

kinds! {
    /// A configuration value was changed by an administrator.
    AdminSettingsChanged "admin.settings_changed"
    /// A link to make the first admin was printed.
    AdminSetupLinkMade "admin.setup_link_made"
    /// An account was made by an administrator or on the command line.
    AdminUserCreated "admin.user_created"
    /// An account was deleted by an administrator.
    AdminUserDeleted "admin.user_deleted"
    /// An account was locked or suspended.
    AdminUserLocked "admin.user_locked"
    /// The role of an account was changed.
    AdminUserRoleChanged "admin.user_role_changed"
    /// An account was opened again.
    AdminUserUnlocked "admin.user_unlocked"
    /// A credential (bearer token, session cookie, API key) was refused.
    CredentialRefused "credential.refused"
    /// An unsafe request was refused for its origin or its CSRF token.
    CsrfRefused "csrf.refused"
    /// A signing key was made.
    KeyCreated "key.created"
    /// A signing key was replaced by a new one.
    KeyRotated "key.rotated"
    /// It was shown, to who may know, that this server holds its secrets.
    SecretProved "secret.proved"
    /// Somebody who is signed in showed the password again.
    SessionConfirmed "session.confirmed"
    /// Somebody who is signed in gave a wrong password when asked again.
    SessionConfirmRefused "session.confirm_refused"
    /// A session ended other than by its own logout; `detail.reason` says why.
    SessionEnded "session.ended"
    /// Somebody signed in.
    SessionLogin "session.login"
    /// A sign-in was refused.
    SessionLoginRefused "session.login_refused"
    /// Somebody signed out.
    SessionLogout "session.logout"
    /// A refresh token was refused.
    SessionRefreshRefused "session.refresh_refused"
    /// A refresh token came back that two parties held; the session ended.
    SessionRefreshReused "session.refresh_reused"
    /// A session was renewed.
    SessionRefreshed "session.refreshed"
    /// The sync endpoint refused a caller.
    SyncRefused "sync.refused"
    /// A mail address was shown to be its owner's.
    UserEmailVerified "user.email_verified"
    /// The hash of a password was replaced by a stronger one at sign-in.
    UserPasswordRehashed "user.password_rehashed"
    /// A password was changed by its owner.
    UserPasswordChanged "user.password_changed"
    /// A change of password was refused.
    UserPasswordChangeRefused "user.password_change_refused"
    /// A link to reset a password was asked for.
    UserPasswordForgot "user.password_forgot"
    /// A password was reset by a mailed link.
    UserPasswordReset "user.password_reset"
    /// Name or picture was changed by its owner.
    UserProfileChanged "user.profile_changed"
    /// Somebody made an account.
    UserRegistered "user.registered"
    /// A front end handed over a user who had signed in with a provider.
    UserSynced "user.synced"
    /// A mail to verify an address was asked for.
    UserVerificationSent "user.verification_sent"
}

impl AuditKind {
    /// Finds a kind by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for AuditKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Actor {
    /// Somebody who was not, or not yet, signed in.
    Anonymous,
    /// Whoever runs the command line on the server.
    Cli,
    /// A service that showed a secret of its own, such as the sync secret.
    Service,
    /// The server itself, such as its clock or its limits.
    System,
    /// A signed-in user.
    User(UserId),
}

/// A text that names no actor.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected anonymous, cli, service, system or user:ID")]
pub struct ActorError;

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Cli => f.write_str("cli"),
            Self::Service => f.write_str("service"),
            Self::System => f.write_str("system"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

impl FromStr for Actor {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, ActorError> {
        match text {
            "anonymous" => Ok(Self::Anonymous),
            "cli" => Ok(Self::Cli),
            "service" => Ok(Self::Service),
            "system" => Ok(Self::System),
            _ => {
                let id = text.strip_prefix("user:").ok_or(ActorError)?;
                id.parse().map(Self::User).map_err(|_| ActorError)
            }
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// It was refused.
    Refused,
    /// It was done.
    Success,
}

impl Outcome {
    /// The name in the store and in exports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Success => "success",
        }
    }

    /// Finds an outcome by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "refused" => Some(Self::Refused),
            "success" => Some(Self::Success),
            _ => None,
        }
    }
}

/// One line of the audit log. Never holds a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEvent {
    /// Who did it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// Why it was refused, or what made the server do it. The precise cause, not what was told.
    pub cause: Option<Cause>,
    /// What else is worth knowing, by name.
    pub detail: Map<String, Value>,
    /// Names the event.
    pub id: AuditEventId,
    /// From which address.
    pub ip: Option<IpAddr>,
    /// What happened.
    pub kind: AuditKind,
    /// How it ended.
    pub outcome: Outcome,
    /// The session it is about.
    pub session_id: Option<SessionId>,
    /// The trace of the request, 32 hex digits.
    pub trace_id: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// The account it is about.
    pub user_id: Option<UserId>,
}

impl AuditEvent {
    /// An event that succeeded, with nothing else known about it.
    #[must_use]
    pub fn new(id: AuditEventId, at: Timestamp, kind: AuditKind, actor: Actor) -> Self {
        let user_id = if let Actor::User(id) = actor {
            Some(id)
        } else {
            None
        };
        Self {
            actor,
            at,
            cause: None,
            detail: Map::new(),
            id,
            ip: None,
            kind,
            outcome: Outcome::Success,
            session_id: None,
            trace_id: None,
            user_agent: None,
            user_id,
        }
    }

    /// Says which account it is about.
    #[must_use]
    pub fn about(mut self, user_id: UserId) -> Self {
        self.user_id = Some(user_id);
        self
    }

    /// Says which session it is about.
    #[must_use]
    pub fn of_session(mut self, session_id: SessionId) -> Self {
        self.session_id = Some(session_id);
        self
    }

    /// Says that it was refused, and why.
    #[must_use]
    pub fn refused(mut self, cause: Cause) -> Self {
        self.cause = Some(cause);
        self.outcome = Outcome::Refused;
        self
    }

    /// Adds what else is worth knowing.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// The event for scripts. Members are stable; new ones may be added.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "at": self.at.to_string(),
            "kind": self.kind.as_str(),
            "outcome": self.outcome.as_str(),
            "actor": self.actor.to_string(),
            "user_id": self.user_id.map(|id| id.to_string()),
            "session_id": self.session_id.map(|id| id.to_string()),
            "ip": self.ip.map(|ip| ip.to_string()),
            "user_agent": self.user_agent,
            "cause": self.cause.map(|cause| json!({"code": cause.code(), "slug": cause.slug()})),
            "trace_id": self.trace_id,
            "detail": self.detail,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use std::collections::BTreeSet;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    #[test]
    fn kinds_have_unique_names_of_one_form() {
        let names: BTreeSet<_> = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), AuditKind::ALL.len());
        for kind in AuditKind::ALL {
            assert_eq!(AuditKind::parse(kind.as_str()), Some(*kind));
            let (subject, event) = kind.as_str().split_once('.').unwrap();
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(
                subject.chars().all(plain) && event.chars().all(plain),
                "{kind}"
            );
        }
        assert_eq!(AuditKind::parse("session"), None);
    }

    #[test]
    fn actors_survive_their_text() {
        let id = UserId::new(NOW, &mut StdRng::seed_from_u64(1));
        for actor in [
            Actor::Anonymous,
            Actor::Cli,
            Actor::Service,
            Actor::System,
            Actor::User(id),
        ] {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
        for text in ["", "root", "user:", "user:7"] {
            assert_eq!(text.parse::<Actor>(), Err(ActorError), "{text}");
        }
    }

    #[test]
    fn outcomes_survive_their_text() {
        for outcome in [Outcome::Refused, Outcome::Success] {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
        assert_eq!(Outcome::parse("ok"), None);
    }

    #[test]
    fn an_event_is_about_its_actor_unless_told_otherwise() {
        let mut rng = StdRng::seed_from_u64(1);
        let (id, admin, user) = (
            AuditEventId::new(NOW, &mut rng),
            UserId::new(NOW, &mut rng),
            UserId::new(NOW, &mut rng),
        );
        let event = AuditEvent::new(id, NOW, AuditKind::AdminUserLocked, Actor::User(admin));
        assert_eq!(event.user_id, Some(admin));
        assert_eq!(event.about(user).user_id, Some(user));
    }

    #[test]
    fn a_refusal_names_its_cause() {
        let id = AuditEventId::new(NOW, &mut StdRng::seed_from_u64(1));
        let event = AuditEvent::new(id, NOW, AuditKind::SessionLoginRefused, Actor::Anonymous)
            .refused(Cause::CredentialsInvalid)
            .with("email", "ada@example.com");
        assert_eq!(event.outcome, Outcome::Refused);
        assert_eq!(event.cause, Some(Cause::CredentialsInvalid));
        assert_eq!(event.detail["email"], "ada@example.com");
    }
}
