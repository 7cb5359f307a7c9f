//! Claims that are one text or several.

use crate::strict_json::{Json, Place, items};

/// One string or an array of strings, as `aud` is (RFC 7519, section 4.1.3).
pub(super) enum Texts {
    Many(Box<[Place]>),
    One(Place),
}

impl Texts {
    /// `None` for any other shape.
    pub(super) fn of(value: Json, json: &str) -> Option<Self> {
        match value {
            Json::Text(text) => Some(Self::One(Place::of(text, json))),
            Json::Array(array) => {
                let mut many = Vec::new();
                let read = items(json, array, |item| match item {
                    Json::Text(text) => {
                        many.push(Place::of(text, json));
                        Ok(())
                    }
                    _ => Err("no string".into()),
                });
                read.ok().map(|()| Self::Many(many.into()))
            }
            Json::Bool(_) | Json::Null | Json::Number(_) | Json::Object => None,
        }
    }

    pub(super) fn iter<'a>(
        texts: Option<&'a Self>,
        json: &'a str,
    ) -> impl Iterator<Item = &'a str> + Clone {
        let places = match texts {
            None => &[],
            Some(Self::Many(many)) => &many[..],
            Some(Self::One(one)) => std::slice::from_ref(one),
        };
        places.iter().map(|place| place.of_text(json))
    }
}
