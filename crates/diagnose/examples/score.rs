//! The doctor's score on the case folders: `bench/diagnosis [FOLDER]`, a table in Markdown.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads the clock, prints its table, and stops at what it cannot read"
)]

use countersign_diagnose::{Document, Evidence, diagnose};
use countersign_testkit::case_folder::{CaseFolder, Tells};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// One case with what became of it.
struct Run {
    case: CaseFolder,
    verdict: Result<(), String>,
    first_is_right: bool,
    quiet_is_clean: bool,
    took: Duration,
}

fn main() {
    let otherwise = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases");
    let root = std::env::args().nth(1).unwrap_or_else(|| otherwise.into());
    let runs: Vec<Run> = CaseFolder::below(&PathBuf::from(root))
        .into_iter()
        .map(run)
        .collect();
    let healthy = |run: &&Run| run.case.causes().is_empty();
    let broken = |run: &&Run| !run.case.causes().is_empty();
    let silent = |run: &&Run| broken(run) && run.case.tells() == Tells::Nothing;
    let compound = |run: &&Run| run.case.causes().len() > 1;
    println!("| measured | result | goal |\n|---|---:|---:|");
    row(&runs, "first finding right", "90 %", broken, |run| {
        run.first_is_right
    });
    let title = "first finding right where the message tells nothing";
    row(&runs, title, "85 %", silent, |run| run.first_is_right);
    row(&runs, "healthy set-ups clean", "100 %", healthy, |run| {
        run.verdict.is_ok()
    });
    let title = "healthy set-ups clean without answers and logs";
    row(&runs, title, "100 %", healthy, |run| run.quiet_is_clean);
    row(&runs, "both causes of two told", "80 %", compound, |run| {
        run.verdict.is_ok()
    });
    times(&runs);
    messages(&runs);
    println!();
    for run in &runs {
        if let Err(why) = &run.verdict {
            println!("- `{}`: {why}", run.case.name);
        }
    }
}

/// How long the cases took.
fn times(runs: &[Run]) {
    let mut times: Vec<Duration> = runs.iter().map(|run| run.took).collect();
    times.sort();
    let at = |percent: usize| {
        times
            .get(times.len() * percent / 100)
            .copied()
            .unwrap_or_default()
    };
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "| time of a case, median | {:.2} ms | 100 ms |",
        milliseconds(at(50))
    );
    println!(
        "| time of a case, 99th percentile | {:.2} ms | |",
        milliseconds(at(99))
    );
}

/// What a reader of the message alone would know, beside what the doctor says.
fn messages(runs: &[Run]) {
    println!(
        "\n| what the plain message tells | cases | the doctor's first finding is right |\n|---|---:|---:|"
    );
    for (tells, title) in [
        (Tells::Cause, "the cause"),
        (Tells::Symptom, "a symptom of it"),
        (Tells::Nothing, "nothing"),
    ] {
        let all: Vec<&Run> = runs
            .iter()
            .filter(|run| !run.case.causes().is_empty())
            .filter(|run| run.case.tells() == tells)
            .collect();
        let right = all.iter().filter(|run| run.first_is_right).count();
        println!("| {title} | {} | {right} |", all.len());
    }
}

fn row(
    runs: &[Run],
    title: &str,
    goal: &str,
    which: impl Fn(&&Run) -> bool,
    good: impl Fn(&Run) -> bool,
) {
    let all: Vec<&Run> = runs.iter().filter(|run| which(run)).collect();
    let right = all.iter().filter(|run| good(run)).count();
    let percent = (right * 1000 / all.len().max(1)).to_string();
    let (whole, tenth) = percent.split_at(percent.len().saturating_sub(1));
    let whole = if whole.is_empty() { "0" } else { whole };
    println!(
        "| {title} | {right} of {} ({whole}.{tenth} %) | {goal} |",
        all.len()
    );
}

fn run(case: CaseFolder) -> Run {
    let start = Instant::now();
    let json = diagnosis(&case);
    let took = start.elapsed();
    let quiet = diagnosis(&case.clone().without_answers());
    Run {
        verdict: case.judge(&json),
        first_is_right: case.first_is_right(&json),
        quiet_is_clean: case.first_is_right(&quiet),
        took,
        case,
    }
}

fn diagnosis(case: &CaseFolder) -> serde_json::Value {
    let documents = case.documents().into_iter();
    let documents = documents.map(|(name, text)| Document::new(name, text));
    diagnose(&Evidence::read(documents.collect())).json(0)
}
