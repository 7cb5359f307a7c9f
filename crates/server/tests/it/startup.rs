//! Starting and stopping a whole server on a real port.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use countersign_diagnose::{Report, Style};
use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::{Email, Timestamp, UserId};
use countersign_server::entropy::Entropy;
use countersign_server::settings::{Inputs, Settings, Shown, resolve};
use countersign_server::startup::{Ready, prepare};
use countersign_store::{Alongside, DatabaseUrl, NewUser, Store, StoreOptions};
use countersign_verify::Cause;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const STRONG: &str = "k9Vw3tQz7Rb1Xn5Lm8Pc2Hd6Jf4Gs0Ya-ZuEiOqTrWx";

fn settings(folder: &Path, more: &[(&str, &str)]) -> Settings {
    let own = [("LISTEN", "127.0.0.1:0"), ("HASH_THREADS", "1")];
    let all = own.iter().chain(more);
    let inputs = Inputs {
        process: all
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
        working_directory: folder.to_path_buf(),
        ..Inputs::default()
    };
    resolve(&inputs)
        .map_err(|problems| format!("{problems:#?}"))
        .expect("good settings")
}

async fn started(folder: &Path, more: &[(&str, &str)]) -> Ready {
    let started = prepare(settings(folder, more)).await;
    let told = |report: Box<Report>| report.human(Style::Plain, 100);
    started.map_err(told).expect("a server")
}

async fn refused(folder: &Path, more: &[(&str, &str)]) -> (&'static str, String) {
    let report = prepare(settings(folder, more)).await.expect_err("refused");
    (report.cause().slug(), report.human(Style::Plain, 100))
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("folder")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn from_an_empty_folder_to_the_first_answer_and_a_clean_end() {
    let folder = tempfile::tempdir().expect("folder");
    let server = started(folder.path(), &[]).await;
    let summary = server.summary().clone();
    let address = summary.listen;
    assert!(
        summary
            .setup_link
            .as_deref()
            .is_some_and(|link| link.contains("/setup?token=csl_"))
    );
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.serve(async move { stopped.await.expect("stopped") }));
    let mut stream = TcpStream::connect(address).await.expect("connection");
    let request = b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answer");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    stop.send(()).expect("running");
    assert_eq!(running.await.expect("a clean end"), 0);
    for name in ["encryption.key", "jwt_secret", "countersign.db"] {
        let path = folder.path().join("data").join(name);
        let mode = fs::metadata(path).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_second_start_uses_what_the_first_one_made() {
    let folder = tempfile::tempdir().expect("folder");
    let first = started(folder.path(), &[]).await.summary().clone();
    let second = started(folder.path(), &[]).await.summary().clone();
    for name in ["JWT_SECRET", "ENCRYPTION_KEY"] {
        let of = |rows: &[Shown]| {
            let row = rows.iter().find(|row| row.name == name);
            row.map(|row| row.value.clone()).expect("shown")
        };
        assert!(of(&first.settings).starts_with("sha256:"), "{name}");
        assert_eq!(of(&first.settings), of(&second.settings), "{name}");
    }
    assert_ne!(
        first.setup_link, second.setup_link,
        "each link is good once"
    );
}

#[tokio::test]
async fn the_summary_tells_where_everything_comes_from_and_no_secret() {
    let folder = tempfile::tempdir().expect("folder");
    let lost = "another-value-that-lost-1234567890";
    let given = [("JWT_SECRET_DEVELOPMENT", STRONG), ("JWT_SECRET", lost)];
    let server = started(folder.path(), &given).await;
    let summary = server.summary();
    assert!(
        summary
            .environment_because
            .contains("ENVIRONMENT is not set")
    );
    assert!(
        summary
            .mail_page
            .as_deref()
            .is_some_and(|page| page.ends_with("/dev/mail"))
    );
    let lost_ones = summary
        .warnings
        .iter()
        .filter(|warning| warning.cause() == Cause::EnvVarNameMismatch);
    assert_eq!(lost_ones.count(), 1);
    let all = format!("{summary:?}");
    assert!(!all.contains(STRONG) && !all.contains(lost), "{all}");
}

#[tokio::test]
async fn links_have_the_port_that_the_system_gave() {
    let folder = tempfile::tempdir().expect("folder");
    let server = started(folder.path(), &[("LISTEN", "127.0.0.1:0")]).await;
    let summary = server.summary();
    let base = format!("http://localhost:{}", summary.listen.port());
    assert_eq!(summary.public_url, base);
    let shown = summary
        .settings
        .iter()
        .find(|row| row.name == "PUBLIC_URL")
        .expect("shown");
    assert_eq!(shown.value, base);
    assert_eq!(shown.source, "LISTEN (process environment)");
    let link = summary.setup_link.as_deref().expect("a link");
    assert!(link.starts_with(&base), "{link}");
}

#[tokio::test]
async fn a_port_in_use_stops_the_start_before_anything_is_made() {
    let folder = tempfile::tempdir().expect("folder");
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = taken.local_addr().expect("address").to_string();
    let (slug, text) = refused(folder.path(), &[("LISTEN", &address)]).await;
    assert_eq!(slug, "listen-address-in-use", "{text}");
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("data"), "a file").expect("file");
    let (slug, text) = refused(folder.path(), &[]).await;
    assert_eq!(slug, "data-folder-unwritable", "{text}");
    assert_eq!(files(folder.path()), ["data"]);
}

#[tokio::test]
async fn a_database_that_does_not_answer_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("folder");
    let url = "postgres://nobody@127.0.0.1:1/none";
    let (slug, text) = refused(folder.path(), &[("DATABASE_URL", url)]).await;
    // In a container, where the tests may run, the store says more.
    let causes = ["db-refused", "db-host-localhost-in-container"];
    assert!(causes.contains(&slug), "{text}");
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    fs::create_dir(folder.path().join("data")).expect("folder");
    let file = folder.path().join("data/countersign.db");
    fs::write(
        &file,
        "This is no database, but a text that is long enough to be looked at.",
    )
    .expect("file");
    let (slug, text) = refused(folder.path(), &[]).await;
    assert_eq!(slug, "db-file-invalid", "{text}");
    assert_eq!(files(&folder.path().join("data")), ["countersign.db"]);
}

#[tokio::test]
async fn production_does_not_migrate_by_itself() {
    let folder = tempfile::tempdir().expect("folder");
    let production = [
        ("ENVIRONMENT", "production"),
        ("PUBLIC_URL", "https://auth.example.com"),
        ("SIGNING", "asymmetric"),
        ("SMTP_URL", "off"),
    ];
    let (slug, text) = refused(folder.path(), &production).await;
    assert_eq!(slug, "db-not-migrated", "{text}");
    assert!(text.contains("countersign migrate"), "{text}");
}

#[tokio::test]
async fn another_encryption_key_than_the_databases_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    drop(started(folder.path(), &[]).await);
    let key = folder.path().join("data/encryption.key");
    fs::remove_file(&key).expect("removed");
    let (slug, text) = refused(folder.path(), &[]).await;
    assert_eq!(slug, "encryption-key-mismatch", "{text}");
    assert!(!key.exists(), "a key that opens nothing is not left behind");
}

#[tokio::test]
async fn production_makes_no_empty_database_in_place_of_a_missing_one() {
    let folder = tempfile::tempdir().expect("folder");
    let production = [
        ("ENVIRONMENT", "production"),
        ("PUBLIC_URL", "https://auth.example.com"),
        ("JWT_SECRET", STRONG),
        ("SMTP_URL", "off"),
    ];
    let (slug, told) = refused(folder.path(), &production).await;
    assert_eq!(slug, "db-not-migrated", "{told}");
    assert!(told.contains("countersign migrate"), "{told}");
    assert_eq!(files(folder.path()), [""; 0]);
}

#[tokio::test]
async fn accounts_without_an_admin_among_them_are_warned_of_and_an_empty_database_is_not() {
    let folder = tempfile::tempdir().expect("folder");
    let warned = |server: &Ready| {
        let mut warnings = server.summary().warnings.iter();
        warnings.any(|warning| warning.cause() == Cause::AdminMissing)
    };
    let first = started(folder.path(), &[]).await;
    assert!(!warned(&first), "the link of the first start says it");
    let file = folder.path().join("data/countersign.db");
    let url = DatabaseUrl::parse(&format!("sqlite:{}", file.display()));
    let options = StoreOptions::default();
    let store = Store::connect(&url.expect("a URL"), options).await;
    let store = store.expect("a store");
    let now = Timestamp::from_seconds(1_800_000_000);
    let mut rng = Entropy::seeded(7);
    let user = User {
        avatar_url: None,
        created_at: now,
        email: Email::parse("ada@example.org").expect("an address"),
        email_verified_at: None,
        id: UserId::new(now, &mut rng),
        name: None,
        role: Role::User,
        status: UserStatus::Active,
        updated_at: now,
    };
    let new = NewUser {
        user,
        password: None,
    };
    let made = store.create_user(new, Alongside::nothing()).await;
    assert_eq!(made, Ok(true));
    store.close().await;
    let second = started(folder.path(), &[]).await;
    assert!(warned(&second));
}
