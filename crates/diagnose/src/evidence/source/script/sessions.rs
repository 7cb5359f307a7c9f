//! Session cookies that a library writes, by the options that it was given: express-session, cookie-session,
//! iron-session, the storage of Remix and React Router, Auth.js.

use super::property;
use super::settings::first_of;
use crate::evidence::source::SourceFacts;
use crate::evidence::source::policy::{CookieUse, Switch};
use crate::evidence::source::said::{Said, number, said};
use crate::evidence::source::tree::{Text, arguments};
use tree_sitter::Node;

/// How a library takes the options of its cookie.
struct Habit {
    /// What the cookie is called where nothing is said.
    name: &'static str,
    /// The property with the name, beside the options or in them.
    named: &'static [&'static str],
    /// The properties that hold the options one below the other; without any they stand beside the name.
    within: &'static [&'static str],
    /// `Secure` where nothing is said.
    secure: Switch,
    /// The unit of the cookie's life in milliseconds.
    unit: i64,
}

pub(super) fn call(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(call, "function");
    let (habit, at) = match function {
        "session" | "expressSession" if text.mentions("express-session") => (
            Habit {
                name: "connect.sid",
                named: &["name"],
                within: &["cookie"],
                secure: Switch::Absent,
                unit: 1,
            },
            0,
        ),
        "cookieSession" | "session" if text.mentions("cookie-session") => (
            Habit {
                name: "session",
                named: &["name"],
                within: &[],
                secure: Switch::Absent,
                unit: 1,
            },
            0,
        ),
        "createCookieSessionStorage" | "createSessionStorage" => (
            Habit {
                name: "__session",
                named: &["name"],
                within: &["cookie"],
                secure: Switch::Absent,
                unit: 1_000,
            },
            0,
        ),
        _ => return,
    };
    if let Some(options) = arguments(call).get(at).filter(|one| one.kind() == "object") {
        facts.cookies.extend(cookie(text, call, *options, &habit));
    }
}

/// Objects that are told by what they hold: options of iron-session, the session cookie of Auth.js.
pub(super) fn object(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    if property(text, node, "cookieName").is_some() && property(text, node, "password").is_some() {
        let habit = Habit {
            name: "",
            named: &["cookieName"],
            within: &["cookieOptions"],
            secure: Switch::On,
            unit: 1_000,
        };
        facts.cookies.extend(cookie(text, node, node, &habit));
    }
    if let Some(token) = property(text, node, "sessionToken").filter(|one| one.kind() == "object") {
        let habit = Habit {
            name: "",
            named: &["name"],
            within: &["options"],
            secure: Switch::Absent,
            unit: 1_000,
        };
        facts.cookies.extend(cookie(text, token, token, &habit));
    }
}

fn cookie(text: &Text<'_>, at: Node<'_>, given: Node<'_>, habit: &Habit) -> Option<CookieUse> {
    let mut options = Some(given);
    for key in habit.within {
        options = options.and_then(|options| property(text, options, key));
    }
    let is_plain = |node: Node<'_>| node.kind() == "object" && !text.of(node).contains("...");
    let written_out = options.is_none_or(is_plain) && is_plain(given);
    let options = options.filter(|options| options.kind() == "object");
    let named = first_of(text, given, habit.named)
        .or_else(|| options.and_then(|options| first_of(text, options, habit.named)));
    let name = match named {
        Some(name) => said(text, name),
        None if habit.name.is_empty() || !written_out => return None,
        None => Said::Text(habit.name.to_owned()),
    };
    let of = |key: &str| options.and_then(|options| property(text, options, key));
    let secure = match of("secure") {
        _ if !written_out => Switch::Unclear,
        None => habit.secure,
        Some(value) => Switch::of(Some(text.of(value))),
    };
    Some(CookieUse {
        name,
        written: true,
        domain: of("domain").map(|domain| said(text, domain)),
        same_site: of("sameSite")
            .and_then(|value| text.string(value))
            .map(str::to_ascii_lowercase),
        secure,
        max_age: of("maxAge").and_then(|value| number(text.of(value))),
        unit: habit.unit,
        spot: match of("sameSite").or_else(|| of("maxAge")) {
            Some(value) => text.spot(value, text.of(value)),
            None => text.spot(at, text.of(named.unwrap_or(at))),
        },
    })
}
