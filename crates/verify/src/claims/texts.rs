//! Claims that are one text or several.

use crate::strict_json::{Escaped, Items, Json, List, Place, Span};

/// One string or an array of strings, as `aud` is (RFC 7519, section 4.1.3).
#[derive(Clone)]
pub(super) enum Texts {
    /// Some are written with escapes.
    Escaped(Box<[Place]>),
    /// An array whose strings are written as they are.
    Listed(Span),
    One(Place),
}

impl Texts {
    /// `None` for any other shape.
    pub(super) fn of(value: Json, json: &str, escaped: &mut Escaped) -> Option<Self> {
        match value {
            Json::Text(text) => Place::of(text, json, escaped).map(Self::One),
            Json::Array(List { written, items }) => match items {
                Items::Texts => Some(Self::Listed(written)),
                Items::EscapedTexts => Self::decoded(written.of(json), json, escaped),
                Items::Others => None,
            },
            Json::Bool(_) | Json::Null | Json::Number(_) | Json::Object => None,
        }
    }

    #[cold]
    fn decoded(list: &str, json: &str, escaped: &mut Escaped) -> Option<Self> {
        // The walk has checked it, so this cannot fail.
        let texts: Vec<String> = serde_json::from_str(list).ok()?;
        let places = texts.iter().map(|text| escaped.push(text, json));
        places.collect::<Option<_>>().map(Self::Escaped)
    }

    pub(super) fn iter<'a>(
        texts: Option<&'a Self>,
        json: &'a str,
        escaped: &'a Escaped,
    ) -> impl Iterator<Item = &'a str> + Clone {
        let (list, places) = match texts {
            None => ("", &[][..]),
            Some(Self::Escaped(places)) => ("", &**places),
            Some(Self::Listed(list)) => (list.of(json), &[][..]),
            Some(Self::One(one)) => ("", std::slice::from_ref(one)),
        };
        // Without escapes, every other quote ends a string.
        let listed = list.split('"').skip(1).step_by(2);
        listed.chain(places.iter().map(|place| place.of_text(json, escaped)))
    }
}
