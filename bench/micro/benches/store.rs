//! The store alone: refresh chains on SQLite with full fsync, as one core does them.
//! Run it pinned: `taskset -c 0 cargo bench --package micro --bench store`.
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up has to stop"
)]

use std::time::{Duration, Instant};

use countersign_domain::accounts::{Role, User, UserStatus};
use countersign_domain::audit::{Actor, AuditEvent, AuditKind};
use countersign_domain::keys::{RefreshKey, RootKey};
use countersign_domain::sessions::{Session, SessionPolicy};
use countersign_domain::{AuditEventId, Email, RefreshToken, SessionId, Timestamp, UserId};
use countersign_store::{
    Alongside, DatabaseUrl, NewUser, OpenSession, RefreshAttempt, RefreshOutcome, Store,
    StoreOptions,
};
use countersign_testkit::{TempDatabase, seeded_rng};
use rand::rngs::StdRng;

const SECONDS: u64 = 5;
const START: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for chains in [1, 16, 64] {
            let rate = refreshes(chains).await;
            println!("refresh, {chains} chains: {rate:.0}/s");
        }
    });
}

async fn refreshes(chains: usize) -> f64 {
    let database = TempDatabase::sqlite();
    let url = DatabaseUrl::parse(database.url()).unwrap();
    let store = Store::connect(&url, StoreOptions::default()).await.unwrap();
    store.migrate(START).await.unwrap();
    let mut rng = seeded_rng(1);
    let mut tasks = Vec::new();
    let until = Instant::now() + Duration::from_secs(SECONDS);
    for number in 0..chains {
        let token = signed_in(&store, number, &mut rng).await;
        let template = attempt(token, &mut rng);
        tasks.push(tokio::spawn(chain(store.clone(), template, until)));
    }
    let began = Instant::now();
    let mut done = 0.0;
    for task in tasks {
        done += task.await.unwrap();
    }
    done / began.elapsed().as_secs_f64()
}

async fn chain(store: Store, mut attempt: RefreshAttempt, until: Instant) -> f64 {
    let mut done = 0.0;
    while Instant::now() < until {
        match store.refresh(attempt.clone()).await.unwrap() {
            RefreshOutcome::Refreshed { successor, .. } => attempt.token = successor,
            RefreshOutcome::Refused { .. } | RefreshOutcome::Unknown => return f64::NAN,
        }
        done += 1.0;
    }
    done
}

async fn signed_in(store: &Store, number: usize, rng: &mut StdRng) -> RefreshToken {
    let user = User {
        avatar_url: None,
        created_at: START,
        email: Email::parse(&format!("user{number}@bench.example")).unwrap(),
        email_verified_at: Some(START),
        id: UserId::new(START, rng),
        name: None,
        role: Role::User,
        status: UserStatus::Active,
        updated_at: START,
    };
    let id = user.id;
    let new = NewUser {
        user,
        password: None,
    };
    store.create_user(new, Alongside::nothing()).await.unwrap();
    let policy = SessionPolicy::default();
    let session_id = SessionId::new(START, rng);
    let session = Session::open(session_id, id, vec!["pwd".to_owned()], START, &policy);
    let refresh = RefreshToken::generate(rng);
    let open = OpenSession {
        refresh: Some((refresh.hash(), session.absolute_expires_at)),
        session,
        cookie: None,
        epoch: None,
        policy,
        eviction: event(AuditKind::SessionEnded, rng),
    };
    store
        .open_session(open, Alongside::nothing())
        .await
        .unwrap();
    refresh
}

fn attempt(token: RefreshToken, rng: &mut StdRng) -> RefreshAttempt {
    RefreshAttempt {
        token,
        key: key(),
        now: START,
        ttl: Duration::from_hours(24 * 30),
        policy: SessionPolicy::default(),
        reuse: event(AuditKind::SessionRefreshReused, rng),
    }
}

fn key() -> RefreshKey {
    RootKey::from_bytes([7; 32]).refresh_key().unwrap()
}

fn event(kind: AuditKind, rng: &mut StdRng) -> AuditEvent {
    AuditEvent::new(AuditEventId::new(START, rng), START, kind, Actor::System)
}
