//! How the values of claims are read: times strictly, names that others use loosely.

use super::Texts;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Seconds since the epoch, whole or not (RFC 7519, section 2), rounded down.
pub(super) struct NumericDate(pub(super) i64);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DateVisitor;
        impl Visitor<'_> for DateVisitor {
            type Value = NumericDate;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds since 1970 (RFC 7519, section 2)")
            }
            fn visit_i64<E>(self, value: i64) -> Result<NumericDate, E> {
                Ok(NumericDate(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<NumericDate, E> {
                Ok(NumericDate(i64::try_from(value).unwrap_or(i64::MAX)))
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "`as` saturates, which is what a far time needs"
            )]
            fn visit_f64<E>(self, value: f64) -> Result<NumericDate, E> {
                Ok(NumericDate(value.floor() as i64))
            }
        }
        deserializer.deserialize_any(DateVisitor)
    }
}

/// A value of type `T`, or nothing where the JSON holds another type.
pub(super) struct Loose<T>(pub(super) Option<T>);

impl<'de, T: FromJson> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(LooseVisitor(std::marker::PhantomData))
            .map(Loose)
    }
}

/// The types that a loosely read claim may have.
pub(super) trait FromJson: Sized {
    fn from_bool(_value: bool) -> Option<Self> {
        None
    }
    fn from_text(_text: &str) -> Option<Self> {
        None
    }
    fn from_texts(_texts: Vec<Box<str>>) -> Option<Self> {
        None
    }
}

impl FromJson for bool {
    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl FromJson for Box<str> {
    fn from_text(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

impl FromJson for Texts {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self::One(text.into()))
    }
    fn from_texts(texts: Vec<Box<str>>) -> Option<Self> {
        Some(Self::Many(texts.into()))
    }
}

struct LooseVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: FromJson> Visitor<'de> for LooseVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }
    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Option<T>, E> {
        Ok(T::from_bool(value))
    }
    fn visit_i64<E>(self, _value: i64) -> Result<Option<T>, E> {
        Ok(None)
    }
    fn visit_u64<E>(self, _value: u64) -> Result<Option<T>, E> {
        Ok(None)
    }
    fn visit_f64<E>(self, _value: f64) -> Result<Option<T>, E> {
        Ok(None)
    }
    fn visit_str<E>(self, value: &str) -> Result<Option<T>, E> {
        Ok(T::from_text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<T>, A::Error> {
        let mut texts = Some(Vec::new());
        while let Some(item) = items.next_element::<Loose<Box<str>>>()? {
            match (item.0, &mut texts) {
                (Some(text), Some(texts)) => texts.push(text),
                (Some(_) | None, texts) => *texts = None,
            }
        }
        Ok(texts.and_then(T::from_texts))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Option<T>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
