use super::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the real packages made of odd files, with their versions.
const SEEN: &str = include_str!("../../../tests/data/env-loaders.json");

fn outer(name: &str) -> Option<String> {
    (name == "OUTER").then(|| "outer".to_owned())
}

/// Names and values as a program finds them, and `!` where the loader gave up behind them.
fn found(loader: Loader, text: &str) -> BTreeMap<String, String> {
    let reading = loader.read(text, &outer);
    let mut found = BTreeMap::new();
    for set in &reading.assignments {
        let lost = loader.first_counts() && found.contains_key(&set.name);
        if !lost && !set.name.is_empty() {
            found.insert(set.name.clone(), set.value.to_string());
        }
    }
    if loader == Loader::Dotenvy && reading.refused_at.is_some() {
        found.insert("!".to_owned(), "error".to_owned());
    }
    if let Some(set) = found.get_mut("OUTER").filter(|_| loader == Loader::NextEnv) {
        "outer".clone_into(set);
    }
    // What is set outside already counts there, and the file is not asked.
    if loader == Loader::Vite || loader == Loader::DjangoEnviron {
        found.remove("OUTER");
    }
    found
}

fn differences(loader: Loader) -> (usize, Vec<String>) {
    let seen: Value = serde_json::from_str(SEEN).unwrap();
    let mut count = 0;
    let mut different = Vec::new();
    for row in seen["rows"].as_array().unwrap() {
        let text = row["text"].as_str().unwrap();
        let group = row["readings"].as_array().unwrap().iter().find(|group| {
            let names = group[0].as_array().unwrap();
            names.iter().any(|name| name == loader.name())
        });
        let Some(group) = group else { continue };
        count += 1;
        let agrees = if group[1].is_null() {
            loader.read(text, &outer).refused_at.is_some()
        } else {
            let wanted: BTreeMap<String, String> =
                serde_json::from_value(group[1].clone()).unwrap();
            wanted == found(loader, text)
        };
        if !agrees {
            different.push(format!(
                "{text:?}: {} is what it makes of it, not {:?}",
                group[1],
                found(loader, text)
            ));
        }
    }
    (count, different)
}

#[test]
fn every_reader_reads_as_the_real_package() {
    let mut all = Vec::new();
    for loader in Loader::ALL {
        let (count, different) = differences(loader);
        assert!(
            count > 80 || loader == Loader::DotenvExpand,
            "{}: {count}",
            loader.name()
        );
        all.extend(
            different
                .iter()
                .map(|line| format!("{}: {line}", loader.name())),
        );
    }
    assert!(all.is_empty(), "{} differ\n{}", all.len(), all.join("\n"));
}
