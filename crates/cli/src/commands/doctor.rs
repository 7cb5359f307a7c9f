//! `countersign doctor`: what is wrong, the most probable root cause first.

mod files;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use countersign_diagnose::{Document, DocumentKind, Evidence, Severity, diagnose};
use countersign_server::clock::Clock;

use crate::failure::Failure;
use crate::terminal::{Format, Terminal};

/// Finds the cause of a failure.
#[derive(Args, Debug)]
#[command(
    after_help = "Give it whatever there is: a project folder, a folder with one case, or single files. Files are \
                        recognised by what they hold. Secrets are shown as fingerprints only.\n\n\
                        Exit codes: 0 healthy, 1 an error was found, 2 wrong use.\n\n\
                        Examples:\n  countersign doctor .\n  \
                        countersign doctor --env-file backend=api/.env --env-file frontend=web/.env.local --request curl.txt\n  \
                        pbpaste | countersign doctor --request - --env-file backend=.env"
)]
pub struct Doctor {
    /// Project folders, case folders or files
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The env file of a service, such as backend=api/.env
    #[arg(long, value_name = "NAME=FILE", value_parser = named_file)]
    env_file: Vec<(String, PathBuf)>,
    /// The request that fails: raw HTTP, a curl command or a HAR file; - for standard input
    #[arg(long, value_name = "FILE|-")]
    request: Option<PathBuf>,
    /// The answer to it
    #[arg(long, value_name = "FILE")]
    response: Option<PathBuf>,
    /// What programs wrote: a log, a terminal session, a stack trace
    #[arg(long, value_name = "FILE")]
    log: Vec<PathBuf>,
    /// The token that is refused
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// The issuer's keys, a JWK or JWK Set
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Rows of users, as JSON
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// The URL of the database; it is read, and not connected to with --offline
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// The time of the failure, in seconds since 1970
    #[arg(long, value_name = "EPOCH", allow_negative_numbers = true)]
    now: Option<i64>,
    /// Touch nothing but the files
    #[arg(long)]
    offline: bool,
    /// The form of what is printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Leave with 1 from this severity on
    #[arg(long, value_enum, default_value = "error", value_name = "SEVERITY")]
    fail_on: FailOn,
}

/// From which severity on the exit code is 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum FailOn {
    Warning,
    Error,
}

impl Doctor {
    /// Looks at all that was given.
    ///
    /// # Errors
    ///
    /// [`Failure::Answered`] when something is wrong, [`Failure::Usage`] when nothing was given.
    pub fn run(self, terminal: &Terminal) -> Result<(), Failure> {
        let clock = Clock::system();
        let began = clock.micros();
        let documents = self.documents()?;
        let mut evidence = Evidence::read(documents);
        if let Some(now) = self.now {
            evidence = evidence.at(now);
        }
        let diagnosis = diagnose(&evidence);
        let elapsed = u64::try_from(clock.micros() - began).unwrap_or_default() / 1_000;
        terminal.print(
            self.format,
            || diagnosis.human(terminal.style(), terminal.width()),
            || diagnosis.json(elapsed),
        )?;
        let worst = |finding: &countersign_diagnose::Finding| match finding.severity() {
            Severity::Error => true,
            Severity::Warning => self.fail_on == FailOn::Warning,
            Severity::Note => false,
        };
        if diagnosis.findings.iter().any(worst) {
            return Err(Failure::Answered);
        }
        Ok(())
    }

    fn documents(&self) -> Result<Vec<Document>, Failure> {
        let mut documents = Vec::new();
        for path in &self.paths {
            files::collect(path, &mut documents)?;
        }
        for (service, path) in &self.env_file {
            let document = files::read(path)?.of_kind(DocumentKind::EnvFile);
            documents.push(document.of_service(service));
        }
        let of_kind = [
            (&self.request, DocumentKind::Exchange),
            (&self.response, DocumentKind::Exchange),
            (&self.jwks, DocumentKind::KeySet),
            (&self.users, DocumentKind::Users),
        ];
        for (path, kind) in of_kind {
            if let Some(path) = path {
                documents.push(files::read(path)?.of_kind(kind));
            }
        }
        for path in &self.log {
            documents.push(files::read(path)?.of_kind(DocumentKind::Log));
        }
        let given = [
            ("--token", &self.token, DocumentKind::Token),
            (
                "--database-url",
                &self.database_url,
                DocumentKind::DatabaseUrl,
            ),
        ];
        for (name, text, kind) in given {
            if let Some(text) = text {
                documents.push(Document::new(name, text.as_str()).of_kind(kind));
            }
        }
        if documents.is_empty() {
            return Err(Failure::usage(
                "there is nothing to look at",
                "give a folder (`countersign doctor .`), or files: --request, --env-file, --log",
            ));
        }
        Ok(documents)
    }
}

fn named_file(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text
        .split_once('=')
        .filter(|(name, file)| !name.is_empty() && !file.is_empty())
        .ok_or("write it as NAME=FILE, such as backend=api/.env")?;
    Ok((name.to_owned(), PathBuf::from(file)))
}
