//! `bcrypt-72-byte-limit`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::Bcrypt72ByteLimit,
    title: "The password is longer than bcrypt reads",
    what: "The account's password hash was imported and is bcrypt, which reads the first 72 bytes and ignores the rest. The password that was typed is longer, so the old system may have cut it, or refused it, or hashed it first; and the hash does not fit.",
    why: &[
        "The old system hashed the password with SHA-256 before bcrypt, and the import does not say so.",
        "The old system cut at 72 characters, and not bytes; the two differ with umlauts and emoji.",
        "The bcrypt library there refuses long passwords since a newer version, where an older one cut them.",
    ],
    fix: Fix {
        summary: "Set a new password by the \"forgot password\" page; it is hashed with argon2id, which has no such limit.",
        steps: &[
            run("Ask for the mail.", "curl -X POST http://localhost:8787/api/v1/auth/password/forgot \\\n  -H 'Content-Type: application/json' -d '{\"email\": \"ada@example.org\"}'"),
            say("If many accounts are concerned, look at how the old system prepared passwords, and import again with that."),
        ],
    },
    example: Example::Refusal {
        request: "POST /api/v1/auth/jwt/login HTTP/1.1\nContent-Type: application/json\n\n{\"email\": \"ada@example.org\", \"password\": \"(80 bytes)\"}",
        trace: "a bcrypt hash, and a password of 80 bytes; it does not fit cut to 72 bytes either",
    },
    standard: Some("ASVS V6.2.8, V11.4.2"),
    related: &[Cause::CredentialsInvalid, Cause::BcryptLibraryIncompatible],
};
