//! Nothing acknowledged is lost by `kill -9` (DESIGN 8): registrations, refreshes, revocations.
//!
//! Each round starts the server, lets several clients work at once, kills it after a random
//! (seeded) number of acknowledgements while other requests are under way, starts it again and
//! looks whether every acknowledgement still holds.

use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use countersign_testkit::{TempDatabase, seeded_rng};
use rand::RngExt as _;
use serde_json::json;

use crate::support::{Request, Serving, folder};

const PASSWORD: &str = "Vermilion-otter-4417-quay";
/// Clients of each kind that work at once.
const CLIENTS: usize = 2;
/// Sessions that each client who signs out has at the start of a round.
const SESSIONS: usize = 8;

/// What the server acknowledged with a 2xx.
#[derive(Debug)]
enum Acknowledged {
    /// There is an account of this address.
    Registered { email: String },
    /// This refresh token is the newest of client number `of`.
    Refreshed { of: usize, token: String },
    /// The session of these tokens has ended.
    Revoked(Tokens),
}

#[derive(Clone, Debug)]
struct Tokens {
    access: String,
    refresh: String,
}

#[derive(Debug, Default)]
struct Ledger {
    registered: Vec<String>,
    newest: Vec<Option<String>>,
    revoked: Vec<Tokens>,
}

#[test]
fn twenty_kills_lose_nothing_on_sqlite() {
    let folder = folder();
    rounds(20, 9, &|| {
        Serving::start_with(folder.path(), &[], &[("EMAIL_VERIFICATION", "optional")])
    });
}

#[test]
fn kills_lose_nothing_on_postgresql() {
    let folder = folder();
    let database = TempDatabase::postgres();
    let variables = [
        ("EMAIL_VERIFICATION", "optional"),
        ("DATABASE_URL", database.url()),
    ];
    rounds(4, 15, &|| {
        Serving::start_with(folder.path(), &[], &variables)
    });
}

fn rounds(count: usize, seed: u64, start: &dyn Fn() -> Serving) {
    let mut rng = seeded_rng(seed);
    let mut all = Ledger::default();
    for round in 0..count {
        let kill_after = rng.random_range(3..60);
        let ledger = one_round(round, kill_after, start());
        let server = start();
        ledger.check(server.address);
        all.registered.extend(ledger.registered);
        all.revoked.extend(ledger.revoked);
        server.kill();
    }
    assert!(
        all.registered.len() >= count,
        "the load was too small: {}",
        all.registered.len()
    );
    assert!(
        all.revoked.len() >= count,
        "the load was too small: {}",
        all.revoked.len()
    );
    // What one kill spared, a later one may not take.
    all.check(start().address);
}

/// Lets the clients work until `kill_after` acknowledgements came, then kills the server.
fn one_round(round: usize, kill_after: usize, server: Serving) -> Ledger {
    let to = server.address;
    let (tell, told) = channel();
    let mut workers = Vec::new();
    for client in 0..CLIENTS {
        let sessions = signed_in(
            to,
            &format!("leaver-{round}-{client}@example.com"),
            SESSIONS,
        );
        let refreshing =
            signed_in(to, &format!("stayer-{round}-{client}@example.com"), 1).remove(0);
        workers.push(spawn(&tell, move |tell| register(to, round, client, tell)));
        workers.push(spawn(&tell, move |tell| {
            refresh(to, client, refreshing.refresh, tell);
        }));
        workers.push(spawn(&tell, move |tell| sign_out(to, sessions, tell)));
    }
    drop(tell);
    let mut ledger = Ledger {
        newest: vec![None; CLIENTS],
        ..Ledger::default()
    };
    for _ in 0..kill_after {
        ledger.note(next(&told));
    }
    server.kill();
    for worker in workers {
        worker.join().unwrap();
    }
    // Answers that were on their way when the server died are acknowledgements too.
    for acknowledged in told {
        ledger.note(acknowledged);
    }
    ledger
}

fn next(told: &Receiver<Acknowledged>) -> Acknowledged {
    told.recv_timeout(Duration::from_mins(2))
        .expect("the clients came to a stop")
}

fn spawn(
    tell: &Sender<Acknowledged>,
    work: impl FnOnce(&Sender<Acknowledged>) + Send + 'static,
) -> thread::JoinHandle<()> {
    let tell = tell.clone();
    thread::spawn(move || work(&tell))
}

/// Makes an account and signs in so many times.
fn signed_in(to: SocketAddr, email: &str, times: usize) -> Vec<Tokens> {
    let account = json!({"email": email, "password": PASSWORD});
    Request::post("/api/v1/auth/register")
        .json(&account)
        .send(to)
        .unwrap()
        .expect(201);
    let login = Request::post("/api/v1/auth/jwt/login").json(&account);
    let tokens = || {
        let answer = login.send(to).unwrap().expect(200);
        Tokens {
            access: answer.text("/access_token"),
            refresh: answer.text("/refresh_token"),
        }
    };
    (0..times).map(|_| tokens()).collect()
}

/// Registers one account after the other until the server is gone.
fn register(to: SocketAddr, round: usize, client: usize, tell: &Sender<Acknowledged>) {
    for number in 0.. {
        let email = format!("new-{round}-{client}-{number}@example.com");
        let body = json!({"email": email, "password": PASSWORD});
        let Ok(answer) = Request::post("/api/v1/auth/register").json(&body).send(to) else {
            return;
        };
        answer.expect(201);
        tell.send(Acknowledged::Registered { email }).unwrap();
    }
}

/// Renews one session until the server is gone.
fn refresh(to: SocketAddr, of: usize, mut token: String, tell: &Sender<Acknowledged>) {
    while let Ok(answer) = refreshing(&token).send(to) {
        token = answer.expect(200).text("/refresh_token");
        tell.send(Acknowledged::Refreshed {
            of,
            token: token.clone(),
        })
        .unwrap();
    }
}

/// Ends one session after the other until the server is gone.
fn sign_out(to: SocketAddr, sessions: Vec<Tokens>, tell: &Sender<Acknowledged>) {
    for tokens in sessions {
        let Ok(answer) = Request::post("/api/v1/auth/logout")
            .bearer(&tokens.access)
            .send(to)
        else {
            return;
        };
        assert!((200..300).contains(&answer.status), "{answer:?}");
        tell.send(Acknowledged::Revoked(tokens)).unwrap();
    }
}

fn refreshing(token: &str) -> Request {
    Request::post("/api/v1/auth/refresh").json(&json!({"refresh_token": token}))
}

impl Ledger {
    fn note(&mut self, acknowledged: Acknowledged) {
        match acknowledged {
            Acknowledged::Refreshed { of, token } => self.newest[of] = Some(token),
            Acknowledged::Registered { email } => self.registered.push(email),
            Acknowledged::Revoked(tokens) => self.revoked.push(tokens),
        }
    }

    /// Every acknowledgement still holds.
    fn check(&self, to: SocketAddr) {
        for email in &self.registered {
            let body = json!({"email": email, "password": PASSWORD});
            Request::post("/api/v1/auth/jwt/login")
                .json(&body)
                .send(to)
                .unwrap()
                .expect(200);
        }
        for token in self.newest.iter().flatten() {
            refreshing(token).send(to).unwrap().expect(200);
        }
        for tokens in &self.revoked {
            let status = Request::get("/api/v1/auth/status").bearer(&tokens.access);
            let answer = status.send(to).unwrap().expect(401);
            assert_eq!(answer.text("/slug"), "session-revoked");
            refreshing(&tokens.refresh).send(to).unwrap().expect(401);
        }
    }
}
