//! Settings, their files, and databases.

use super::{Elsewhere, words};
use countersign_verify::Cause;

#[rustfmt::skip]
pub(super) const ALL: &[Elsewhere] = &[
    words(Cause::DbMissing, "There is no database of that name", "Server and user are right, but the database of the URL does not exist there (SQLSTATE 3D000).", "Create the database, or correct the name in the URL."),
    words(Cause::DbPgbouncerPreparedStatements, "Prepared statements do not work over this pooler", "In transaction mode each transaction may run on another connection of the server, where a statement that was prepared before does not exist, or another one has its name (SQLSTATE 26000, 42P05).", "Switch the driver's statement cache off (`statement_cache_size=0`, `prepare_threshold=None`, `?pgbouncer=true`), use the pooler's session mode, or a pgbouncer of 1.21 or newer with `max_prepared_statements`."),
    words(Cause::DbPoolExhausted, "No database connection was free in time", "All connections of the pool were in use, and none came back within the time that a request waits. Something holds them, or there are fewer than the clients want.", "Find out what holds the connections (open transactions, sessions that are never closed); then set pool sizes so that all instances together stay below the server's limit."),
    words(Cause::DbSchemaNewer, "The database was migrated by a newer version of the program", "The database has migrations that this program does not know.", "Run the version that belongs to the schema, or restore the backup from before the migration."),
    words(Cause::DbNotMigrated, "The database's schema is older than the program", "A table or column that the program uses is not there.", "Run the program's migrations against this very database."),
    words(Cause::EnvFileMalformed, "A line of the env file cannot be read", "The loader stops at such a line, or leaves it out, so that values after it may be missing.", "Write the line as `NAME=value`, with quotes closed."),
    words(Cause::EnvFileNotLoaded, "The file with the value is not read", "The value stands in a file that this program does not load, by its name, its folder, or because nothing loads env files.", "Put the value into a file that is loaded, or name this file to the program."),
    words(Cause::EnvFileShadowed, "Another source has set this value already", "The name is set in more than one place with different values, and the first in the loader's order wins: mostly the process environment before `.env.local` before `.env`.", "Keep the value in one place, and restart."),
    words(Cause::EnvKeyDuplicated, "The name stands twice in one file", "Loaders differ in which of the lines counts: mostly the last, for some the first.", "Keep one line."),
    words(Cause::EnvVarNameMismatch, "The value is set under another name than the one that is read", "The program reads one name, and the file sets another. A name that is not read has no effect, and nothing says so.", "Set the value under the name that the program reads."),
    words(Cause::EnvironmentMisdetected, "The program takes itself for another environment than it is", "From that follow the files it loads, its cookie names and its secrets.", "Set the variable that names the environment (`NODE_ENV`, `APP_ENV`, `ENVIRONMENT`) in this deployment."),
];
