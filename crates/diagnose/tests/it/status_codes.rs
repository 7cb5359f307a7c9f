//! docs/status-codes.md says what the table of causes says.

use countersign_verify::{Cause, Disclosure};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_status_is_explained_and_no_other() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/status-codes.md");
    let text = fs::read_to_string(file).unwrap();
    let explained: BTreeSet<u16> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split('|').next())
        .flat_map(|cell| cell.split([' ', ',']).filter_map(|word| word.parse().ok()))
        .collect();
    let told: BTreeSet<u16> = Cause::ALL
        .iter()
        // Sign-in with providers comes with a later version.
        .filter(|cause| !cause.slug().starts_with("oauth-"))
        .map(|cause| cause.told().status())
        .collect();
    assert_eq!(explained, told);
}

#[test]
fn every_slug_in_it_is_one_of_the_table_and_has_the_tier_it_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/status-codes.md");
    let text = fs::read_to_string(file).unwrap();
    let tiers = [
        ("| public |", Disclosure::Public),
        ("| generic, 401 |", Disclosure::CredentialsInvalid),
        ("| generic, 503 |", Disclosure::Unavailable),
    ];
    for (start, disclosure) in tiers {
        let row = text.lines().find(|line| line.starts_with(start)).unwrap();
        let examples = row.trim_end_matches(" |").rsplit('|').next().unwrap();
        let slugs: Vec<&str> = examples.split('`').skip(1).step_by(2).collect();
        assert!(slugs.len() >= 3, "{row}");
        for slug in slugs {
            let cause = Cause::find(slug).unwrap_or_else(|| panic!("{slug}"));
            assert_eq!(cause.disclosure(), disclosure, "{slug}");
        }
    }
}
