//! `db-credentials`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbCredentials,
    rule: None,
    title: "The database refuses the user or the password",
    what: "The server answered: this user with this password may not in (SQLSTATE 28P01 or 28000).",
    why: &[
        "The password was changed in one place, and not in the URL.",
        "The URL is that of another environment.",
        "`pg_hba.conf` has no line for this user, database and address.",
        "The volume of a container was set up with another password; `POSTGRES_PASSWORD` counts only the first time.",
    ],
    fix: Fix {
        summary: "Put the right user and password into `DATABASE_URL`.",
        steps: &[
            run("See which URL is in use, without its password, and where it comes from.", "countersign config show"),
            run("Try it by itself.", "psql \"$DATABASE_URL\" -c 'select current_user'"),
            run("Set the password anew, as an administrator of the database, and then in the URL (percent-encoded).", "ALTER ROLE app PASSWORD '…';"),
        ],
    },
    example: Example::StartUp {
        message: "db.example.org:5432 refuses user app: password authentication failed",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("PostgreSQL documentation, appendix A (class 28)"),
    related: &[Cause::DbUrlPasswordUnescaped, Cause::DbPasswordVolumeStale, Cause::DbPoolerUsername, Cause::DbMissing],
};
