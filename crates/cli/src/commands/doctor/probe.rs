//! Live probes: what running programs answer. They become facts, which the engine reads as it
//! reads files. Only what was named on the command line is asked; no answer and no file leads
//! to another address.

mod browser;
mod clocks;
mod connect;
mod database;
mod discovery;
mod health;
mod http;
mod lines;
mod proofs;
mod redirects;
mod server;
#[cfg(test)]
mod test_server;
#[cfg(test)]
mod tests;
mod tls;

use std::time::Duration;

use clap::Args;
use countersign_diagnose::{Evidence, HeldSecret, Probe};
use countersign_store::Subject;
use tokio::task::JoinSet;
use url::Url;

use crate::deployment::runtime;
use crate::failure::Failure;
use crate::terminal::Terminal;
use connect::Network;

/// How long all questions to one program may take.
const TOTAL: Duration = Duration::from_secs(10);

/// What runs and may be asked.
#[derive(Args, Debug, Default)]
pub struct ProbeArguments {
    /// A running program to ask: https://, http://, redis://, smtp:// or smtps://
    #[arg(long, value_name = "URL", value_parser = address)]
    url: Vec<Url>,
    /// The origin of the page that calls it, such as `https://app.example.com`
    #[arg(long, value_name = "ORIGIN", value_parser = address)]
    origin: Option<Url>,
}

/// What the probes know beside the address.
#[derive(Clone, Debug, Default)]
struct Known {
    origin: Option<String>,
    subject: Option<Subject>,
    secrets: Vec<HeldSecret>,
}

impl ProbeArguments {
    /// Whether there is something to ask.
    pub fn is_empty(&self) -> bool {
        self.url.is_empty()
    }

    /// The arguments as they were given, without secrets.
    pub fn words(&self) -> impl Iterator<Item = String> {
        let urls = self.url.iter().map(|url| format!("--url {}", shown(url)));
        let origin = self
            .origin
            .iter()
            .map(|url| format!("--origin {}", shown(url)));
        urls.chain(origin)
    }

    /// The evidence with what running programs answered. With `offline` nobody is asked.
    ///
    /// # Errors
    ///
    /// [`Failure`] when no runtime can start.
    pub fn add_to(
        &self,
        evidence: Evidence,
        database_url: Option<&str>,
        offline: bool,
        terminal: &Terminal,
    ) -> Result<Evidence, Failure> {
        if self.url.is_empty() && database_url.is_none() {
            return Ok(evidence);
        }
        if offline {
            let shown = self
                .url
                .iter()
                .map(shown)
                .chain(database_url.map(database::shown));
            let skipped =
                shown.map(|target| Probe::skipped("reachability", &target, "--offline was given"));
            return Ok(evidence.probed(skipped.collect()));
        }
        let known = self.known(&evidence);
        let probes = runtime()?.block_on(self.ask(&known, database_url, terminal));
        Ok(evidence.probed(probes))
    }

    fn known(&self, evidence: &Evidence) -> Known {
        let origin = self
            .origin
            .as_ref()
            .map(|origin| origin.origin().ascii_serialization());
        Known {
            origin: origin.or_else(|| evidence.front_end_origin()),
            subject: evidence
                .token_subject()
                .map(|(sub, email)| Subject { sub, email }),
            secrets: evidence.held_secrets(),
        }
    }

    async fn ask(
        &self,
        known: &Known,
        database_url: Option<&str>,
        terminal: &Terminal,
    ) -> Vec<Probe> {
        let network = match Network::system() {
            Ok(network) => network,
            Err(why) => return vec![Probe::skipped("reachability", "TLS", why)],
        };
        let mut running = JoinSet::new();
        for (place, url) in self.url.iter().enumerate() {
            let (network, known, url) = (network.clone(), known.clone(), url.clone());
            running.spawn(async move { (place, of_url(&network, &url, &known).await) });
        }
        if let Some(url) = database_url {
            let (place, url, subject) = (self.url.len(), url.to_owned(), known.subject.clone());
            running.spawn(async move { (place, database::probe(&url, subject).await) });
        }
        let all = running.len();
        let mut done = Vec::new();
        terminal.progress(&format!("asking: 0 of {all} answered"));
        while let Some(joined) = running.join_next().await {
            done.extend(joined.ok());
            terminal.progress(&format!("asking: {} of {all} answered", done.len()));
        }
        terminal.progress("");
        // In the order of the command line, whoever answers first.
        done.sort_by_key(|(place, _)| *place);
        done.into_iter().flat_map(|(_, probes)| probes).collect()
    }
}

async fn of_url(network: &Network, url: &Url, known: &Known) -> Vec<Probe> {
    let target = shown(url);
    let asked = async {
        match url.scheme() {
            "redis" | "rediss" => lines::redis(network, url, &target).await,
            "smtp" | "smtps" => lines::smtp(network, url, &target).await,
            _ => server::probe(network, url, known).await,
        }
    };
    if let Ok(probes) = tokio::time::timeout(TOTAL, asked).await {
        probes
    } else {
        let why = format!("not everything was answered within {} s", TOTAL.as_secs());
        vec![
            Probe::failed("reachability", &target, why.clone())
                .with(countersign_diagnose::ProbeFact::Unreachable { why }),
        ]
    }
}

/// A URL without user, password, query and fragment, any of which may be secret.
fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let path = if url.scheme().starts_with("http") {
        url.path()
    } else {
        ""
    };
    format!("{}://{host}{port}{path}", url.scheme())
}

fn address(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("no URL: {error}"))?;
    let known = ["https", "http", "redis", "rediss", "smtp", "smtps"];
    if !known.contains(&url.scheme()) || url.host_str().is_none() {
        return Err("write https://HOST, http://HOST:PORT, redis://HOST or smtp://HOST".to_owned());
    }
    Ok(url)
}
