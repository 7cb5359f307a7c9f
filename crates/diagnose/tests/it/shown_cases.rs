//! The cases of the pages: files of `cases/`, of which the doctor names the cause first.

use super::cases::{cases, diagnosis};
use countersign_diagnose::{Document, Evidence, diagnose, shown_case};
use countersign_testkit::case_folder::CaseFolder;
use countersign_verify::Cause;
use std::fs;
use std::path::{Path, PathBuf};

/// The longest case that is shown, in bytes: the pages are in the binary.
const LONGEST: usize = 6_000;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shown_cases.txt")
}

fn files(case: &CaseFolder) -> Vec<(String, String)> {
    let mut files = case.documents();
    files.sort();
    files
}

fn text_of(case: &CaseFolder, shown: Cause) -> String {
    let folder = case.folder.to_string_lossy();
    let folder = folder.rsplit("cases/").next().unwrap_or_default();
    let files = files(case).into_iter();
    let files = files.map(|(name, text)| format!("\n--- {name}\n{text}"));
    format!(
        "\n=== {} {folder}{}",
        shown.code(),
        files.collect::<Vec<_>>().concat()
    )
}

/// The smallest case of a cause that shows it: more than one file, and the doctor names the cause first.
fn smallest(all: &[CaseFolder], cause: Cause) -> Option<&CaseFolder> {
    let size = |case: &CaseFolder| {
        files(case)
            .iter()
            .map(|(_, text)| text.len())
            .sum::<usize>()
    };
    let mut of_cause: Vec<&CaseFolder> = all
        .iter()
        .filter(|case| {
            case.causes() == [cause.slug()] && files(case).len() > 2 && size(case) <= LONGEST
        })
        .filter(|case| {
            files(case)
                .iter()
                .all(|(_, text)| !text.contains("--- ") && !text.contains("=== "))
        })
        .collect();
    of_cause.sort_by_key(|case| (size(case), case.folder.clone()));
    of_cause.into_iter().find(|case| {
        let diagnosis = diagnosis(case);
        diagnosis
            .findings
            .first()
            .is_some_and(|first| first.cause() == cause)
    })
}

#[test]
fn every_page_shows_a_case_that_is_there_and_right() {
    let all = cases();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let shown = Cause::ALL
            .iter()
            .filter_map(|cause| Some(text_of(smallest(&all, *cause)?, *cause)));
        fs::write(path(), shown.collect::<Vec<_>>().concat() + "\n").unwrap();
        return;
    }
    let mut shown = 0;
    for cause in Cause::ALL {
        let Some(case) = shown_case(*cause) else {
            continue;
        };
        shown += 1;
        let folder = all.iter().find(|one| one.folder.ends_with(case.folder));
        let folder = folder.unwrap_or_else(|| {
            panic!(
                "cases/{} is not there; run UPDATE_DOCS=1 cargo test -p countersign-diagnose twice",
                case.folder
            )
        });
        let wanted = text_of(folder, *cause);
        let held = fs::read_to_string(path()).unwrap();
        assert!(
            held.contains(&wanted),
            "cases/{} has changed; run UPDATE_DOCS=1 cargo test -p countersign-diagnose twice",
            case.folder
        );
        let documents = case
            .files
            .iter()
            .map(|(name, text)| Document::new(*name, *text));
        let found = diagnose(&Evidence::read(documents.collect())).findings;
        assert_eq!(
            found.first().map(countersign_diagnose::Finding::cause),
            Some(*cause),
            "cases/{}: run UPDATE_DOCS=1 cargo test -p countersign-diagnose twice",
            case.folder
        );
    }
    assert!(shown > 120, "{shown} causes have a case");
}
