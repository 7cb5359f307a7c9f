//! A person with a browser: opens pages, fills in forms, reads letters.

use countersign_server::App;
use http::Method;

use crate::harness::{Answer, TestApp};

pub const PASSWORD: &str = "four calm horses graze";

/// A browser as its person uses it. Follows no redirect by itself.
pub struct Person {
    pub client: TestApp,
}

impl Person {
    pub fn new(app: &TestApp) -> Self {
        Self {
            client: app.client(),
        }
    }

    /// A person who registered, verified the address and signed in.
    pub async fn signed_in(app: &TestApp, email: &str) -> Self {
        let mut person = Self::new(app);
        person.register(email).await;
        person.verify(email).await;
        let answer = person.sign_in(email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        person
    }

    pub async fn open(&mut self, path: &str) -> Answer {
        self.client
            .ask(Method::GET, path)
            .header("accept", "text/html")
            .send()
            .await
    }

    /// Opens the page at `path`, fills in its form and sends it to `action`.
    pub async fn fill_in(&mut self, path: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.open(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        let mut all = hidden(page.text(), action);
        all.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into())),
        );
        self.send(action, &all).await
    }

    /// Sends a form as a browser does.
    pub async fn send(&mut self, action: &str, fields: &[(String, String)]) -> Answer {
        let body = encode(fields);
        self.client
            .ask(Method::POST, action)
            .header("accept", "text/html")
            .header("origin", "http://localhost:8787")
            .header("sec-fetch-site", "same-origin")
            .form(&body)
            .send()
            .await
    }

    pub async fn register(&mut self, email: &str) -> Answer {
        let fields = [("name", "Ada"), ("email", email), ("password", PASSWORD)];
        self.fill_in("/register", "/register", &fields).await
    }

    /// Opens the link of the newest letter, types the password and presses the button.
    pub async fn verify(&mut self, email: &str) {
        let link = newest_link(&self.client.app, email, "/verify").await;
        let answer = self
            .fill_in(&link, "/verify", &[("password", PASSWORD)])
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        let fields = [("email", email), ("password", password)];
        self.fill_in("/login", "/login", &fields).await
    }
}

/// The hidden fields of the form with this action.
pub fn hidden(html: &str, action: &str) -> Vec<(String, String)> {
    let start = format!("action=\"{action}\"");
    let form = html
        .split("<form ")
        .find(|form| form.contains(&start))
        .expect("a form with this action");
    let form = form.split("</form>").next().unwrap_or(form);
    form.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|input| {
            let (name, rest) = input.split_once('"').expect("name");
            let value = rest.split("value=\"").nth(1).expect("value");
            (name.into(), value.split('"').next().expect("end").into())
        })
        .collect()
}

/// The path and query of the link in the newest letter to `email` that leads to `path`.
pub async fn newest_link(app: &App, email: &str, path: &str) -> String {
    let wanted = format!("{}{path}?token=", app.public_url());
    let mails = app.store().recent_mails(50).await.expect("mails");
    let mut letters = mails
        .iter()
        .filter(|stored| stored.mail.recipient.as_str() == email);
    let link = letters.find_map(|stored| {
        let (_, rest) = stored.mail.text.split_once(&wanted)?;
        Some(format!("{path}?token={}", rest.split_whitespace().next()?))
    });
    link.expect("a letter with such a link")
}

/// The subjects of the letters to `email`, newest first.
pub async fn subjects(app: &App, email: &str) -> Vec<String> {
    let mails = app.store().recent_mails(50).await.expect("mails");
    mails
        .into_iter()
        .filter(|stored| stored.mail.recipient.as_str() == email)
        .map(|stored| stored.mail.subject)
        .collect()
}

pub fn encode(fields: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
