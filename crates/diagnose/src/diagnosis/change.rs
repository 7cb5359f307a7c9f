//! Exact changes: the old line and the new one, to show without secrets or to write.

use crate::evidence::Evidence;
use crate::evidence::env_file::shown_value;
use crate::evidence::without_secrets;
use crate::finding::{Edit, Finding};
use std::fmt;
use zeroize::Zeroizing;

/// One line to write in place of another. `Debug` shows neither.
#[derive(Clone, Eq, PartialEq)]
pub struct Change {
    /// The file, by the name under which it was given.
    pub file: String,
    /// The line to replace, from 1.
    pub line: usize,
    /// The line as it is, where it is known. It may hold a secret.
    pub old: Option<Zeroizing<String>>,
    /// The line as it should be. It may hold a secret.
    pub new: Zeroizing<String>,
    /// Whether it can be written without asking: it loses no data and holds no guess.
    pub safe: bool,
}

impl Change {
    /// The changes of findings, each once, with the lines that they replace.
    pub(super) fn all(findings: &[Finding], evidence: &Evidence) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for edit in findings.iter().flat_map(|finding| &finding.edits) {
            let change = Self::of(edit, evidence);
            if !all.contains(&change) {
                all.push(change);
            }
        }
        all
    }

    fn of(edit: &Edit, evidence: &Evidence) -> Self {
        let file = evidence
            .services
            .iter()
            .flat_map(|service| &service.files)
            .find(|file| file.source == edit.file);
        let old = file.and_then(|file| file.text.lines().nth(edit.line.checked_sub(1)?));
        let safe = edit.safe && old.is_some_and(|old| loses_nothing(old, &edit.new));
        Self {
            file: edit.file.clone(),
            line: edit.line,
            old: old.map(|old| Zeroizing::new(old.to_owned())),
            new: Zeroizing::new(edit.new.clone()),
            safe,
        }
    }

    /// Whether it is this edit.
    pub(super) fn is_of(&self, edit: &Edit) -> bool {
        self.file == edit.file && self.line == edit.line && *self.new == edit.new
    }

    /// The line as it is, without secrets.
    #[must_use]
    pub fn old_shown(&self) -> Option<String> {
        self.old.as_ref().map(|old| shown(old))
    }

    /// The line as it should be, without secrets.
    #[must_use]
    pub fn new_shown(&self) -> String {
        shown(&self.new)
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({}:{})", self.file, self.line)
    }
}

/// Whether the new line keeps the name and the comment of the old one, and holds no fingerprint that
/// stands for a secret nobody may see.
fn loses_nothing(old: &str, new: &str) -> bool {
    let comment = old
        .find(" #")
        .is_none_or(|at| old.get(at..).is_some_and(|end| new.ends_with(end)));
    let shortened = |mark: &str| new.contains(mark) && !old.contains(mark);
    let name = |line: &str| line.split_once('=').map(|(name, _)| name.trim().to_owned());
    comment && !shortened("sha256:") && !shortened("…") && name(old) == name(new)
}

/// Whether a value is what is shown of a secret: it has no fingerprint of its own.
fn stands_for_a_secret(value: &str) -> bool {
    let is_digest = |digest: &str| digest.chars().all(|c| c.is_ascii_hexdigit());
    value == "…" || value.strip_prefix("sha256:").is_some_and(is_digest)
}

/// A line with a fingerprint in place of its secret.
fn shown(line: &str) -> String {
    let Some((head, value)) = line.split_once('=') else {
        return without_secrets(line);
    };
    let name = head.trim().trim_start_matches("export ").trim();
    let bare = value.trim();
    if stands_for_a_secret(bare) {
        return line.to_owned();
    }
    let of_name = shown_value(name, bare);
    if bare.is_empty() || of_name == bare {
        return without_secrets(line);
    }
    // Quotes and blanks are what such a change is mostly about, so they are kept.
    let quoted = |quote: char| {
        let inner = bare.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(format!("{quote}{}{quote}", shown_value(name, inner)))
    };
    let hidden = quoted('"').or_else(|| quoted('\'')).unwrap_or(of_name);
    format!("{head}={}", value.replacen(bare, &hidden, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Document;
    use crate::finding::Strength;
    use countersign_verify::Cause;

    fn change(text: &str, new: &str) -> Change {
        let evidence = Evidence::read(vec![Document::new("api.env", text)]);
        let edit = Edit {
            file: "api.env".to_owned(),
            line: 1,
            new: new.to_owned(),
            safe: true,
        };
        let finding = Finding::new(Cause::EnvQuotesLiteral, Strength::Proved, "quotes");
        Change::all(&[finding.edit(edit)], &evidence).remove(0)
    }

    #[test]
    fn a_secret_is_a_fingerprint_on_both_sides_and_its_quotes_stay() {
        let change = change(
            "JWT_SECRET=\"a-long-secret-of-mine-4711\"\n",
            "JWT_SECRET=a-long-secret-of-mine-4711",
        );
        let (old, new) = (change.old_shown().unwrap(), change.new_shown());
        assert!(old.starts_with("JWT_SECRET=\"sha256:"), "{old}");
        assert!(old.ends_with('"') && !old.contains("mine"), "{old}");
        assert_eq!(old.replace('"', ""), new);
        assert!(change.safe);
        assert!(!format!("{change:?}").contains("mine"));
    }

    #[test]
    fn what_stands_for_a_secret_is_shown_as_it_is() {
        for new in ["JWT_SECRET=…", "JWT_SECRET=sha256:6a1bae12"] {
            let change = change("JWT_SECRET=a-long-secret-of-mine-4711\n", new);
            assert_eq!(change.new_shown(), new);
            assert!(!change.safe);
        }
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        let change = change("CORS=https://a.example/\n", "CORS=https://a.example");
        assert_eq!(
            change.old_shown().as_deref(),
            Some("CORS=https://a.example/")
        );
        assert_eq!(change.new_shown(), "CORS=https://a.example");
    }

    #[test]
    fn a_change_that_would_lose_something_is_not_safe() {
        for (old, new) in [
            ("A=b/ # why it is so", "A=b"),
            ("JWT_SECRET=abc", "JWT_SECRET=sha256:0123abcd"),
            ("A=b", "B=b"),
            ("export A=b/", "A=b"),
        ] {
            assert!(!change(old, new).safe, "{old}");
        }
        assert!(change("A=b/ # why", "A=b # why").safe);
    }
}
