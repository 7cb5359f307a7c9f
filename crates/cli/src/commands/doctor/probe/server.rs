//! A running HTTP server: what it answers to somebody without a credential.

use std::sync::{Mutex, PoisonError};

use countersign_diagnose::Probe;
use url::Url;

use super::clocks::{self, Sample};
use super::connect::{Broken, Network};
use super::http::{Ask, Reply};
use super::{Known, browser, discovery, health, proofs, redirects, shown};

/// One server that is asked several things.
#[derive(Debug)]
pub(super) struct Server<'a> {
    network: &'a Network,
    /// The URL as it was given.
    pub(super) url: &'a Url,
    /// How it is shown.
    pub(super) target: String,
    samples: Mutex<Vec<Sample>>,
}

impl Server<'_> {
    /// Sends a question, and takes a look at the server's clock.
    pub(super) async fn send(&self, ask: Ask) -> Result<Reply, Broken> {
        let reply = ask.send(self.network).await?;
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        samples.extend(reply.sample);
        drop(samples);
        Ok(reply)
    }

    /// A path of this server, below no other.
    pub(super) fn at(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(path);
        url.set_query(None);
        url.set_fragment(None);
        url
    }

    fn clock(&self) -> Probe {
        let samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        clocks::judge(&self.target, &samples)
    }
}

/// Asks a server for all that is known to go wrong.
pub(super) async fn probe(network: &Network, url: &Url, known: &Known) -> Vec<Probe> {
    let server = Server {
        network,
        url,
        target: shown(url),
        samples: Mutex::default(),
    };
    let first = match server.send(Ask::get(url.clone())).await {
        Ok(first) => first,
        Err(broken) => {
            let why = broken.why.clone();
            let name = if broken.by_certificate {
                "tls"
            } else {
                "reachability"
            };
            return vec![Probe::failed(name, &server.target, why).with(broken.fact())];
        }
    };
    let mut probes = vec![Probe::ok(
        "reachability",
        &server.target,
        format!("it answers with status {}", first.status),
    )];
    probes.extend(first.certificate.map(|seen| seen.probe(&server.target)));
    probes.extend(redirects::judge(url, &first));
    probes.extend(browser::cookies(&server.target, &first, known));
    let (csrf, discovered, healthy, preflight) = tokio::join!(
        browser::csrf(&server, known),
        discovery::probe(&server, &first),
        health::probe(&server),
        browser::preflight(&server, known),
    );
    let ours = csrf.is_countersign;
    probes.extend(csrf.probes);
    probes.extend(discovered);
    probes.push(healthy);
    probes.push(preflight);
    probes.push(refusal(&server, &first, ours).await);
    if ours {
        probes.extend(proofs::compare(&server, known).await);
    }
    probes.push(server.clock());
    probes
}

/// Whether a refusal says how to do better (RFC 9110, section 11.6.1; RFC 9457).
async fn refusal(server: &Server<'_>, first: &Reply, ours: bool) -> Probe {
    const NAME: &str = "refusal";
    let target = &server.target;
    let asked = if ours {
        server.send(Ask::get(server.at("/api/v1/auth/me"))).await
    } else {
        Ok(first.clone())
    };
    let reply = match asked {
        Ok(reply) => reply,
        Err(broken) => return Probe::failed(NAME, target, broken.why),
    };
    if reply.status != 401 {
        let why = format!(
            "the answer without a credential is {} and no 401",
            reply.status
        );
        return if ours {
            Probe::failed(NAME, target, why)
        } else {
            Probe::skipped(NAME, target, why)
        };
    }
    if reply.header("www-authenticate").is_empty() {
        let why =
            "the 401 has no WWW-Authenticate, or a proxy takes it away (RFC 9110, section 11.6.1)";
        return Probe::failed(NAME, target, why);
    }
    let kind = reply.header("content-type");
    if ours && !kind.starts_with("application/problem+json") {
        let why = "the 401 is no problem+json: something on the way writes another";
        return Probe::failed(NAME, target, why);
    }
    Probe::ok(NAME, target, "the 401 says which credential is wanted")
}
