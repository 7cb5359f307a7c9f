//! Tokens: what the doctor says of their kind, their keys, their claims and their users.

mod claims;
mod keys;
mod kinds;
mod together;
mod users;

use countersign_diagnose::{Document, Evidence, diagnose};
use countersign_testkit::jose::TestKey;
use serde_json::{Value, json};

/// Sun, 11 Oct 2026 21:52:38 GMT.
const NOW: i64 = 1_791_755_558;

/// A secret that both sides of most set-ups have.
const SECRET: &str = "t9w8QjlK7Myiy7ab7hqUTH5SzYMxPWRmJdud6RPvQjQYGFUigJ";

/// A set-up that fails, or not.
struct SetUp {
    name: &'static str,
    files: Vec<Document>,
    stack: Vec<&'static str>,
    request: String,
}

impl SetUp {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            files: Vec::new(),
            stack: Vec::new(),
            request: String::new(),
        }
    }

    fn file(mut self, name: &str, text: impl Into<String>) -> Self {
        self.files.push(Document::new(name, text.into()));
        self
    }

    fn backend(self, text: &str) -> Self {
        self.file("backend.env", text)
    }

    fn frontend(self, text: &str) -> Self {
        self.file("frontend.env", text)
    }

    fn log(self, text: &str) -> Self {
        self.file("log.txt", text)
    }

    fn jwks(self, keys: &[Value]) -> Self {
        self.file("jwks.json", json!({"keys": keys}).to_string())
    }

    fn users(self, rows: &Value) -> Self {
        self.file("users.json", rows.to_string())
    }

    fn stack(mut self, stack: &[&'static str]) -> Self {
        self.stack = stack.to_vec();
        self
    }

    /// The failing request carries this in its Authorization header.
    fn bearer(self, token: &str) -> Self {
        self.asks("/api/things", &format!("Authorization: Bearer {token}"))
    }

    fn asks(mut self, target: &str, header: &str) -> Self {
        self.request = format!("GET {target} HTTP/1.1\nHost: api.parcelo.example\n{header}\n\n");
        self
    }

    /// The sign-in before answered with this body, an hour's length of time before `NOW`.
    fn signed_in(self, date: &str, body: &Value) -> Self {
        let text = format!(
            "POST /login HTTP/1.1\nHost: api.parcelo.example\n\n###\nHTTP/1.1 200 OK\nDate: {date}\nContent-Type: application/json\n\n{body}"
        );
        self.file("login.http", text)
    }

    /// The answer to the failing request, at `NOW` by the verifier's clock.
    fn answer(self, status: u16, body: &str) -> Self {
        self.answer_at("Sun, 11 Oct 2026 21:52:38 GMT", status, body)
    }

    fn answer_at(self, date: &str, status: u16, body: &str) -> Self {
        let text =
            format!("HTTP/1.1 {status} X\nDate: {date}\nContent-Type: application/json\n\n{body}");
        self.file("response.http", text)
    }

    /// The slugs of the roots that are errors, in their order.
    fn roots(mut self) -> Vec<String> {
        let stack = json!(self.stack);
        self.files.push(Document::new(
            "case.toml",
            format!("now = {NOW}\nstack = {stack}"),
        ));
        if !self.request.is_empty() {
            self.files.push(Document::new("request.http", self.request));
        }
        let json = diagnose(&Evidence::read(self.files)).json(0);
        let findings = json["findings"].as_array().expect("an array").iter();
        findings
            .filter(|finding| finding["severity"] == "error" && finding["root"] == true)
            .map(|finding| finding["slug"].as_str().expect("a slug").to_owned())
            .collect()
    }
}

/// Checks set-ups: the first root is the first slug, the others are among the roots; without a slug there is none.
fn check(table: Vec<(SetUp, &[&str])>) {
    let mut wrong = Vec::new();
    for (set_up, expected) in table {
        let name = set_up.name;
        let found = set_up.roots();
        let good = match expected.split_first() {
            None => found.is_empty(),
            Some((first, others)) => {
                found.first().is_some_and(|slug| slug == first)
                    && others
                        .iter()
                        .all(|slug| found.iter().any(|one| one == slug))
            }
        };
        if !good {
            wrong.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A good token of the shared secret, with these claims over the usual ones; a claim that is null is left out.
fn token(claims: &Value) -> String {
    signed(&TestKey::hs(SECRET), "HS256", claims)
}

/// The same of another key.
fn signed(key: &TestKey, alg: &str, claims: &Value) -> String {
    let mut all = json!({"sub": "42", "iat": NOW - 60, "exp": NOW + 1_740});
    for (name, value) in claims.as_object().expect("claims") {
        if value.is_null() {
            all.as_object_mut().expect("claims").remove(name);
        } else {
            all[name] = value.clone();
        }
    }
    key.token(alg, &all)
}

/// The settings of a service that verifies with the shared secret.
fn secret_env(rest: &str) -> String {
    format!("JWT_SECRET={SECRET}\n{rest}")
}
