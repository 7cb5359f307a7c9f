//! Credential in, verdict out: the code that every Countersign service runs on every request.

mod cause;

pub use cause::{Cause, Disclosure};
