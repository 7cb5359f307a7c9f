//! Identifiers: UUIDs of version 7 (RFC 9562, section 5.7), one type for each kind of thing.

use std::fmt;
use std::str::FromStr;

use rand::Rng;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::Timestamp;

/// A text that is no identifier of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected an identifier such as 0197c1f0-5a3e-7cc1-8a31-9f2f6f1f4b11")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(
                Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
            )]
            #[serde(transparent)]
            pub struct $name(Uuid);

            impl $name {
                /// Makes a new identifier from the time and 74 random bits.
                #[must_use]
                pub fn new<R: Rng + ?Sized>(now: Timestamp, rng: &mut R) -> Self {
                    Self(version_7(now, rng))
                }

                /// The identifier as a UUID.
                #[must_use]
                pub const fn as_uuid(self) -> Uuid {
                    self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.as_hyphenated().fmt(f)
                }
            }

            impl FromStr for $name {
                type Err = IdError;

                /// Reads the hyphenated form alone, so that one identifier has one spelling.
                fn from_str(text: &str) -> Result<Self, IdError> {
                    let id = Uuid::try_parse(text).map_err(|_| IdError)?;
                    if text.len() == 36 { Ok(Self(id)) } else { Err(IdError) }
                }
            }
        )*
    };
}

ids! {
    /// Names an event of the audit log.
    AuditEventId
    /// Names the link between an account and an identity at a provider.
    IdentityId
    /// Names a mail in the outbox.
    MailId
    /// Names a session, and with it the family of its refresh tokens.
    SessionId
    /// Names an account.
    UserId
}

fn version_7<R: Rng + ?Sized>(now: Timestamp, rng: &mut R) -> Uuid {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn ids_are_of_version_7_and_sort_by_time() {
        let mut rng = StdRng::seed_from_u64(1);
        let early = UserId::new(Timestamp::from_seconds(1000), &mut rng);
        let late = UserId::new(Timestamp::from_seconds(1001), &mut rng);
        assert_eq!(early.as_uuid().get_version_num(), 7);
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
    }

    #[test]
    fn ids_of_one_moment_differ() {
        let mut rng = StdRng::seed_from_u64(1);
        let now = Timestamp::from_seconds(1000);
        assert_ne!(SessionId::new(now, &mut rng), SessionId::new(now, &mut rng));
    }

    #[test]
    fn a_time_before_the_epoch_still_gives_an_id() {
        let id = UserId::new(Timestamp::from_seconds(-5), &mut StdRng::seed_from_u64(1));
        assert_eq!(id.as_uuid().get_version_num(), 7);
    }

    #[test]
    fn text_has_one_spelling() {
        let id = UserId::new(Timestamp::from_seconds(1000), &mut StdRng::seed_from_u64(1));
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        for other in [
            text.replace('-', ""),
            format!("{{{text}}}"),
            format!("urn:uuid:{text}"),
            format!("{text} "),
            "1234567".to_owned(),
            String::new(),
        ] {
            assert_eq!(other.parse::<UserId>(), Err(IdError), "{other}");
        }
    }

    #[test]
    fn json_is_the_text() {
        let id = MailId::new(Timestamp::from_seconds(1), &mut StdRng::seed_from_u64(2));
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
    }
}
