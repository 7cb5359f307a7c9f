//! `bcrypt-72-byte-limit`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{Service, Spot, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::Bcrypt72ByteLimit,
    rule: Some(find),
    title: "The password is longer than bcrypt reads",
    what: "bcrypt reads 72 bytes. A library cuts what is longer, refuses it, or hashes it first, and another does not; so a long password is refused, or does not match its own hash. Letters outside ASCII count two to four bytes.",
    why: &[
        "A password manager made a long password, or the person uses a sentence.",
        "The program puts a pepper or the address before the password, which pushes the end of it out.",
        "bcrypt 5.0 for Python and `x/crypto` of Go refuse what older versions cut.",
    ],
    fix: Fix {
        summary: "Use argon2id; or hash with SHA-256 before bcrypt, on every side alike.",
        steps: &[
            say("Until then, refuse longer passwords when they are set, with a message that says so: 72 bytes at most."),
            run("Count the bytes, not the letters.", "printf %s \"$PASSWORD\" | wc --bytes"),
        ],
    },
    example: Example::Refusal {
        request: "POST /register HTTP/1.1\n\n{\"email\":\"ada@example.org\",\"password\":\"…\"}",
        trace: "the password has 81 bytes; bcrypt reads 72",
    },
    standard: None,
    related: &[Cause::BcryptLibraryIncompatible, Cause::CredentialsInvalid],
};

/// The password is over the limit, or the library says so.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::PasswordTooLong]);
    let bytes = situation.typed_password().map_or(0, |password| password.len());
    let uses_bcrypt = ["bcrypt", "passlib", "spring security", "devise", "laravel"].iter().any(|name| situation.uses(name) || situation.says(name))
        || is_set(situation) || situation.package("bcrypt").is_some() || situation.package("bcryptjs").is_some();
    if bytes > 72 && (seen.is_some() || (uses_bcrypt && situation.is_refused())) {
        let message = format!("the password has {bytes} bytes, and bcrypt reads 72");
        let mut finding = Finding::new(Cause::Bcrypt72ByteLimit, Strength::Proved, message).explains(&[Cause::CredentialsInvalid, Cause::BcryptLibraryIncompatible]);
        if let Some(request) = situation.request() {
            finding = finding.at(Spot::line(&request.source, 1, format!("{} {}", request.method, request.target)), "the password is in its body");
        }
        if let Some(seen) = seen {
            finding = finding.at(seen.spot.clone(), "said here");
        }
        found.push(finding);
    } else if let Some(seen) = seen {
        let message = "a password has more bytes than bcrypt reads (72)";
        found.push(Finding::new(Cause::Bcrypt72ByteLimit, Strength::Likely, message).weight(0.3).at(seen.spot.clone(), "said here"));
    }
}

/// Whether a setting names bcrypt: `PASSWORD_HASH=bcrypt`, `BCRYPT_COST=12`.
fn is_set(situation: &Situation<'_>) -> bool {
    let mut lines = situation.evidence.services.iter().flat_map(Service::settings);
    lines.any(|line| format!("{}={}", line.name, line.value.as_str()).to_ascii_lowercase().contains("bcrypt"))
}
