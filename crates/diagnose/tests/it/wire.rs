//! Failures on the wire: what the doctor says of exchanges, with and without messages.

mod cookies;
mod cors;
mod csrf;
mod headers;
mod sign_in;
mod strange;
mod threads;

use countersign_diagnose::{Document, Evidence, diagnose};

/// The slugs of the errors, the first cause first, of files given as name and text.
fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let documents = files.iter().map(|(name, text)| Document::new(*name, *text));
    let json = diagnose(&Evidence::read(documents.collect())).json(0);
    let findings = json["findings"].as_array().expect("an array").iter();
    findings
        .filter(|finding| finding["severity"] == "error" && finding["root"] == true)
        .map(|finding| finding["slug"].as_str().expect("a slug").to_owned())
        .collect()
}

/// A set-up: its name, the first error that is expected (none if it is healthy), its files.
type SetUp<'a> = (&'a str, Option<&'a str>, &'a [(&'a str, &'a str)]);

/// Checks a table of set-ups.
fn check(table: &[SetUp<'_>]) {
    let mut wrong = Vec::new();
    for (name, expected, files) in table {
        let found = errors(files);
        let good = match expected {
            Some(slug) => found.first().is_some_and(|first| first == slug),
            None => found.is_empty(),
        };
        if !good {
            wrong.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
