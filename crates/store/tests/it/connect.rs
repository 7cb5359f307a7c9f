//! Connecting, what can go wrong with it, and the bounds of queues and pools.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use countersign_domain::audit::AuditKind;
use countersign_domain::links::{Link, LinkPurpose};
use countersign_domain::{LinkToken, UserId};
use countersign_store::{Alongside, DatabaseUrl, Store, StoreError, StoreOptions};
use countersign_testkit::{Pooler, TempDatabase, TlsServer};
use countersign_verify::Cause;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use crate::on_both_databases;
use crate::setting::{Setting, connect, tamper};

on_both_databases! {
    the_database_answers_and_the_pool_counts
    a_failed_write_takes_no_other_along
    what_was_written_is_there_after_a_restart
    a_second_program_writes_at_the_same_time
}

async fn failure(url: &str) -> StoreError {
    failure_in(url, false).await
}

async fn failure_in(url: &str, in_container: bool) -> StoreError {
    let url = DatabaseUrl::parse(url).expect("the form is fine");
    let options = StoreOptions {
        in_container,
        ..StoreOptions::default()
    };
    let store = Store::connect(&url, options).await;
    store.expect_err("it cannot be reached")
}

async fn the_database_answers_and_the_pool_counts(setting: Setting) {
    let answers = join_all((0..30).map(|_| setting.store.ping())).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let figures = setting.store.pool_figures();
    let max = if setting.database.name().is_some() {
        10
    } else {
        4
    };
    assert_eq!(figures.max, max);
    assert!((1..=max).contains(&figures.size), "{figures:?}");
    assert_eq!(figures.idle + figures.in_use, figures.size);
    assert_eq!(figures.waiting, 0);
}

async fn a_failed_write_takes_no_other_along(setting: Setting) {
    let nobody = setting.draw(|rng| UserId::new(setting.now(), rng));
    let calls = (0..60).map(|number| {
        let store = setting.store.clone();
        let new = setting.new_user(&format!("user{number}@example.org"));
        let hash = setting.draw(LinkToken::generate).hash();
        let mut link = Link::new(hash, LinkPurpose::VerifyEmail, None, setting.now());
        link.user_id = Some(nobody);
        tokio::spawn(async move {
            // Every third refers to an account that is not there.
            let alongside = Alongside::nothing();
            let alongside = match number % 3 {
                0 => alongside.with_link(link),
                _ => alongside,
            };
            let id = new.user.id;
            (number, id, store.create_user(new, alongside).await)
        })
    });
    let calls: Vec<_> = calls.collect();
    for done in join_all(calls).await {
        let (number, id, made) = done.expect("no panic");
        let there = setting.store.user(id).await.expect("a read").is_some();
        if number % 3 == 0 {
            let error = made.expect_err("it refers to nobody");
            assert_eq!(error.cause(), Cause::InternalError, "{error}");
            assert!(!there);
        } else {
            assert_eq!(made, Ok(true));
            assert!(there);
        }
    }
}

async fn what_was_written_is_there_after_a_restart(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    setting.store.close().await;
    assert!(setting.store.user(user.id).await.is_err());
    let made = setting
        .store
        .create_user(setting.new_user("b@example.org"), Alongside::nothing());
    assert!(made.await.is_err());
    let again = connect(setting.database.url()).await;
    assert_eq!(again.user(user.id).await, Ok(Some(user)));
    again.close().await;
}

async fn a_second_program_writes_at_the_same_time(setting: Setting) {
    let other = connect(setting.database.url()).await;
    let calls = (0..80).map(|number| {
        let store = if number % 2 == 0 {
            &setting.store
        } else {
            &other
        }
        .clone();
        let new = setting.new_user(&format!("user{number}@example.org"));
        let event = setting.event(AuditKind::UserRegistered);
        tokio::spawn(async move { store.create_user(new, event.into()).await })
    });
    let calls: Vec<_> = calls.collect();
    for made in join_all(calls).await {
        assert_eq!(made.expect("no panic"), Ok(true));
    }
    assert_eq!(setting.count_events(AuditKind::UserRegistered).await, 80);
}

#[tokio::test]
async fn a_sqlite_file_is_for_its_owner_alone() {
    let setting = Setting::sqlite().await;
    let folder = setting.database.folder().expect("a folder");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        seen += 1;
    }
    // The file, its log and the log's index.
    assert_eq!(seen, 3);
    setting.store.close().await;
    let left = std::fs::read_dir(folder).expect("a folder").count();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let database = TempDatabase::sqlite();
    let path = database.url().trim_start_matches("sqlite:").to_owned();
    let text = "this is a letter, not a database\n".repeat(100);
    std::fs::write(&path, &text).expect("a file");
    let error = failure(database.url()).await;
    assert_eq!(error.cause(), Cause::DbFileInvalid, "{error}");
    assert!(error.to_string().contains(&path), "{error}");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), text);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let database = TempDatabase::sqlite();
    let folder = database.folder().expect("a folder").display();
    // Nobody, not even root, makes files in /proc.
    for url in [
        format!("sqlite:{folder}/missing/a.db"),
        "sqlite:/proc/a.db".to_owned(),
        format!("sqlite:{folder}"),
    ] {
        let error = failure(&url).await;
        assert_eq!(error.cause(), Cause::DataFolderUnwritable, "{error}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_used_has_its_cause_and_shows_no_password() {
    let database = TempDatabase::postgres();
    let url = database.url();
    let name = database.name().expect("a name");
    let (user, host) = url
        .trim_start_matches("postgresql://")
        .split_once('@')
        .expect("a user");
    let (user, password) = user.split_once(':').expect("a password");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    let cases = [
        (
            url.replace(password, "hunter2hunter2"),
            Cause::DbCredentials,
        ),
        (url.replace(user, "nobody"), Cause::DbCredentials),
        (url.replace(name, "no_such_database"), Cause::DbMissing),
        (
            format!("postgresql://{user}:{password}@127.0.0.1:{port}/x"),
            Cause::DbRefused,
        ),
        (
            format!("postgresql://{user}:{password}@no-such-host.invalid/x"),
            Cause::DbHostUnresolvable,
        ),
        (format!("{url}?sslmode=require"), Cause::DbSslUnsupported),
        (
            format!("postgresql://{user}:{password}@%2Fnowhere/x"),
            Cause::DbRefused,
        ),
    ];
    for (url, cause) in cases {
        let error = failure(&url).await;
        assert_eq!(error.cause(), cause, "{error}");
        let text = format!("{error} {error:?}");
        assert!(
            !text.contains("hunter2") && !text.contains(password),
            "{text}"
        );
    }
    assert!(host.contains(name));
    let in_container = failure_in(&format!("postgresql://{user}@localhost:{port}/x"), true).await;
    assert_eq!(in_container.cause(), Cause::DbHostLocalhostInContainer);
}

#[tokio::test]
async fn tls_is_used_and_checked_as_the_url_says() {
    let server = TlsServer::start();
    let (localhost, address) = (server.url("localhost"), server.url("127.0.0.1"));
    let authority = server.authority().display().to_string();
    for url in [
        localhost.clone(),
        format!("{address}?sslmode=require"),
        format!("{localhost}?sslmode=verify-full&sslrootcert={authority}"),
        format!("{address}?sslmode=verify-ca&sslrootcert={authority}"),
    ] {
        let store = connect(&url).await;
        assert_eq!(store.ping().await, Ok(()), "{url}");
        store.close().await;
    }
    for (url, cause) in [
        (format!("{localhost}?sslmode=disable"), Cause::DbSslRequired),
        (
            format!("{localhost}?sslmode=verify-full"),
            Cause::DbSslCaUntrusted,
        ),
        (
            format!("{localhost}?sslmode=verify-ca"),
            Cause::DbSslCaUntrusted,
        ),
        // The certificate is for localhost.
        (
            format!("{address}?sslmode=verify-full&sslrootcert={authority}"),
            Cause::DbSslCaUntrusted,
        ),
        (
            format!("{localhost}?sslmode=require&sslrootcert={authority}.missing"),
            Cause::SettingInvalid,
        ),
    ] {
        let error = failure(&url).await;
        assert_eq!(error.cause(), cause, "{url}: {error}");
    }
}

/// Holds SQLite's write lock, as another program does that writes.
async fn hold(setting: &Setting) -> sqlx::SqliteConnection {
    use sqlx::Connection as _;
    let mut holder = sqlx::SqliteConnection::connect(setting.database.url())
        .await
        .expect("a file");
    let held = sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut holder).await;
    assert!(held.is_ok(), "{held:?}");
    holder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_refuses_at_once_and_loses_nothing() {
    let setting = Setting::sqlite().await;
    let url = DatabaseUrl::parse(setting.database.url()).expect("a URL");
    let options = StoreOptions {
        queue: 4,
        ..StoreOptions::default()
    };
    let store = Store::connect(&url, options).await.expect("a store");
    let mut holder = hold(&setting).await;
    let calls = (0..30).map(|number| {
        let store = store.clone();
        let new = setting.new_user(&format!("user{number}@example.org"));
        tokio::spawn(async move {
            (
                new.user.id,
                store.create_user(new, Alongside::nothing()).await,
            )
        })
    });
    let calls: Vec<_> = calls.collect();
    // Reading goes on meanwhile; the write lock is let go once the queue has filled.
    while store.pool_figures().waiting < 4 {
        assert_eq!(store.admin_exists().await, Ok(false));
    }
    let released = sqlx::raw_sql("COMMIT").execute(&mut holder).await;
    assert!(released.is_ok(), "{released:?}");
    let mut made = 0;
    for done in join_all(calls).await {
        let (id, outcome) = done.expect("no panic");
        let there = store.user(id).await.expect("a read").is_some();
        assert_eq!(there, outcome == Ok(true));
        match outcome {
            Ok(true) => made += 1,
            Ok(false) => panic!("no address is taken"),
            Err(error) => assert_eq!(error, StoreError::Overloaded { waiting: 4 }),
        }
    }
    assert!((4..30).contains(&made), "{made}");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_in_use_is_told_from_a_server_that_is_gone() {
    use sqlx::Connection as _;
    let setting = Setting::postgres().await;
    let user = setting.user("ann@example.org").await;
    let url = DatabaseUrl::parse(setting.database.url()).expect("a URL");
    let options = StoreOptions {
        connections: 1,
        acquire_timeout: Duration::from_millis(100),
        ..StoreOptions::default()
    };
    let store = Store::connect(&url, options).await.expect("a store");
    let mut holder = sqlx::PgConnection::connect(setting.database.url())
        .await
        .expect("a server");
    let held = sqlx::raw_sql("BEGIN; SELECT 1 FROM cs_users FOR UPDATE")
        .execute(&mut holder)
        .await;
    assert!(held.is_ok(), "{held:?}");
    let writer = store.clone();
    let (id, now) = (user.id, setting.now());
    let write =
        tokio::spawn(async move { writer.delete_user(id, now, Alongside::nothing()).await });
    while store.pool_figures().in_use < 1 {
        tokio::task::yield_now().await;
    }
    let error = store
        .ping()
        .await
        .expect_err("the one connection is in use");
    assert_eq!(error.cause(), Cause::DbPoolExhausted, "{error}");
    let released = sqlx::raw_sql("COMMIT").execute(&mut holder).await;
    assert!(released.is_ok(), "{released:?}");
    assert_eq!(write.await.expect("no panic"), Ok(Some(Vec::new())));
    assert_eq!(store.ping().await, Ok(()));
    store.close().await;
}

#[tokio::test]
async fn while_the_server_is_gone_one_request_waits_and_the_others_are_told_at_once() {
    let setting = Setting::postgres().await;
    let pooler = Pooler::start();
    let url = DatabaseUrl::parse(&pooler.url(&setting.database)).expect("a URL");
    let short = StoreOptions {
        acquire_timeout: Duration::from_millis(100),
        ..StoreOptions::default()
    };
    let store = Store::connect(&url, short).await.expect("a store");
    assert_eq!(store.ping().await, Ok(()));
    drop(pooler);
    while !matches!(store.ping().await, Err(error) if error.cause() == Cause::DbRefused) {}
    let mut waits = Box::pin(store.ping());
    assert!((&mut waits).now_or_never().is_none(), "it tries to connect");
    for _ in 0..3 {
        let told = store.ping().now_or_never().expect("at once");
        assert_eq!(told.map_err(|error| error.cause()), Err(Cause::DbRefused));
    }
    assert!(waits.await.is_err());
    let mut next = Box::pin(store.ping());
    assert!((&mut next).now_or_never().is_none(), "the next one may try");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_ended_are_made_anew() {
    let setting = Setting::postgres().await;
    let user = setting.user("ann@example.org").await;
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    tamper(&setting, ended).await;
    assert_eq!(setting.store.user(user.id).await, Ok(Some(user)));
    setting.user("bob@example.org").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_in_transaction_mode_serves_many_at_once() {
    let setting = Setting::postgres().await;
    let pooler = Pooler::start();
    let store = connect(&pooler.url(&setting.database)).await;
    assert_eq!(store.migrate(setting.now()).await, Ok(Vec::new()));
    // Ten connections of ours over two of the pooler: statements of all kinds, all mixed.
    let calls = (0..60).map(|number| {
        let store = store.clone();
        let new = setting.new_user(&format!("user{number}@example.org"));
        let (mut open, ..) = setting.session_of(new.user.id);
        open.policy.max_concurrent = 2;
        let event = setting.event(AuditKind::UserRegistered);
        tokio::spawn(async move {
            let user = new.user.clone();
            let cookie = open.cookie.expect("a cookie");
            assert_eq!(store.create_user(new, event.into()).await, Ok(true));
            let found = store.user_by_email(&user.email).await;
            assert_eq!(found, Ok(Some(user.clone())));
            let opened = store.open_session(open, Alongside::nothing()).await;
            assert!(opened.is_ok(), "{opened:?}");
            let (session, owner) = store.session_by_cookie(cookie).await?.expect("it is open");
            assert_eq!((session.user_id, owner), (user.id, user));
            store.ping().await
        })
    });
    let calls: Vec<_> = calls.collect();
    for done in join_all(calls).await {
        assert_eq!(done.expect("no panic"), Ok(()));
    }
    assert_eq!(setting.count_events(AuditKind::UserRegistered).await, 60);
    store.close().await;
}
