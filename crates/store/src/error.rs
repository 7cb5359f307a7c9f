//! What can go wrong with a database, each with its one cause.

use countersign_verify::Cause;

/// A failure of the store. Its text names what happened, where, and what to do;
/// it never holds a password or another secret.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// The connection could not be made, or was lost; the cause says which.
    #[error("{message}")]
    Connection {
        /// The cause, one of the `db-…` group, `data-folder-unwritable` or `setting-invalid`.
        cause: Cause,
        /// What happened, where, and what to do.
        message: String,
    },
    /// A row holds what no code of ours writes.
    #[error(
        "table {table}, column {column}, row {row}: {problem}. The row was not written by this program; \
         repair it or restore a backup"
    )]
    ImpossibleRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's first column (a fingerprint where that is a hash).
        row: String,
        /// What is wrong with the value.
        problem: String,
    },
    /// The queue of writes, or of those who wait for a connection, is full.
    #[error("the database has {waiting} requests waiting; try again in a second")]
    Overloaded {
        /// How many were waiting.
        waiting: usize,
    },
    /// No connection became free in time.
    #[error(
        "no database connection became free within {seconds} s ({max} allowed); raise the pool's size, \
         or look for what keeps connections busy"
    )]
    PoolExhausted {
        /// How long was waited, in seconds.
        seconds: u64,
        /// The pool's size.
        max: u32,
    },
    /// The database's schema does not fit this program.
    #[error("{message}")]
    Schema {
        /// `db-not-migrated` or `db-schema-newer`.
        cause: Cause,
        /// What differs and what to do.
        message: String,
    },
    /// The database refused a statement; this is a fault of this program or of the database.
    #[error("the database refused a statement (code {code}): {message}")]
    Statement {
        /// SQLSTATE, or SQLite's extended result code.
        code: String,
        /// The database's own message.
        message: String,
    },
    /// A text that has a NUL character, which PostgreSQL cannot store; refused on SQLite too.
    #[error("a text to store has a NUL character; it must be refused before it comes here")]
    NulCharacter,
    /// A write was given up before it ran or was answered.
    #[error("the write was given up: {reason}; try again")]
    GivenUp {
        /// Why.
        reason: String,
    },
}

impl StoreError {
    /// The one cause of the failure.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        match self {
            Self::Connection { cause, .. } | Self::Schema { cause, .. } => *cause,
            Self::ImpossibleRow { .. } | Self::Statement { .. } | Self::NulCharacter => {
                Cause::InternalError
            }
            Self::Overloaded { .. } => Cause::Overloaded,
            Self::PoolExhausted { .. } => Cause::DbPoolExhausted,
            Self::GivenUp { .. } => Cause::Unavailable,
        }
    }

    pub(crate) fn connection(cause: Cause, message: impl Into<String>) -> Self {
        Self::Connection {
            cause,
            message: message.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_a_cause_that_hides_the_database_from_clients() {
        let failures = [
            (
                StoreError::connection(Cause::DbRefused, "refused"),
                Cause::DbRefused,
            ),
            (StoreError::Overloaded { waiting: 9 }, Cause::Overloaded),
            (
                StoreError::PoolExhausted { seconds: 5, max: 8 },
                Cause::DbPoolExhausted,
            ),
            (StoreError::NulCharacter, Cause::InternalError),
            (
                StoreError::GivenUp {
                    reason: "it waited 5 s".into(),
                },
                Cause::Unavailable,
            ),
        ];
        for (failure, cause) in failures {
            assert_eq!(failure.cause(), cause, "{failure}");
            assert!(!failure.cause().told().slug().starts_with("db-"));
        }
    }

    #[test]
    fn an_impossible_row_names_table_column_and_row() {
        let error = StoreError::ImpossibleRow {
            table: "cs_users",
            column: "role",
            row: "0198".into(),
            problem: "\"king\" is no role".into(),
        };
        let text = error.to_string();
        for part in ["cs_users", "role", "0198", "\"king\" is no role"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
