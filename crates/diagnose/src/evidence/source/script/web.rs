//! Cookies, CORS and ports of programs in JavaScript.

use super::property;
use crate::evidence::source::SourceFacts;
use crate::evidence::source::policy::{CookieUse, CorsRule, Listen, Switch};
use crate::evidence::source::said::{Said, listed, number, said};
use crate::evidence::source::tree::{Text, arguments};
use tree_sitter::Node;

pub(super) fn call(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(call, "function");
    let given = arguments(call);
    let (receiver, last) = function.rsplit_once('.').unwrap_or(("", function));
    let of_cookies = receiver.ends_with("ookies")
        || receiver.ends_with("ookies()")
        || receiver.ends_with("ookies())")
        || receiver.ends_with("ookieStore");
    match last {
        "cookie" if matches!(receiver, "res" | "response" | "reply") => {
            set_cookie(text, call, &given, 1, facts);
        }
        "set" if of_cookies => set_cookie(text, call, &given, 1_000, facts),
        "get" if of_cookies => {
            if let Some(name) = given.first() {
                facts.cookies.push(CookieUse::read(
                    said(text, *name),
                    text.spot(call, text.of(*name)),
                ));
            }
        }
        // `getCookie(c, "name")` of hono and h3, `setCookie(event, "name", value, options)`
        "getCookie" | "getSignedCookie" if receiver.is_empty() => {
            let at = if last == "getSignedCookie" { 2 } else { 1 };
            if let Some(name) = given.get(at) {
                facts.cookies.push(CookieUse::read(
                    said(text, *name),
                    text.spot(call, text.of(*name)),
                ));
            }
        }
        "setCookie" | "setSignedCookie" if receiver.is_empty() && given.len() > 2 => {
            set_cookie(text, call, given.get(1..).unwrap_or_default(), 1_000, facts);
        }
        "setCookie" if matches!(receiver, "reply" | "res") => {
            set_cookie(text, call, &given, 1_000, facts);
        }
        "cors" if receiver.is_empty() => cors(text, &given, !text.mentions("hono/cors"), facts),
        "enableCors" => cors(text, &given, true, facts),
        "register"
            if given
                .first()
                .is_some_and(|plugin| text.of(*plugin) == "cors") =>
        {
            cors(text, given.get(1..).unwrap_or_default(), true, facts);
        }
        "listen" => listen(text, given.first().copied(), facts),
        "serve" if receiver.is_empty() || receiver == "Bun" => {
            let port = given
                .iter()
                .find(|one| one.kind() == "object")
                .and_then(|options| property(text, *options, "port"));
            listen(text, port, facts);
        }
        _ => {}
    }
}

fn listen(text: &Text<'_>, port: Option<Node<'_>>, facts: &mut SourceFacts) {
    let Some(port) = port.filter(|port| !port.kind().contains("function")) else {
        return;
    };
    let port = match port.kind() {
        "object" => property(text, port, "port"),
        _ => Some(port),
    };
    if let Some(port) = port {
        facts.listens.push(Listen {
            port: said(text, port),
            spot: text.spot(port, text.of(port)),
        });
    }
}

/// `server: { port: 5173 }` of a configuration of Vite, `credentials: "include"`, `NAME: z.string()`.
pub(super) fn pair(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let (key, written) = (text.field(node, "key"), text.field(node, "value"));
    let includes = key == "credentials" && written.trim_matches(['"', '\'']) == "include"
        || key == "withCredentials" && written == "true";
    if includes {
        facts.includes.push(text.spot(node, text.of(node)));
    }
    let of_server =
        text.field(node, "key") == "server" && text.source_name().contains("vite.config");
    let value = node
        .child_by_field_name("value")
        .filter(|value| of_server && value.kind() == "object");
    if let Some(port) = value.and_then(|value| property(text, value, "port")) {
        listen(text, Some(port), facts);
    }
}

/// `hostname === "app.example.org"` of a condition behind which `production` stands.
pub(super) fn host(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let compares = matches!(text.field(node, "operator"), "===" | "==")
        && text.field(node, "left").ends_with("hostname");
    let host = node
        .child_by_field_name("right")
        .and_then(|right| text.string(right));
    let Some(host) = host.filter(|host| {
        compares && host.contains('.') && !host.starts_with("127.") && !host.starts_with("192.168.")
    }) else {
        return;
    };
    let mut around = std::iter::successors(node.parent(), Node::parent).take(8);
    let condition = around.find(|node| {
        matches!(
            node.kind(),
            "if_statement" | "ternary_expression" | "return_statement" | "variable_declarator"
        )
    });
    if condition.is_some_and(|condition| text.of(condition).contains("roduction")) {
        facts
            .production_hosts
            .push((host.to_owned(), text.spot(node, host)));
    }
}

/// `request.cookies.name`, `req.cookies["name"]`
pub(super) fn read_cookie(
    text: &Text<'_>,
    node: Node<'_>,
    name: Option<&str>,
    facts: &mut SourceFacts,
) {
    let object = text.field(node, "object");
    let of_request = matches!(
        object,
        "req.cookies" | "request.cookies" | "req.signedCookies" | "ctx.cookies"
    );
    if let Some(name) = name
        .filter(|name| of_request && !matches!(*name, "get" | "set" | "getAll" | "has" | "delete"))
    {
        facts.cookies.push(CookieUse::read(
            Said::Text(name.to_owned()),
            text.spot(node, name),
        ));
    }
}

fn set_cookie(
    text: &Text<'_>,
    call: Node<'_>,
    given: &[Node<'_>],
    unit: i64,
    facts: &mut SourceFacts,
) {
    let Some(first) = given.first() else { return };
    // `cookies().set({ name, value, … })`
    let options = given.iter().skip(1).rfind(|one| one.kind() == "object");
    let (name, options) = match first.kind() {
        "object" => (property(text, *first, "name"), Some(*first)),
        _ => (Some(*first), options.copied()),
    };
    let Some(name) = name else { return };
    let of = |key: &str| options.and_then(|options| property(text, options, key));
    let whole = options.is_none_or(|options| !text.of(options).contains("..."))
        && (options.is_some() || given.len() < 3);
    let shorthand = options.is_some_and(|options| text.has_shorthand(options, "secure"));
    facts.cookies.push(CookieUse {
        name: said(text, name),
        written: true,
        domain: of("domain").map(|domain| said(text, domain)),
        same_site: of("sameSite")
            .and_then(|value| text.string(value))
            .map(str::to_ascii_lowercase),
        secure: if !whole || shorthand {
            Switch::Unclear
        } else {
            Switch::of(of("secure").map(|value| text.of(value)))
        },
        max_age: of("maxAge").and_then(|value| number(text.of(value))),
        unit,
        spot: text.spot(call, &format!("{}(", text.field(call, "function"))),
    });
}

/// `cors({ origin: […], credentials: true })`
fn cors(text: &Text<'_>, given: &[Node<'_>], sends_wildcard: bool, facts: &mut SourceFacts) {
    let Some(options) = given.first().filter(|options| options.kind() == "object") else {
        return;
    };
    let Some(origin) = property(text, *options, "origin") else {
        return;
    };
    if !matches!(
        origin.kind(),
        "string"
            | "array"
            | "identifier"
            | "member_expression"
            | "binary_expression"
            | "non_null_expression"
    ) {
        return;
    }
    facts.cors.push(CorsRule {
        name: "origin",
        origins: listed(text, origin),
        credentials: Switch::of(
            property(text, *options, "credentials").map(|value| text.of(value)),
        ),
        sends_wildcard,
        spot: text.spot(origin, text.of(origin)),
    });
}
