//! jsonwebtoken and jose: which tokens are made, and what is asked of them.

use super::property;
use crate::evidence::source::SourceFacts;
use crate::evidence::source::policy::{Act, Lifetime, TokenLibrary, TokenUse};
use crate::evidence::source::said::{Said, listed, number, said};
use crate::evidence::source::tree::{Text, arguments, name_around};
use tree_sitter::Node;

pub(super) fn look(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(call, "function");
    let given = arguments(call);
    let found = match function {
        "jwt.sign" | "JWT.sign" | "jsonwebtoken.sign" => signed(text, call, &given),
        "sign" if text.mentions("jsonwebtoken") => signed(text, call, &given),
        "verify" if text.mentions("jsonwebtoken") => {
            Some(verified(text, call, &given, TokenLibrary::JsonWebToken))
        }
        "jwt.verify" | "JWT.verify" | "jsonwebtoken.verify" => {
            Some(verified(text, call, &given, TokenLibrary::JsonWebToken))
        }
        "jwtVerify" | "jose.jwtVerify" => Some(verified(text, call, &given, TokenLibrary::Other)),
        _ if function.contains("SignJWT(") && text.last_of(call) == "sign" => {
            built(text, call, &given)
        }
        _ => None,
    };
    facts.tokens.extend(found);
}

fn plain(text: &Text<'_>, call: Node<'_>, act: Act, library: TokenLibrary, mark: &str) -> TokenUse {
    TokenUse::new(act, library, name_around(text, call), text.spot(call, mark))
}

/// Whether an argument is an object that is written out whole.
fn is_whole(text: &Text<'_>, node: Node<'_>) -> bool {
    node.kind() == "object" && !text.of(node).contains("...")
}

pub(super) fn list(text: &Text<'_>, options: Node<'_>, key: &str) -> Vec<Said> {
    property(text, options, key)
        .map(|value| listed(text, value))
        .unwrap_or_default()
}

/// `jwt.sign(payload, key, { expiresIn, audience, issuer, algorithm })`
fn signed(text: &Text<'_>, call: Node<'_>, given: &[Node<'_>]) -> Option<TokenUse> {
    let (payload, key) = (*given.first()?, *given.get(1)?);
    let mut made = plain(
        text,
        call,
        Act::Sign,
        TokenLibrary::JsonWebToken,
        &format!("{}(", text.field(call, "function")),
    );
    made.key = said(text, key);
    made.unclear = !is_whole(text, payload);
    claims(text, payload, &mut made);
    made.algorithms = vec![Said::Text("HS256".to_owned())];
    if let Some(options) = given
        .get(2)
        .filter(|options| !options.kind().contains("function"))
    {
        issued_with(text, *options, &mut made);
    }
    Some(made)
}

/// What the options of a call that signs write into its tokens.
pub(super) fn issued_with(text: &Text<'_>, options: Node<'_>, made: &mut TokenUse) {
    made.unclear |= !is_whole(text, options);
    if options.kind() != "object" || text.of(options).contains("...") {
        made.algorithms.clear();
    }
    let said_so = list(text, options, "algorithm");
    if !said_so.is_empty() {
        made.algorithms = said_so;
    }
    made.audiences.extend(list(text, options, "audience"));
    made.issuers.extend(list(text, options, "issuer"));
    if let Some(value) = property(text, options, "subject") {
        made.subject = Some(text.of(value).to_owned());
    }
    if let Some(value) = property(text, options, "expiresIn") {
        made.lifetime = Some(lifetime(text, value));
        made.spot = text.spot(value, text.of(value));
    }
}

pub(super) fn lifetime(text: &Text<'_>, value: Node<'_>) -> Lifetime {
    let written = text.of(value);
    if let Some(seconds) = number(written) {
        return Lifetime::Seconds(seconds);
    }
    // A call may have made a number of it.
    Lifetime::Said(if written.contains('(') {
        Said::Unclear
    } else {
        said(text, value)
    })
}

fn claims(text: &Text<'_>, payload: Node<'_>, made: &mut TokenUse) {
    if payload.kind() == "object" {
        made.audiences.extend(list(text, payload, "aud"));
        made.issuers.extend(list(text, payload, "iss"));
        made.subject = property(text, payload, "sub").map(|value| text.of(value).to_owned());
    }
}

fn verified(
    text: &Text<'_>,
    call: Node<'_>,
    given: &[Node<'_>],
    library: TokenLibrary,
) -> TokenUse {
    let mut made = plain(
        text,
        call,
        Act::Verify,
        library,
        &format!("{}(", text.field(call, "function")),
    );
    made.key = given.get(1).map_or(Said::Unclear, |key| said(text, *key));
    let options = given
        .get(2)
        .filter(|options| !options.kind().contains("function"));
    if let Some(options) = options {
        made.unclear = !is_whole(text, *options);
        made.algorithms = list(text, *options, "algorithms");
        made.audiences = list(text, *options, "audience");
        made.issuers = list(text, *options, "issuer");
        let leeway = property(text, *options, "clockTolerance");
        made.leeway = leeway.map(|value| {
            let written = text.of(value).trim_matches(['"', '\'']);
            match number(written.trim_end_matches(['s', ' '])) {
                Some(seconds) => Lifetime::Seconds(seconds),
                None => Lifetime::Said(said(text, value)),
            }
        });
    }
    made
}

/// `new SignJWT(claims).setIssuer("a").setAudience("b").setExpirationTime("5m").sign(key)`
fn built(text: &Text<'_>, call: Node<'_>, given: &[Node<'_>]) -> Option<TokenUse> {
    let mut made = plain(text, call, Act::Sign, TokenLibrary::Other, "SignJWT(");
    made.key = said(text, *given.first()?);
    let mut link = call
        .child_by_field_name("function")?
        .child_by_field_name("object")?;
    let mut subject = None;
    for _ in 0..16 {
        if link.kind() == "new_expression" {
            if let Some(payload) = arguments(link).first() {
                claims(text, *payload, &mut made);
                made.unclear = !is_whole(text, *payload);
            }
            made.subject = made.subject.or(subject);
            made.spot = text.spot(link, "SignJWT(");
            break;
        }
        let function = link.child_by_field_name("function")?;
        let value = arguments(link).first().copied();
        match (text.field(function, "property"), value) {
            ("setIssuer", Some(value)) => made.issuers = listed(text, value),
            ("setSubject", Some(value)) => subject = Some(text.of(value).to_owned()),
            ("setAudience", Some(value)) => made.audiences = listed(text, value),
            ("setExpirationTime", Some(value)) if text.string(value).is_some() => {
                made.lifetime = Some(Lifetime::Said(said(text, value)));
            }
            ("setProtectedHeader", Some(value)) => made.algorithms = list(text, value, "alg"),
            _ => {}
        }
        link = function.child_by_field_name("object")?;
    }
    Some(made)
}
