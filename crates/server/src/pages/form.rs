//! Forms: their fields, what was typed, and what is wrong with it.

use crate::http::FieldError;

/// A form that is sent by POST.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// Where it is sent.
    pub action: String,
    /// The CSRF token.
    pub csrf: String,
    /// Values carried along unseen.
    pub carried: Vec<(&'static str, String)>,
    /// The fields.
    pub inputs: Vec<Input>,
    /// Whose password it is about, for password managers; empty where a field says it.
    pub username: String,
    /// What the button says.
    pub submit: &'static str,
}

impl Form {
    /// A form with these fields.
    pub(super) fn new(
        action: impl Into<String>,
        csrf: impl Into<String>,
        submit: &'static str,
        inputs: Vec<Input>,
    ) -> Self {
        Self {
            action: action.into(),
            csrf: csrf.into(),
            carried: Vec::new(),
            username: String::new(),
            inputs,
            submit,
        }
    }

    /// Carries a value along.
    pub(super) fn carry(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.carried.push((name, value.into()));
        self
    }

    /// Tells password managers whose password it is about.
    pub(super) fn of_user(mut self, username: impl Into<String>) -> Self {
        self.username = username.into();
        self
    }

    /// Puts each error under its field. Those that belong to no field are given back.
    pub(super) fn complain(&mut self, errors: &[FieldError]) -> Vec<String> {
        let mut homeless = Vec::new();
        for error in errors {
            match self
                .inputs
                .iter_mut()
                .find(|input| input.name == error.field)
            {
                Some(input) => input.error = Some(error.message.clone()),
                None => homeless.push(error.message.clone()),
            }
        }
        homeless
    }

    /// The fields that are wrong.
    pub(super) fn wrong(&self) -> impl Iterator<Item = &Input> {
        self.inputs.iter().filter(|input| input.error.is_some())
    }

    /// The head of the summary of errors.
    pub(super) fn complaint(&self) -> String {
        match self.wrong().count() {
            1 => "One field needs another look".into(),
            count => format!("{count} fields need another look"),
        }
    }
}

/// How a field is typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Check,
    Email,
    Password,
    Text,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// Its name in the form, and its id on the page.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What the browser may fill in (HTML, section 4.10.18.7).
    pub autocomplete: &'static str,
    /// What to know before typing; empty if there is nothing.
    pub hint: &'static str,
    /// What was typed. A password is never sent back.
    pub value: String,
    /// What is wrong with what was typed.
    pub error: Option<String>,
    /// Whether it must be filled in.
    pub required: bool,
    kind: Kind,
}

impl Input {
    /// An email address, which is also the user name.
    pub(super) fn email(value: &str) -> Self {
        Self {
            value: value.into(),
            ..Self::new("email", "Email", Kind::Email, "username")
        }
    }

    /// The name of a person.
    pub(super) fn name(value: &str) -> Self {
        Self {
            value: value.into(),
            required: false,
            ..Self::new("name", "Name", Kind::Text, "name")
        }
    }

    /// The password of today (ASVS V6.2.7: password managers fill it in).
    pub(super) fn current_password(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Kind::Password, "current-password")
    }

    /// A password to be.
    pub(super) fn new_password(name: &'static str, label: &'static str) -> Self {
        Self {
            hint: "At least 8 characters. Anything goes, blanks and emoji too; 15 or more are better.",
            ..Self::new(name, label, Kind::Password, "new-password")
        }
    }

    /// A box to tick.
    pub(super) fn check(name: &'static str, label: &'static str, ticked: bool) -> Self {
        Self {
            value: if ticked { "yes".into() } else { String::new() },
            required: false,
            ..Self::new(name, label, Kind::Check, "off")
        }
    }

    /// Adds what to know before typing.
    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    fn new(
        name: &'static str,
        label: &'static str,
        kind: Kind,
        autocomplete: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            autocomplete,
            hint: "",
            value: String::new(),
            error: None,
            required: true,
            kind,
        }
    }

    /// The `type` of the input element.
    pub(super) const fn kind(&self) -> &'static str {
        match self.kind {
            Kind::Check => "checkbox",
            Kind::Email => "email",
            Kind::Password => "password",
            Kind::Text => "text",
        }
    }

    /// Whether it is a box to tick.
    pub(super) fn is_check(&self) -> bool {
        self.kind == Kind::Check
    }

    /// Whether it is an address, which no browser should capitalise or correct.
    pub(super) fn is_address(&self) -> bool {
        self.kind == Kind::Email
    }

    /// What is wrong, for the summary.
    pub(super) fn trouble(&self) -> &str {
        self.error.as_deref().unwrap_or_default()
    }

    /// The ids of the texts that describe it.
    pub(super) fn described_by(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{error} {hint}")),
            (hint, error) => error.or(hint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_goes_under_its_field_and_none_is_lost() {
        let mut form = Form::new(
            "/register",
            "token",
            "Create",
            vec![
                Input::email("a@"),
                Input::new_password("password", "Password"),
            ],
        );
        let homeless = form.complain(&[
            FieldError::new("email", "is no address"),
            FieldError::new("password", "is too short"),
            FieldError::new("", "the form was cut off"),
        ]);
        assert_eq!(homeless, ["the form was cut off"]);
        assert_eq!(form.complaint(), "2 fields need another look");
        let password = &form.inputs[1];
        assert_eq!(
            password.described_by().as_deref(),
            Some("password-error password-hint")
        );
    }

    #[test]
    fn a_field_without_hint_or_error_is_described_by_nothing() {
        assert_eq!(Input::email("").described_by(), None);
    }
}
