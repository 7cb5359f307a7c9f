//! The migrations.

use countersign_domain::Timestamp;
use countersign_testkit::TempDatabase;
use countersign_verify::Cause;

use crate::setting::{Setting, connect, tamper};

macro_rules! on_empty_databases {
    ($($test:ident)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(countersign_testkit::TempDatabase::sqlite()).await;
                }
            )*
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(countersign_testkit::TempDatabase::postgres()).await;
                }
            )*
        }
    };
}

on_empty_databases! {
    an_empty_database_says_so_and_is_migrated
    programs_that_start_together_migrate_once
    a_newer_schema_is_refused
    a_changed_migration_is_refused
    an_application_s_own_tables_are_left_alone
}

const NOW: Timestamp = Timestamp::from_micros(7);

async fn an_empty_database_says_so_and_is_migrated(database: TempDatabase) {
    let store = connect(database.url()).await;
    let error = store.check_schema().await.expect_err("it is empty");
    assert_eq!(error.cause(), Cause::DbNotMigrated);
    assert!(error.to_string().contains("countersign migrate"), "{error}");
    let pending = store.migration_status().await.expect("a read");
    assert!(pending.iter().all(|status| status.applied_at.is_none()));
    let done = store.migrate(NOW).await.expect("a write");
    assert_eq!(done.len(), pending.len());
    assert_eq!(store.check_schema().await, Ok(()));
    assert_eq!(store.migration_status().await, Ok(done));
    assert_eq!(
        store.migrate(Timestamp::from_micros(8)).await,
        Ok(Vec::new())
    );
    store.close().await;
}

async fn programs_that_start_together_migrate_once(database: TempDatabase) {
    // Stores of their own, as processes have them.
    let mut programs = Vec::new();
    for number in 0..6 {
        let store = connect(database.url()).await;
        programs.push(tokio::spawn(async move {
            let done = store.migrate(Timestamp::from_micros(number)).await;
            let status = store.check_schema().await;
            store.close().await;
            (done.map(|done| done.len()), status)
        }));
    }
    let mut applied = 0;
    for program in programs {
        let (done, status) = program.await.expect("no panic");
        applied += done.expect("a write");
        assert_eq!(status, Ok(()));
    }
    let store = connect(database.url()).await;
    let status = store.migration_status().await.expect("a read");
    assert_eq!(applied, status.len());
    store.close().await;
}

async fn refused(database: TempDatabase, change: &'static str, says: &str) {
    let setting = Setting::on(database).await;
    let migrated = setting.store.migrate(NOW).await;
    assert!(migrated.is_ok(), "{migrated:?}");
    tamper(&setting, change).await;
    let checked = setting.store.check_schema().await.expect_err("it differs");
    let migrated = setting.store.migrate(NOW).await.expect_err("it differs");
    for error in [checked, migrated] {
        assert_eq!(error.cause(), Cause::DbSchemaNewer);
        assert!(error.to_string().contains(says), "{error}");
    }
}

async fn a_newer_schema_is_refused(database: TempDatabase) {
    let newer = "INSERT INTO cs_migrations VALUES (9999, 'of tomorrow', '00', 1)";
    refused(database, newer, "9999").await;
}

async fn a_changed_migration_is_refused(database: TempDatabase) {
    let changed = "UPDATE cs_migrations SET checksum = '0000000000000000' WHERE version = 1";
    refused(database, changed, "another text").await;
}

async fn an_application_s_own_tables_are_left_alone(database: TempDatabase) {
    let setting = Setting::on(database).await;
    tamper(
        &setting,
        "CREATE TABLE users (id TEXT); INSERT INTO users VALUES ('theirs')",
    )
    .await;
    let migrated = setting.store.migrate(NOW).await;
    assert!(migrated.is_ok(), "{migrated:?}");
    let user = setting.user("ann@example.org").await;
    assert_eq!(setting.store.user(user.id).await, Ok(Some(user)));
}
