//! Input of people: every field is read before the first complaint is made.

use countersign_domain::password::{Password, policy};
use countersign_domain::{Email, name};
use countersign_verify::Cause;
use zeroize::Zeroizing;

use crate::App;
use crate::http::{FieldError, Refused};

/// Collects what is wrong with the fields of one input.
#[derive(Debug, Default)]
pub(super) struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// Reads a mail address.
    pub(super) fn email(&mut self, field: &str, text: &str) -> Option<Email> {
        let parsed = Email::parse(text);
        self.keep(field, parsed.map_err(|error| sentence(&error.to_string())))
    }

    /// Reads a password that is presented, be it good enough today or not.
    pub(super) fn password(&mut self, field: &str, text: Zeroizing<String>) -> Option<Password> {
        let parsed = Password::parse(text);
        self.keep(field, parsed.map_err(|error| sentence(&error.to_string())))
    }

    /// Reads the name of a person. Blank is none.
    pub(super) fn name(&mut self, field: &str, text: Option<&str>) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let parsed = name::parse(text).map(ToOwned::to_owned);
        self.keep(field, parsed.map_err(|error| format!("The name {error}.")))
    }

    /// Judges a password that somebody wants to have from now on (ASVS V6.2).
    pub(super) fn judge(
        &mut self,
        app: &App,
        field: &str,
        password: &Password,
        email: Option<&Email>,
        name: Option<&str>,
    ) {
        let host = app.host();
        let words: Vec<_> = host.split('.').filter(|word| word.len() > 3).collect();
        if let Err(weakness) = policy::check_new(password, email, name, &words) {
            self.complain(field, &sentence(&weakness.to_string()));
        }
    }

    /// Adds a complaint.
    pub(super) fn complain(&mut self, field: &str, message: &str) {
        self.errors.push(FieldError::new(field, message));
    }

    /// The complaints, if there are any.
    ///
    /// # Errors
    /// `fields-invalid` with all of them.
    pub(super) fn finish(self) -> Result<(), Refused> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Refused::fields(self.errors))
        }
    }

    /// What was read, if there is no complaint.
    ///
    /// # Errors
    /// `fields-invalid` with all complaints.
    pub(super) fn read<T>(self, read: Option<T>) -> Result<T, Refused> {
        self.finish()?;
        read.ok_or_else(|| {
            Refused::new(
                Cause::InternalError,
                "a field was not read, and no complaint was made",
            )
        })
    }

    fn keep<T>(&mut self, field: &str, parsed: Result<T, String>) -> Option<T> {
        parsed
            .map_err(|message| self.complain(field, &message))
            .ok()
    }
}

/// An error's text as a sentence for people.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let mut sentence: String = first.to_uppercase().chain(letters).collect();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_complaints_come_at_once() {
        let mut fields = Fields::default();
        assert!(fields.email("email", "nobody").is_none());
        assert!(fields.password("password", String::new().into()).is_none());
        assert!(fields.name("name", Some("a\u{7}b")).is_none());
        let refused = fields.finish().expect_err("refused");
        let names: Vec<_> = refused
            .field_errors()
            .iter()
            .map(|error| error.field.as_str())
            .collect();
        assert_eq!(names, ["email", "password", "name"]);
        for error in refused.field_errors() {
            assert!(error.message.ends_with('.'), "{error:?}");
        }
    }

    #[test]
    fn names_are_trimmed_and_measured_in_characters() {
        let mut fields = Fields::default();
        assert_eq!(fields.name("name", Some("  Ada ")).as_deref(), Some("Ada"));
        assert_eq!(fields.name("name", Some("  ")), None);
        assert_eq!(fields.name("name", None), None);
        assert!(fields.name("name", Some(&"é".repeat(100))).is_some());
        assert!(fields.finish().is_ok());
        let mut fields = Fields::default();
        assert!(fields.name("name", Some(&"é".repeat(101))).is_none());
        assert!(fields.finish().is_err());
    }
}
