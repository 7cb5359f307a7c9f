//! The pages.

mod account;
mod admin;
mod api_docs;
mod assets;
mod causes;
mod csrf;
mod login;
mod mails;
mod person;
mod recover;
mod refusal;
mod register;
mod setup;
mod traces;

use crate::harness::Answer;

/// What a strict content security policy (CSP 3) needs of a page, and what people need of it.
pub fn assert_sound(answer: &Answer) {
    let html = answer.text();
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for banned in ["<script", " style=", " onclick", " onload", "javascript:"] {
        assert!(!html.contains(banned), "the page has {banned}");
    }
    assert_eq!(html.matches("<h1").count(), 1, "one heading");
    assert!(html.contains("<main id=\"main\""), "main landmark");
    assert!(html.contains("<html lang=\"en\">"), "language");
    // A form that only asks has no token: it would stand in the address.
    let changing = |form: &&str| !form.contains("method=\"get\"");
    for form in html.split("<form ").skip(1).filter(changing) {
        assert!(form.contains("name=\"csrf_token\""), "form without token");
    }
    for input in html.split("<input ").skip(1) {
        let tag = input.split('>').next().unwrap_or(input);
        let id = tag
            .split(" id=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        if let Some(id) = id.filter(|_| !input.starts_with("type=\"hidden\"")) {
            assert!(
                html.contains(&format!("<label for=\"{id}\"")),
                "{id} has no label"
            );
        }
    }
}
