//! One setting with two values: which one counts is said, for somebody believes in the other.

use countersign_diagnose::Report;
use countersign_verify::{Cause, Fingerprint, Setting, Source, Variables};

use super::inputs::Inputs;
use super::names::{self, Name, Visibility};

/// Warnings about names that have different values in one file, and about secrets of a file that
/// the process environment or the command line overrules. That one file overrules another is what
/// `.env.local` is for.
pub(super) fn warnings(inputs: &Inputs, variables: &Variables) -> Vec<Report> {
    let mut found = Vec::new();
    for name in names::ALL {
        let [first, others @ ..] = variables.all(name.name) else {
            continue;
        };
        for other in others.iter().filter(|other| other.value != first.value) {
            if same_file(&first.source, &other.source) {
                found.push(duplicated(inputs, name, first, other));
            } else if overruled(name, first, other) {
                found.push(shadowed(inputs, name, first, other));
            }
        }
    }
    found
}

fn same_file(a: &Source, b: &Source) -> bool {
    match (a, b) {
        (Source::EnvFile { path: a, .. }, Source::EnvFile { path: b, .. }) => a == b,
        _ => false,
    }
}

fn overruled(name: &Name, first: &Setting, other: &Setting) -> bool {
    name.visibility == Visibility::Secret
        && matches!(first.source, Source::CommandLine | Source::Process)
        && matches!(other.source, Source::EnvFile { .. })
        && !first.value.trim().is_empty()
}

fn duplicated(inputs: &Inputs, name: &Name, counts: &Setting, other: &Setting) -> Report {
    let name = name.name;
    let message = format!(
        "{name} is set at {} and, with another value, at {}, which counts",
        other.source, counts.source
    );
    let place = inputs.place(&other.source, name, "does not count here");
    Report::warning(Cause::EnvKeyDuplicated, message)
        .at(place)
        .fix("Delete one of the two lines: other loaders take the first.")
}

fn shadowed(inputs: &Inputs, name: &Name, counts: &Setting, other: &Setting) -> Report {
    let name = name.name;
    let message = format!(
        "{name} of {} does not count: {} has another value ({})",
        other.source,
        counts.source,
        Fingerprint::of(counts.value.as_bytes())
    );
    let place = inputs.place(&other.source, name, "does not count");
    Report::warning(Cause::EnvFileShadowed, message)
        .at(place)
        .fix(format!(
            "Remove the line, or `unset {name}` before the start."
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{EnvFile, TextFile};
    use countersign_diagnose::Style;

    const FILE: &str = "JWT_SECRET=one-secret\nLISTEN=127.0.0.1:1\nJWT_SECRET=two-secret\n";

    fn found(process: &[(&str, &str)], entries: &[(&str, &str, usize)]) -> Vec<String> {
        let inputs = Inputs {
            env_files: vec![EnvFile {
                depth: 0,
                name: ".env".into(),
                file: TextFile::new(".env", FILE),
            }],
            ..Inputs::default()
        };
        let mut variables = Variables::default();
        let pair = |(name, value): &(&str, &str)| {
            ((*name).to_owned(), Setting::new(*value, Source::Process))
        };
        variables.insert_layer(process.iter().map(pair));
        variables.insert_layer(entries.iter().map(|(name, value, line)| {
            let source = Source::EnvFile {
                path: ".env".into(),
                line: *line,
            };
            ((*name).to_owned(), Setting::new(*value, source))
        }));
        warnings(&inputs, &variables)
            .iter()
            .map(|report| report.human(Style::Plain, 100))
            .collect()
    }

    #[test]
    fn a_name_with_two_values_in_one_file_is_pointed_out_at_the_line_that_does_not_count() {
        let found = found(
            &[],
            &[
                ("JWT_SECRET", "one-secret", 1),
                ("JWT_SECRET", "two-secret", 3),
            ],
        );
        let [text] = &found[..] else {
            panic!("{found:?}")
        };
        assert!(
            text.starts_with("warning[CSN8006]: JWT_SECRET is set at .env:1"),
            "{text}"
        );
        assert!(
            text.contains("--> .env:1") && !text.contains("one-secret"),
            "{text}"
        );
    }

    #[test]
    fn the_same_value_twice_is_no_contradiction() {
        let twice = [
            ("JWT_SECRET", "one-secret", 1),
            ("JWT_SECRET", "one-secret", 3),
        ];
        assert_eq!(found(&[("JWT_SECRET", "one-secret")], &twice), [""; 0]);
    }

    #[test]
    fn a_secret_of_the_process_that_overrules_a_file_is_said_and_other_settings_are_not() {
        let of_file = [
            ("JWT_SECRET", "one-secret", 1),
            ("LISTEN", "127.0.0.1:1", 2),
        ];
        let found = found(
            &[("JWT_SECRET", "of the shell"), ("LISTEN", "127.0.0.1:2")],
            &of_file,
        );
        let [text] = &found[..] else {
            panic!("{found:?}")
        };
        assert!(
            text.starts_with("warning[CSN8005]: JWT_SECRET of .env:1 does not count"),
            "{text}"
        );
        assert!(
            !text.contains("of the shell") && !text.contains("one-secret"),
            "{text}"
        );
    }

    #[test]
    fn an_empty_value_of_the_process_overrules_nothing() {
        assert_eq!(
            found(&[("JWT_SECRET", " ")], &[("JWT_SECRET", "one-secret", 1)]),
            [""; 0]
        );
    }
}
