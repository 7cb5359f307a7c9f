//! docs/errors/ is what the catalogue says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors")
}

#[test]
fn the_pages_are_up_to_date() {
    let pages = countersign_diagnose::pages();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).unwrap();
        for (name, text) in &pages {
            fs::write(folder().join(name), text).unwrap();
        }
    }
    for (name, text) in &pages {
        let on_disk = fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(
            on_disk == *text,
            "docs/errors/{name} is not what the catalogue says; run UPDATE_DOCS=1 cargo test -p countersign-diagnose"
        );
    }
    let expected: BTreeSet<String> = pages.into_iter().map(|(name, _)| name).collect();
    let there: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, expected, "docs/errors/ has pages of no cause");
}
