//! The doctor over the projects of `cases/projects`: healthy ones are silent, and what is broken in a
//! copy is named first.
//!
//! One file is one project: `=== PATH` begins a file of it, `=== PATH tracked` one that git keeps. `*** SLUG` begins a
//! variant, whose files stand in for those of the project and whose first finding is that cause; `SLUG+SLUG` wants both
//! told, the first one on top. Words behind the slug tell variants apart. `PROJECT=part-of-name` shows what is found.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "one project with its reports by request"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use countersign_diagnose::{Document, DocumentKind, Evidence, Severity, Style, diagnose};

type Files = BTreeMap<String, String>;

/// A project, and its variants by their titles.
struct Project {
    files: Files,
    variants: Vec<(String, Files)>,
}

fn read(text: &str) -> Project {
    let mut project = Project {
        files: Files::new(),
        variants: Vec::new(),
    };
    let mut name = String::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("*** ") {
            project.variants.push((title.to_owned(), Files::new()));
            continue;
        }
        let files = match project.variants.last_mut() {
            Some((_, files)) => files,
            None => &mut project.files,
        };
        if let Some(path) = line.strip_prefix("=== ") {
            path.clone_into(&mut name);
            files.insert(name.clone(), String::new());
        } else {
            let text = files.get_mut(&name).expect("text before the first file");
            text.push_str(line);
            text.push('\n');
        }
    }
    project
}

/// What the doctor finds: the slugs, those of warnings with a `?`.
fn found(project: &Files, variant: &Files) -> Vec<String> {
    let mut files = project.clone();
    let named = |name: &str| name.trim_end_matches(" tracked").to_owned();
    files.retain(|name, _| variant.keys().all(|other| named(other) != named(name)));
    files.extend(variant.clone());
    let documents = files
        .into_iter()
        .map(|(name, text)| match name.strip_suffix(" tracked") {
            Some(name) => Document::new(name, text).of_git(),
            None => Document::new(name, text),
        });
    let known = documents.filter(|one| DocumentKind::of(one) != DocumentKind::Unknown);
    let diagnosis = diagnose(&Evidence::read(known.collect()));
    if std::env::var("PROJECT").is_ok() {
        println!("{}", diagnosis.human(Style::Plain, 100));
    }
    let shown = diagnosis.findings.iter().map(|one| {
        let doubt = if one.severity() == Severity::Error {
            ""
        } else {
            "?"
        };
        format!("{}{doubt}", one.cause().slug())
    });
    shown.collect()
}

#[test]
fn what_is_broken_is_named_first_and_what_is_healthy_is_silent() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/projects");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("cases/projects") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        if std::env::var("PROJECT").is_ok_and(|part| !name.contains(&part)) {
            continue;
        }
        let project = read(&fs::read_to_string(&path).expect("a text"));
        seen += 1;
        let healthy = found(&project.files, &Files::new());
        if !healthy.is_empty() {
            wrong.push(format!("{name}: healthy, found {healthy:?}"));
        }
        for (title, files) in &project.variants {
            seen += 1;
            let wanted: Vec<&str> = title.split(' ').flat_map(|word| word.split('+')).collect();
            let wanted = &wanted[..=title
                .split(' ')
                .next()
                .unwrap_or_default()
                .matches('+')
                .count()];
            let found = found(&project.files, files);
            let slugs: Vec<&str> = found
                .iter()
                .map(|slug| slug.trim_end_matches('?'))
                .collect();
            let told =
                slugs.first() == wanted.first() && wanted.iter().all(|one| slugs.contains(one));
            if !told {
                wrong.push(format!("{name}: {title}, found {found:?}"));
            }
        }
    }
    let all = std::env::var("PROJECT").is_err();
    assert!(!all || seen > 30, "{seen} projects and variants");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
