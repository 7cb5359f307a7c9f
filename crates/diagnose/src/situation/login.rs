//! A refused sign-in with a password, and what the rows of users say of it.

use super::Situation;
use super::password_hash::COLUMNS;
use super::sign_in::member;
use super::users::{self, Row};
use crate::evidence::{DocumentKind, Request, Spot};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;
use serde_json::Value;

/// Parts of paths that take a password.
const PATHS: &[&str] = &[
    "login",
    "signin",
    "sign-in",
    "sign_in",
    "credentials",
    "authenticate",
    "session",
    "/token",
    "grant_type=password",
];

/// Members of a body, and columns of a row, that name the account.
const NAMES: &[&str] = &[
    "email",
    "username",
    "login",
    "identifier",
    "user",
    "user_name",
    "userName",
    "mail",
];

impl Situation<'_> {
    /// The address that the failing request signs in with, if it does and is refused.
    fn refused_login(&self) -> Option<(&Request, String)> {
        let request = self.request().filter(|request| request.method == "POST")?;
        let target = request.target.to_ascii_lowercase();
        let asks = PATHS
            .iter()
            .any(|part| target.contains(part) || request.body.contains(part));
        let answer = self.response()?;
        let refused = matches!(answer.status, 400 | 401 | 403 | 404 | 422);
        let typed = member(request, NAMES)?;
        (asks && refused).then_some((request, typed))
    }

    /// Why a password is refused: there is no such account, it is written otherwise, or it has no password.
    pub(crate) fn login_by_rows(&self) -> Option<Finding> {
        let (_, typed) = self.refused_login()?;
        let rows = users::rows(self);
        let document = self.evidence.of_kind(DocumentKind::Users).next()?;
        let spot = Spot::line(&document.source(), 0, "");
        let answer = self.response()?;
        let exact = rows.iter().find(|row| has(row, |own| own == typed));
        let alike = rows
            .iter()
            .find(|row| has(row, |own| own.trim().eq_ignore_ascii_case(typed.trim())));
        let (message, fix, label) = match (exact, alike) {
            (Some(row), _) if without_password(row) => (
                "the account has no password: it was made by signing in with a provider",
                "Sign in with the provider, or set a password through \"forgot password\".",
                "no password",
            ),
            (Some(_), _) => return None,
            (None, Some(_)) => (
                "the account is there under the same address in other letters, or with blanks around it",
                "Trim and lower-case addresses where they are stored and where they are looked up, and mend the rows that there are.",
                "stored otherwise",
            ),
            (None, None) if rows.is_empty() => return None,
            (None, None) => (
                "there is no account with this address",
                "Check the address, and whether the account is in this environment's database.",
                "not among these",
            ),
        };
        Some(
            Finding::new(Cause::CredentialsInvalid, Strength::Likely, message)
                .weight(0.7)
                .at(spot, label)
                .at(answer.status_spot(), "refused here")
                .fix(fix),
        )
    }
}

fn has(row: &Row, is_it: impl Fn(&str) -> bool) -> bool {
    NAMES
        .iter()
        .filter_map(|name| row.get(*name).and_then(Value::as_str))
        .any(is_it)
}

fn without_password(row: &Row) -> bool {
    COLUMNS.iter().any(|name| match row.get(*name) {
        Some(Value::Null) => true,
        Some(Value::String(hash)) => hash.trim().is_empty() || hash.starts_with('!'),
        _ => false,
    })
}
