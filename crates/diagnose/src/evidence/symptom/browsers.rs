//! What browsers write into their console, and what servers say about a credential that did not arrive.

use super::check::ANY;
use super::{Symptom, Table};

pub(super) const TABLES: &[Table] = &[Table {
    by: &ANY,
    phrases: &[
        ("blocked by CORS policy", Symptom::CorsRefused),
        ("not authenticated", Symptom::CredentialUnseen),
    ],
}];
