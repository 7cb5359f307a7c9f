//! Python: `PyJWT`, python-jose and Simple JWT, cookies, CORS, ports.

use super::{keyword, positional, sessions};
use crate::evidence::source::SourceFacts;
use crate::evidence::source::policy::{
    Act, CookieUse, CorsRule, Lifetime, Listen, Switch, TokenLibrary, TokenUse,
};
use crate::evidence::source::said::{Said, listed, number, said};
use crate::evidence::source::tree::{Text, arguments, each_below, function_around};
use tree_sitter::Node;

pub(super) fn call(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(node, "function");
    let last = function.rsplit('.').next().unwrap_or(function);
    match (function, last) {
        (_, "decode") if function.ends_with("jwt.decode") => verify(text, node, facts),
        (_, "encode") if function.ends_with("jwt.encode") => sign(text, node, facts),
        (_, "set_cookie") => set_cookie(text, node, facts),
        (_, "get") if is_cookies(function.trim_end_matches(".get")) => {
            read_cookie(text, node, positional(node, 0), facts);
        }
        (_, "update" | "from_mapping") if function.contains("config") => {
            for one in arguments(node) {
                if let Some(value) = one.child_by_field_name("value") {
                    facts.constant(text.field(one, "name"), said(text, value));
                }
            }
        }
        (_, "APIKeyCookie") => read_cookie(text, node, keyword(text, node, &["name"]), facts),
        (_, "add_middleware" | "Middleware") if text.of(node).contains("CORSMiddleware") => {
            cors(text, node, "allow_origins", "allow_credentials", facts);
        }
        (_, "add_middleware" | "Middleware") => sessions::middleware(text, node, facts),
        ("CORS", _) => cors(text, node, "origins", "supports_credentials", facts),
        ("uvicorn.run" | "app.run" | "web.run_app", _) => {
            if let Some(port) = keyword(text, node, &["port"]) {
                facts.listens.push(Listen {
                    port: said(text, port),
                    spot: text.spot(port, text.of(port)),
                });
            }
        }
        _ => {}
    }
}

fn is_cookies(receiver: &str) -> bool {
    receiver.ends_with("request.cookies") || receiver.ends_with("request.COOKIES")
}

/// `request.cookies["name"]`
pub(super) fn subscript(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    if is_cookies(text.field(node, "value")) {
        read_cookie(text, node, node.child_by_field_name("subscript"), facts);
    }
}

fn list(text: &Text<'_>, call: Node<'_>, names: &[&str]) -> Vec<Said> {
    let given = keyword(text, call, names).filter(|node| node.kind() != "none");
    given.map(|node| listed(text, node)).unwrap_or_default()
}

fn spreads(text: &Text<'_>, call: Node<'_>) -> bool {
    let mut given = arguments(call).into_iter();
    given.any(|one| one.kind() == "dictionary_splat" || text.of(one).starts_with("**"))
}

fn verify(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let options = keyword(text, node, &["options"]);
    let written: String = options
        .map(|options| text.of(options).split_whitespace().collect())
        .unwrap_or_default();
    if written.contains("verify_signature\":False") || written.contains("verify_signature':False") {
        return;
    }
    let algorithms = keyword(text, node, &["algorithms"]).or_else(|| positional(node, 2));
    let around = function_around(text, node);
    facts.tokens.push(TokenUse {
        act: Act::Verify,
        library: if algorithms.is_some() {
            TokenLibrary::RefusesAnyAudience
        } else {
            TokenLibrary::Other
        },
        key: keyword(text, node, &["key"])
            .or_else(|| positional(node, 1))
            .map_or(Said::Unclear, |key| said(text, key)),
        algorithms: algorithms
            .map(|list| listed(text, list))
            .unwrap_or_default(),
        audiences: list(text, node, &["audience"]),
        issuers: list(text, node, &["issuer"]),
        subject: None,
        lifetime: None,
        leeway: keyword(text, node, &["leeway"]).and_then(|value| leeway(text, value)),
        through: &[],
        // Options in a variable, or ones that turn checks off, say what else counts.
        unclear: spreads(text, node)
            || written.contains("verify_aud")
            || written.contains("verify_iss")
            || options.is_some_and(|options| options.kind() != "dictionary"),
        within: around.map(|(name, _)| name).unwrap_or_default(),
        spot: text.spot(node, &format!("{}(", text.field(node, "function"))),
    });
}

/// `leeway=30`, `leeway=timedelta(seconds=30)`, `leeway=settings.leeway`
fn leeway(text: &Text<'_>, value: Node<'_>) -> Option<Lifetime> {
    if value.kind() == "call" && text.last_of(value) == "timedelta" {
        return span(text, value);
    }
    Some(match number(text.of(value)) {
        Some(seconds) => Lifetime::Seconds(seconds),
        None => Lifetime::Said(said(text, value)),
    })
}

fn sign(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let Some((within, function)) = function_around(text, node) else {
        return;
    };
    let claims = Claims::of(text, function);
    facts.tokens.push(TokenUse {
        act: Act::Sign,
        library: TokenLibrary::RefusesAnyAudience,
        within,
        key: keyword(text, node, &["key"])
            .or_else(|| positional(node, 1))
            .map_or(Said::Unclear, |key| said(text, key)),
        algorithms: keyword(text, node, &["algorithm"])
            .or_else(|| positional(node, 2))
            .map_or_else(
                || vec![Said::Text("HS256".to_owned())],
                |one| vec![said(text, one)],
            ),
        audiences: claims.audiences,
        issuers: claims.issuers,
        subject: claims.subject,
        lifetime: claims.lifetime,
        leeway: None,
        through: &[],
        unclear: claims.open,
        spot: text.spot(node, &format!("{}(", text.field(node, "function"))),
    });
}

/// The claims that a function writes.
#[derive(Default)]
struct Claims {
    audiences: Vec<Said>,
    issuers: Vec<Said>,
    subject: Option<String>,
    lifetime: Option<Lifetime>,
    /// Whether claims come from elsewhere too.
    open: bool,
}

impl Claims {
    fn of(text: &Text<'_>, function: Node<'_>) -> Self {
        let mut claims = Self::default();
        let mut spans = Vec::new();
        each_below(function, &mut |node| match node.kind() {
            "pair" => {
                if let (Some(key), Some(value)) = (
                    node.child_by_field_name("key"),
                    node.child_by_field_name("value"),
                ) {
                    claims.claim(text, text.string(key), value);
                }
            }
            "assignment" => {
                let key = node
                    .child_by_field_name("left")
                    .and_then(|left| left.child_by_field_name("subscript"));
                if let (Some(key), Some(value)) = (key, node.child_by_field_name("right")) {
                    claims.claim(text, text.string(key), value);
                }
            }
            "dictionary_splat" => claims.open = true,
            "call" if text.field(node, "function").ends_with("timedelta") => {
                spans.push(span(text, node));
            }
            "call" if text.last_of(node) == "copy" => claims.open = true,
            _ => {}
        });
        // With more than one, which of them counts is decided when it runs.
        if let [Some(span)] = spans.as_slice() {
            claims.lifetime = Some(span.clone());
        }
        claims
    }

    fn claim(&mut self, text: &Text<'_>, key: Option<&str>, value: Node<'_>) {
        match key {
            Some("aud") => self.audiences = listed(text, value),
            Some("sub") => self.subject = Some(text.of(value).to_owned()),
            Some("iss") => self.issuers = listed(text, value),
            _ => {}
        }
    }
}

/// `timedelta(minutes=15)`
fn span(text: &Text<'_>, call: Node<'_>) -> Option<Lifetime> {
    let units = [
        ("seconds", 1),
        ("minutes", 60),
        ("hours", 3_600),
        ("days", 86_400),
        ("weeks", 604_800),
    ];
    let mut given = units
        .into_iter()
        .filter_map(|(unit, seconds)| Some((keyword(text, call, &[unit])?, seconds)));
    let (value, seconds) = given.next()?;
    if given.next().is_some() {
        return None;
    }
    match number(text.of(value)) {
        Some(count) => Some(Lifetime::Seconds(count.checked_mul(seconds)?)),
        None => Some(Lifetime::Said(said(text, value))),
    }
}

fn set_cookie(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let Some(name) = keyword(text, node, &["key", "name"]).or_else(|| positional(node, 0)) else {
        return;
    };
    let word = |names: &[&str]| keyword(text, node, names).map(|value| text.of(value));
    facts.cookies.push(CookieUse {
        name: said(text, name),
        written: true,
        domain: keyword(text, node, &["domain"])
            .filter(|domain| domain.kind() != "none")
            .map(|domain| said(text, domain)),
        same_site: keyword(text, node, &["samesite"])
            .and_then(|value| text.string(value))
            .map(str::to_ascii_lowercase),
        secure: if spreads(text, node) {
            Switch::Unclear
        } else {
            Switch::of(word(&["secure"]))
        },
        max_age: word(&["max_age"]).and_then(number),
        unit: 1_000,
        spot: text.spot(node, &format!("{}(", text.field(node, "function"))),
    });
}

fn read_cookie(text: &Text<'_>, at: Node<'_>, name: Option<Node<'_>>, facts: &mut SourceFacts) {
    let Some(name) = name else { return };
    facts.cookies.push(CookieUse::read(
        said(text, name),
        text.spot(at, text.of(name)),
    ));
}

fn cors(
    text: &Text<'_>,
    node: Node<'_>,
    origins: &'static str,
    credentials: &str,
    facts: &mut SourceFacts,
) {
    let Some(list) = keyword(text, node, &[origins]) else {
        return;
    };
    facts.cors.push(CorsRule {
        name: origins,
        origins: listed(text, list),
        credentials: Switch::of(keyword(text, node, &[credentials]).map(|value| text.of(value))),
        sends_wildcard: false,
        spot: text.spot(list, text.of(list)),
    });
}

/// The settings of Django that are lists of origins or say how Simple JWT makes tokens, and constants.
pub(super) fn assignment(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let (Some(left), Some(right)) = (
        node.child_by_field_name("left"),
        node.child_by_field_name("right"),
    ) else {
        return;
    };
    match text.of(left) {
        name @ ("CORS_ALLOWED_ORIGINS" | "CORS_ORIGIN_WHITELIST") if right.kind() == "list" => {
            facts.cors.push(CorsRule {
                name: if name == "CORS_ALLOWED_ORIGINS" {
                    "CORS_ALLOWED_ORIGINS"
                } else {
                    "CORS_ORIGIN_WHITELIST"
                },
                origins: listed(text, right),
                credentials: Switch::Unclear,
                sends_wildcard: false,
                spot: text.spot(left, text.of(left)),
            });
        }
        _ if left.kind() == "subscript" && text.field(left, "value").ends_with("config") => {
            let name = left.child_by_field_name("subscript");
            if let Some(name) = name.and_then(|name| text.string(name)) {
                facts.constant(name, said(text, right));
            }
        }
        "SIMPLE_JWT" => simple_jwt(text, left, right, facts),
        name if left.kind() == "identifier" && right.kind() != "none" => {
            facts.constant(name, said(text, right));
        }
        _ => {}
    }
}

fn simple_jwt(text: &Text<'_>, at: Node<'_>, settings: Node<'_>, facts: &mut SourceFacts) {
    let library = TokenLibrary::RefusesAnyAudience;
    let spot = text.spot(at, text.of(at));
    let mut made = TokenUse {
        key: Said::Name("SECRET_KEY".to_owned()),
        algorithms: vec![Said::Text("HS256".to_owned())],
        ..TokenUse::new(Act::Verify, library, "simple_jwt".to_owned(), spot)
    };
    let mut cursor = settings.walk();
    for pair in settings.named_children(&mut cursor) {
        let (Some(key), Some(value)) = (
            pair.child_by_field_name("key"),
            pair.child_by_field_name("value"),
        ) else {
            continue;
        };
        match text.string(key) {
            Some("SIGNING_KEY") => made.key = said(text, value),
            Some("ALGORITHM") => made.algorithms = listed(text, value),
            Some("AUDIENCE") if value.kind() != "none" => made.audiences = listed(text, value),
            Some("ISSUER") if value.kind() != "none" => made.issuers = listed(text, value),
            Some("LEEWAY") => made.leeway = leeway(text, value),
            Some("ACCESS_TOKEN_LIFETIME") => made.lifetime = span(text, value),
            _ => {}
        }
    }
    facts.tokens.push(TokenUse {
        act: Act::Sign,
        ..made.clone()
    });
    facts.tokens.push(made);
}
