//! Single-use links: mailed, or printed at the first start.

use std::time::Duration;

use countersign_verify::Cause;

use crate::{Email, Timestamp, TokenHash, UserId};

/// What a link is for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum LinkPurpose {
    /// To make the first account with the role admin.
    AdminSetup,
    /// To choose a new password.
    ResetPassword,
    /// To show that a mail address is one's own.
    VerifyEmail,
}

impl LinkPurpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::AdminSetup, Self::ResetPassword, Self::VerifyEmail];

    /// The name in the store and the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdminSetup => "admin_setup",
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
        }
    }

    /// Finds a purpose by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == name)
    }

    /// How long such a link can be used. A reset stands for a credential, so it lives ten minutes
    /// at most (ASVS 6.5.5).
    #[must_use]
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::AdminSetup | Self::VerifyEmail => Duration::from_hours(24),
            Self::ResetPassword => Duration::from_mins(10),
        }
    }
}

/// A link as the store knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Link {
    /// When it was used, or voided by a newer one.
    pub consumed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The address to which it was sent: it proves control of that one alone.
    pub email: Option<Email>,
    /// When it can no longer be used.
    pub expires_at: Timestamp,
    /// The hash by which it is found.
    pub hash: TokenHash,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whose account it is about; none for the setup of the first admin.
    pub user_id: Option<UserId>,
}

impl Link {
    /// A new link, which can be used for the lifetime of its purpose.
    #[must_use]
    pub fn new(
        hash: TokenHash,
        purpose: LinkPurpose,
        user: Option<(UserId, Email)>,
        now: Timestamp,
    ) -> Self {
        let (user_id, email) = user.unzip();
        let expires_at = now + purpose.lifetime();
        Self {
            consumed_at: None,
            created_at: now,
            email,
            expires_at,
            hash,
            purpose,
            user_id,
        }
    }

    /// Whether the link can be used for `purpose`.
    ///
    /// # Errors
    ///
    /// [`Cause::LinkInvalid`] if it was used or is for something else, [`Cause::LinkExpired`] if
    /// it has run out.
    pub fn state_at(&self, purpose: LinkPurpose, now: Timestamp) -> Result<(), Cause> {
        if self.consumed_at.is_some() || self.purpose != purpose {
            Err(Cause::LinkInvalid)
        } else if now >= self.expires_at {
            Err(Cause::LinkExpired)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn link(purpose: LinkPurpose) -> Link {
        Link::new(TokenHash::of("x"), purpose, None, NOW)
    }

    #[test]
    fn a_link_is_good_for_its_purpose_until_it_runs_out() {
        for purpose in LinkPurpose::ALL {
            let link = link(purpose);
            let end = NOW + purpose.lifetime();
            assert_eq!(link.state_at(purpose, NOW), Ok(()));
            assert_eq!(
                link.state_at(purpose, end - Duration::from_micros(1)),
                Ok(())
            );
            assert_eq!(link.state_at(purpose, end), Err(Cause::LinkExpired));
        }
    }

    #[test]
    fn a_link_is_refused_for_other_purposes() {
        let link = link(LinkPurpose::VerifyEmail);
        for purpose in [LinkPurpose::ResetPassword, LinkPurpose::AdminSetup] {
            assert_eq!(link.state_at(purpose, NOW), Err(Cause::LinkInvalid));
        }
    }

    #[test]
    fn a_used_link_stays_used_even_when_it_has_run_out() {
        let mut link = link(LinkPurpose::ResetPassword);
        link.consumed_at = Some(NOW);
        let much_later = NOW + Duration::from_secs(100_000);
        for now in [NOW, much_later] {
            assert_eq!(
                link.state_at(LinkPurpose::ResetPassword, now),
                Err(Cause::LinkInvalid)
            );
        }
    }

    #[test]
    fn a_reset_lives_ten_minutes_at_most() {
        assert!(LinkPurpose::ResetPassword.lifetime() <= Duration::from_mins(10));
    }

    #[test]
    fn names_are_stable() {
        for purpose in LinkPurpose::ALL {
            assert_eq!(LinkPurpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(LinkPurpose::parse("magic"), None);
    }
}
