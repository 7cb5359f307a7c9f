//! Env files that their loaders cannot read: the line, and what is wrong with it.

use super::{Outcome, Situation};
use crate::evidence::service::EnvFile;
use crate::evidence::{Spot, Symptom};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;
use std::sync::Arc;

/// What is wrong with a line.
struct Fault {
    /// The line, from 1.
    line: usize,
    /// In words.
    what: &'static str,
    /// What to do about it.
    fix: &'static str,
    /// Whether every loader stumbles over it, and not this one alone.
    for_all: bool,
}

impl Situation<'_> {
    /// Lines of env files that are no settings, and quotes that are never closed.
    pub(crate) fn unreadable_env_files(&self) -> Vec<Finding> {
        let seen = self.sighting(Symptom::EnvFileUnreadable);
        let files = self.evidence.services.iter().flat_map(|one| &one.files);
        let mut found: Vec<Finding> = Vec::new();
        for file in files {
            let Some(fault) = fault_of(file) else {
                continue;
            };
            let strength = match (seen, self.outcome()) {
                (Some(_), _) => Strength::Proved,
                (None, Outcome::Bad) if fault.for_all || file.is_known() => Strength::Likely,
                _ => Strength::Risk,
            };
            let source: Arc<str> = Arc::from(file.source.as_str());
            let text = file.text.lines().nth(fault.line - 1).unwrap_or_default();
            let message = format!("line {} of {} {}", fault.line, file.source, fault.what);
            let mut finding = Finding::new(Cause::EnvFileMalformed, strength, message)
                .weight(0.7)
                .at(Spot::line(&source, fault.line, shown(text)), "here")
                .fix(fault.fix)
                .stands_alone(fault.for_all)
                .explains(CONSEQUENCES);
            if let Some(seen) = seen {
                finding = finding.at(seen.spot.clone(), "said here");
            }
            found.push(finding);
        }
        if let Some(seen) = seen.filter(|_| found.is_empty()) {
            let message = "a loader cannot read a line of the env file";
            found.push(
                Finding::new(Cause::EnvFileMalformed, Strength::Likely, message)
                    .at(seen.spot.clone(), "said here")
                    .explains(CONSEQUENCES),
            );
        }
        found
    }
}

/// What a file that was not read, or not to its end, leads to.
const CONSEQUENCES: &[Cause] = &[
    Cause::SecretMissing,
    Cause::SyncSecretMissing,
    Cause::SecretMismatch,
    Cause::SecretTooShort,
    Cause::EnvFileNotLoaded,
    Cause::EnvVarNameMismatch,
    Cause::EnvironmentUnset,
];

/// The first fault of a file.
fn fault_of(file: &EnvFile) -> Option<Fault> {
    structural(&file.text).or_else(|| {
        let marked = |name: &str| name.starts_with('\u{feff}');
        if file.lines.iter().any(|line| marked(&line.name)) {
            return Some(Fault {
                line: 1,
                what: "begins with a byte order mark, which its loader takes for a part of the first name",
                fix: "Save the file as UTF-8 without a byte order mark.",
                for_all: false,
            });
        }
        Some(Fault {
            line: file.refused_at?,
            what: "is no setting that its loader can read",
            fix: "Write it as `NAME=value`: no blanks around the name or the `=`, no `-` or `.` in the name, the value in quotes where it has blanks or several lines.",
            for_all: false,
        })
    })
}

/// What every loader stumbles over.
fn structural(text: &str) -> Option<Fault> {
    let line_with = |wanted: &dyn Fn(&str) -> bool| {
        let found = text.lines().position(wanted);
        found.map(|at| at + 1)
    };
    let marks = ["<<<<<<< ", "=======", ">>>>>>> "];
    let merged = line_with(&|line| marks.iter().any(|mark| line.starts_with(mark)));
    let wide = line_with(&|line| line.contains('\0'));
    let faults = [
        (
            merged,
            "is a mark that a merge left",
            "Decide for one side of the merge, and delete the marks.",
        ),
        (
            unclosed(text),
            "opens a quote that is never closed",
            "Close the quote at the end of the value.",
        ),
        (
            wide,
            "is in UTF-16, as PowerShell writes it, and loaders read UTF-8",
            "Save the file as UTF-8, without a byte order mark.",
        ),
        (
            line_with(&is_command),
            "is a command of a shell, not a setting",
            "Keep `NAME=value` lines alone in the file.",
        ),
    ];
    faults.into_iter().find_map(|(line, what, fix)| {
        Some(Fault {
            line: line?,
            what,
            fix,
            for_all: true,
        })
    })
}

/// A line that somebody meant to type into a terminal.
fn is_command(line: &str) -> bool {
    let starts = [
        "cat <<", "cat > ", "echo ", "source ", "EOF", "if [", "fi", "#!/", "$ ", "sudo ",
        "docker ", "npm ", "openssl ",
    ];
    let line = line.trim();
    let script = line.starts_with("#!");
    (script || !line.starts_with('#'))
        && starts
            .iter()
            .any(|start| line == start.trim_end() || start.len() > 3 && line.starts_with(start))
}

/// The line whose value opens a quote that nothing closes before the next setting.
fn unclosed(text: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let start = at;
        at += 1;
        let Some(value) = setting(line).map(str::trim_start) else {
            continue;
        };
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let mut rest = value.get(1..).unwrap_or_default();
        while !closes(rest, quote) {
            match lines.get(at) {
                Some(next) if setting(next).is_none() => rest = next,
                _ => return Some(start + 1),
            }
            at += 1;
        }
    }
    None
}

/// What stands behind the `=` of a line that begins as a setting does.
fn setting(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end();
    let good = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    // The padding of base64 is no setting.
    (good && !value.is_empty() && !value.starts_with('=')).then_some(value)
}

fn closes(text: &str, quote: char) -> bool {
    let mut escaped = false;
    text.chars().any(|c| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

/// A line as it may be shown: its name, or what it is if it has none.
fn shown(line: &str) -> String {
    let line = line.trim_matches(['\u{feff}', ' ']);
    if is_command(line) || line.starts_with("<<<<") || line.starts_with(">>>>") {
        return crate::evidence::without_secrets(line.split('=').next().unwrap_or(line));
    }
    match line.split_once('=') {
        Some((name, _)) if name.len() < 60 => format!("{name}=…"),
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_is_never_closed_is_found_and_values_of_several_lines_are_not() {
        assert_eq!(unclosed("A=1\nSECRET=\"abc\nPORT=3\n"), Some(2));
        assert_eq!(
            unclosed("KEY=\"-----BEGIN\nMIIB\nQUI=\n-----END\"\nPORT=3\n"),
            None
        );
        assert_eq!(unclosed("A='it is' # fine\nB=don't\n"), None);
        assert_eq!(unclosed("A=\"an \\\" inside\"\n"), None);
    }

    #[test]
    fn commands_are_no_settings() {
        for (line, is) in [
            ("cat << EOF > .env", true),
            ("EOF", true),
            ("EOFFICE=1", false),
            ("# echo x", false),
            ("ECHO=1", false),
        ] {
            assert_eq!(is_command(line), is, "{line}");
        }
    }

    #[test]
    fn nothing_of_a_value_is_shown() {
        assert_eq!(shown("SECRET=\"abc"), "SECRET=…");
        assert_eq!(shown("MIIBVwIBADANBgkq"), "…");
    }
}
