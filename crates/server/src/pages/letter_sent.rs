//! What is shown once a letter was asked for: the same for every address (ASVS V6.3.8).

use askama::Template;

use super::frame::Frame;

/// The page.
#[derive(Template)]
#[template(path = "letter_sent.html")]
pub(super) struct LetterSentPage {
    /// The frame.
    pub frame: Frame,
    /// What was sent, if the address is known.
    pub text: &'static str,
    /// Where to ask for another letter.
    pub again: &'static str,
}
