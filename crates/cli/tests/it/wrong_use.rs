//! Wrong use: exit 2, on stderr, with the nearest right word.

use crate::support::{Countersign, folder};

#[test]
fn wrong_words_are_answered_with_the_nearest_right_ones() {
    let folder = folder();
    let cases: &[(&[&str], &str)] = &[
        (&["explian", "CSN4001"], "explain"),
        (&["explain", "--al"], "--all"),
        (&["explain", "CSN4001", "--format", "jsn"], "json"),
        (&["completions", "bsh"], "bash"),
        (&["explain"], "CODE|SLUG"),
        (&[], "Usage"),
    ];
    for (arguments, nearest) in cases {
        let said = Countersign::new(folder.path(), *arguments).run().wrong();
        assert!(said.contains(nearest), "{arguments:?}: {said}");
    }
}

#[test]
fn help_and_version_are_data() {
    let folder = folder();
    let help = Countersign::new(folder.path(), ["--help"]).run().good();
    assert!(help.contains("countersign serve"), "{help}");
    assert!(!help.contains('\x1b'), "{help:?}");
    let version = Countersign::new(folder.path(), ["--version"]).run().good();
    assert_eq!(
        version,
        format!("countersign {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn every_shell_gets_its_completions() {
    let folder = folder();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Countersign::new(folder.path(), ["completions", shell])
            .run()
            .good();
        assert!(script.contains("explain"), "{shell}");
    }
}
