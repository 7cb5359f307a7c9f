//! Rust: jsonwebtoken, tower-http's CORS layer, cookies.

use crate::evidence::source::SourceFacts;
use crate::evidence::source::policy::{
    Act, CorsRule, Lifetime, Listen, Switch, TokenLibrary, TokenUse,
};
use crate::evidence::source::said::{Said, listed, number, said};
use crate::evidence::source::tree::{Text, arguments, each_below, function_around, name_around};
use tree_sitter::Node;

pub(super) fn call(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(node, "function");
    let given = arguments(node);
    match function {
        "Validation::new" | "jsonwebtoken::Validation::new" | "Validation::default" => {
            facts
                .tokens
                .push(validation(text, node, given.first().copied()));
        }
        "encode" | "jsonwebtoken::encode" if given.len() == 3 && text.mentions("EncodingKey") => {
            facts.tokens.push(encode(text, node, &given));
        }
        "TcpListener::bind" | "tokio::net::TcpListener::bind" => {
            let port = given
                .first()
                .and_then(|address| text.string(*address))
                .and_then(|address| address.rsplit(':').next());
            if let Some(port) = port {
                let spot = text.spot(node, text.of(node));
                facts.listens.push(Listen {
                    port: Said::Text(port.to_owned()),
                    spot,
                });
            }
        }
        _ if function.contains("Cors::default") && function.ends_with("allowed_origin") => {
            actix_cors(text, node, facts);
        }
        _ if function.contains("CorsLayer::") && function.ends_with("allow_credentials") => {
            cors(text, node, facts);
        }
        _ => {}
    }
}

fn plain(text: &Text<'_>, node: Node<'_>, act: Act, key: Said) -> TokenUse {
    let spot = text.spot(node, text.field(node, "function"));
    let library = TokenLibrary::RefusesAnyAudience;
    TokenUse {
        key,
        algorithms: vec![Said::Text("HS256".to_owned())],
        ..TokenUse::new(act, library, name_around(text, node), spot)
    }
}

/// `Validation::new(Algorithm::HS256)` and what its function sets of it.
fn validation(text: &Text<'_>, node: Node<'_>, algorithm: Option<Node<'_>>) -> TokenUse {
    let mut made = plain(text, node, Act::Verify, Said::Unclear);
    made.algorithms = algorithm.map_or(made.algorithms, |one| vec![as_algorithm(said(text, one))]);
    let Some((_, function)) = function_around(text, node) else {
        made.unclear = true;
        return made;
    };
    each_below(function, &mut |below| {
        let first = || arguments(below).first().copied();
        match below.kind() {
            "call_expression" => match text.field(below, "function").rsplit('.').next() {
                Some("set_audience") => {
                    made.audiences = first().map(|list| listed(text, list)).unwrap_or_default();
                }
                Some("set_issuer") => {
                    made.issuers = first().map(|list| listed(text, list)).unwrap_or_default();
                }
                Some("DecodingKey::from_secret") => {
                    made.key = first().map_or(Said::Unclear, |key| said(text, key));
                }
                _ => {}
            },
            "assignment_expression" => {
                let left = text.field(below, "left");
                let right = text.field(below, "right");
                if left.ends_with(".leeway") {
                    made.leeway = Some(match number(right) {
                        Some(seconds) => Lifetime::Seconds(seconds),
                        None => Lifetime::Said(
                            below
                                .child_by_field_name("right")
                                .map_or(Said::Unclear, |value| said(text, value)),
                        ),
                    });
                }
                let last = left.rsplit('.').next().unwrap_or_default();
                made.unclear |= matches!(last, "aud" | "iss" | "validate_aud" | "algorithms");
            }
            // `Validation { leeway: 30, ..Validation::default() }`
            "struct_expression" if text.field(below, "name").ends_with("Validation") => {
                made.unclear = true;
            }
            _ => {}
        }
    });
    made
}

fn as_algorithm(said: Said) -> Said {
    match said {
        Said::Name(name) | Said::Field(name) if name.len() == 5 => Said::Text(name),
        other => other,
    }
}

/// `encode(&Header::new(Algorithm::HS256), &Claims { … }, &EncodingKey::from_secret(…))`
fn encode(text: &Text<'_>, node: Node<'_>, given: &[Node<'_>]) -> TokenUse {
    let key = given.get(2).map_or(Said::Unclear, |key| said(text, *key));
    let mut made = plain(text, node, Act::Sign, key);
    let header = given.first().map_or("", |header| text.of(*header));
    made.algorithms = match header.split_once("Algorithm::") {
        Some((_, name)) => vec![Said::Text(name.chars().take(5).collect())],
        None if header.contains("default()") => made.algorithms,
        None => Vec::new(),
    };
    let mut has_claims = false;
    if let Some((_, function)) = function_around(text, node) {
        each_below(function, &mut |below| {
            if below.kind() != "field_initializer" {
                return;
            }
            let Some(value) = below.child_by_field_name("value") else {
                return;
            };
            match text.field(below, "field") {
                "aud" => made.audiences = listed(text, value),
                "iss" => made.issuers = listed(text, value),
                "exp" => has_claims = true,
                _ => {}
            }
        });
    }
    made.unclear = !has_claims;
    made
}

/// `Cors::default().allowed_origin("https://a").allowed_origin("https://b").supports_credentials()`: the last link but
/// those that follow it has them all.
fn actix_cors(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let mut links = std::iter::successors(node.parent(), Node::parent).take(32);
    let is_later = links
        .any(|link| link.kind() == "call_expression" && text.last_of(link) == "allowed_origin");
    let unclear = std::iter::successors(node.parent(), Node::parent)
        .take(32)
        .any(|link| {
            link.kind() == "call_expression" && text.last_of(link).starts_with("allowed_origin_fn")
        })
        || text.field(node, "function").contains("allowed_origin_fn");
    if is_later || unclear {
        return;
    }
    let mut origins = Vec::new();
    let mut link = node;
    for _ in 0..32 {
        let Some(function) = link.child_by_field_name("function") else {
            break;
        };
        if text.field(function, "field") == "allowed_origin"
            && let Some(origin) = arguments(link).first()
        {
            origins.push(said(text, *origin));
        }
        let Some(next) = function.child_by_field_name("value") else {
            break;
        };
        link = next;
    }
    let whole = std::iter::successors(Some(node), Node::parent)
        .take_while(|link| matches!(link.kind(), "call_expression" | "field_expression"))
        .last()
        .unwrap_or(node);
    facts.cors.push(CorsRule {
        name: "allowed_origin",
        origins,
        credentials: if text.of(whole).contains("supports_credentials") {
            Switch::On
        } else {
            Switch::Absent
        },
        sends_wildcard: false,
        spot: arguments(node).first().map_or_else(
            || text.spot(node, "allowed_origin"),
            |origin| text.spot(*origin, text.of(*origin)),
        ),
    });
}

/// `CorsLayer::new().allow_origin([…]).allow_credentials(true)`
fn cors(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let credentials = arguments(node).first().map(|value| text.of(*value));
    let mut link = node;
    for _ in 0..16 {
        let Some(function) = link.child_by_field_name("function") else {
            return;
        };
        if text.field(function, "field") == "allow_origin" {
            if let Some(list) = arguments(link).first() {
                let any = text.of(*list) == "Any" || text.of(*list).ends_with("::Any");
                facts.cors.push(CorsRule {
                    name: "allow_origin",
                    origins: if any {
                        vec![Said::Text("*".to_owned())]
                    } else {
                        listed(text, *list)
                    },
                    credentials: Switch::of(credentials),
                    sends_wildcard: true,
                    spot: text.spot(*list, text.of(*list)),
                });
            }
            return;
        }
        let Some(next) = function.child_by_field_name("value") else {
            return;
        };
        link = next;
    }
}
