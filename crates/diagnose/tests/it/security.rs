//! docs/security.md names what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text() -> String {
    fs::read_to_string(root().join("docs/security.md")).expect("docs/security.md")
}

/// The rows of the table of requirements: id, level, requirement, state, where.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let rows = text.lines().filter(|line| line.starts_with("| V"));
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// How many requirements each section of ASVS 5.0.0 has in the chapters of the table.
const SECTIONS: [(&str, usize); 35] = [
    ("V3.1", 1),
    ("V3.2", 3),
    ("V3.3", 5),
    ("V3.4", 8),
    ("V3.5", 8),
    ("V3.6", 1),
    ("V3.7", 5),
    ("V6.1", 3),
    ("V6.2", 12),
    ("V6.3", 8),
    ("V6.4", 6),
    ("V6.5", 8),
    ("V6.6", 4),
    ("V6.7", 2),
    ("V6.8", 4),
    ("V7.1", 3),
    ("V7.2", 4),
    ("V7.3", 2),
    ("V7.4", 5),
    ("V7.5", 3),
    ("V7.6", 2),
    ("V9.1", 3),
    ("V9.2", 4),
    ("V11.1", 4),
    ("V11.2", 5),
    ("V11.3", 5),
    ("V11.4", 4),
    ("V11.5", 2),
    ("V11.6", 2),
    ("V11.7", 2),
    ("V16.1", 1),
    ("V16.2", 5),
    ("V16.3", 4),
    ("V16.4", 3),
    ("V16.5", 4),
];

#[test]
fn no_requirement_is_left_out() {
    let text = text();
    let ids: BTreeSet<&str> = rows(&text).iter().map(|row| row[0]).collect();
    assert_eq!(ids.len(), rows(&text).len(), "a requirement stands twice");
    for (section, count) in SECTIONS {
        for number in 1..=count {
            let id = format!("{section}.{number}");
            // V11.7.1, full encryption of memory, is a property of the host.
            assert!(ids.contains(id.as_str()) || id == "V11.7.1", "{id}");
        }
    }
    let total: usize = SECTIONS.iter().map(|(_, count)| count).sum();
    assert_eq!(ids.len(), total - 1);
}

#[test]
fn every_state_is_one_of_five_and_is_explained() {
    for row in rows(&text()) {
        let [id, level, requirement, state, place] = row[..] else {
            panic!("{row:?}");
        };
        assert!(["1", "2", "3"].contains(&level), "{id}");
        assert!(
            ["met", "partly", "later", "deployer", "n/a"].contains(&state),
            "{id}: {state}"
        );
        assert!(!requirement.is_empty() && !place.is_empty(), "{id}");
    }
}

#[test]
fn the_summary_counts_the_rows() {
    let text = text();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in rows(&text) {
        *counts
            .entry((row[1].to_owned(), row[3].to_owned()))
            .or_default() += 1;
    }
    let (_, after) = text.split_once("| level | met |").expect("a summary");
    for line in after.lines().skip(2).take(3) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        for (state, cell) in ["met", "partly", "later", "deployer", "n/a"]
            .iter()
            .zip(&cells[1..])
        {
            let key = (cells[0].to_owned(), (*state).to_owned());
            let counted = counts.get(&key).copied().unwrap_or_default();
            assert_eq!(cell.parse(), Ok(counted), "level {}, {state}", cells[0]);
        }
    }
}

#[test]
fn every_file_that_is_named_exists() {
    let text = text();
    let named: BTreeSet<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| code.starts_with("crates/") || *code == "deny.toml")
        .collect();
    assert!(named.len() > 30);
    for file in named {
        assert!(root().join(file).exists(), "docs/security.md names {file}");
    }
}

#[test]
fn every_anchor_leads_to_a_heading() {
    let text = text();
    let anchor = |heading: &str| -> String {
        let kept = heading.to_lowercase();
        let kept = kept
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
        kept.collect::<String>().replace(' ', "-")
    };
    let headings: BTreeSet<String> = text
        .lines()
        .filter_map(|line| {
            Some(anchor(
                line.strip_prefix('#')?.trim_start_matches('#').trim(),
            ))
        })
        .collect();
    for link in text.split("](#").skip(1) {
        let target = link.split(')').next().unwrap_or_default();
        assert!(headings.contains(target), "#{target}");
    }
}
