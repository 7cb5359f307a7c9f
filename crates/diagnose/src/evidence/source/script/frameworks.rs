//! Tokens of frameworks: `JwtModule` of `NestJS`, the strategy of passport-jwt, express-jwt and koa-jwt, `@fastify/jwt`,
//! `hono/jwt`. What they sign or check is told in one place and done in another.

use super::property;
use super::settings::first_of;
use super::tokens::{issued_with, list};
use crate::evidence::source::SourceFacts;
use crate::evidence::source::policy::{Act, Lifetime, TokenLibrary, TokenUse};
use crate::evidence::source::said::{Said, number, said};
use crate::evidence::source::tree::{Text, arguments, each_below, name_around};
use tree_sitter::Node;

/// Calls by which a program signs with what a framework was told.
const SIGNS: &[&str] = &[
    ".signAsync(",
    ".jwtSign(",
    "jwt.sign(",
    "jwtService.sign(",
    "jwtService.signAsync(",
];

/// Calls by which it checks.
const CHECKS: &[&str] = &[
    ".verifyAsync(",
    ".jwtVerify(",
    "jwt.verify(",
    "jwtService.verify(",
    "jwtService.verifyAsync(",
];

pub(super) fn call(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(call, "function");
    let given = arguments(call);
    match function {
        "JwtModule.register" | "JwtModule.registerAsync" => nest(text, call, &given, facts),
        "expressjwt" | "expressJwt" | "jwt" | "koaJwt" => middleware(text, call, &given, facts),
        "sign" | "verify" if text.mentions("hono/jwt") => hono(text, call, &given, facts),
        _ if function.ends_with(".register") => fastify(text, call, &given, facts),
        _ => {}
    }
}

fn plain(text: &Text<'_>, at: Node<'_>, act: Act, mark: &str) -> TokenUse {
    let spot = text.spot(at, mark);
    TokenUse::new(act, TokenLibrary::JsonWebToken, name_around(text, at), spot)
}

/// Two uses of one key: one for each act that the program goes through with.
fn both(facts: &mut SourceFacts, signs: TokenUse, checks: TokenUse) {
    facts.tokens.push(TokenUse {
        through: SIGNS,
        ..signs
    });
    facts.tokens.push(TokenUse {
        through: CHECKS,
        ..checks
    });
}

/// `JwtModule.registerAsync({ useFactory: (config) => ({ secret, signOptions }) })`
fn nest(text: &Text<'_>, call: Node<'_>, given: &[Node<'_>], facts: &mut SourceFacts) {
    let mut told = None;
    for one in given {
        each_below(*one, &mut |node| {
            if node.kind() == "object" && told.is_none() && property(text, node, "secret").is_some()
            {
                told = Some(told_by(text, call, node));
            }
        });
    }
    if let Some((signs, checks)) = told {
        both(facts, signs, checks);
    }
}

fn told_by(text: &Text<'_>, call: Node<'_>, options: Node<'_>) -> (TokenUse, TokenUse) {
    let key = property(text, options, "secret").map_or(Said::Unclear, |key| said(text, key));
    let function = text.field(call, "function");
    let mut signs = plain(text, call, Act::Sign, function);
    "signtoken".clone_into(&mut signs.within);
    signs.key = key.clone();
    signs.algorithms = vec![Said::Text("HS256".to_owned())];
    signs.unclear = true;
    if let Some(made) = first_of(text, options, &["signOptions", "sign"]) {
        issued_with(text, made, &mut signs);
    }
    let mut checks = plain(text, call, Act::Verify, function);
    checks.key = key;
    if let Some(asked) = first_of(text, options, &["verifyOptions", "verify"]) {
        asked_with(text, asked, &mut checks);
    }
    (signs, checks)
}

/// What options of a check demand, under the names that libraries have for it.
fn asked_with(text: &Text<'_>, options: Node<'_>, made: &mut TokenUse) {
    let of = |keys: &[&str]| {
        keys.iter()
            .map(|key| list(text, options, key))
            .find(|list| !list.is_empty())
            .unwrap_or_default()
    };
    made.unclear |= text.of(options).contains("...");
    made.algorithms = of(&["algorithms"]);
    made.audiences = of(&["audience", "allowedAud"]);
    made.issuers = of(&["issuer", "allowedIss"]);
    let leeway = first_of(text, options, &["clockTolerance"]);
    made.leeway = leeway.map(|value| match number(text.of(value)) {
        Some(seconds) => Lifetime::Seconds(seconds),
        None => Lifetime::Said(said(text, value)),
    });
}

/// `super({ secretOrKey, issuer, audience, algorithms })` of a strategy of passport-jwt.
pub(super) fn strategy(text: &Text<'_>, object: Node<'_>, facts: &mut SourceFacts) {
    let Some(key) = property(text, object, "secretOrKey") else {
        return;
    };
    let mut made = plain(text, key, Act::Verify, text.of(key));
    made.key = said(text, key);
    asked_with(text, object, &mut made);
    if let Some(more) = property(text, object, "jsonWebTokenOptions") {
        let leeway = made.leeway.clone();
        let mut inner = made.clone();
        asked_with(text, more, &mut inner);
        made.leeway = inner.leeway.or(leeway);
    }
    facts.tokens.push(made);
}

/// `expressjwt({ secret, algorithms, audience, issuer })`
fn middleware(text: &Text<'_>, call: Node<'_>, given: &[Node<'_>], facts: &mut SourceFacts) {
    let Some(options) = given.first().filter(|options| options.kind() == "object") else {
        return;
    };
    let Some(key) = property(text, *options, "secret") else {
        return;
    };
    let mut made = plain(text, call, Act::Verify, text.field(call, "function"));
    made.key = said(text, key);
    asked_with(text, *options, &mut made);
    facts.tokens.push(made);
}

/// `app.register(fastifyJwt, { secret, sign: { iss }, verify: { allowedIss } })`
fn fastify(text: &Text<'_>, call: Node<'_>, given: &[Node<'_>], facts: &mut SourceFacts) {
    let [plugin, options, ..] = given else {
        return;
    };
    let of_jwt = text.of(*plugin).to_ascii_lowercase().contains("jwt");
    if !of_jwt || options.kind() != "object" || property(text, *options, "secret").is_none() {
        return;
    }
    let (mut signs, checks) = told_by(text, call, *options);
    if let Some(made) = property(text, *options, "sign") {
        signs.issuers.extend(list(text, made, "iss"));
        signs.audiences.extend(list(text, made, "aud"));
    }
    both(facts, signs, checks);
}

/// `sign(payload, secret)` and `verify(token, secret, "HS256")` of hono/jwt.
fn hono(text: &Text<'_>, call: Node<'_>, given: &[Node<'_>], facts: &mut SourceFacts) {
    let Some(key) = given.get(1) else { return };
    let signs = text.field(call, "function") == "sign";
    let act = if signs { Act::Sign } else { Act::Verify };
    let mut made = TokenUse {
        library: TokenLibrary::Other,
        ..plain(text, call, act, text.field(call, "function"))
    };
    made.key = said(text, *key);
    made.algorithms = match given.get(2) {
        Some(algorithm) => vec![said(text, *algorithm)],
        None => vec![Said::Text("HS256".to_owned())],
    };
    if signs {
        let payload = given.first().filter(|payload| payload.kind() == "object");
        made.unclear = payload.is_none_or(|payload| text.of(*payload).contains("..."));
        if let Some(payload) = payload {
            made.audiences = list(text, *payload, "aud");
            made.issuers = list(text, *payload, "iss");
        }
    }
    facts.tokens.push(made);
}
