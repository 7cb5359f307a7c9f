//! The one place with SQL: SQLite and PostgreSQL behind one [`Store`].
//!
//! Every statement is written once and runs on both. Times and ids are arguments. "Not found" is
//! `Option`; a row that cannot be is an error that names table, column and row. Whatever has to
//! happen together is one function here and one transaction there; what goes along with an act
//! (audit events, links, mails) is passed as [`Alongside`] and written with it or not at all.
//!
//! | file | what |
//! |---|---|
//! | `connect` | [`Store::connect`], `ping`, `pool_figures`, `close` |
//! | `connect/probe` | [`probe`]: why a database does not work, for the doctor |
//! | `migrations` | `migrate`, `migration_status`, `check_schema` |
//! | `users` | `create_user`, `register_user`, `user`, `user_by_email`, `sign_in`, `sign_in_by_id`, `user_by_identity`, `token_owner`, `user_was_deleted`, `list_users`, `admin_exists` |
//! | `accounts` | `set_password`, `set_role`, `set_status`, `update_profile`, `mark_email_verified`, `delete_user` |
//! | `identities` | `sync_user` |
//! | `sessions` | `open_session`, `session`, `session_by_cookie`, `list_sessions`, `all_sessions`, `end_session`, `end_sessions`, `touch_sessions` |
//! | `refresh` | `refresh` |
//! | `links` | `create_link`, `link`, `verify_email`, `reset_password`, `create_first_admin` |
//! | `outbox` | `enqueue_mail`, `claim_due_mails`, `mail_sent`, `mail_failed`, `recent_mails`, `mail`, `mails_waiting` |
//! | `audit` | `append_audit`, `audit_events` |
//! | `traces` | `append_traces`, `trace`, `traces`, `refusals_of_last_day`, `prune_traces` |
//! | `revocations` | `revoked_since` |
//! | `keys` | `signing_keys`, `first_signing_key`, `rotate_signing_key`, `server_value` |
//! | `settings_documents` | `settings_document`, `put_settings_document` |
//! | `retention` | `prune` |

mod accounts;
mod address;
mod alongside;
mod audit;
mod connect;
mod driver;
mod error;
mod failure;
mod identities;
mod keys;
mod links;
mod migrations;
mod outbox;
mod refresh;
mod retention;
mod revocations;
mod sessions;
mod settings_documents;
mod traces;
mod users;
mod writer;

pub use accounts::{PasswordChange, ProfileChange, SessionsToEnd};
pub use address::{DatabaseUrl, PostgresAddress, SqliteAddress, SslMode};
pub use alongside::Alongside;
pub use audit::AuditQuery;
pub use connect::{DatabaseStep, PoolFigures, StepOutcome, Store, StoreOptions, Subject, probe};
pub use error::StoreError;
pub use identities::{SyncUser, Synced};
pub use keys::{KeyState, SigningKeyRow};
pub use migrations::MigrationStatus;
pub use outbox::{OutgoingMail, StoredMail};
pub use refresh::{RefreshAttempt, RefreshOutcome};
pub use retention::Retention;
pub use revocations::{REVOCATION_OVERLAP, Revocation, RevokedSubject};
pub use sessions::{OpenOutcome, OpenSession, SessionTouch};
pub use settings_documents::SettingsDocument;
pub use traces::{RefusalCount, StoredTrace, TracePosition, TracePositionError, TraceQuery};
pub use users::{NewUser, PasswordEpoch, SignIn, UserPage};
