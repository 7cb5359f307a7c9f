//! The page of one form with a few words before it: most of those that a letter leads to.

use askama::Template;

use super::form::Form;
use super::frame::Frame;

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
}
