//! The store's suite: every test runs on SQLite and on PostgreSQL.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests, and clippy knows only those under cfg(test)"
)]

mod accounts;
mod audit_and_traces;
mod connect;
mod identities;
mod keys;
mod links;
mod migrations;
mod outbox;
mod probe;
mod refresh;
mod sessions;
mod setting;
mod settings_documents;

/// Makes of each generic test one for SQLite and one for PostgreSQL.
macro_rules! on_both_databases {
    ($($test:ident)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::setting::Setting::sqlite().await).await;
                }
            )*
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::setting::Setting::postgres().await).await;
                }
            )*
        }
    };
}
pub(crate) use on_both_databases;
