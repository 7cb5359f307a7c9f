//! One way to run a statement on SQLite and on PostgreSQL.
//!
//! Statements use `$1` parameters and only texts and 64-bit integers, so each is
//! written once. SQLite's are prepared once a connection. PostgreSQL's are unnamed,
//! and always inside a transaction: a pooler in transaction mode may otherwise give
//! the connection to somebody else between a statement's parse and its execution.

mod row;
mod tx;
mod value;

pub(crate) use row::{Reader, Row};
pub(crate) use tx::{Statement, Tx};
pub(crate) use value::{Value, values};
