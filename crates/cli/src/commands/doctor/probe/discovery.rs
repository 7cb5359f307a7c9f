//! Discovery documents and key sets (`OpenID` Connect Discovery 1.0, RFC 7517).

use countersign_diagnose::{Document, DocumentKind, Probe, ProbeFact};
use countersign_verify::JwkSet;
use url::Url;

use super::http::{Ask, Reply};
use super::server::Server;
use super::shown;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const KEYS: &str = "/.well-known/jwks.json";

/// The discovery document and the key set of a server, if it has any.
pub(super) async fn probe(server: &Server<'_>, first: &Reply) -> Vec<Probe> {
    let is_keys = first
        .json()
        .is_some_and(|body| body.get("keys").is_some_and(serde_json::Value::is_array));
    if first.status == 200 && is_keys {
        return vec![key_set(&server.target, first)];
    }
    let below = server.url.path().trim_end_matches('/');
    let url = server.at(&format!("{below}{DISCOVERY}"));
    let target = shown(&url);
    let mut probes = Vec::new();
    let mut keys = server.at(KEYS);
    let document = match server.send(Ask::get(url)).await {
        Ok(reply) if reply.status == 200 => reply.json(),
        Ok(_) => None,
        Err(broken) => {
            probes.push(Probe::failed("discovery", &target, broken.why));
            None
        }
    };
    let mut announced = false;
    match document {
        None if probes.is_empty() => {
            probes.push(Probe::skipped(
                "discovery",
                &target,
                "there is no discovery document",
            ));
        }
        None => {}
        Some(document) => {
            let asked = shown(&server.at(below));
            probes.push(issuer(&target, asked.trim_end_matches('/'), &document));
            let uri = document.get("jwks_uri").and_then(serde_json::Value::as_str);
            match uri.and_then(|uri| uri.parse::<Url>().ok()) {
                // Only what was named on the command line is asked.
                Some(uri) if uri.origin() == server.url.origin() || are_twins(&uri, server.url) => {
                    announced = true;
                    keys = server.at(uri.path());
                }
                Some(uri) => {
                    let why = "the key set is on another host; give it with --url to have it asked";
                    probes.push(Probe::skipped("jwks", &shown(&uri), why));
                    return probes;
                }
                None => {}
            }
        }
    }
    probes.push(keys_at(server, keys, announced).await);
    probes
}

fn issuer(target: &str, asked: &str, document: &serde_json::Value) -> Probe {
    const NAME: &str = "discovery";
    let Some(named) = document.get("issuer").and_then(serde_json::Value::as_str) else {
        let why = "the discovery document has no issuer".to_owned();
        return Probe::failed(NAME, target, why.clone()).with(ProbeFact::KeySetUnusable { why });
    };
    // Section 4.3: they must be the same, character by character; a bare host has two spellings.
    let named: String = named.chars().take(200).collect();
    if named == asked || named.strip_suffix('/') == Some(asked) {
        return Probe::ok(NAME, target, format!("the issuer is {named}"));
    }
    let why = format!("the issuer is {named}, the address is {asked}");
    let twins = named.parse().ok().zip(asked.parse().ok());
    let same = |named: &Url, asked: &Url| are_twins(named, asked) && named.path() == asked.path();
    if twins.is_some_and(|(named, asked)| same(&named, &asked)) {
        return Probe::ok(NAME, target, format!("{why}, another name of this machine"));
    }
    Probe::failed(NAME, target, why).with(ProbeFact::Issuer {
        asked: asked.to_owned(),
        named,
    })
}

/// Whether two addresses are one port of this machine, under two of its names.
fn are_twins(one: &Url, other: &Url) -> bool {
    let local = |url: &Url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    local(one)
        && local(other)
        && one.scheme() == other.scheme()
        && one.port_or_known_default() == other.port_or_known_default()
}

async fn keys_at(server: &Server<'_>, url: Url, announced: bool) -> Probe {
    let target = shown(&url);
    match server.send(Ask::get(url)).await {
        Ok(reply) if reply.status == 200 && (announced || reply.json().is_some()) => {
            key_set(&target, &reply)
        }
        Ok(_) if !announced => Probe::skipped("jwks", &target, "there is no key set"),
        Ok(reply) => {
            let why = format!("{target} answers {} in place of a key set", reply.status);
            Probe::failed("jwks", &target, why.clone()).with(ProbeFact::KeySetUnusable { why })
        }
        Err(broken) => Probe::failed("jwks", &target, broken.why),
    }
}

fn key_set(target: &str, reply: &Reply) -> Probe {
    match JwkSet::parse(&reply.body) {
        Ok(set) => {
            let why = format!(
                "{} keys, {} of them unusable",
                set.keys.len() + set.ignored.len(),
                set.ignored.len()
            );
            let text = String::from_utf8_lossy(&reply.body).into_owned();
            let document = Document::new(target, text).of_kind(DocumentKind::KeySet);
            Probe::ok("jwks", target, why).bringing(document)
        }
        Err(error) => {
            let why = format!("{target} is no key set: {error}");
            Probe::failed("jwks", target, why.clone()).with(ProbeFact::KeySetUnusable { why })
        }
    }
}
