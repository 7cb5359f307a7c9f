//! Reading a JSON body into a request, so that everything that is wrong is said at once.

use std::fmt;

use axum::extract::{FromRequest, Request};
use countersign_verify::Cause;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::fields::{Fields, FromFields};
use super::parameters;
use crate::App;
use crate::http::{FieldError, Refused};

/// The request that a JSON body holds.
///
/// It demands `Content-Type: application/json`, so that a page of another origin cannot send it
/// without a preflight (ASVS 3.5.2), takes no parameter in the query, and refuses duplicate keys and NUL characters, which the
/// parsers on the way may read differently.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<T>(pub T);

impl<T: FromFields> FromRequest<App> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refused> {
        let is_json = is_json(request.headers());
        let is_untyped = !request.headers().contains_key(CONTENT_TYPE);
        let query = parameters::none(request.uri().query());
        let bytes = crate::http::bytes(request, app).await?;
        if bytes.is_empty() && is_untyped {
            // No body is a body without fields: what is missing is then said by name.
            return Fields::new(Map::new(), query).read().map(Self);
        }
        if !is_json {
            return Err(Refused::new(
                Cause::RequestMalformed,
                "the body must be JSON, sent with Content-Type: application/json",
            ));
        }
        Fields::parse(&bytes)?.and(query).read().map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    let essence = kind.and_then(|kind| kind.split(|byte| *byte == b';').next());
    essence.is_some_and(|essence| {
        essence
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/json")
    })
}

impl Fields {
    /// Reads the fields of a JSON object; what is wrong with them is kept for [`Fields::read`].
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        let mut errors = Vec::new();
        let mut parser = serde_json::Deserializer::from_slice(bytes);
        let strict = Strict {
            errors: &mut errors,
            path: "",
        };
        let value = strict
            .deserialize(&mut parser)
            .and_then(|value| parser.end().map(|()| value));
        match value {
            Ok(Value::Object(values)) => Ok(Self::new(values, errors)),
            Ok(_) => Err(Refused::fields(vec![FieldError::new(
                "",
                "The body must be a JSON object, such as {\"email\": …}.",
            )])),
            Err(error) => Err(Refused::new(
                Cause::RequestMalformed,
                format!("the body is not JSON: {}", reason(&error)),
            )),
        }
    }
}

/// What the parser says, without the bytes at fault, which may be part of a password.
fn reason(error: &serde_json::Error) -> String {
    let kind = if error.is_eof() {
        "it ends too early"
    } else {
        "it breaks the grammar"
    };
    format!("{kind} (line {}, column {})", error.line(), error.column())
}

/// So many duplicate keys and NUL characters are told.
const MOST_FAULTS: usize = 20;

/// Reads any JSON and notes duplicate keys and NUL characters by the path of their field.
struct Strict<'a> {
    errors: &'a mut Vec<FieldError>,
    path: &'a str,
}

impl Strict<'_> {
    /// Notes a fault once a field, and not more of them than anybody reads: a body of faults must
    /// not become an answer that is many times larger.
    fn note(&mut self, message: &str) {
        let errors = &mut *self.errors;
        if errors.len() < MOST_FAULTS && errors.iter().all(|error| error.field != self.path) {
            errors.push(FieldError::new(self.path, message));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("a number out of range"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(mut self, text: &str) -> Result<Value, E> {
        if text.contains('\0') {
            self.note("There is a NUL character in it.");
        }
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        loop {
            let path = join(self.path, &array.len().to_string());
            let seed = Strict {
                errors: &mut *self.errors,
                path: &path,
            };
            match items.next_element_seed(seed)? {
                Some(item) => array.push(item),
                None => return Ok(Value::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let path = join(self.path, &key);
            if key.contains('\0') {
                return Err(A::Error::custom("a key has a NUL character"));
            }
            let mut seed = Strict {
                errors: &mut *self.errors,
                path: &path,
            };
            if map.contains_key(&key) {
                seed.note("It stands twice in the object.");
            }
            let value = entries.next_value_seed(seed)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// The path of a nested field, `profile.name`; long keys are cut.
fn join(path: &str, key: &str) -> String {
    let key = &key[..key.floor_char_boundary(100)];
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn errors(body: &str) -> Vec<(String, String)> {
        let fields = Fields::parse(body.as_bytes()).expect("an object");
        let errors = fields.errors();
        errors
            .iter()
            .map(|error| (error.field.clone(), error.message.clone()))
            .collect()
    }

    fn refused(body: &[u8]) -> Refused {
        Fields::parse(body).expect_err("a refusal")
    }

    #[test]
    fn what_is_no_json_is_malformed_and_not_quoted() {
        for body in [
            &b""[..],
            b"{",
            b"{\"password\": hunter2}",
            b"{} {}",
            b"{\"a\": \"\xff\"}",
            b"{\"a\": \"\\ud800\"}",
            b"{\"a\": 1e999}",
            b"{\"a\\u0000\": 1}",
            b"{'a': 1}",
            b"\xef\xbb\xbf{}",
        ] {
            let refused = refused(body);
            assert_eq!(refused.cause(), Cause::RequestMalformed, "{body:?}");
            assert!(!refused.detail().contains("hunter2"));
        }
    }

    #[test]
    fn a_deep_body_is_malformed_and_does_not_overflow_the_stack() {
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(30_000), "]".repeat(30_000));
        assert_eq!(refused(deep.as_bytes()).cause(), Cause::RequestMalformed);
    }

    #[test]
    fn json_that_is_no_object_is_told_so() {
        for body in ["null", "[]", "\"x\"", "7", "true"] {
            assert_eq!(
                refused(body.as_bytes()).cause(),
                Cause::FieldsInvalid,
                "{body}"
            );
        }
    }

    #[test]
    fn duplicate_keys_and_nul_are_noted_by_their_path() {
        let found = errors(r#"{"a": 1, "a": 1, "b": {"c": ["x", "\u0000"], "c": 2}}"#);
        let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["a", "b.c.1", "b.c"]);
        assert!(found[0].1.contains("twice") && found[1].1.contains("NUL"));
    }

    #[test]
    fn a_body_of_faults_is_not_answered_at_length() {
        let twice = format!("{{{}\"a\": 1}}", "\"a\": 1, ".repeat(5000));
        assert_eq!(errors(&twice).len(), 1);
        let nuls = format!("{{\"a\": [{}1]}}", "\"\\u0000\", ".repeat(5000));
        assert_eq!(errors(&nuls).len(), MOST_FAULTS);
    }

    #[test]
    fn the_kind_of_the_body_must_be_json() {
        for (kind, expected) in [
            (Some("application/json"), true),
            (Some("Application/JSON; charset=utf-8"), true),
            (Some("text/plain"), false),
            (Some("application/x-www-form-urlencoded"), false),
            (Some("application/jsonp"), false),
            (None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(kind) = kind {
                headers.insert(CONTENT_TYPE, kind.parse().expect("a header"));
            }
            assert_eq!(is_json(&headers), expected, "{kind:?}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Fields::parse(&body);
        }

        #[test]
        fn clean_objects_are_read_as_they_are(keys in prop::collection::btree_map("[a-z]{1,5}", -5i64..5, 0..5)) {
            let json = serde_json::to_string(&keys).expect("JSON");
            prop_assert_eq!(errors(&json), []);
        }
    }
}
