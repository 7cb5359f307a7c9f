//! Where a claim stands: a name, or a path of names.

use serde_json::{Map, Value};
use std::fmt;

/// The place of a claim: names from the outside in.
///
/// ```
/// use countersign_verify::ClaimPath;
///
/// let claims = serde_json::json!({"realm_access": {"roles": ["admin"]}});
/// let path = ClaimPath::parse("realm_access.roles").unwrap();
/// assert_eq!(path.texts(claims.as_object().unwrap()), ["admin"]);
/// // A name that holds dots is written as a list.
/// let namespaced = ClaimPath::of_names(["https://example.com/roles"]).unwrap();
/// assert_eq!(namespaced.to_string(), r#"["https://example.com/roles"]"#);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClaimPath(Box<[Box<str>]>);

impl ClaimPath {
    /// Reads a path with dots between its names. A text with `://` in it is one name, as Auth0's are.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains("://") {
            return Self::of_names([text]);
        }
        Self::of_names(text.split('.'))
    }

    /// A path of these names, which may hold dots; `None` without any, or with an empty one.
    #[must_use]
    pub fn of_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let names: Box<[Box<str>]> = names.into_iter().map(Into::into).collect();
        (!names.is_empty() && names.iter().all(|name| !name.trim().is_empty()))
            .then_some(Self(names))
    }

    /// A path of names that stand in the source.
    pub(crate) fn of_known(names: &[&'static str]) -> Self {
        Self(names.iter().map(|name| Box::from(*name)).collect())
    }

    /// Whether users can write what stands there themselves, as Supabase's `user_metadata`: no place for roles.
    #[must_use]
    pub fn is_user_writable(&self) -> bool {
        matches!(
            self.0.first().map(AsRef::as_ref),
            Some("user_metadata" | "raw_user_meta_data")
        )
    }

    /// What stands there.
    #[must_use]
    pub fn find<'a>(&self, claims: &'a Map<String, Value>) -> Option<&'a Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter()
            .try_fold(claims.get(&**first)?, |value, name| value.get(&**name))
    }

    /// The texts that stand there: one, a list, or several with blanks between them, as in `scope`.
    #[must_use]
    pub fn texts(&self, claims: &Map<String, Value>) -> Vec<String> {
        self.find(claims).map(texts).unwrap_or_default()
    }
}

/// One text, several with blanks between them, or a list of texts.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.iter().any(|name| name.contains('.')) {
            write!(f, "{:?}", self.0)
        } else {
            f.write_str(&self.0.join("."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_are_read_and_shown_alike() {
        for text in ["role", "realm_access.roles", "app_metadata.role"] {
            assert_eq!(ClaimPath::parse(text).unwrap().to_string(), text);
        }
        for text in ["", ".", "a.", ".a", "a..b", " "] {
            assert_eq!(ClaimPath::parse(text), None, "{text:?}");
        }
        assert_eq!(ClaimPath::of_names([]), None);
    }

    #[test]
    fn texts_are_had_from_each_shape_and_nothing_from_others() {
        let claims = json!({
            "role": "admin", "scope": "read  write", "deep": {"roles": ["a", 1, "b"]},
            "https://example.com/roles": ["x"], "n": 5, "o": {"roles": {"a": 1}},
        });
        let claims = claims.as_object().unwrap();
        let texts = |path: &str| ClaimPath::parse(path).unwrap().texts(claims);
        assert_eq!(texts("role"), ["admin"]);
        assert_eq!(texts("scope"), ["read", "write"]);
        assert_eq!(texts("deep.roles"), ["a", "b"]);
        assert_eq!(texts("https://example.com/roles"), ["x"]);
        for none in ["n", "o.roles", "role.deeper", "missing", "deep"] {
            assert!(texts(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn what_users_write_is_told() {
        for (path, writable) in [("user_metadata.role", true), ("app_metadata.role", false)] {
            assert_eq!(ClaimPath::parse(path).unwrap().is_user_writable(), writable);
        }
    }
}
