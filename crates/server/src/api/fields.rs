//! The fields of a JSON body: read one by one, all errors kept.

use countersign_domain::password::{Password, policy};
use countersign_domain::{Email, name};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::accounts::sentence;
use crate::http::{FieldError, Refused};

/// The most bytes of an address of a picture.
const URL_BYTES: usize = 2048;

/// Mark of a field that is wrong; what is wrong with it is kept by [`Fields`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Wrong;

/// A request that is read from fields.
pub(crate) trait FromFields: Sized {
    /// Reads all fields before it gives up for the first that is wrong.
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong>;
}

/// The fields that were sent, and what is wrong with those read so far. Unknown ones are ignored,
/// so that newer clients can talk to older servers.
#[derive(Debug)]
pub(crate) struct Fields {
    errors: Vec<FieldError>,
    values: Map<String, Value>,
}

/// What a partial update does to a field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Change<T> {
    /// It is emptied (`null` was sent).
    Clear,
    /// It stays (nothing was sent).
    Keep,
    /// It gets a value.
    Set(T),
}

impl<T> From<Change<T>> for Option<Option<T>> {
    /// `None` where the field stays, as the store has it.
    fn from(change: Change<T>) -> Self {
        match change {
            Change::Clear => Some(None),
            Change::Keep => None,
            Change::Set(value) => Some(Some(value)),
        }
    }
}

impl Fields {
    pub(crate) const fn new(values: Map<String, Value>, errors: Vec<FieldError>) -> Self {
        Self { errors, values }
    }

    /// Adds what is wrong beside the body.
    pub(crate) fn and(mut self, errors: Vec<FieldError>) -> Self {
        self.errors.extend(errors);
        self
    }

    /// Reads the whole request.
    ///
    /// # Errors
    ///
    /// `fields-invalid` with every field that is wrong.
    pub(crate) fn read<T: FromFields>(mut self) -> Result<T, Refused> {
        match T::from_fields(&mut self) {
            Ok(request) if self.errors.is_empty() => Ok(request),
            _ => Err(Refused::fields(self.errors)),
        }
    }

    /// Reads a field that must be there.
    pub(crate) fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, String>,
    ) -> Result<T, Wrong> {
        match self.take(name) {
            None => {
                self.complain(name, "This field is required.");
                Err(Wrong)
            }
            Some(value) => self.noted(name, read(value)),
        }
    }

    /// Reads a field that may be missing or `null`.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, String>,
    ) -> Result<Option<T>, Wrong> {
        let value = self.take(name);
        value.map(|value| self.noted(name, read(value))).transpose()
    }

    /// Reads a field of a partial update.
    pub(crate) fn change<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, String>,
    ) -> Result<Change<T>, Wrong> {
        match self.values.remove(name) {
            None => Ok(Change::Keep),
            Some(Value::Null) => Ok(Change::Clear),
            Some(value) => self.noted(name, read(value)).map(Change::Set),
        }
    }

    /// All that was sent, for a request that is a free document.
    pub(crate) fn all(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.values)
    }

    #[cfg(test)]
    pub(crate) fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    fn complain(&mut self, name: &str, message: &str) {
        self.errors.push(FieldError::new(name, sentence(message)));
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }

    fn noted<T>(&mut self, name: &str, read: Result<T, String>) -> Result<T, Wrong> {
        // What was noted while parsing says more than what the reader stumbles over.
        if self.errors.iter().any(|error| error.field == name) {
            return Err(Wrong);
        }
        read.map_err(|message| {
            self.complain(name, &message);
            Wrong
        })
    }
}

/// A text as it is.
pub(crate) fn text(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(format!("must be a text, not {}", kind(&other))),
    }
}

/// A secret, wiped after use.
pub(crate) fn secret_text(value: Value) -> Result<Zeroizing<String>, String> {
    text(value).map(Zeroizing::new)
}

/// True or false.
pub(crate) fn switch(value: Value) -> Result<bool, String> {
    match value {
        Value::Bool(switch) => Ok(switch),
        other => Err(format!("must be true or false, not {}", kind(&other))),
    }
}

/// A mail address.
pub(crate) fn email(value: Value) -> Result<Email, String> {
    Email::parse(&text(value)?).map_err(|error| error.to_string())
}

/// A mail address as it was sent, once it is known to be one: `accounts` reads it again, but its
/// complaint would come alone where another field is of a wrong kind.
pub(crate) fn email_text(value: Value) -> Result<String, String> {
    let sent = text(value)?;
    Email::parse(&sent).map_err(|error| error.to_string())?;
    Ok(sent)
}

/// A password as it is, long or short: whether it may be chosen anew is another question.
pub(crate) fn password_text(value: Value) -> Result<Zeroizing<String>, String> {
    let sent = secret_text(value)?;
    Password::parse(sent.clone()).map_err(|error| error.to_string())?;
    Ok(sent)
}

/// A password to be, as far as it can be judged without knowing whose it is to be.
pub(crate) fn new_password_text(value: Value) -> Result<Zeroizing<String>, String> {
    let sent = secret_text(value)?;
    let password = Password::parse(sent.clone()).map_err(|error| error.to_string())?;
    policy::check_new(&password, None, None, &[]).map_err(|weakness| weakness.to_string())?;
    Ok(sent)
}

/// What a person wants to be called: 1 to 100 characters without controls; blanks around it are
/// cut off.
pub(crate) fn name(value: Value) -> Result<String, String> {
    let text = text(value)?;
    let name = name::parse(&text).map_err(|error| error.to_string())?;
    Ok(name.to_owned())
}

/// The address of a picture: http or https, 2,048 bytes at most.
pub(crate) fn picture_url(value: Value) -> Result<String, String> {
    let text = text(value)?;
    let parsed = url::Url::parse(text.trim()).map_err(|_| "must be an absolute URL".to_owned())?;
    if !matches!(parsed.scheme(), "http" | "https") {
        Err("must be an http or https URL".to_owned())
    } else if parsed.as_str().len() > URL_BYTES {
        Err(format!("must have {URL_BYTES} bytes at most"))
    } else {
        Ok(parsed.into())
    }
}

/// An identifier at a provider, which some clients send as a number and some as a text.
pub(crate) fn subject(value: Value) -> Result<String, String> {
    let subject = match value {
        Value::Number(number) if number.is_u64() => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        other => {
            return Err(format!(
                "must be a text or a whole number, not {}",
                kind(&other)
            ));
        }
    };
    if subject.is_empty() || subject.len() > 255 || subject.contains(char::is_control) {
        return Err("must have 1 to 255 characters".to_owned());
    }
    Ok(subject)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "an array",
        Value::Bool(_) => "true or false",
        Value::Null => "null",
        Value::Number(_) => "a number",
        Value::Object(_) => "an object",
        Value::String(_) => "a text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug)]
    struct Sample {
        email: Email,
        name: Option<String>,
    }

    impl FromFields for Sample {
        fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
            let email = fields.required("email", email);
            let name = fields.optional("name", name);
            let _ = fields.required("password", password_text);
            Ok(Self {
                email: email?,
                name: name?,
            })
        }
    }

    fn read(body: &Value) -> Result<Sample, Refused> {
        Fields::parse(body.to_string().as_bytes())?.read()
    }

    fn wrong(body: &Value) -> Vec<String> {
        let refused = read(body).expect_err("wrong fields");
        refused
            .field_errors()
            .iter()
            .map(|error| error.field.clone())
            .collect()
    }

    #[test]
    fn good_fields_are_read_and_unknown_ones_ignored() {
        let sample = read(&json!({"email": "A@b.org", "password": "x", "more": [1]}));
        let sample = sample.expect("a request");
        assert_eq!((sample.email.as_str(), sample.name), ("a@b.org", None));
    }

    #[test]
    fn all_wrong_fields_are_named_at_once() {
        assert_eq!(wrong(&json!({})), ["email", "password"]);
        assert_eq!(
            wrong(&json!({"email": 7, "name": {}, "password": null})),
            ["email", "name", "password"]
        );
        assert_eq!(
            wrong(&json!({"email": "x", "name": "\u{7}", "password": ""})),
            ["email", "name", "password"]
        );
    }

    #[test]
    fn a_field_with_two_faults_is_named_once() {
        let body = r#"{"email": "a@b.org", "email": 7, "password": "x\u0000"}"#;
        let refused = Fields::parse(body.as_bytes()).and_then(Fields::read::<Sample>);
        let refused = refused.expect_err("wrong fields");
        let fields: Vec<_> = refused
            .field_errors()
            .iter()
            .map(|e| e.field.as_str())
            .collect();
        assert_eq!(fields, ["email", "password"]);
    }

    #[test]
    fn a_nul_in_an_ignored_field_is_refused_too() {
        assert_eq!(
            wrong(&json!({"email": "a@b.org", "password": "x", "more": "\0"})),
            ["more"]
        );
    }

    #[test]
    fn a_partial_update_tells_null_from_nothing() {
        let mut fields = Fields::parse(br#"{"a": null, "b": "x"}"#).expect("an object");
        assert_eq!(fields.change("a", text), Ok(Change::Clear));
        assert_eq!(fields.change("b", text), Ok(Change::Set("x".to_owned())));
        assert_eq!(fields.change("c", text), Ok(Change::Keep));
        let stored: [Option<Option<u8>>; 3] =
            [Change::Clear, Change::Keep, Change::Set(2)].map(Into::into);
        assert_eq!(stored, [Some(None), None, Some(Some(2))]);
    }

    #[test]
    fn names_pictures_and_subjects_have_their_limits() {
        assert_eq!(name(json!("  Ada  ")), Ok("Ada".to_owned()));
        for wrong in [json!(" "), json!("x".repeat(101)), json!("a\nb"), json!(7)] {
            assert!(name(wrong.clone()).is_err(), "{wrong}");
        }
        assert!(picture_url(json!("https://x.org/a.png")).is_ok());
        for wrong in [
            "",
            "x.png",
            "javascript:alert(1)",
            "data:image/png;base64,AA",
        ] {
            assert!(picture_url(json!(wrong)).is_err(), "{wrong}");
        }
        assert!(picture_url(json!(format!("https://x.org/{}", "a".repeat(3000)))).is_err());
        assert_eq!(subject(json!(583_231)), Ok("583231".to_owned()));
        assert_eq!(subject(json!("583231")), Ok("583231".to_owned()));
        for wrong in [
            json!(1.5),
            json!(-1),
            json!(""),
            json!([]),
            json!("x".repeat(256)),
        ] {
            assert!(subject(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
