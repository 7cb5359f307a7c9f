//! Which loader a text speaks of.

use super::Loader;

impl Loader {
    /// The loader that a comment, a log line or the name of a product speaks of.
    pub(crate) fn named(_text: &str) -> Option<Self> {
        None
    }
}
