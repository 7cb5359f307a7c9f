//! What the probe of a database sees: real servers, a real pooler, real faults.

use countersign_store::{DatabaseStep, DatabaseUrl, StepOutcome, Subject, probe};
use countersign_testkit::{Pooler, TempDatabase, TlsServer};
use countersign_verify::Cause;

use crate::setting::Setting;

async fn asked(url: &str, subject: Option<&Subject>) -> Vec<DatabaseStep> {
    let parsed = DatabaseUrl::parse(url).expect("a URL");
    let steps = probe(&parsed, false, subject).await;
    let signed_in = url.rsplit_once('@').map_or("", |(front, _)| front);
    let password = signed_in.splitn(3, ':').nth(2).unwrap_or("\0");
    for step in &steps {
        assert!(!step.why.contains(password), "{step:?}");
    }
    steps
}

fn step<'s>(steps: &'s [DatabaseStep], name: &str) -> &'s DatabaseStep {
    let found = steps.iter().find(|step| step.name == name);
    found.unwrap_or_else(|| panic!("no step {name} in {steps:?}"))
}

fn outcome(steps: &[DatabaseStep], name: &str) -> StepOutcome {
    step(steps, name).outcome
}

#[tokio::test]
async fn a_migrated_database_is_well_and_knows_whose_token_it_is() {
    let setting = Setting::postgres().await;
    let user = setting.user("ann@example.com").await;
    let subject = |sub: String| Subject { sub, email: None };
    let url = setting.database.url();
    let steps = asked(url, Some(&subject(user.id.to_string()))).await;
    assert!(
        steps.iter().all(|step| step.outcome == StepOutcome::Ok),
        "{steps:?}"
    );
    let names: Vec<_> = steps.iter().map(|step| step.name).collect();
    let wanted = [
        "connection",
        "tls",
        "pooler",
        "prepared statements",
        "connections",
        "migrations",
        "account",
    ];
    assert_eq!(names, wanted);
    let nobody = asked(url, Some(&subject("583231".to_owned()))).await;
    assert_eq!(
        outcome(&nobody, "account"),
        StepOutcome::Failed(Cause::UserNotProvisioned)
    );
    // An address that nobody has verified finds no account.
    let by_email = Subject {
        sub: "x".to_owned(),
        email: Some("ann@example.com".to_owned()),
    };
    assert_eq!(
        outcome(&asked(url, Some(&by_email)).await, "account"),
        StepOutcome::Failed(Cause::UserNotProvisioned)
    );
}

#[tokio::test]
async fn an_empty_database_is_not_migrated_and_a_foreign_one_is_left_alone() {
    let empty = TempDatabase::postgres();
    let steps = asked(empty.url(), Some(&Subject::default())).await;
    assert_eq!(
        outcome(&steps, "migrations"),
        StepOutcome::Failed(Cause::DbNotMigrated)
    );
    assert_eq!(outcome(&steps, "account"), StepOutcome::Skipped);
    execute(empty.url(), "CREATE TABLE orders (id INT)").await;
    let steps = asked(empty.url(), None).await;
    assert_eq!(outcome(&steps, "migrations"), StepOutcome::Skipped);
}

async fn execute(url: &str, sql: &'static str) {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(url).await.expect("a server");
    sqlx::raw_sql(sql)
        .execute(&mut connection)
        .await
        .expect("a statement");
    connection.close().await.expect("an end");
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_told_and_left_as_it_was() {
    let setting = Setting::postgres().await;
    let pooler = Pooler::start();
    let url = pooler.url(&setting.database);
    for _ in 0..3 {
        let steps = asked(&url, None).await;
        assert!(
            step(&steps, "pooler").why.contains("transaction mode"),
            "{steps:?}"
        );
        assert_eq!(
            outcome(&steps, "prepared statements"),
            StepOutcome::Risk(Cause::DbPgbouncerPreparedStatements)
        );
        assert_eq!(outcome(&steps, "migrations"), StepOutcome::Ok);
    }
}

#[tokio::test]
async fn what_refuses_a_connection_is_named() {
    let database = TempDatabase::postgres();
    let url = database.url();
    let (front, _) = url.rsplit_once('/').expect("a name");
    let missing = asked(&format!("{front}/no_such_database"), None).await;
    assert_eq!(
        outcome(&missing, "connection"),
        StepOutcome::Failed(Cause::DbMissing)
    );
    let server = TlsServer::start();
    let good = server.url("localhost");
    let password = good.split([':', '@']).nth(2).expect("a password");
    let wrong = asked(&good.replace(password, "hunter2hunter2"), None).await;
    assert_eq!(
        outcome(&wrong, "connection"),
        StepOutcome::Failed(Cause::DbCredentials)
    );
    assert_eq!(outcome(&wrong, "tls"), StepOutcome::Skipped);
    let nobody = asked("postgresql://a:sesame@127.0.0.1:1/x", None).await;
    assert_eq!(
        outcome(&nobody, "connection"),
        StepOutcome::Failed(Cause::DbRefused)
    );
    // The server listens on 127.0.0.1 alone.
    let by_ipv6 = asked(&good.replace("localhost", "[::1]"), None).await;
    assert!(
        matches!(
            outcome(&by_ipv6, "connection"),
            StepOutcome::Failed(Cause::DbRefused | Cause::DbHostIpv6Only)
        ),
        "{by_ipv6:?}"
    );
}

#[tokio::test]
async fn tls_is_tried_with_and_without_the_authority() {
    let server = TlsServer::start();
    let url = server.url("localhost");
    let authority = server.authority().display().to_string();
    for (query, connection, says) in [
        ("", StepOutcome::Ok, "without sslrootcert"),
        (
            &*format!("?sslmode=verify-full&sslrootcert={authority}"),
            StepOutcome::Ok,
            "its certificate holds",
        ),
        (
            "?sslmode=verify-full",
            StepOutcome::Failed(Cause::DbSslCaUntrusted),
            "with sslmode=require the same sign-in works",
        ),
        (
            "?sslmode=disable",
            StepOutcome::Failed(Cause::DbSslRequired),
            "with sslmode=require the same sign-in works",
        ),
    ] {
        let steps = asked(&format!("{url}{query}"), None).await;
        assert_eq!(outcome(&steps, "connection"), connection, "{query}");
        assert!(step(&steps, "tls").why.contains(says), "{query}: {steps:?}");
    }
    let plain = TempDatabase::postgres();
    let steps = asked(&format!("{}?sslmode=require", plain.url()), None).await;
    assert_eq!(
        outcome(&steps, "connection"),
        StepOutcome::Failed(Cause::DbSslUnsupported)
    );
    assert!(step(&steps, "tls").why.contains("sslmode=disable the same"));
}

#[tokio::test]
async fn a_file_is_looked_at_and_never_made() {
    let setting = Setting::sqlite().await;
    let url = setting.database.url();
    assert_eq!(
        outcome(&asked(url, None).await, "connection"),
        StepOutcome::Ok
    );
    let missing = url.replace("test.db", "other.db");
    assert_eq!(
        outcome(&asked(&missing, None).await, "connection"),
        StepOutcome::Failed(Cause::DbMissing)
    );
    let path = missing.trim_start_matches("sqlite:");
    assert!(!std::path::Path::new(path).exists());
    std::fs::write(path, "not a database at all").expect("a file");
    assert_eq!(
        outcome(&asked(&missing, None).await, "connection"),
        StepOutcome::Failed(Cause::DbFileInvalid)
    );
}
