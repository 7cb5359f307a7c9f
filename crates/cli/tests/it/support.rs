//! What the tests of the binary share.

pub mod command;
pub mod http;
pub mod serving;

pub use command::Countersign;
pub use http::Request;
pub use serving::Serving;

/// A folder of its own for a test, with no repository above it.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
