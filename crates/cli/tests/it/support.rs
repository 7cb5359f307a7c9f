//! What the tests of the binary share.

pub mod command;

pub use command::Countersign;

/// A folder of its own for a test, with no repository above it.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
