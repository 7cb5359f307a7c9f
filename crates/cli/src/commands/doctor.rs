//! `countersign doctor`: what is wrong, the most probable root cause first.

mod bundle;
mod files;
mod git_index;
mod mcp;
mod probe;
mod repair;
mod walk;

use std::io::{IsTerminal as _, stderr};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, ValueEnum};
use countersign_diagnose::{
    Diagnosis, Document, DocumentKind, Evidence, Moment, Severity, diagnose,
};
use countersign_server::clock::Clock;

use crate::failure::Failure;
use crate::key_set;
use crate::terminal::{Format, Terminal};
use files::Gathered;

/// The widest lines: what people paste into issues and chats.
const WIDEST: usize = 80;

/// Finds the cause of a failure.
#[derive(Args, Debug)]
#[command(
    after_help = "Give it whatever there is: a project folder, a folder with one case, or single files. Files are \
                        recognised by what they hold. Secrets are shown as fingerprints only.\n\n\
                        Exit codes: 0 healthy, 1 an error was found, 2 wrong use.\n\n\
                        Examples:\n  countersign doctor .\n  \
                        countersign doctor --env-file backend=api/.env --env-file frontend=web/.env.local --request curl.txt\n  \
                        pbpaste | countersign doctor --request - --env-file backend=.env\n  \
                        countersign doctor . --format github --fail-on warning"
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
    /// What programs wrote: a log, a terminal session, a stack trace; may be given several times
    #[arg(long, value_name = "FILE")]
    log: Vec<PathBuf>,
    /// The token that is refused, with or without "Bearer"
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// The issuer's keys, a JWK or JWK Set; an address is fetched, but not with --offline
    #[arg(long, value_name = "FILE|URL")]
    jwks: Option<PathBuf>,
    /// Rows of users, as JSON
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// The URL of the database; it is read, and not connected to with --offline
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    #[command(flatten)]
    probes: probe::ProbeArguments,
    /// The time of the failure, in seconds since 1970
    #[arg(long, value_name = "EPOCH", allow_negative_numbers = true)]
    now: Option<i64>,
    /// Touch nothing but the files
    #[arg(long)]
    offline: bool,
    /// Write the changes that lose nothing; each file is kept as it was beside it
    #[arg(long)]
    fix: bool,
    /// Write the evidence to a new folder, with stand-ins for all that is secret or somebody's, to be posted
    #[arg(long, value_name = "FOLDER")]
    bundle: Option<PathBuf>,
    /// Answer coding assistants on standard input and output (Model Context Protocol)
    #[arg(long, conflicts_with_all = ["fix", "request", "token", "format", "bundle"])]
    serve_mcp: bool,
    /// The form of what is printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    /// Leave with 1 from this severity on
    #[arg(long, value_enum, default_value = "error", value_name = "SEVERITY")]
    fail_on: FailOn,
}

/// The form of what is printed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Form {
    #[default]
    Human,
    Json,
    Sarif,
    Github,
}

impl Form {
    /// The form in which a command that was used wrongly is told so.
    pub fn told(matches: &ArgMatches) -> Format {
        match matches.try_get_one("format") {
            Ok(Some(Self::Json | Self::Sarif)) => Format::Json,
            Ok(_) | Err(_) => Format::Human,
        }
    }
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
        if self.serve_mcp {
            return mcp::serve(&self.paths);
        }
        let clock = Clock::system();
        let began = clock.micros();
        let target = self.bundle.as_deref().map(bundle::target).transpose()?;
        let mut gathered = self.gathered()?;
        let documents = std::mem::take(&mut gathered.documents);
        let originals = target.map(|folder| (folder, documents.clone()));
        if clock.micros() - began > 1_000_000 && stderr().is_terminal() {
            terminal.message(&format!("looking at {} files …", documents.len()));
        }
        let mut evidence = Evidence::read(documents).noting(std::mem::take(&mut gathered.notes));
        let bundled = gathered.moment;
        let moment = Moment {
            failed_at: self.now.or(bundled.failed_at),
            asked_at: bundled.asked_at.or(Some(clock.micros() / 1_000_000)),
        };
        evidence = evidence.in_time(moment);
        let database = self.database_url.as_deref();
        let evidence = self
            .probes
            .add_to(evidence, database, self.offline, terminal)?;
        let diagnosis = diagnose(&evidence).of_command(self.again());
        let elapsed = u64::try_from(clock.micros() - began).unwrap_or_default() / 1_000;
        self.print(terminal, &diagnosis, elapsed)?;
        if let Some((folder, originals)) = originals {
            terminal.message(&bundle::write(folder, &originals, moment, &diagnosis)?);
        }
        if self.fix {
            for sentence in repair::apply(&diagnosis.changes, &gathered.paths)? {
                terminal.message(&sentence);
            }
        }
        if diagnosis
            .findings
            .iter()
            .any(|one| self.fails(one.severity()))
        {
            return Err(Failure::Answered);
        }
        Ok(())
    }

    fn print(
        &self,
        terminal: &Terminal,
        diagnosis: &Diagnosis,
        elapsed: u64,
    ) -> Result<(), Failure> {
        match self.format {
            Form::Human => {
                let width = terminal.width().min(WIDEST);
                terminal.data(&diagnosis.human(terminal.style(), width))
            }
            Form::Json => terminal.json(&diagnosis.json(elapsed)),
            Form::Sarif => terminal.json(&diagnosis.sarif()),
            Form::Github => terminal.data(&diagnosis.github()),
        }
    }

    const fn fails(&self, severity: Severity) -> bool {
        match severity {
            Severity::Error => true,
            Severity::Warning => matches!(self.fail_on, FailOn::Warning),
            Severity::Note => false,
        }
    }

    fn gathered(&self) -> Result<Gathered, Failure> {
        let mut gathered = Gathered::default();
        for path in &self.paths {
            gathered.add(path)?;
        }
        for (service, path) in &self.env_file {
            let document = gathered.file(path)?.of_kind(DocumentKind::EnvFile);
            gathered.documents.push(document.of_service(service));
        }
        let (address, jwks) = match self.jwks.clone() {
            Some(path) if is_address(&path) => (Some(path), None),
            path => (None, path),
        };
        if let Some(address) = address {
            gathered.documents.push(self.fetched_keys(&address)?);
        }
        let of_kind = [
            (&self.request, DocumentKind::Exchange),
            (&self.response, DocumentKind::Exchange),
            (&jwks, DocumentKind::KeySet),
            (&self.users, DocumentKind::Users),
        ];
        let single = of_kind
            .into_iter()
            .filter_map(|(path, kind)| Some((path.as_deref()?, kind)));
        let logs = self
            .log
            .iter()
            .map(|path| (path.as_path(), DocumentKind::Log));
        for (path, kind) in single.chain(logs) {
            let document = gathered.file(not_an_address(path)?)?.of_kind(kind);
            gathered.documents.push(document);
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
                let document = Document::new(name, text.as_str()).of_kind(kind);
                gathered.documents.push(document);
            }
        }
        if gathered.documents.is_empty() && self.probes.is_empty() {
            return Err(Failure::usage(
                "there is nothing to look at",
                "give a folder (`countersign doctor .`), or files: --request, --env-file, --log",
            ));
        }
        Ok(gathered)
    }

    fn fetched_keys(&self, address: &Path) -> Result<Document, Failure> {
        let address = address.to_string_lossy();
        let name = address.split(['?', '#']).next().unwrap_or_default();
        if self.offline {
            return Err(Failure::usage(
                format!("--jwks {name} is an address, and --offline asks nobody"),
                format!(
                    "save the keys first: curl -sS -o jwks.json {name}; then give --jwks jwks.json"
                ),
            ));
        }
        let text = String::from_utf8_lossy(&key_set::fetched(&address)?.body).into_owned();
        Ok(Document::new(name, text).of_kind(DocumentKind::KeySet))
    }

    /// The command to run again, without what may be secret.
    fn again(&self) -> String {
        let mut words = vec!["countersign doctor".to_owned()];
        words.extend(self.paths.iter().map(|path| path.display().to_string()));
        for (name, path) in &self.env_file {
            words.push(format!("--env-file {name}={}", path.display()));
        }
        let files = [
            ("--request", &self.request),
            ("--response", &self.response),
            ("--jwks", &self.jwks),
            ("--users", &self.users),
        ];
        for (name, path) in files {
            words.extend(
                path.as_ref()
                    .map(|path| format!("{name} {}", path.display())),
            );
        }
        for path in &self.log {
            words.push(format!("--log {}", path.display()));
        }
        words.extend(self.token.as_ref().map(|_| "--token \"$TOKEN\"".to_owned()));
        let url = self.database_url.as_ref();
        words.extend(url.map(|_| "--database-url \"$DATABASE_URL\"".to_owned()));
        words.extend(self.probes.words());
        words.join(" ")
    }
}

/// Files are read; what lies behind an address is fetched by whoever may.
fn not_an_address(path: &Path) -> Result<&Path, Failure> {
    let text = path.to_string_lossy();
    if is_address(path) {
        return Err(Failure::usage(
            format!("{text} is an address, and the doctor reads files"),
            format!("save it first: curl -sS -o saved.json {text}"),
        ));
    }
    Ok(path)
}

fn is_address(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
}

fn named_file(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text
        .split_once('=')
        .filter(|(name, file)| !name.is_empty() && !file.is_empty())
        .ok_or("write it as NAME=FILE, such as backend=api/.env")?;
    Ok((name.to_owned(), PathBuf::from(file)))
}
