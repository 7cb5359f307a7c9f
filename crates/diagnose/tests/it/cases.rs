//! The doctor on every case folder of the project: the first finding is the root cause.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that shows its table, and one case of it by request"
)]

use countersign_diagnose::{Diagnosis, Document, Evidence, diagnose};
use countersign_testkit::case_folder::CaseFolder;
use std::path::Path;

/// The cases that are not right yet, each with its reason. This list may only shrink.
const NOT_RIGHT: &[(&str, &str)] = &[];

pub fn cases() -> Vec<CaseFolder> {
    CaseFolder::below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases"))
}

pub fn diagnosis(case: &CaseFolder) -> Diagnosis {
    let documents = case.documents().into_iter();
    let documents = documents.map(|(name, text)| Document::new(name, text));
    diagnose(&Evidence::read(documents.collect()))
}

/// `cargo test -p countersign-diagnose --test it cases:: -- --nocapture` shows the table;
/// `CASE=part-of-its-path` one case with its report.
#[test]
fn the_first_finding_of_every_case_is_its_root_cause() {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let cases = cases();
    let mut wrong = Vec::new();
    let is_wanted = |case: &&CaseFolder| case.folder.to_string_lossy().contains(&wanted);
    for case in cases.iter().filter(is_wanted) {
        let diagnosis = diagnosis(case);
        if !wanted.is_empty() {
            let report = diagnosis.human(countersign_diagnose::Style::Plain, 100);
            println!("{}\n{report}", case.name);
        }
        if let Err(why) = case.judge(&diagnosis.json(0)) {
            wrong.push((case.name.as_str(), why));
        }
    }
    println!("{} of {} are wrong", wrong.len(), cases.len());
    for (name, why) in &wrong {
        println!("{name}: {why}");
    }
    let known = |name: &str| NOT_RIGHT.iter().any(|(known, _)| *known == name);
    let new: Vec<_> = wrong.iter().filter(|(name, _)| !known(name)).collect();
    assert!(
        new.is_empty() || !wanted.is_empty(),
        "not right any more: {new:#?}"
    );
}

/// `cargo test -p countersign-diagnose --test it cases:: -- --ignored` before the list is looked through.
#[test]
fn the_list_of_cases_that_are_not_right_names_no_right_one() {
    let cases = cases();
    let right: Vec<&str> = NOT_RIGHT
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| {
            let case = cases.iter().find(|case| case.name == *name);
            case.is_none_or(|case| case.judge(&diagnosis(case).json(0)).is_ok())
        })
        .collect();
    assert!(
        right.is_empty(),
        "right now, strike them from NOT_RIGHT: {right:?}"
    );
}

#[test]
fn healthy_set_ups_stay_clean_without_answers_and_logs() {
    let wrong: Vec<String> = cases()
        .into_iter()
        .filter(|case| case.causes().is_empty())
        .map(CaseFolder::without_answers)
        .filter_map(|case| {
            let why = case.judge(&diagnosis(&case).json(0)).err()?;
            Some(format!("{}: {why}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
