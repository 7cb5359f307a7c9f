//! A whole server without a network: fixed clock, seeded randomness, a temporary database.

use std::collections::BTreeMap;

use countersign_server::clock::Clock;
use countersign_server::entropy::Entropy;
use countersign_server::http::{Rules, Shell};
use countersign_server::state::Parts;
use countersign_server::{App, router};
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
    /// A development server on a new SQLite database.
    pub async fn sqlite() -> Self {
        Self::with(|_| ()).await
    }

    /// The same after `change`.
    #[expect(clippy::unused_async, reason = "the database is opened here")]
    pub async fn with(change: impl FnOnce(&mut Parts)) -> Self {
        let mut parts = Parts {
            clock: Clock::fixed(START * 1_000_000),
            entropy: Entropy::seeded(1),
            rules: Rules::new("http://localhost:8787"),
            explain: true,
        };
        change(&mut parts);
        let app = App::new(parts);
        Self {
            shell: router(app.clone()),
            app,
            cookies: BTreeMap::new(),
        }
    }

    /// Another client of the same server, without cookies.
    pub fn client(&self) -> Self {
        Self {
            app: self.app.clone(),
            cookies: BTreeMap::new(),
            shell: self.shell.clone(),
        }
    }

    /// The service, to be put on a socket.
    pub fn shell(&self) -> Shell {
        self.shell.clone()
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
