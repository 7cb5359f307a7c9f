//! The query of a request to the API: a parameter that is not understood is refused, since whoever
//! sent it counted on it.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::App;
use crate::http::{FieldError, Refused};

/// So many wrong parameters are told.
const MOST_FAULTS: usize = 20;

/// Proof that a request has no query. An extractor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoParameters(());

impl FromRequestParts<App> for NoParameters {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Refused> {
        let errors = read(parts.uri.query(), &[]).1;
        if errors.is_empty() {
            Ok(Self(()))
        } else {
            Err(Refused::fields(errors))
        }
    }
}

/// The value of the one parameter that is known; `None` if it was not sent.
///
/// # Errors
/// `fields-invalid` with every parameter that is unknown or stands twice.
pub(crate) fn only(query: Option<&str>, name: &'static str) -> Result<Option<String>, Refused> {
    known(query, [name]).map(|[value]| value)
}

/// The values of the parameters that are known, in the order of `names`; `None` for one that was
/// not sent.
///
/// # Errors
/// `fields-invalid` with every parameter that is unknown or stands twice.
pub(crate) fn known<const N: usize>(
    query: Option<&str>,
    names: [&'static str; N],
) -> Result<[Option<String>; N], Refused> {
    let (mut values, errors) = read(query, &names);
    if errors.is_empty() {
        Ok(names.map(|name| values.remove(name)))
    } else {
        Err(Refused::fields(errors))
    }
}

/// What is wrong with the query of a request that takes none.
pub(crate) fn none(query: Option<&str>) -> Vec<FieldError> {
    read(query, &[]).1
}

fn read(query: Option<&str>, known: &[&str]) -> (BTreeMap<String, String>, Vec<FieldError>) {
    let (mut values, mut errors) = (BTreeMap::new(), Vec::<FieldError>::new());
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let end = name.floor_char_boundary(100);
        let name = name.get(..end).unwrap_or_default();
        let message = if !known.contains(&name) {
            "There is no such query parameter."
        } else if values.contains_key(name) {
            "It stands twice in the query."
        } else {
            values.insert(name.to_owned(), value.into_owned());
            continue;
        };
        if errors.len() < MOST_FAULTS && errors.iter().all(|error| error.field != name) {
            errors.push(FieldError::new(name, message));
        }
    }
    (values, errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str) -> Vec<String> {
        let refused = only(Some(query), "scope").expect_err(query);
        let told = |error: &FieldError| format!("{}: {}", error.field, error.message);
        refused.field_errors().iter().map(told).collect()
    }

    #[test]
    fn the_known_parameter_is_read() {
        for (query, value) in [
            (None, None),
            (Some(""), None),
            (Some("scope=others"), Some("others")),
            (Some("scope="), Some("")),
            (Some("scope=a%20b"), Some("a b")),
        ] {
            let read = only(query, "scope").expect("good");
            assert_eq!(read.as_deref(), value, "{query:?}");
        }
    }

    #[test]
    fn each_name_gets_its_own_value() {
        let read = known(Some("b=2&a=1"), ["a", "b", "c"]).expect("good");
        assert_eq!(read, [Some("1".to_owned()), Some("2".to_owned()), None]);
    }

    #[test]
    fn what_is_unknown_or_stands_twice_is_named_once() {
        assert_eq!(
            refused("scope=a&scope=b&scope=c&all=1&all=2"),
            [
                "scope: It stands twice in the query.",
                "all: There is no such query parameter."
            ]
        );
        assert_eq!(refused("Scope=a").len(), 1, "names are exact");
        assert_eq!(refused(&"é".repeat(200)).len(), 1);
        let many: Vec<_> = (0..100).map(|at| format!("p{at}=1")).collect();
        let many = many.join("&");
        assert_eq!(refused(&many).len(), MOST_FAULTS);
        assert_eq!(none(Some("x")).len(), 1);
        assert!(none(None).is_empty());
    }
}
