//! A whole server without a network: fixed clock, seeded randomness, a temporary database.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use countersign_diagnose::Report;
use countersign_domain::keys::RootKey;
use countersign_server::clock::Clock;
use countersign_server::entropy::Entropy;
use countersign_server::http::{Rules, Shell};
use countersign_server::settings::{Inputs, Settings, TextFile, resolve};
use countersign_server::state::Parts;
use countersign_server::{App, router};
use countersign_store::{DatabaseUrl, Store, StoreOptions, StoredMail};
use countersign_testkit::TempDatabase;
use countersign_verify::Secret;
use http::{HeaderMap, Method, Request};
use serde_json::Value;
use tower::ServiceExt;

/// 2027-01-15 08:00:00 UTC, when every test starts.
pub const START: i64 = 1_800_000_000;

/// A server and one client with a cookie jar.
pub struct TestApp {
    /// The server's shared state.
    pub app: App,
    /// The client's cookies by name.
    pub cookies: BTreeMap<String, String>,
    shell: Shell,
    database: Arc<TempDatabase>,
}

/// The settings of a test: nothing but what it says, and the temporary database.
fn settings(database: &TempDatabase, process: &[(&str, &str)], config: &str) -> Settings {
    let mut all = vec![
        ("DATABASE_URL".to_owned(), database.url().to_owned()),
        ("HASH_THREADS".to_owned(), "2".to_owned()),
    ];
    all.extend(
        process
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
    );
    let inputs = Inputs {
        process: all,
        config: Some(TextFile::new("countersign.toml", config)),
        ..Inputs::default()
    };
    let told = |problems: Vec<Report>| format!("{problems:#?}");
    resolve(&inputs).map_err(told).expect("good settings")
}

/// What the server answered, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// A request under construction.
pub struct Ask<'a> {
    client: &'a mut TestApp,
    builder: http::request::Builder,
    body: Vec<u8>,
}

impl TestApp {
    /// The signing secret of [`TestApp::with_sync_secret`], as the front end would have it.
    pub const SIGNING_SECRET: &str = "k9Vw3tQz7Rb1Xn5Lm8Pc2Hd6Jf4Gs0Ya";
    /// The sync secret of [`TestApp::with_sync_secret`].
    pub const SYNC_SECRET: &str = "p1Oi2Uy3Tr4Ew5Qa6Sd7Fg8Hj9Kl0MnBv";

    /// A development server on a new SQLite database.
    pub async fn sqlite() -> Self {
        Self::with(|_| ()).await
    }

    /// A development server on a new PostgreSQL database.
    pub async fn postgres() -> Self {
        Self::start(TempDatabase::postgres(), &[], |_| ()).await
    }

    /// A server that knows the secrets of a front end (field report 000).
    pub async fn with_sync_secret() -> Self {
        Self::with_environment(&[
            ("AUTH_SECRET", Self::SIGNING_SECRET),
            ("AUTH_SYNC_SECRET", Self::SYNC_SECRET),
        ])
        .await
    }

    /// A server with these settings, on a new SQLite database.
    pub async fn with_environment(process: &[(&str, &str)]) -> Self {
        Self::start(TempDatabase::sqlite(), process, |_| ()).await
    }

    /// A development server on a new SQLite database, after `change`.
    pub async fn with(change: impl FnOnce(&mut Parts)) -> Self {
        Self::start(TempDatabase::sqlite(), &[], change).await
    }

    /// A server on `database` with these settings, after `change`.
    pub async fn start(
        database: TempDatabase,
        process: &[(&str, &str)],
        change: impl FnOnce(&mut Parts),
    ) -> Self {
        Self::configured(database, process, "", change).await
    }

    /// A server with these settings and this countersign.toml, on a new SQLite database.
    pub async fn with_config(process: &[(&str, &str)], config: &str) -> Self {
        Self::configured(TempDatabase::sqlite(), process, config, |_| ()).await
    }

    async fn configured(
        database: TempDatabase,
        process: &[(&str, &str)],
        config: &str,
        change: impl FnOnce(&mut Parts),
    ) -> Self {
        let settings = settings(&database, process, config);
        let clock = Clock::fixed(START * 1_000_000);
        let url = DatabaseUrl::parse(&settings.database_url).expect("a database URL");
        let store = Store::connect(&url, StoreOptions::default())
            .await
            .expect("a database");
        store.migrate(clock.now()).await.expect("migrations");
        let signing = settings.secrets.signing.as_ref();
        let signing = signing.map(|found| (found.name.clone(), found.secret.clone()));
        let kept = || ("JWT_SECRET".to_owned(), Secret::from(Self::SIGNING_SECRET));
        let mut parts = Parts {
            clock,
            entropy: Entropy::seeded(1),
            rules: Rules::of(&settings),
            explain: settings.dev_features,
            root: RootKey::from_bytes([1; 32]),
            signing_secret: Some(signing.unwrap_or_else(kept)),
            store,
            settings,
        };
        change(&mut parts);
        let app = App::assemble(parts).await.expect("a server");
        Self {
            shell: router(app.clone()),
            app,
            cookies: BTreeMap::new(),
            database: Arc::new(database),
        }
    }

    /// Writes what is queued: audit events, traces, activity.
    pub async fn flush(&self) {
        countersign_server::jobs::flush(&self.app).await;
    }

    /// The mails of the outbox, newest first.
    pub async fn mails(&self) -> Vec<StoredMail> {
        self.app
            .store()
            .recent_mails(100)
            .await
            .expect("the outbox")
    }

    /// Another client of the same server, without cookies.
    pub fn client(&self) -> Self {
        Self {
            app: self.app.clone(),
            cookies: BTreeMap::new(),
            shell: self.shell.clone(),
            database: Arc::clone(&self.database),
        }
    }

    /// The service, to be put on a socket.
    pub fn shell(&self) -> Shell {
        self.shell.clone()
    }

    /// Another node on the same database, with the same clock, keys and settings.
    pub async fn second_node(&self) -> Self {
        let settings = self.app.settings().clone();
        let url = DatabaseUrl::parse(&settings.database_url).expect("a database URL");
        let store = Store::connect(&url, StoreOptions::default())
            .await
            .expect("a database");
        let parts = Parts {
            clock: self.app.clock().clone(),
            entropy: Entropy::seeded(2),
            rules: self.app.rules().clone(),
            explain: self.app.explains(),
            root: RootKey::from_bytes([1; 32]),
            signing_secret: Some(("JWT_SECRET".into(), Secret::from(Self::SIGNING_SECRET))),
            store,
            settings,
        };
        let app = App::assemble(parts).await.expect("a server");
        Self {
            shell: router(app.clone()),
            app,
            cookies: BTreeMap::new(),
            database: Arc::clone(&self.database),
        }
    }

    /// The same server with other routes.
    pub fn serving(mut self, routes: Router<App>) -> Self {
        let routes = routes.with_state(self.app.clone());
        self.shell = Shell::new(self.app.clone(), routes, self.app.rules().clone());
        self
    }

    /// Starts a request.
    pub fn ask(&mut self, method: Method, path: &str) -> Ask<'_> {
        let mut builder = Request::builder().method(method).uri(path);
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self
                .cookies
                .iter()
                .map(|(k, v)| format!("{k}={v}"))
                .collect();
            builder = builder.header("cookie", pairs.join("; "));
        }
        Ask {
            client: self,
            builder,
            body: Vec::new(),
        }
    }

    /// GET.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path).send().await
    }

    /// POST with a JSON body.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path).json(body).send().await
    }
}

impl Ask<'_> {
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// Presents a bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sets a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sets a form body.
    pub fn form(self, body: &str) -> Self {
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Sets a body.
    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("content-type", kind)
            .header("content-length", &length)
    }

    /// Sends it and keeps the cookies of the answer.
    pub async fn send(self) -> Answer {
        let request = self
            .builder
            .body(axum::body::Body::from(self.body))
            .expect("request");
        let response = self
            .client
            .shell
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("body");
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.to_vec(),
        };
        for cookie in answer.headers.get_all("set-cookie") {
            self.client.keep(cookie.to_str().expect("ASCII cookie"));
        }
        answer
    }
}

impl TestApp {
    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("name=value");
        if value.is_empty() || attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.into(), value.into());
        }
    }
}

impl Answer {
    /// The value of a header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a text body")
    }
}
