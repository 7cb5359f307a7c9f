//! `db-pgbouncer-prepared-statements`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{DatabaseUrl, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Driver;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbPgbouncerPreparedStatements,
    rule: Some(find),
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

/// Statements are prepared by name over a pooler that gives each transaction another connection.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::DatabasePreparedStatement]);
    let pooled = situation.postgres().find(|url| url.is_transaction_pooler());
    let safe = pooled.is_some_and(|url| copes(situation.driver(url), url));
    let Some(seen) = seen else {
        // A parameter that the driver does not know fails first; the statements fail as soon as it is gone.
        let hidden = situation.seen_any(&[Symptom::DatabaseUrlRefused, Symptom::DatabaseUrlSplit]).is_some();
        let by_name = |url: &&DatabaseUrl| matches!(situation.driver(url), Some(Driver::Asyncpg | Driver::AsyncpgBySqlAlchemy | Driver::Prisma));
        if let Some(url) = pooled.filter(|url| hidden && !safe && by_name(url)) {
            let message = format!("{} prepares statements by name, and {}:6543 is a pooler in transaction mode", situation.driver(url).map_or("the driver", Driver::name), url.host);
            found.push(advised(situation.driver(url), Finding::new(Cause::DbPgbouncerPreparedStatements, Strength::Likely, message)).at(url.spot.clone(), ""));
            return;
        }
        let Some(url) = pooled.filter(|url| !safe && situation.driver(url) == Some(Driver::Prisma)) else {
            return;
        };
        let message = format!("Prisma connects to the transaction pooler {} without `pgbouncer=true`", url.host);
        found.push(advised(situation.driver(url), Finding::new(Cause::DbPgbouncerPreparedStatements, Strength::Risk, message)).at(url.spot.clone(), ""));
        return;
    };
    let url = pooled.or_else(|| situation.postgres().next());
    let message = match url {
        Some(url) => format!("statements are prepared by name over the pooler {}", url.host),
        None => "statements are prepared by name over a pooler in transaction mode".to_owned(),
    };
    let strength = match pooled {
        Some(_) if safe => Strength::Suggested,
        Some(_) => Strength::Proved,
        None => Strength::Likely,
    };
    let finding = Finding::new(Cause::DbPgbouncerPreparedStatements, strength, message);
    let mut finding = advised(url.and_then(|url| situation.driver(url)), finding);
    if let Some(url) = url {
        finding = finding.at(url.spot.clone(), "");
    }
    found.push(finding.at(seen.spot.clone(), "said here"));
}

/// Whether the URL already tells the driver not to name its statements.
fn copes(driver: Option<Driver>, url: &DatabaseUrl) -> bool {
    let off = |name: &str| url.parameter(name).is_some_and(|value| value == "0");
    match driver {
        Some(Driver::Prisma) => url.parameter("pgbouncer") == Some("true"),
        Some(Driver::AsyncpgBySqlAlchemy) => off("prepared_statement_cache_size") || off("statement_cache_size"),
        Some(_) | None => off("statement_cache_size") || url.parameter("pgbouncer") == Some("true"),
    }
}

fn advised(driver: Option<Driver>, finding: Finding) -> Finding {
    finding
        .why("In transaction mode a pooler gives every transaction whichever server connection is free; a statement that was prepared on one is unknown, or known already, on the next.")
        .fix(match driver {
            Some(Driver::Prisma) => "Add `?pgbouncer=true` to the URL of the pooler, and use the direct connection for migrations (`directUrl`).",
            Some(Driver::Asyncpg | Driver::AsyncpgBySqlAlchemy) => "Pass `statement_cache_size=0` to asyncpg (SQLAlchemy: `connect_args={\"statement_cache_size\": 0, \"prepared_statement_name_func\": lambda: f\"__asyncpg_{uuid4()}__\"}`, NullPool), or connect in session mode.",
            Some(Driver::Libpq) => "Pass `prepare_threshold=None` to psycopg 3, or connect in session mode.",
            Some(Driver::PostgresJs) => "Pass `prepare: false` to postgres().",
            Some(Driver::Jdbc) => "Add `?prepareThreshold=0` to the URL.",
            Some(Driver::Go) => "Use `default_query_exec_mode=simple_protocol` (pgx), or connect in session mode.",
            Some(Driver::NodePg | Driver::Rust) | None => "Switch prepared statements by name off in the driver, or connect to the pooler in session mode (port 5432) or to the database itself.",
        })
}
