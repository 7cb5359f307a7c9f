//! What is said about passwords, second factors, passkeys, OAuth flows and sessions.

use super::check::ANY;
use super::{Symptom, Table};

pub(super) const TABLES: &[Table] = &[Table {
    by: &ANY,
    phrases: &[("redirect_uri_mismatch", Symptom::OauthRefused)],
}];
