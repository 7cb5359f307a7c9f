//! `countersign serve`: the server.

use std::fmt::Write as _;
use std::io;
use std::panic::resume_unwind;

use clap::Args;
use countersign_diagnose::{Role, Style};
use countersign_server::settings::{LogFormat, Logging, Shown};
use countersign_server::startup::{self, Summary};
use countersign_verify::Source;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::deployment::DeploymentArguments;
use crate::failure::Failure;
use crate::table::{pairs, table};
use crate::terminal::Terminal;

/// Runs the server.
#[derive(Args, Debug)]
#[command(
    after_help = "Without any setting it serves http://localhost:8787 for development, from ./data.\n\
                        Ctrl-C or SIGTERM stops it after the requests that run.\n\n\
                        Example:\n  countersign serve --listen 127.0.0.1:9000"
)]
pub struct Serve {
    /// The address to listen on (`LISTEN`)
    #[arg(long, value_name = "ADDRESS", help_heading = "Settings")]
    listen: Option<String>,
    /// The address that browsers and clients use (`PUBLIC_URL`)
    #[arg(long, value_name = "URL", help_heading = "Settings")]
    public_url: Option<String>,
    /// Other settings
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl Serve {
    /// Runs it, until it is told to stop.
    ///
    /// # Errors
    ///
    /// [`Failure::StartUp`] with what does not let it start.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let settings = self
            .deployment
            .settings(&[("LISTEN", &self.listen), ("PUBLIC_URL", &self.public_url)])?;
        start_logging(&settings.logging, terminal.style());
        startup::log_panics();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| no_runtime(&error))?;
        runtime.block_on(async {
            let (mut interrupt, mut terminate) = (
                listen_for(SignalKind::interrupt())?,
                listen_for(SignalKind::terminate())?,
            );
            // On a worker: what starting leaves of its memory, requests use then.
            let prepared = tokio::spawn(startup::prepare(settings)).await;
            let ready = prepared
                .unwrap_or_else(|error| resume_unwind(error.into_panic()))
                .map_err(|report| Failure::StartUp(vec![*report]))?;
            for warning in &ready.summary().warnings {
                terminal.report(warning);
            }
            match terminal.data(&told(ready.summary(), terminal.style())) {
                // Nobody reads the summary; that is no reason not to serve.
                Ok(()) | Err(Failure::PipeClosed) => {}
                Err(other) => return Err(other),
            }
            let cut_off = ready
                .serve(async {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                    }
                })
                .await;
            terminal.message(&stopped(cut_off));
            Ok(())
        })
    }
}

/// Log lines go to stderr, like every message.
fn start_logging(logging: &Logging, style: Style) {
    let log = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_env_filter(EnvFilter::new(&logging.level))
        .with_ansi(style == Style::Ansi);
    match logging.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
}

fn listen_for(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|error| no_runtime(&error))
}

fn no_runtime(error: &io::Error) -> Failure {
    Failure::usage(
        format!("the server cannot start: {error}"),
        "look at the limits of processes and open files (`ulimit -a`)",
    )
}

fn stopped(cut_off: usize) -> String {
    match cut_off {
        0 => "stopped".to_owned(),
        1 => "stopped; one request took too long and was cut off".to_owned(),
        many => format!("stopped; {many} requests took too long and were cut off"),
    }
}

/// What is printed when the port is open.
fn told(summary: &Summary, style: Style) -> String {
    let mut out = format!(
        "{} {}\n\n",
        style.paint(Role::Emphasis, "Countersign"),
        env!("CARGO_PKG_VERSION")
    );
    indented(&mut out, &links(summary));
    out.push('\n');
    indented(&mut out, &facts(summary));
    out.push('\n');
    indented(&mut out, &sources(&summary.settings));
    let ready = style.paint(Role::Good, "Ready.");
    let _ = writeln!(out, "\n{ready} Ctrl-C stops the server.");
    out
}

fn indented(out: &mut String, block: &str) {
    for line in block.lines() {
        let _ = writeln!(out, "  {line}");
    }
}

fn links(summary: &Summary) -> String {
    let base = &summary.public_url;
    let mut links = vec![("Sign in", format!("{base}/login"))];
    if let Some(link) = &summary.setup_link {
        links.push((
            "Make the first admin",
            format!("{link} (once, within 24 h)"),
        ));
    }
    if let Some(page) = &summary.mail_page {
        links.push(("Read the mail it sends", page.clone()));
    }
    links.push(("Read the API", format!("{base}/api/docs")));
    pairs(&links)
}

fn facts(summary: &Summary) -> String {
    let environment = format!("{}: {}", summary.environment, summary.environment_because);
    pairs(&[
        ("Environment", environment),
        ("Listening on", summary.listen.to_string()),
        ("Database", summary.database.clone()),
    ])
}

/// The settings that somebody set or that were made, each with its source.
fn sources(settings: &[Shown]) -> String {
    let default = Source::Default.to_string();
    let (set, defaults): (Vec<_>, Vec<_>) = settings.iter().partition(|row| row.source != default);
    let rows: Vec<_> = set
        .iter()
        .map(|row| [row.name.to_owned(), row.value.clone(), row.source.clone()])
        .collect();
    format!(
        "{}{} others have their defaults: countersign config show\n",
        table(["setting", "value", "from"], &rows),
        defaults.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_verify::Environment;

    fn shown(name: &'static str, value: &str, source: &str) -> Shown {
        Shown {
            name,
            value: value.to_owned(),
            source: source.to_owned(),
            about: "",
        }
    }

    fn summary() -> Summary {
        Summary {
            environment: Environment::Development,
            environment_because: "PUBLIC_URL is loopback".to_owned(),
            public_url: "http://localhost:8787".to_owned(),
            listen: ([127, 0, 0, 1], 8787).into(),
            database: "sqlite:data/countersign.db".to_owned(),
            settings: vec![
                shown("PUBLIC_URL", "http://localhost:8787", "default"),
                shown("JWT_SECRET", "sha256:1f0c22ab", ".env:3"),
            ],
            setup_link: None,
            mail_page: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn the_summary_says_where_to_go_and_where_settings_came_from() {
        let text = told(&summary(), Style::Plain);
        for part in [
            "Sign in       http://localhost:8787/login",
            "development: PUBLIC_URL is loopback",
            "JWT_SECRET  sha256:1f0c22ab  .env:3",
            "1 others have their defaults",
            "\nReady. ",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains('\x1b'), "{text}");
        assert!(!text.contains("first admin"), "{text}");
    }

    #[test]
    fn the_link_for_the_first_admin_and_the_mail_page_are_named_when_there_are_such() {
        let summary = Summary {
            setup_link: Some("http://localhost:8787/setup?token=x".to_owned()),
            mail_page: Some("http://localhost:8787/dev/mail".to_owned()),
            ..summary()
        };
        let text = told(&summary, Style::Ansi);
        for part in ["/setup?token=x (once, within 24 h)", "/dev/mail", "\x1b["] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
