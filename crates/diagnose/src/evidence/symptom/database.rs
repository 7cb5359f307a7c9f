//! What databases, their drivers and poolers say.

use super::check::ANY;
use super::{Symptom, Table};

pub(super) const TABLES: &[Table] = &[Table {
    by: &ANY,
    phrases: &[("password authentication failed", Symptom::DatabaseFailed)],
}];
