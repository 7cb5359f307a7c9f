//! The password hash in a user's row, and whether the library that checks it knows its form.

use super::Situation;
use super::users;
use crate::evidence::{DocumentKind, Spot, Symptom};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;
use serde_json::Value;

/// Columns that hold hashes.
pub(super) const COLUMNS: &[&str] = &[
    "password",
    "password_hash",
    "passwordHash",
    "hashed_password",
    "hashedPassword",
    "encrypted_password",
    "password_digest",
    "passwd",
    "pwd",
    "hash",
];

/// How hashes begin, by the scheme that made them.
const SCHEMES: &[(&str, &str)] = &[
    ("$2y$", "bcrypt as PHP writes it"),
    ("$2a$", "bcrypt"),
    ("$2b$", "bcrypt"),
    ("$2x$", "bcrypt"),
    ("$argon2", "Argon2"),
    ("pbkdf2_sha256$", "Django's PBKDF2"),
    ("pbkdf2:", "Werkzeug's PBKDF2"),
    ("scrypt:", "Werkzeug's scrypt"),
    ("$scrypt$", "scrypt"),
    ("$pbkdf2", "passlib's PBKDF2"),
    ("{bcrypt}", "Spring's delegating encoder"),
    ("{noop}", "Spring's delegating encoder"),
    ("{SSHA}", "LDAP"),
    ("$6$", "crypt of Unix"),
    ("$5$", "crypt of Unix"),
    ("$1$", "crypt of Unix"),
    ("$P$", "phpass of WordPress"),
    ("$wp$", "bcrypt as WordPress wraps it"),
];

/// Which schemes a library checks, by the product's name.
const READERS: &[(&str, &[&str])] = &[
    ("bcryptjs", &["$2a$", "$2b$", "$2y$"]),
    ("bcrypt-nodejs", &["$2a$"]),
    ("jbcrypt", &["$2a$"]),
    ("laravel", &["$2y$", "$argon2"]),
    ("devise", &["$2a$", "$2b$", "$2x$", "$2y$"]),
    ("bcryptpasswordencoder", &["$2a$", "$2b$", "$2y$"]),
    ("argon2", &["$argon2"]),
    ("bcrypt", &["$2a$", "$2b$", "$2x$", "$2y$"]),
];

impl Situation<'_> {
    /// The hash of the user who signs in is of a form that the library does not know, or is cut off.
    pub(crate) fn foreign_hash(&self) -> Option<Finding> {
        let answer = self.response().filter(|answer| answer.status >= 400)?;
        let asks = self.request().is_some_and(|request| {
            let path = request.path().to_ascii_lowercase();
            [
                "login", "signin", "sign-in", "sign_in", "token", "session", "auth",
            ]
            .iter()
            .any(|part| path.contains(part))
        });
        let failed = self.seen_any(&[Symptom::PasswordHashingFailed]);
        if !asks && failed.is_none() && self.sighting(Symptom::LoginRefused).is_none() {
            return None;
        }
        let rows = users::rows(self);
        let row = self.user_row().or_else(|| rows.first().cloned())?;
        let (column, hash) = COLUMNS.iter().find_map(|name| {
            let hash = row.get(*name).and_then(Value::as_str)?;
            Some((*name, hash))
        })?;
        let (what, fix) = self.misfit(hash)?;
        let document = self.evidence.of_kind(DocumentKind::Users).next()?;
        let strength = if failed.is_some() {
            Strength::Proved
        } else {
            Strength::Likely
        };
        let message = format!("the hash in {column} {what}");
        let finding = Finding::new(Cause::BcryptLibraryIncompatible, strength, message)
            .weight(0.85)
            .at(Spot::line(&document.source(), 0, ""), "the user's row")
            .at(answer.status_spot(), "refused here")
            .why("A hash says by its first characters which scheme and version made it. A library that does not know them takes every password for wrong.")
            .fix(fix)
            .explains(&[Cause::CredentialsInvalid, Cause::Bcrypt72ByteLimit, Cause::AccountLocked, Cause::RateLimited]);
        Some(finding)
    }

    fn misfit(&self, hash: &str) -> Option<(String, &'static str)> {
        let (start, name) = SCHEMES.iter().find(|(start, _)| hash.starts_with(start))?;
        let bcrypt = start.starts_with("$2");
        if bcrypt && hash.len() < 60 && !hash.contains('…') {
            let what = format!("is cut off after {} of its 60 characters", hash.len());
            return Some((
                what,
                "Make the column wider (at least 60 characters, better 255), and set the passwords anew.",
            ));
        }
        let native =
            self.uses("express") || self.uses("node") || self.uses("nest") || self.uses("next");
        let (_, known) = READERS.iter().find(|(product, _)| self.uses(product))?;
        // `bcrypt` of npm compares hashes with another letter than a or b as unequal.
        let npm = native && self.uses("bcrypt") && !self.uses("bcryptjs");
        let reads = known.contains(start) && !(npm && matches!(*start, "$2y$" | "$2x$"));
        let others = READERS
            .iter()
            .any(|(product, known)| self.uses(product) && known.contains(start));
        if reads || (others && !npm) {
            return None;
        }
        let fix = if bcrypt {
            "Replace the prefix by `$2b$` (the same algorithm), or check with a library that knows it (bcryptjs)."
        } else {
            "Check old hashes with the library that made them, and hash the password anew at the next sign-in."
        };
        Some((
            format!("is {name} ({start}), which this library does not check"),
            fix,
        ))
    }
}
