//! What every test starts from: a migrated database of its own, a time, and randomness.

use std::sync::Mutex;
use std::time::Duration;

use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::password::PasswordHash;
use countersign_domain::sessions::{Session, SessionPolicy};
use countersign_domain::{
    AuditEventId, Email, RefreshToken, SessionId, SessionToken, Timestamp, UserId,
};
use countersign_store::{
    Alongside, AuditQuery, DatabaseUrl, NewUser, OpenOutcome, OpenSession, Store, StoreOptions,
};
use countersign_testkit::{FixedClock, TempDatabase, seeded_rng};
use futures_util::future::join_all;
use rand::rngs::StdRng;

/// A migrated store, with the time and the randomness of the test.
pub(crate) struct Setting {
    pub(crate) store: Store,
    pub(crate) database: TempDatabase,
    pub(crate) clock: FixedClock,
    rng: Mutex<StdRng>,
}

/// A session that was opened, with its tokens.
pub(crate) struct Opened {
    pub(crate) session: Session,
    pub(crate) refresh: RefreshToken,
    pub(crate) cookie: SessionToken,
    pub(crate) evicted: Vec<SessionId>,
}

pub(crate) async fn connect(url: &str) -> Store {
    let url = DatabaseUrl::parse(url).expect("a URL of the testkit");
    Store::connect(&url, StoreOptions::default())
        .await
        .expect("a database of the testkit")
}

impl Setting {
    pub(crate) async fn sqlite() -> Self {
        let setting = Self::on(TempDatabase::sqlite()).await;
        let migrated = setting.store.migrate(setting.now()).await;
        assert!(migrated.is_ok(), "{migrated:?}");
        setting
    }

    pub(crate) async fn postgres() -> Self {
        let database = TempDatabase::postgres_from("store", async |url| {
            let store = connect(&url).await;
            let migrated = store.migrate(Timestamp::from_micros(1)).await;
            assert!(migrated.is_ok(), "{migrated:?}");
            store.close().await;
        });
        Self::on(database.await).await
    }

    pub(crate) async fn on(database: TempDatabase) -> Self {
        Self {
            store: connect(database.url()).await,
            database,
            clock: FixedClock::default(),
            rng: Mutex::new(seeded_rng(1)),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.clock.micros())
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn draw<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.rng.lock().expect("no test panics while it draws"))
    }

    pub(crate) fn event(&self, kind: AuditKind) -> AuditEvent {
        let id = self.draw(|rng| AuditEventId::new(self.now(), rng));
        AuditEvent::new(id, self.now(), kind, Actor::System)
    }

    pub(crate) fn new_user(&self, email: &str) -> NewUser {
        let now = self.now();
        NewUser {
            user: User {
                avatar_url: None,
                created_at: now,
                email: Email::parse(email).expect("an address of the test"),
                email_verified_at: None,
                id: self.draw(|rng| UserId::new(now, rng)),
                name: Some("Ann Example".to_owned()),
                role: Role::User,
                status: UserStatus::Active,
                updated_at: now,
            },
            password: Some(PasswordHash::from_stored("$argon2id$first".to_owned())),
        }
    }

    /// An account that is in the store.
    pub(crate) async fn user(&self, email: &str) -> User {
        let new = self.new_user(email);
        let user = new.user.clone();
        let made = self.store.create_user(new, Alongside::nothing()).await;
        assert_eq!(made, Ok(true), "{email}");
        user
    }

    /// A session to open, with its tokens.
    pub(crate) fn session_of(&self, user: UserId) -> (OpenSession, RefreshToken, SessionToken) {
        let policy = SessionPolicy::default();
        let now = self.now();
        let id = self.draw(|rng| SessionId::new(now, rng));
        let refresh = self.draw(RefreshToken::generate);
        let cookie = self.draw(SessionToken::generate);
        let session = Session::open(id, user, vec!["pwd".to_owned()], now, &policy)
            .from_client("2001:db8::7".parse().ok(), Some("Firefox/140"));
        let open = OpenSession {
            refresh: Some((refresh.hash(), session.absolute_expires_at)),
            session,
            cookie: Some(cookie.hash()),
            epoch: None,
            policy,
            eviction: self.event(AuditKind::SessionEnded),
        };
        (open, refresh, cookie)
    }

    /// A session that is in the store.
    pub(crate) async fn open(&self, user: UserId) -> Opened {
        let (open, refresh, cookie) = self.session_of(user);
        let session = open.session.clone();
        let event = self.event(AuditKind::SessionLogin).about(user);
        match self.store.open_session(open, event.into()).await {
            Ok(OpenOutcome::Opened { evicted }) => Opened {
                session,
                refresh,
                cookie,
                evicted,
            },
            other => panic!("{other:?}"),
        }
    }

    /// How often an event of this kind is in the audit log.
    pub(crate) async fn count_events(&self, kind: AuditKind) -> usize {
        let query = AuditQuery {
            kind: Some(kind),
            limit: 1000,
            ..AuditQuery::default()
        };
        let events = self.store.audit_events(query).await;
        events.expect("the audit log can be read").len()
    }
}

/// Runs a statement past the store, as somebody with a database shell would.
pub(crate) async fn tamper(setting: &Setting, sql: &'static str) {
    use sqlx::Connection as _;
    let url = setting.database.url();
    let done = if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.expect("a file");
        sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.expect("a server");
        sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
    };
    done.expect("the statement is fine");
}

/// Runs calls that meet at the rows of a table. On PostgreSQL the rows are locked until calls
/// wait for them, so that these have all read what they read before the first one writes.
pub(crate) async fn meet<F>(
    setting: &Setting,
    lock: &'static str,
    calls: impl Iterator<Item = F>,
) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    use sqlx::Connection as _;
    const WAITING: &str = "SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let url = setting.database.url();
    if setting.database.name().is_none() {
        let calls: Vec<_> = calls.map(tokio::spawn).collect();
        return join_all(calls)
            .await
            .into_iter()
            .map(|done| done.expect("no panic"))
            .collect();
    }
    let mut holder = sqlx::PgConnection::connect(url).await.expect("a server");
    let mut transaction = holder.begin().await.expect("a transaction");
    let held = sqlx::raw_sql(lock).execute(&mut *transaction).await;
    assert!(held.is_ok(), "{held:?}");
    let calls: Vec<_> = calls.map(tokio::spawn).collect();
    let expected = i64::try_from(calls.len()).expect("few").min(8);
    let mut waiting = 0_i64;
    while waiting < expected && !calls.iter().any(tokio::task::JoinHandle::is_finished) {
        let asked = sqlx::query_scalar(WAITING)
            .fetch_one(&mut *transaction)
            .await;
        waiting = asked.expect("a number");
        // The view is the same for a whole transaction unless it is told otherwise.
        let anew = "SELECT pg_stat_clear_snapshot()";
        let cleared = sqlx::raw_sql(anew).execute(&mut *transaction).await;
        assert!(cleared.is_ok(), "{cleared:?}");
    }
    let released = transaction.commit().await;
    assert!(released.is_ok(), "{released:?}");
    join_all(calls)
        .await
        .into_iter()
        .map(|done| done.expect("no panic"))
        .collect()
}
