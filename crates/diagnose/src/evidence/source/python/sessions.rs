//! The session cookies of Django, Flask and Starlette, by the settings that say how they are written.

use super::keyword;
use crate::evidence::source::SourceFacts;
use crate::evidence::source::policy::{CookieUse, Switch};
use crate::evidence::source::said::{Said, number, said};
use crate::evidence::source::tree::{Text, each_below};
use tree_sitter::Node;

/// What a module says of the session cookie: one node a setting; none where it says two things.
#[derive(Default)]
struct Told<'n> {
    said: Vec<(&'static str, Node<'n>)>,
    is_double: bool,
}

const KEYS: &[&str] = &[
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_DOMAIN",
    "SESSION_COOKIE_AGE",
];

/// `SESSION_COOKIE_SAMESITE = "None"`, `app.config["…"] = …`, `app.config.update(SESSION_COOKIE_NAME=…)`
pub(super) fn module(text: &Text<'_>, module: Node<'_>, facts: &mut SourceFacts) {
    if !text.mentions("SESSION_COOKIE_") {
        return;
    }
    let mut told = Told::default();
    below(text, module, &mut told);
    if told.said.is_empty() {
        return;
    }
    let of = |key: &str| {
        told.said
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, node)| *node)
    };
    let Some(spot) = KEYS.iter().find_map(|key| of(key)) else {
        return;
    };
    let django = text.mentions("INSTALLED_APPS") || text.mentions("django");
    let default = if django { "sessionid" } else { "session" };
    let same_site = of("SESSION_COOKIE_SAMESITE").and_then(|node| text.string(node));
    facts.cookies.push(CookieUse {
        name: of("SESSION_COOKIE_NAME")
            .map_or_else(|| Said::Text(default.to_owned()), |name| said(text, name)),
        written: true,
        domain: of("SESSION_COOKIE_DOMAIN")
            .filter(|domain| domain.kind() != "none")
            .map(|domain| said(text, domain)),
        same_site: same_site.map(str::to_ascii_lowercase),
        secure: if told.is_double {
            Switch::Unclear
        } else {
            Switch::of(of("SESSION_COOKIE_SECURE").map(|node| text.of(node)))
        },
        max_age: of("SESSION_COOKIE_AGE").and_then(|node| number(text.of(node))),
        unit: 1_000,
        spot: text.spot(spot, text.of(spot)),
    });
}

fn below<'n>(text: &Text<'_>, module: Node<'n>, told: &mut Told<'n>) {
    let mut stack = vec![module];
    for _ in 0..20_000 {
        let Some(node) = stack.pop() else { return };
        let (key, value) = match node.kind() {
            "assignment" => (
                node.child_by_field_name("left"),
                node.child_by_field_name("right"),
            ),
            "keyword_argument" => (
                node.child_by_field_name("name"),
                node.child_by_field_name("value"),
            ),
            "pair" => (
                node.child_by_field_name("key"),
                node.child_by_field_name("value"),
            ),
            _ => (None, None),
        };
        if let (Some(key), Some(value)) = (key, value) {
            let written = match key.kind() {
                "identifier" => Some(text.of(key)),
                "subscript" => key
                    .child_by_field_name("subscript")
                    .and_then(|inner| text.string(inner)),
                _ => text.string(key),
            };
            let known = KEYS.iter().find(|known| written == Some(**known));
            if let Some(known) = known {
                told.is_double |= told.said.iter().any(|(other, _)| other == known);
                told.said.push((known, value));
            }
        }
        let mut cursor = node.walk();
        stack.extend(node.named_children(&mut cursor));
    }
}

/// `add_middleware(SessionMiddleware, secret_key=…, same_site="none", https_only=False)` of Starlette.
pub(super) fn middleware(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    if !text.of(call).contains("SessionMiddleware") {
        return;
    }
    let name = keyword(text, call, &["session_cookie"]);
    facts.cookies.push(CookieUse {
        name: name.map_or_else(|| Said::Text("session".to_owned()), |name| said(text, name)),
        written: true,
        domain: keyword(text, call, &["domain"])
            .filter(|domain| domain.kind() != "none")
            .map(|domain| said(text, domain)),
        same_site: keyword(text, call, &["same_site"])
            .and_then(|value| text.string(value))
            .map(str::to_ascii_lowercase),
        secure: Switch::of(keyword(text, call, &["https_only"]).map(|value| text.of(value))),
        max_age: keyword(text, call, &["max_age"]).and_then(|value| number(text.of(value))),
        unit: 1_000,
        spot: text.spot(call, text.field(call, "function")),
    });
}

/// What a function without parameters returns, as the value of its name: `def secret(): return os.environ["X"]`.
pub(super) fn function(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let has_none = node
        .child_by_field_name("parameters")
        .is_some_and(|list| list.named_child_count() == 0);
    if !has_none {
        return;
    }
    let mut values: Vec<Said> = Vec::new();
    each_below(node, &mut |below| {
        if below.kind() == "return_statement"
            && let Some(value) = below.named_child(0)
        {
            values.push(said(text, value));
        }
    });
    if let [one] = values.as_slice() {
        facts.constant(text.field(node, "name"), one.clone());
    }
}
