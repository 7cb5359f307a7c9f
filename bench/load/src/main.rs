//! `load`: one command a measurement, one JSON object on stdout.

mod alarm;
mod answer;
mod connection;
mod engine;
mod plan;
mod process;
mod record;
mod scenario;
mod startup;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use plan::{Plan, Scenario};
use serde_json::{Value, json};

/// Loads an HTTP/1.1 server from one thread and says what came of it.
#[derive(Parser)]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// GET one path, with header lines taken in turn from a file.
    Get {
        #[command(flatten)]
        common: Common,
        /// Path to ask for.
        #[arg(long)]
        path: String,
        /// File with one header line a line (`Authorization: Bearer …`).
        #[arg(long)]
        headers: Option<PathBuf>,
    },
    /// POST credentials over and over.
    Login {
        #[command(flatten)]
        common: Common,
        /// Path to post to.
        #[arg(long)]
        path: String,
        /// File with one JSON body a line.
        #[arg(long)]
        bodies: PathBuf,
        /// A header line for every request.
        #[arg(long)]
        header: Vec<String>,
    },
    /// POST rotating refresh tokens, one chain a connection.
    Refresh {
        #[command(flatten)]
        common: Common,
        /// Path to post to.
        #[arg(long)]
        path: String,
        /// File with the first token of each chain, one a line.
        #[arg(long)]
        tokens: PathBuf,
    },
    /// Time from starting a command to its first healthy answer.
    Start {
        /// Address it will listen on.
        #[arg(long)]
        server: SocketAddr,
        /// Path that answers 200 once it is healthy.
        #[arg(long)]
        path: String,
        /// How often.
        #[arg(long, default_value_t = 20)]
        runs: usize,
        /// The command, after `--`.
        #[arg(last = true)]
        command: Vec<OsString>,
    },
}

#[derive(Args)]
struct Common {
    /// Where the server listens.
    #[arg(long)]
    server: SocketAddr,
    /// How many connections.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Seconds that count.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Seconds before that.
    #[arg(long, default_value_t = 1.0)]
    warm_up: f64,
    /// Requests a second: an open loop. Without: a closed loop.
    #[arg(long)]
    rate: Option<f64>,
    /// Seconds to wait for the last answers.
    #[arg(long, default_value_t = 10.0)]
    drain: f64,
    /// Process to watch: its CPU time and memory are reported.
    #[arg(long)]
    watch: Option<u32>,
}

impl Common {
    fn plan(&self) -> Plan {
        Plan {
            server: self.server,
            connections: self.connections,
            warm_up: Duration::from_secs_f64(self.warm_up),
            span: Duration::from_secs_f64(self.seconds),
            rate: self.rate,
            drain: Duration::from_secs_f64(self.drain),
            watch: self.watch,
        }
    }
}

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match perform(Command::parse().what) {
        Ok(result) => {
            println!("{result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn perform(what: What) -> Result<Value, Failure> {
    match what {
        What::Get {
            common,
            path,
            headers,
        } => {
            let lines = headers
                .as_deref()
                .map(lines)
                .transpose()?
                .unwrap_or_default();
            let host = common.server.to_string();
            measure(
                &common,
                &mut scenario::Get::new(&path, &host, &lines, common.connections),
            )
        }
        What::Login {
            common,
            path,
            bodies,
            header,
        } => {
            let host = common.server.to_string();
            let bodies = some(lines(&bodies)?)?;
            let mut login = scenario::Login::new(&path, &host, &header, bodies, common.connections);
            measure(&common, &mut login)
        }
        What::Refresh {
            common,
            path,
            tokens,
        } => {
            let tokens = lines(&tokens)?;
            if tokens.len() < common.connections {
                return Err(format!(
                    "{} tokens for {} connections: each needs its own",
                    tokens.len(),
                    common.connections
                )
                .into());
            }
            let host = common.server.to_string();
            let mut refresh = scenario::Refresh::new(&path, &host, &tokens);
            let mut result = measure(&common, &mut refresh)?;
            result["chains_lost"] = refresh.lost.into();
            Ok(result)
        }
        What::Start {
            server,
            path,
            runs,
            command,
        } => {
            let mut times = Vec::with_capacity(runs);
            for _ in 0..runs {
                times.push(startup::once(&command, server, &path)?.as_secs_f64() * 1e3);
            }
            Ok(json!({ "start_ms": times }))
        }
    }
}

fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect())
}

fn some(lines: Vec<String>) -> Result<Vec<String>, Failure> {
    if lines.is_empty() {
        Err("the file has no line".into())
    } else {
        Ok(lines)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of requests stay far below 2^52"
)]
fn measure(common: &Common, scenario: &mut dyn Scenario) -> Result<Value, Failure> {
    let outcome = engine::run(&common.plan(), scenario)?;
    let record = &outcome.record;
    let completed = record.completed as f64;
    let cpu = (common.watch.is_some() && record.completed > 0)
        .then(|| outcome.server_cpu * 1e6 / completed);
    Ok(json!({
        "requests_per_second": completed / outcome.seconds,
        "good_per_second": record.good as f64 / outcome.seconds,
        "latency": record.latencies(),
        "cpu_us_per_request": cpu,
        "server_cpu_share": outcome.server_cpu / outcome.seconds,
        "generator_cpu_share": outcome.own_cpu / outcome.seconds,
        "rss_peak_kib": outcome.rss_peak,
        "broken": record.broken,
        "reconnected": record.reconnected,
        "busy_without_retry_after": record.no_retry_after,
        "samples": record.samples,
    }))
}
