//! The page of one form with a few words before it: most of those that a letter leads to.

use askama::Template;
use serde::Deserialize;

use super::form::Form;
use super::frame::Frame;

/// The query of a link that a letter, or the server's output, brings.
#[derive(Deserialize)]
pub(super) struct Link {
    /// Its token; empty for an address that was typed.
    #[serde(default)]
    pub token: String,
}

/// The page.
#[derive(Template)]
#[template(path = "link.html")]
pub(super) struct LinkPage {
    /// The frame, whose title is the page's heading.
    pub frame: Frame,
    /// What this is about.
    pub lead: &'static str,
    /// The form.
    pub form: Form,
    /// What to do for whom the form is not.
    pub aside: Option<Aside>,
}

/// Another way than the form's.
pub(super) struct Aside {
    /// For whom it is.
    pub text: &'static str,
    /// Where it leads.
    pub href: String,
    /// What the link says.
    pub label: &'static str,
}
