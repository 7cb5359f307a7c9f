//! What loaders say of env files.

use super::check::ANY;
use super::{Symptom, Table};

/// Compose v2, godotenv, docker, python-dotenv, dotenvy, systemd, direnv, Node, Docker Swarm, phpdotenv, Ruby's dotenv.
pub(super) const TABLES: &[Table] = &[
    Table {
        by: &ANY,
        phrases: UNREADABLE,
    },
    Table {
        by: &ANY,
        phrases: ABSENT,
    },
];

const UNREADABLE: &[(&str, Symptom)] = &[
    (
        "unexpected character * in variable name",
        Symptom::EnvFileUnreadable,
    ),
    ("key cannot contain a space", Symptom::EnvFileUnreadable),
    ("unterminated quoted value", Symptom::EnvFileUnreadable),
    ("poorly formatted environment", Symptom::EnvFileUnreadable),
    ("no variable name on line", Symptom::EnvFileUnreadable),
    ("invalid env file", Symptom::EnvFileUnreadable),
    (
        "could not parse statement starting at line",
        Symptom::EnvFileUnreadable,
    ),
    ("error parsing line: '", Symptom::EnvFileUnreadable),
    (
        "ignoring invalid environment assignment",
        Symptom::EnvFileUnreadable,
    ),
    (
        "failed to parse the environment file",
        Symptom::EnvFileUnreadable,
    ),
    ("failed to parse dotenv file", Symptom::EnvFileUnreadable),
    (
        "encountered unexpected whitespace",
        Symptom::EnvFileUnreadable,
    ),
    ("encountered an invalid name", Symptom::EnvFileUnreadable),
    (
        "encountered a missing closing quote",
        Symptom::EnvFileUnreadable,
    ),
    (
        "encountered an unexpected escape sequence",
        Symptom::EnvFileUnreadable,
    ),
    ("invalid interpolation format", Symptom::EnvFileUnreadable),
    ("can't separate key from value", Symptom::EnvFileUnreadable),
    (".env: line * command not found", Symptom::EnvFileUnreadable),
    (".env: line * syntax error", Symptom::EnvFileUnreadable),
    (".env: line * unexpected eof", Symptom::EnvFileUnreadable),
    (
        ".env: line * not a valid identifier",
        Symptom::EnvFileUnreadable,
    ),
    (".env:*: command not found", Symptom::EnvFileUnreadable),
    ("not a valid identifier", Symptom::EnvFileUnreadable),
    ("line 1: unexpected character", Symptom::EnvFileUnreadable),
    ("dotenv::formaterror", Symptom::EnvFileUnreadable),
    (
        "line * does not match the expected format",
        Symptom::EnvFileUnreadable,
    ),
    (
        "is not a valid environment variable name",
        Symptom::EnvFileUnreadable,
    ),
];

const ABSENT: &[(&str, Symptom)] = &[
    (".envrc is blocked", Symptom::EnvFileAbsent),
    ("run `direnv allow`", Symptom::EnvFileAbsent),
    ("env file is not loaded", Symptom::EnvFileAbsent),
    ("no .env file found", Symptom::EnvFileAbsent),
    ("missing .env file", Symptom::EnvFileAbsent),
    (".env file is missing", Symptom::EnvFileAbsent),
    (".env does not exist", Symptom::EnvFileAbsent),
    ("can't find .env", Symptom::EnvFileAbsent),
    ("cannot find .env", Symptom::EnvFileAbsent),
    ("failed to load .env", Symptom::EnvFileAbsent),
    ("couldn't find env file", Symptom::EnvFileAbsent),
    ("env file * not found", Symptom::EnvFileAbsent),
    ("env_file * not found", Symptom::EnvFileAbsent),
    (
        "stat *.env: no such file or directory",
        Symptom::EnvFileAbsent,
    ),
    (
        "open *.env: no such file or directory",
        Symptom::EnvFileAbsent,
    ),
    ("node: .env: not found", Symptom::EnvFileAbsent),
    (
        "could not find any environment file",
        Symptom::EnvFileAbsent,
    ),
    (
        "failed to load environment files: no such file",
        Symptom::EnvFileAbsent,
    ),
    ("no such file or directory: '.env'", Symptom::EnvFileAbsent),
    (
        "unable to read any of the environment file(s)",
        Symptom::EnvFileAbsent,
    ),
    (
        "no such file or directory, open '*.env",
        Symptom::EnvFileAbsent,
    ),
    ("dotenvy: path not found", Symptom::EnvFileAbsent),
    ("error loading .env file", Symptom::EnvFileAbsent),
    ("could not find a `.env` file", Symptom::EnvFileAbsent),
    (
        "python-dotenv could not find configuration file .env",
        Symptom::EnvFileAbsent,
    ),
];
