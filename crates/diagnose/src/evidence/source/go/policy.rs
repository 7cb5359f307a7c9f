//! Go: golang-jwt, rs/cors, go-chi/cors and gin-contrib/cors, cookies, ports.

use crate::evidence::source::SourceFacts;
use crate::evidence::source::policy::{
    Act, CookieUse, CorsRule, Lifetime, Listen, Switch, TokenLibrary, TokenUse,
};
use crate::evidence::source::said::{Said, listed, number, said};
use crate::evidence::source::tree::{Text, arguments, each_below, function_around, name_around};
use tree_sitter::Node;

pub(super) fn call(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(node, "function");
    let given = arguments(node);
    match function {
        "jwt.Parse" | "jwt.ParseWithClaims" => facts.tokens.push(parse(text, node, &given)),
        "jwt.NewWithClaims" => facts.tokens.push(signed(text, node, &given)),
        "http.ListenAndServe" => {
            if let Some(port) = given
                .first()
                .and_then(|address| text.string(*address))
                .and_then(|address| address.rsplit(':').next())
            {
                let spot = text.spot(node, text.of(node));
                facts.listens.push(Listen {
                    port: Said::Text(port.to_owned()),
                    spot,
                });
            }
        }
        _ if function.ends_with(".Run") && given.len() == 1 => {
            let port = given
                .first()
                .and_then(|address| text.string(*address))
                .and_then(|address| address.strip_prefix(':'));
            if let Some(port) = port {
                let spot = text.spot(node, text.of(node));
                facts.listens.push(Listen {
                    port: Said::Text(port.to_owned()),
                    spot,
                });
            }
        }
        "r.Cookie" | "c.Cookie" | "req.Cookie" | "request.Cookie" => {
            if let Some(name) = given.first() {
                facts.cookies.push(CookieUse::read(
                    said(text, *name),
                    text.spot(node, text.of(*name)),
                ));
            }
        }
        _ => {}
    }
}

fn plain(text: &Text<'_>, node: Node<'_>, act: Act) -> TokenUse {
    let spot = text.spot(node, &format!("{}(", text.field(node, "function")));
    TokenUse::new(act, TokenLibrary::Other, name_around(text, node), spot)
}

/// `jwt.Parse(raw, keys, jwt.WithAudience("a"), jwt.WithIssuer("b"), jwt.WithLeeway(30*time.Second))`
fn parse(text: &Text<'_>, node: Node<'_>, given: &[Node<'_>]) -> TokenUse {
    let mut made = plain(text, node, Act::Verify);
    let keys = given.iter().find(|one| one.kind() == "func_literal");
    if let Some(keys) = keys {
        made.key = returned(text, *keys);
    }
    for option in given.iter().filter(|one| one.kind() == "call_expression") {
        let values = || {
            arguments(*option)
                .into_iter()
                .flat_map(|value| listed(text, value))
                .collect()
        };
        match text.field(*option, "function") {
            "jwt.WithAudience" => made.audiences = values(),
            "jwt.WithIssuer" => made.issuers = values(),
            "jwt.WithValidMethods" => made.algorithms = values(),
            "jwt.WithLeeway" => {
                made.leeway = arguments(*option)
                    .first()
                    .and_then(|value| span(text, *value));
            }
            _ => {}
        }
    }
    made.unclear = text.of(node).contains("...");
    made
}

/// The key of `jwt.NewWithClaims(…).SignedString(key)`, or of `token.SignedString(key)` in the same function.
fn signed_with(text: &Text<'_>, node: Node<'_>) -> Said {
    let mut key = Said::Unclear;
    let Some((_, function)) = function_around(text, node) else {
        return key;
    };
    each_below(function, &mut |below| {
        if below.kind() == "call_expression" && text.last_of(below) == "SignedString" {
            key = arguments(below)
                .first()
                .map_or(Said::Unclear, |given| said(text, *given));
        }
    });
    key
}

/// The key that a function gives: the last of what it returns first.
fn returned(text: &Text<'_>, function: Node<'_>) -> Said {
    let mut key = Said::Unclear;
    each_below(function, &mut |node| {
        if node.kind() == "return_statement" {
            let first = node.named_child(0).and_then(|list| match list.kind() {
                "expression_list" => list.named_child(0),
                _ => Some(list),
            });
            if let Some(first) = first.filter(|first| first.kind() != "nil") {
                key = said(text, first);
            }
        }
    });
    key
}

/// `30*time.Second`, `15 * time.Minute`
fn duration(written: &str) -> Option<i64> {
    let units = [
        ("time.Second", 1),
        ("time.Minute", 60),
        ("time.Hour", 3_600),
    ];
    let (unit, seconds) = units.into_iter().find(|(unit, _)| written.contains(unit))?;
    let count = written.replace(unit, "1");
    number(&count)?.checked_mul(seconds)
}

/// A span that is written out, or a count from a setting: `time.Duration(c.Leeway) * time.Second`.
fn span(text: &Text<'_>, value: Node<'_>) -> Option<Lifetime> {
    if let Some(seconds) = duration(text.of(value)) {
        return Some(Lifetime::Seconds(seconds));
    }
    let count = match value.kind() {
        "binary_expression" if text.field(value, "right") == "time.Second" => {
            value.child_by_field_name("left")?
        }
        "selector_expression" | "identifier" => value,
        _ => return None,
    };
    Some(Lifetime::Said(said(text, count)))
}

/// `jwt.NewWithClaims(jwt.SigningMethodHS256, claims)` and the claims that its function writes.
fn signed(text: &Text<'_>, node: Node<'_>, given: &[Node<'_>]) -> TokenUse {
    let mut made = plain(text, node, Act::Sign);
    let method = given.first().map_or("", |method| text.of(*method));
    if let Some(name) = method
        .rsplit("SigningMethod")
        .next()
        .filter(|name| name.len() == 5)
    {
        made.algorithms = vec![Said::Text(name.to_owned())];
    }
    made.key = signed_with(text, node);
    let mut has_claims = false;
    let mut lives = Vec::new();
    if let Some((_, function)) = function_around(text, node) {
        each_below(function, &mut |below| {
            if below.kind() == "call_expression" && text.field(below, "function").ends_with(".Add")
            {
                lives.push(
                    arguments(below)
                        .first()
                        .and_then(|value| duration(text.of(*value))),
                );
            }
            if below.kind() != "keyed_element" {
                return;
            }
            let (Some(key), Some(value)) = (below.named_child(0), below.named_child(1)) else {
                return;
            };
            let value = value.named_child(0).unwrap_or(value);
            match text.of(key).trim_matches('"') {
                "Audience" | "aud" => made.audiences = listed(text, value),
                "Issuer" | "iss" => made.issuers = listed(text, value),
                "ExpiresAt" | "exp" => has_claims = true,
                _ => {}
            }
        });
    }
    if let [Some(seconds)] = lives.as_slice() {
        made.lifetime = Some(Lifetime::Seconds(*seconds));
    }
    made.unclear = !has_claims;
    made
}

/// `cors.Options{AllowedOrigins: …}`, `cors.Config{AllowOrigins: …}`, `http.Cookie{Name: …}`, `http.Server{Addr: ":8080"}`
pub(super) fn literal(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let Some(body) = node.child_by_field_name("body") else {
        return;
    };
    let of = text.field(node, "type");
    match of {
        "cors.Options" => cors(text, body, "AllowedOrigins", facts),
        "cors.Config" => cors(text, body, "AllowOrigins", facts),
        "http.Cookie" => cookie(text, body, facts),
        "http.Server" => {
            let address = member(text, body, "Addr").and_then(|address| text.string(address));
            if let Some(port) = address.and_then(|address| address.rsplit(':').next()) {
                facts.listens.push(Listen {
                    port: Said::Text(port.to_owned()),
                    spot: text.spot(node, of),
                });
            }
        }
        _ => {}
    }
}

/// The value of a member of a literal.
fn member<'n>(text: &Text<'_>, body: Node<'n>, name: &str) -> Option<Node<'n>> {
    let mut cursor = body.walk();
    let mut members = body.named_children(&mut cursor);
    let found = members.find(|member| {
        member
            .named_child(0)
            .is_some_and(|key| text.of(key) == name)
    })?;
    let value = found.named_child(1)?;
    Some(
        value
            .named_child(0)
            .filter(|_| value.kind() == "literal_element")
            .unwrap_or(value),
    )
}

fn switch(text: &Text<'_>, body: Node<'_>, name: &str) -> Switch {
    Switch::of(member(text, body, name).map(|value| text.of(value)))
}

fn cors(text: &Text<'_>, body: Node<'_>, name: &'static str, facts: &mut SourceFacts) {
    let Some(list) = member(text, body, name) else {
        return;
    };
    facts.cors.push(CorsRule {
        name,
        origins: listed(text, list),
        credentials: switch(text, body, "AllowCredentials"),
        sends_wildcard: true,
        spot: text.spot(list, text.of(list)),
    });
}

fn cookie(text: &Text<'_>, body: Node<'_>, facts: &mut SourceFacts) {
    let Some(name) = member(text, body, "Name") else {
        return;
    };
    let same_site = member(text, body, "SameSite").map(|value| text.of(value));
    let same_site = same_site
        .and_then(|value| value.strip_prefix("http.SameSite"))
        .and_then(|value| value.strip_suffix("Mode"));
    facts.cookies.push(CookieUse {
        name: said(text, name),
        written: true,
        domain: member(text, body, "Domain").map(|value| said(text, value)),
        same_site: same_site.map(str::to_ascii_lowercase),
        secure: switch(text, body, "Secure"),
        max_age: member(text, body, "MaxAge").and_then(|value| number(text.of(value))),
        unit: 1_000,
        spot: text.spot(name, text.of(name)),
    });
}

/// `const audience = "a"`, `audience := "a"`
pub(super) fn constant(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let (name, value) = match node.kind() {
        "short_var_declaration" => (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
        ),
        _ => (
            node.child_by_field_name("name"),
            node.child_by_field_name("value"),
        ),
    };
    if let (Some(name), Some(value)) = (name, value.and_then(|value| value.named_child(0))) {
        facts.constant(text.of(name), said(text, value));
    }
}
