//! From inputs to settings: precedence, environments, and everything that is refused.

mod environments;
mod secrets;
mod sources;
mod values;

use std::path::PathBuf;

use countersign_diagnose::{Report, Style};
use countersign_server::settings::{EnvFile, Inputs, Settings, TextFile, resolve};

const STRONG: &str = "k9Vw3tQz7Rb1Xn5Lm8Pc2Hd6Jf4Gs0Ya-ZuEiOqTrWx";
const OTHER: &str = "p1Oi2Uy3Tr4Ew5Qa6Sd7Fg8Hj9Kl0Mn-BvCxZaLqWe";

/// Inputs of a process environment, files as (depth, name, text), and countersign.toml.
fn inputs(process: &[(&str, &str)], files: &[(usize, &str, &str)], config: &str) -> Inputs {
    let pairs = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let file = |(depth, name, text): &(usize, &str, &str)| EnvFile {
        depth: *depth,
        name: (*name).to_owned(),
        file: TextFile::new(format!("{}{name}", "../".repeat(*depth)), *text),
    };
    Inputs {
        command_line: Vec::new(),
        process: process.iter().map(pairs).collect(),
        env_files: files.iter().map(file).collect(),
        config: (!config.is_empty()).then(|| TextFile::new("countersign.toml", config)),
        working_directory: PathBuf::from("/srv/app"),
    }
}

fn good(inputs: &Inputs) -> Settings {
    resolve(inputs).map_err(told).expect("good settings")
}

fn told(problems: Vec<Report>) -> String {
    let all = problems
        .into_iter()
        .map(|problem| problem.human(Style::Plain, 100));
    all.collect::<Vec<_>>().join("\n")
}

fn refused(inputs: &Inputs) -> (Vec<&'static str>, String) {
    let problems = resolve(inputs).expect_err("refused");
    let slugs = problems
        .iter()
        .map(|problem| problem.cause().slug())
        .collect();
    (slugs, told(problems))
}

fn source_of(settings: &Settings, name: &str) -> String {
    let shown = settings.shown.iter().find(|shown| shown.name == name);
    shown.map_or_else(String::new, |shown| {
        format!("{} <- {}", shown.value, shown.source)
    })
}

/// Production as it should be.
fn production() -> Vec<(&'static str, &'static str)> {
    vec![
        ("ENVIRONMENT", "production"),
        ("PUBLIC_URL", "https://auth.example.com"),
        ("JWT_SECRET_PRODUCTION", STRONG),
        ("AUTH_SYNC_SECRET", OTHER),
        ("SMTP_URL", "smtps://u:p@mail.example.com"),
    ]
}
