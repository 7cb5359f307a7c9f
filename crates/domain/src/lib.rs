//! Accounts, sessions, refresh rotation, CSRF and recovery as plain functions.
//!
//! Nothing here does I/O. Time ([`Timestamp`]) and randomness are arguments, so that every
//! decision can be replayed in a test and every node of a deployment decides alike.

pub mod accounts;
pub mod audit;
pub mod csrf;
mod email;
pub mod identity;
mod ids;
pub mod keys;
pub mod links;
pub mod name;
pub mod origin;
pub mod password;
pub mod refresh;
pub mod sessions;
pub mod throttle;
mod time;
mod tokens;

pub use email::{Email, EmailError};
pub use ids::{AuditEventId, IdError, IdentityId, MailId, SessionId, UserId};
pub use time::{Timestamp, TimestampError};
pub use tokens::{LinkToken, RefreshToken, SessionToken, TokenError, TokenHash};
