//! The fields of every form that makes an account.

use serde::Deserialize;

use super::form::Input;
use crate::accounts::register::Registration;

/// What was typed.
#[derive(Default, Deserialize)]
pub(super) struct Applicant {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

impl Applicant {
    /// The fields, with what was typed but the password.
    pub(super) fn inputs(&self) -> Vec<Input> {
        vec![
            Input::name(&self.name).hint("Optional. How you want to be addressed."),
            Input::email(&self.email),
            Input::new_password("password", "Password"),
        ]
    }

    /// The registration.
    pub(super) fn registration(self) -> Registration {
        Registration {
            email: self.email,
            password: self.password.into(),
            name: Some(self.name),
        }
    }
}
