//! The doctor on every case folder of the project: the first finding is the root cause.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that shows its table, and one case of it by request"
)]

use countersign_diagnose::{Diagnosis, Document, Evidence, diagnose};
use std::fs;
use std::path::{Path, PathBuf};

/// How many are right; raised as rules are written, never lowered.
const RIGHT: usize = 80;

/// The folders that hold a `case.toml`, in the order of their names.
fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(folder) = open.pop() {
        if folder.join("case.toml").exists() {
            found.push(folder);
            continue;
        }
        let inside = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        open.extend(inside.filter(|path| path.is_dir()));
    }
    found.sort();
    found
}

/// The documents of a case, with nothing of `case.toml` but the time and the products.
fn documents(folder: &Path, answer: &toml::Table) -> Vec<Document> {
    let mut names: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    let others = names
        .iter()
        .filter(|path| path.file_name().unwrap() != "case.toml");
    let mut documents: Vec<Document> = others
        .map(|path| {
            Document::new(
                path.file_name().unwrap().to_str().unwrap(),
                fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    let mut question = toml::Table::new();
    for name in ["now", "stack"] {
        question.extend(
            answer
                .get(name)
                .map(|value| (name.to_owned(), value.clone())),
        );
    }
    documents.push(Document::new("case.toml", question.to_string()));
    documents
}

fn texts<'a>(table: &'a toml::Table, name: &str) -> Vec<&'a str> {
    let array = table.get(name).and_then(toml::Value::as_array);
    array
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .collect()
}

/// Whether the diagnosis gives what `case.toml` expects; otherwise what it gave.
fn judge(diagnosis: &Diagnosis, answer: &toml::Table) -> Result<(), String> {
    let json = diagnosis.json(0);
    let findings = json["findings"].as_array().unwrap();
    let errors: Vec<&str> = findings
        .iter()
        .filter(|f| f["severity"] == "error")
        .map(|f| f["slug"].as_str().unwrap())
        .collect();
    let roots = texts(answer, "root_causes");
    let good = match roots.split_first() {
        None => errors.is_empty(),
        Some((_, others)) => {
            let root = answer["root_cause"].as_str().unwrap();
            let first = errors
                .first()
                .is_some_and(|first| *first == root || texts(answer, "accept").contains(first));
            first && others.iter().all(|other| errors.contains(other))
        }
    };
    if good {
        Ok(())
    } else {
        Err(format!("expected {roots:?}, found {errors:?}"))
    }
}

/// `cargo test -p countersign-diagnose --test it cases:: -- --nocapture` shows the table;
/// `CASE=part-of-a-name` one case with its report.
#[test]
fn the_first_finding_of_every_case_is_its_root_cause() {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in folders()
        .iter()
        .filter(|folder| folder.to_string_lossy().contains(&wanted))
    {
        let answer: toml::Table =
            toml::from_str(&fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap();
        let diagnosis = diagnose(&Evidence::read(documents(folder, &answer)));
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        count += 1;
        if !wanted.is_empty() {
            println!(
                "{name}\n{}",
                diagnosis.human(countersign_diagnose::Style::Plain, 100)
            );
        }
        if let Err(why) = judge(&diagnosis, &answer) {
            wrong.push(format!("{name}: {why}"));
        }
    }
    println!("{} of {count} right", count - wrong.len());
    assert!(
        count - wrong.len() >= RIGHT || !wanted.is_empty(),
        "{}",
        wrong.join("\n")
    );
    for line in wrong {
        println!("{line}");
    }
}
