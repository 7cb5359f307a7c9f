//! The schema's steps forward, run in order and never back.
//!
//! All pending steps run in one transaction. Two processes that start together do not collide:
//! SQLite has one writer, and on PostgreSQL the second waits for an advisory lock and then finds
//! nothing to do. A step that was applied is known by its checksum and must never change again.

use countersign_domain::Timestamp;
use countersign_verify::Cause;

use crate::driver::{Tx, values};
use crate::{Store, StoreError};

/// One step: a file of `migrations/`.
struct Step {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

const STEPS: &[Step] = &[
    Step {
        version: 1,
        name: "accounts_and_sessions",
        sql: include_str!("../migrations/0001_accounts_and_sessions.sql"),
    },
    Step {
        version: 2,
        name: "traces_by_cause",
        sql: include_str!("../migrations/0002_traces_by_cause.sql"),
    },
];

/// Any number will do that no other program locks; these are the letters of the name.
const LOCK: i64 = 0x0063_6f75_6e74_6572;

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS cs_migrations (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// One step and when it was applied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MigrationStatus {
    /// The step's number, from 1.
    pub version: i64,
    /// What the step brings.
    pub name: &'static str,
    /// When it was applied; none if it is pending.
    pub applied_at: Option<Timestamp>,
}

impl Store {
    /// Applies the pending steps; gives those that it applied.
    ///
    /// # Errors
    /// `db-schema-newer` if the database has steps that this program does not know, or knows
    /// otherwise; else as every write.
    pub async fn migrate(&self, now: Timestamp) -> Result<Vec<MigrationStatus>, StoreError> {
        self.write_for_long(move |tx| {
            Box::pin(async move {
                if tx.is_postgres() {
                    tx.script(format!("SELECT pg_advisory_xact_lock({LOCK})"))
                        .await?;
                }
                tx.run(LEDGER, values![]).await?;
                let pending = compare(&applied(tx).await?)?
                    .into_iter()
                    .filter(|status| status.applied_at.is_none());
                let mut done = Vec::new();
                for mut status in pending {
                    let Some(step) = STEPS.iter().find(|step| step.version == status.version)
                    else {
                        continue;
                    };
                    apply(tx, step, now).await?;
                    status.applied_at = Some(now);
                    done.push(status);
                }
                Ok(done)
            })
        })
        .await
    }

    /// Every step and when it was applied.
    ///
    /// # Errors
    /// `db-schema-newer`, and as every read.
    pub async fn migration_status(&self) -> Result<Vec<MigrationStatus>, StoreError> {
        let applied = self
            .read(|tx| {
                Box::pin(async move {
                    let ledger = if tx.is_postgres() {
                        "SELECT 1 FROM pg_class WHERE oid = to_regclass('cs_migrations')"
                    } else {
                        "SELECT 1 FROM sqlite_master WHERE name = 'cs_migrations'"
                    };
                    if tx.first(ledger, values![]).await?.is_none() {
                        return Ok(Vec::new());
                    }
                    applied(tx).await
                })
            })
            .await?;
        compare(&applied)
    }

    /// Checks that the schema is the one that this program was made for.
    ///
    /// # Errors
    /// `db-not-migrated`, `db-schema-newer`, and as every read.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        let pending: Vec<_> = self
            .migration_status()
            .await?
            .into_iter()
            .filter(|status| status.applied_at.is_none())
            .map(|status| status.name)
            .collect();
        if pending.is_empty() {
            return Ok(());
        }
        Err(StoreError::Schema {
            cause: Cause::DbNotMigrated,
            message: format!(
                "{}: {} of {} migrations are pending ({}); run `countersign migrate`",
                self.address(),
                pending.len(),
                STEPS.len(),
                pending.join(", ")
            ),
        })
    }
}

struct Applied {
    version: i64,
    checksum: String,
    at: Timestamp,
}

async fn applied(tx: &mut Tx) -> Result<Vec<Applied>, StoreError> {
    tx.all(
        "SELECT version, checksum, applied_at FROM cs_migrations ORDER BY version",
        values![],
    )
    .await?
    .into_iter()
    .map(|row| {
        let mut row = row.read("cs_migrations");
        Ok(Applied {
            version: row.integer("version")?,
            checksum: row.text("checksum")?,
            at: Timestamp::from_micros(row.integer("applied_at")?),
        })
    })
    .collect()
}

/// Compares what was applied with what this program knows.
fn compare(applied: &[Applied]) -> Result<Vec<MigrationStatus>, StoreError> {
    for found in applied {
        match STEPS.iter().find(|step| step.version == found.version) {
            None => {
                return Err(newer(format!(
                    "the database has migration {}, this program knows {} only; run the newer program",
                    found.version,
                    STEPS.len()
                )));
            }
            Some(step) if checksum(step.sql) != found.checksum => {
                return Err(newer(format!(
                    "migration {} ({}) was applied with another text than this program has; \
                     run the program that applied it, or restore a backup",
                    step.version, step.name
                )));
            }
            Some(_) => {}
        }
    }
    let at = |version| {
        applied
            .iter()
            .find(|found| found.version == version)
            .map(|found| found.at)
    };
    Ok(STEPS
        .iter()
        .map(|step| MigrationStatus {
            version: step.version,
            name: step.name,
            applied_at: at(step.version),
        })
        .collect())
}

fn newer(message: String) -> StoreError {
    StoreError::Schema {
        cause: Cause::DbSchemaNewer,
        message,
    }
}

async fn apply(tx: &mut Tx, step: &Step, now: Timestamp) -> Result<(), StoreError> {
    let sql = if tx.is_postgres() {
        // Texts compare by their bytes, as on SQLite, whatever the cluster's locale is.
        step.sql.replace(" TEXT", " TEXT COLLATE \"C\"")
    } else {
        step.sql.to_owned()
    };
    tx.script(sql).await?;
    tx.run(
        "INSERT INTO cs_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        values![step.version, step.name, checksum(step.sql), now.micros()],
    )
    .await?;
    tracing::info!(
        version = step.version,
        name = step.name,
        "migration applied"
    );
    Ok(())
}

/// FNV-1a in 64 bits: it notices an edit; nobody attacks it who does not own the database already.
fn checksum(sql: &str) -> String {
    let hash = sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_without_a_gap() {
        for (index, step) in STEPS.iter().enumerate() {
            assert_eq!(step.version, i64::try_from(index).unwrap_or_default() + 1);
            assert!(!step.sql.trim().is_empty(), "{}", step.name);
        }
    }

    #[test]
    fn the_checksum_notices_every_edit() {
        assert_eq!(checksum(""), "cbf29ce484222325");
        assert_ne!(checksum("CREATE TABLE a"), checksum("CREATE TABLE b"));
    }

    #[test]
    fn unknown_and_changed_steps_are_refused() {
        let found = |version, checksum: String| Applied {
            version,
            checksum,
            at: Timestamp::from_micros(7),
        };
        let newer = [found(99, String::new())];
        let changed = [found(1, "0".repeat(16))];
        for applied in [&newer, &changed] {
            let error = compare(applied).map_err(|error| error.cause());
            assert_eq!(error, Err(Cause::DbSchemaNewer));
        }
        let same = [found(1, checksum(STEPS[0].sql))];
        let status = compare(&same).unwrap_or_default();
        assert_eq!(status[0].applied_at, Some(Timestamp::from_micros(7)));
    }
}
