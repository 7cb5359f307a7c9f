//! `db-url-password-unescaped`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbUrlPasswordUnescaped,
    rule: None,
    title: "The database password contains a character that ends it",
    what: "The URL cannot be taken apart as it stands: the password contains `@`, `/`, `:`, `#`, `?` or `%`, which have a meaning in a URL. Seen from the program, host or password are now something else.",
    why: &[
        "The password was pasted into the URL as the hosting service showed it.",
        "A generated password contains such characters now and then, and this time it does.",
    ],
    fix: Fix {
        summary: "Percent-encode the password in the URL.",
        steps: &[
            run("Encode it. `@` becomes `%40`, `/` `%2F`, `:` `%3A`, `#` `%23`, `?` `%3F`, `%` `%25`.", "python3 -c 'import urllib.parse as u, getpass; print(u.quote(getpass.getpass(), safe=\"\"))'"),
            run("Put the result between the colon and the `@`.", "DATABASE_URL=postgresql://app:p%40ss%2Fword@db.example.org:5432/app"),
        ],
    },
    example: Example::StartUp {
        message: "DATABASE_URL has two @ signs: the password is not percent-encoded",
        source: "backend/.env",
        line: Some((4, "DATABASE_URL=postgresql://app:…@…@db.example.org/app", "@…@")),
    },
    standard: Some("RFC 3986, section 2.1"),
    related: &[Cause::DbCredentials, Cause::DbHostUnresolvable, Cause::SettingInvalid],
};
