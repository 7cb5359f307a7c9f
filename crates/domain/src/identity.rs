//! Whose token it is: which account a verified token speaks for.

use crate::{Email, UserId};

/// The provider under which sync-user stores identities, and so the one of shared-secret tokens.
pub const SYNC_PROVIDER: &str = "github";

/// What a verified token says about its owner.
#[derive(Clone, Copy, Debug)]
pub struct TokenOwner<'a> {
    /// Its `email` claim.
    pub email: Option<&'a str>,
    /// Whether the address may be trusted: the token says `email_verified`, or it was signed
    /// with the shared secret and does not say the contrary.
    pub email_verified: bool,
    /// Who made it.
    pub origin: TokenOrigin<'a>,
    /// Its `sub` claim.
    pub subject: &'a str,
}

/// Who made a verified token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenOrigin<'a> {
    /// This server: it has a session, and its subject is an account.
    Own,
    /// Somebody with the shared secret, such as a front end.
    SharedSecret {
        /// Its `iss` claim, if any.
        issuer: Option<&'a str>,
    },
    /// An issuer whose tokens are accepted.
    TrustedIssuer {
        /// The issuer's identifier.
        issuer: &'a str,
    },
}

/// One way to find the account; the first that finds one decides.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Lookup<'a> {
    /// By the identity that sync-user or a sign-in stored.
    Identity {
        /// The provider or issuer.
        provider: &'a str,
        /// The subject there.
        subject: &'a str,
    },
    /// By the address. Only an account whose own address is verified may be found so, since
    /// anybody can register an address that is not theirs.
    VerifiedEmail(Email),
    /// By our own identifier.
    UserId(UserId),
}

/// The ways to find the account of a token, in order (the design, section 5).
#[must_use]
pub fn lookups<'a>(owner: &TokenOwner<'a>) -> Vec<Lookup<'a>> {
    let mut lookups = Vec::with_capacity(4);
    let by_id = owner.subject.parse().map(Lookup::UserId).ok();
    match owner.origin {
        TokenOrigin::Own => {
            lookups.extend(by_id);
            return lookups;
        }
        TokenOrigin::SharedSecret { issuer } => {
            lookups.extend(by_id);
            let subject = owner.subject;
            lookups.extend(issuer.map(|provider| Lookup::Identity { provider, subject }));
            lookups.push(Lookup::Identity {
                provider: SYNC_PROVIDER,
                subject,
            });
        }
        // A stranger's subject may look like one of our ids, so it never is one (ASVS 6.8.1).
        TokenOrigin::TrustedIssuer { issuer } => {
            lookups.push(Lookup::Identity {
                provider: issuer,
                subject: owner.subject,
            });
        }
    }
    if owner.email_verified {
        let email = owner.email.and_then(|email| Email::parse(email).ok());
        lookups.extend(email.map(Lookup::VerifiedEmail));
    }
    lookups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn id() -> UserId {
        UserId::new(Timestamp::from_seconds(1), &mut StdRng::seed_from_u64(1))
    }

    fn email() -> Lookup<'static> {
        Lookup::VerifiedEmail(Email::parse("ada@example.com").unwrap())
    }

    fn identity<'a>(provider: &'a str, subject: &'a str) -> Lookup<'a> {
        Lookup::Identity { provider, subject }
    }

    fn owner<'a>(origin: TokenOrigin<'a>, subject: &'a str) -> TokenOwner<'a> {
        TokenOwner {
            email: Some("Ada@example.com"),
            email_verified: true,
            origin,
            subject,
        }
    }

    #[test]
    fn our_own_tokens_name_the_account_and_nothing_else_counts() {
        let subject = id().to_string();
        let owner_of = |subject| lookups(&owner(TokenOrigin::Own, subject));
        assert_eq!(owner_of(&subject), [Lookup::UserId(id())]);
        assert_eq!(owner_of("1234567"), []);
    }

    #[test]
    fn shared_secret_tokens_are_looked_up_by_id_then_identity_then_email() {
        let origin = TokenOrigin::SharedSecret { issuer: None };
        assert_eq!(
            lookups(&owner(origin, "1234567")),
            [identity("github", "1234567"), email()]
        );
        let subject = id().to_string();
        let origin = TokenOrigin::SharedSecret {
            issuer: Some("https://front.example"),
        };
        assert_eq!(
            lookups(&owner(origin, &subject)),
            [
                Lookup::UserId(id()),
                identity("https://front.example", &subject),
                identity("github", &subject),
                email(),
            ]
        );
    }

    #[test]
    fn a_trusted_issuer_cannot_name_our_ids_or_the_identities_of_another() {
        let subject = id().to_string();
        let origin = TokenOrigin::TrustedIssuer {
            issuer: "https://idp.example",
        };
        assert_eq!(
            lookups(&owner(origin, &subject)),
            [identity("https://idp.example", &subject), email()]
        );
    }

    #[test]
    fn an_unverified_absent_or_broken_address_finds_nobody() {
        let origin = TokenOrigin::SharedSecret { issuer: None };
        let base = owner(origin, "7");
        let by_identity = [identity("github", "7")];
        assert_eq!(
            lookups(&TokenOwner {
                email_verified: false,
                ..base
            }),
            by_identity
        );
        assert_eq!(
            lookups(&TokenOwner {
                email: None,
                ..base
            }),
            by_identity
        );
        assert_eq!(
            lookups(&TokenOwner {
                email: Some("ada"),
                ..base
            }),
            by_identity
        );
    }
}
