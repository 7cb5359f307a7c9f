//! An identity provider that runs on loopback and fails on demand.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::jose::TestKey;

/// How the provider answers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Behaviour {
    /// As it should.
    #[default]
    Good,
    /// With a page of HTML, as a captive portal does.
    Html,
    /// With more bytes than anybody reads.
    Huge,
    /// With a redirect to this address.
    Redirect(String),
    /// Never: the connection stays open and silent.
    Silent,
    /// With this status.
    Status(u16),
    /// With a discovery document that names this issuer.
    WrongIssuer(String),
}

#[derive(Debug, Default)]
struct State {
    behaviour: Behaviour,
    keys: Vec<Value>,
    cache_control: Option<String>,
    date: Option<String>,
}

/// An `OpenID` provider with discovery document and key set, on a port of its own, until it is dropped.
///
/// Discovery is at `/.well-known/openid-configuration`, the key set at `/keys` and, as a Supabase project
/// has it, at `/auth/v1/.well-known/jwks.json`. `/moved` redirects to the key set.
#[derive(Debug)]
pub struct IdentityProvider {
    issuer: String,
    state: Arc<Mutex<State>>,
    requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl IdentityProvider {
    /// Starts one without keys.
    ///
    /// # Panics
    /// If there is no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let issuer = format!("http://127.0.0.1:{port}");
        let state = Arc::new(Mutex::new(State::default()));
        let requests = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn(serve(
            listener,
            issuer.clone(),
            Arc::clone(&state),
            Arc::clone(&requests),
        ));
        Self {
            issuer,
            state,
            requests,
            task,
        }
    }

    /// Its identifier, which is also its address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Publishes these keys in place of those before.
    pub fn publish(&self, keys: &[&TestKey]) {
        self.change(|state| state.keys = keys.iter().map(|key| key.public_jwk()).collect());
    }

    /// Answers like this from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.change(|state| state.behaviour = behaviour);
    }

    /// Sends this `Cache-Control` with its keys.
    pub fn cache_control(&self, value: &str) {
        self.change(|state| state.cache_control = Some(value.to_owned()));
    }

    /// Sends this `Date` with its keys.
    pub fn date(&self, value: &str) {
        self.change(|state| state.date = Some(value.to_owned()));
    }

    /// How often its key set was asked for, by whatever way.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    listener: TcpListener,
    issuer: String,
    state: Arc<Mutex<State>>,
    requests: Arc<AtomicUsize>,
) {
    let mut silent = Vec::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        let Some(path) = path_of(&mut stream).await else {
            continue;
        };
        let answer = {
            let state = state.lock().unwrap_or_else(PoisonError::into_inner);
            answer(&issuer, &path, &state)
        };
        // Counted by what every fetch begins with, so that a failing one counts once as well.
        if path != "/keys" || !matches!(answer, Answer::Good { .. }) {
            requests.fetch_add(1, Ordering::SeqCst);
        }
        match answer {
            Answer::None => silent.push(stream),
            Answer::Good { head, body } => {
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                // A client that hangs up early is part of the tests.
                if stream.write_all(text.as_bytes()).await.is_ok() {
                    drop(stream.shutdown().await);
                }
            }
        }
    }
}

async fn path_of(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).await.ok()?;
        if read == 0 {
            return None;
        }
        head.extend_from_slice(&buffer[..read]);
    }
    let head = String::from_utf8(head).ok()?;
    head.split(' ').nth(1).map(str::to_owned)
}

enum Answer {
    Good { head: String, body: String },
    None,
}

fn answer(issuer: &str, path: &str, state: &State) -> Answer {
    let json = |body: Value| {
        let header = |name: &str, value: &Option<String>| {
            let line = |value: &String| format!("\r\n{name}: {value}");
            value.as_ref().map_or_else(String::new, line)
        };
        let cache = header("Cache-Control", &state.cache_control);
        let date = header("Date", &state.date);
        Answer::Good {
            head: format!("200 OK\r\nContent-Type: application/json{cache}{date}"),
            body: body.to_string(),
        }
    };
    let plain = |head: String| Answer::Good {
        head,
        body: String::new(),
    };
    let discovery = |named: &str| json!({"issuer": named, "jwks_uri": format!("{issuer}/keys")});
    match &state.behaviour {
        Behaviour::Html => Answer::Good {
            head: "200 OK\r\nContent-Type: text/html".to_owned(),
            body: "<html>Please sign in to the network</html>".to_owned(),
        },
        Behaviour::Huge => json(json!({"keys": [], "padding": "x".repeat(300 * 1024)})),
        Behaviour::Redirect(to) => plain(format!("302 Found\r\nLocation: {to}")),
        Behaviour::Silent => Answer::None,
        Behaviour::Status(status) => plain(format!("{status} Status")),
        Behaviour::WrongIssuer(named) => json(discovery(named)),
        Behaviour::Good => match path {
            "/.well-known/openid-configuration" => json(discovery(issuer)),
            "/moved" => plain(format!("302 Found\r\nLocation: {issuer}/keys")),
            "/keys" | "/auth/v1/.well-known/jwks.json" => json(json!({"keys": state.keys})),
            _ => plain("404 Not Found".to_owned()),
        },
    }
}
