//! Secrets of a running server, compared without being shown: it answers to a nonce with what only
//! the holder of the same secret can compute.

use ::http::Method;
use countersign_diagnose::{HeldSecret, Probe, ProbeFact, ProvedSecret};
use countersign_server::entropy::Entropy;
use rand::Rng as _;
use serde_json::{Value, json};

use super::Known;
use super::http::Ask;
use super::server::Server;
use super::shown;

const NAME: &str = "secrets";

/// Compares the secrets of the evidence with those of the server.
pub(super) async fn compare(server: &Server<'_>, known: &Known) -> Vec<Probe> {
    let url = server.at("/api/v1/secrets/proof");
    let target = shown(&url);
    let skipped = |why: &str| vec![Probe::skipped(NAME, &target, why)];
    let mut sync = known
        .secrets
        .iter()
        .filter(|held| held.secret == ProvedSecret::Sync);
    let Some(sync) = sync.next() else {
        return skipped("the evidence has no sync secret, which the server asks for");
    };
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !loopback {
        return skipped("a secret is not sent by http");
    }
    let Ok(header) = std::str::from_utf8(sync.value.expose()) else {
        return skipped("the sync secret is no text");
    };
    let nonce = nonce();
    let ask = Ask::of(Method::POST, url)
        .header("x-auth-secret", header)
        .json(&json!({"nonce": nonce}));
    let reply = match server.send(ask).await {
        Ok(reply) => reply,
        Err(broken) => return vec![Probe::failed(NAME, &target, broken.why)],
    };
    match (reply.status, reply.json()) {
        (200, Some(body)) => judge(&target, &known.secrets, &nonce, &body),
        (401, _) => vec![differs(&target, sync)],
        (404 | 405, _) => skipped("the server does not compare secrets"),
        (status, _) => skipped(&format!("it answers {status}")),
    }
}

fn judge(target: &str, held: &[HeldSecret], nonce: &str, body: &Value) -> Vec<Probe> {
    let probes = held.iter().map(|one| {
        let member = match one.secret {
            ProvedSecret::Signing => "signing_secret",
            ProvedSecret::Sync => "sync_secret",
        };
        let Some(theirs) = body.get(member).and_then(Value::as_str) else {
            let why = format!("the server has no secret to compare with {}", one.name);
            return Probe::skipped(NAME, target, why);
        };
        if one.value.proof(nonce.as_bytes()) == theirs {
            Probe::ok(
                NAME,
                target,
                format!("{} is the secret of the server", one.name),
            )
        } else {
            differs(target, one)
        }
    });
    probes.collect()
}

fn differs(target: &str, held: &HeldSecret) -> Probe {
    let ours = format!("{} ({})", held.name, held.value.fingerprint());
    let why = format!("{ours} is not the secret of the server");
    Probe::failed(NAME, target, why).with(ProbeFact::SecretDiffers {
        secret: held.secret,
        ours,
    })
}

/// 32 hexadecimal digits: no signing input of a token, which has a dot.
fn nonce() -> String {
    let mut drawn = [0; 16];
    Entropy::system().fill_bytes(&mut drawn);
    format!("{:032x}", u128::from_be_bytes(drawn))
}
