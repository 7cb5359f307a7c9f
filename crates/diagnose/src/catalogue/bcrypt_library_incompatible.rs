//! `bcrypt-library-incompatible`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::BcryptLibraryIncompatible,
    rule: Some(find),
    title: "Password hashing fails because of library versions",
    what: "The library for password hashes and the bcrypt it calls do not fit together, so that hashing or checking fails whatever the password is. Every sign-in fails, and nothing is wrong with the passwords.",
    why: &[
        "passlib 1.7.4, the last there is, asks bcrypt for `__about__`, which bcrypt 4.1 has dropped, and tests itself with a long password, which bcrypt 5.0 refuses.",
        "The native part of `bcrypt` of npm was built for another Node.js, another C library (Alpine) or another processor.",
        "Hashes of another scheme or with a prefix that this library does not know (`$2y$` of PHP) were imported.",
    ],
    fix: Fix {
        summary: "Pin versions that fit, or call bcrypt without the library between.",
        steps: &[
            run("Python: pin bcrypt, or call it itself (`bcrypt.hashpw`, `bcrypt.checkpw`) in place of passlib.", "pip install 'bcrypt<4.1'"),
            run("Node.js: build it anew where it runs, or use bcryptjs.", "npm rebuild bcrypt --build-from-source"),
            say("Make one account anew, and sign in with it."),
        ],
    },
    example: Example::Refusal {
        request: "POST /login HTTP/1.1\n\n{\"email\":\"ada@example.org\",\"password\":\"…\"}",
        trace: "ValueError: password cannot be longer than 72 bytes, raised by passlib's own self-test",
    },
    standard: None,
    related: &[Cause::Bcrypt72ByteLimit, Cause::CredentialsInvalid],
};

fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if let Some(misfit) = situation.foreign_hash() {
        found.push(misfit);
        return;
    }
    versions(situation, found);
}

/// The versions do not fit, or the library says that it cannot hash at all.
fn versions(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let passlib = situation.package("passlib").is_some() || situation.uses("passlib") || situation.says("passlib");
    let short = situation.typed_password().is_none_or(|password| password.len() <= 72);
    let failed = situation.seen_any(&[Symptom::PasswordHashingFailed]);
    // With passlib, a complaint about 72 bytes is of its self-test, unless the password really is that long.
    let too_long = situation.seen_any(&[Symptom::PasswordTooLong]).filter(|_| passlib && short);
    let version = situation.package("bcrypt").and_then(|(version, _)| major_minor(&version));
    let pinned_apart = passlib && version.is_some_and(|version| version >= (4, 1));
    let (strength, spot) = match (failed.or(too_long), pinned_apart) {
        (Some(seen), true) => (Strength::Proved, seen.spot.clone()),
        (Some(seen), false) => (Strength::Likely, seen.spot.clone()),
        (None, true) if situation.response().is_some_and(|answer| answer.status >= 500) => match situation.package("bcrypt") {
            Some((_, spot)) => (Strength::Likely, spot),
            None => return,
        },
        (None, _) => return,
    };
    let message = if passlib {
        "passlib and this version of bcrypt do not fit together, so no password can be checked"
    } else {
        "the bcrypt library does not work here, so no password can be checked"
    };
    let mut finding = Finding::new(Cause::BcryptLibraryIncompatible, strength, message).at(spot, "said here").explains(&[Cause::Bcrypt72ByteLimit, Cause::CredentialsInvalid]);
    if let Some((_, spot)) = situation.package("bcrypt") {
        finding = finding.at(spot, "this version");
    }
    found.push(finding);
}

/// The first two numbers of a version.
fn major_minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let major = numbers.next()?.parse().ok()?;
    Some((major, numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}
