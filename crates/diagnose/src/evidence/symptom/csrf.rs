//! What checks against forged requests say.

use super::check::ANY;
use super::{Symptom, Table};

pub(super) const TABLES: &[Table] = &[Table {
    by: &ANY,
    phrases: &[("invalid csrf token", Symptom::CsrfRefused)],
}];
