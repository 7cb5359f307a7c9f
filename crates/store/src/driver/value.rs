//! The values that statements take and rows give.

use std::net::IpAddr;

use countersign_domain::{
    AuditEventId, Email, IdentityId, MailId, SessionId, Timestamp, TokenHash, UserId,
};
use countersign_verify::Cause;

use crate::StoreError;

/// A parameter or a cell. The absence of a value keeps its type, since PostgreSQL asks for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
}

impl Value {
    /// Refuses what one of the two databases could not store.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Text(Some(text)) if text.contains('\0') => Err(StoreError::NulCharacter),
            Self::Text(_) | Self::Integer(_) => Ok(()),
        }
    }
}

/// Says how a type is stored, with a value and without.
macro_rules! stored {
    ($($type:ty => $form:ident, |$value:ident| $stored:expr;)*) => {
        $(
            impl From<$type> for Value {
                fn from($value: $type) -> Self {
                    Self::$form(Some($stored))
                }
            }

            impl From<Option<$type>> for Value {
                fn from(value: Option<$type>) -> Self {
                    Self::$form(value.map(|$value| $stored))
                }
            }
        )*
    };
}

stored! {
    bool => Integer, |value| value.into();
    i64 => Integer, |value| value;
    u32 => Integer, |value| value.into();
    Timestamp => Integer, |value| value.micros();
    &str => Text, |value| value.to_owned();
    String => Text, |value| value;
    AuditEventId => Text, |value| value.to_string();
    Cause => Text, |value| value.slug().to_owned();
    Email => Text, |value| value.to_string();
    &Email => Text, |value| value.to_string();
    IdentityId => Text, |value| value.to_string();
    IpAddr => Text, |value| value.to_string();
    MailId => Text, |value| value.to_string();
    SessionId => Text, |value| value.to_string();
    TokenHash => Text, |value| value.to_string();
    UserId => Text, |value| value.to_string();
}

/// The parameters of a statement, in their order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::driver::Value::from($value)),*] };
}
pub(crate) use values;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_type_without_a_value() {
        assert_eq!(
            values![1_i64, true, None::<i64>, "a", None::<String>, None::<&str>],
            [
                Value::Integer(Some(1)),
                Value::Integer(Some(1)),
                Value::Integer(None),
                Value::Text(Some("a".into())),
                Value::Text(None),
                Value::Text(None),
            ]
        );
    }

    #[test]
    fn a_nul_character_is_refused_for_both_databases() {
        assert_eq!(Value::from("a\0b").check(), Err(StoreError::NulCharacter));
        for fine in [
            Value::from("ab"),
            Value::from(None::<&str>),
            Value::from(0_i64),
        ] {
            assert_eq!(fine.check(), Ok(()));
        }
    }
}
