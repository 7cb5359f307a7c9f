//! `db-pgbouncer-prepared-statements`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbPgbouncerPreparedStatements,
    rule: None,
    title: "Prepared statements do not work over this pooler",
    what: "The pooler gave the connection to another client between two parts of a statement (SQLSTATE 26000 or 42P05). In transaction mode each transaction may run on another connection, where a statement that was prepared before does not exist.",
    why: &[
        "pgbouncer (or Supavisor on port 6543) runs in transaction mode, and a program on the same pool prepares statements by name.",
        "pgbouncer is older than 1.21, or has `max_prepared_statements = 0`.",
        "The pooler is in statement mode, which does not even keep a transaction together.",
    ],
    fix: Fix {
        summary: "Use transaction mode with a current pgbouncer; Countersign itself prepares nothing by name.",
        steps: &[
            run("Update pgbouncer to 1.21 or newer, and let it follow prepared statements.", "max_prepared_statements = 200"),
            say("Never use `pool_mode = statement`."),
            say("For other programs on the pool: asyncpg `statement_cache_size=0`, Prisma `?pgbouncer=true`; or give them the direct port."),
        ],
    },
    example: Example::StartUp {
        message: "pooler.example.org:6543: prepared statement \"s0\" does not exist",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("PostgreSQL documentation, section 53.2.3 (extended query)"),
    related: &[Cause::DbPoolerHost, Cause::DbPoolerUsername, Cause::DbUrlDriverParameter, Cause::DbPoolExhausted],
};
