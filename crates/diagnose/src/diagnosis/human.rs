//! The diagnosis for people, in the shape of a compiler's messages.

use super::places;
use super::{Change, Check, CheckResult, Diagnosis};
use crate::finding::Finding;
use crate::report::{Severity, block, step_lines};
use crate::style::{Role, Style, printable};
use crate::wrap::{columns, wrapped};
use std::fmt::Write as _;

impl Diagnosis {
    /// The diagnosis for a terminal of `width` columns.
    #[must_use]
    pub fn human(&self, style: Style, width: usize) -> String {
        let mut out = String::new();
        let told = self
            .findings
            .iter()
            .filter(|finding| !self.is_below_another(finding));
        for finding in told {
            self.finding(&mut out, style, width, finding);
            out.push('\n');
        }
        self.notes(&mut out, style, width);
        self.summary(&mut out, style, width);
        out
    }

    /// Whether it is told in a line below the finding that it follows from.
    fn is_below_another(&self, finding: &Finding) -> bool {
        finding.caused_by.is_some_and(|by| {
            by != finding.cause
                && self
                    .findings
                    .iter()
                    .any(|above| above.cause == by && above.caused_by.is_none())
        })
    }

    fn finding(&self, out: &mut String, style: Style, width: usize, finding: &Finding) {
        header(out, style, width, finding);
        if !finding.clues.is_empty() {
            places::write(out, style, width, &finding.clues);
        }
        let indent = " ".repeat(places::gutter(&finding.clues) + 1);
        let texts = [
            ("why", finding.why_text()),
            ("note", finding.doubt(self.failed()).unwrap_or_default()),
            ("fix", finding.fix_text()),
        ];
        for (label, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            block(out, style, width, &indent, label, text);
        }
        for (at, step) in finding.steps().iter().enumerate() {
            let indent = format!("{indent}       ");
            step_lines(out, style, width, &indent, at + 1, step);
        }
        for change in self.changes_of(finding) {
            diff(out, style, width, &indent, change);
        }
        let below = |one: &&Finding| one.caused_by == Some(finding.cause);
        for follows in self.findings.iter().filter(below) {
            let text = format!("{} ({})", follows.message, follows.cause.code());
            block(out, style, width, &indent, "follows", &text);
        }
        let more = format!("`countersign explain {}`", finding.cause.code());
        block(out, style, width, &indent, "more", &more);
    }

    fn notes(&self, out: &mut String, style: Style, width: usize) {
        for note in &self.notes {
            let line = note
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            let text = format!("{}{line}: {}", note.source, note.text);
            labelled(out, style, width, Role::Emphasis, "note", &text);
        }
        if !self.notes.is_empty() {
            out.push('\n');
        }
    }

    fn summary(&self, out: &mut String, style: Style, width: usize) {
        let errors = self.count(Severity::Error);
        let rightful = self.count(Severity::Note) > 0;
        let unknown = errors == 0 && self.failed() && !rightful;
        let unanswered = errors == 0 && self.is_unanswered();
        if unknown {
            let head = "I don't know why it fails: none of the causes I know is borne out by what was given. These would tell more:";
            self.wants(out, style, width, head);
        } else if unanswered {
            let head =
                "Nothing is wrong with the request by itself. If it fails, these would tell why:";
            self.wants(out, style, width, head);
        }
        self.looked_at(out, style, width);
        if let Some(again) = self.again.as_deref().filter(|_| errors > 0) {
            let text = if self.failed() {
                format!("repeat the request, then run `{again}` with its answer")
            } else {
                format!("run `{again}` again")
            };
            labelled(
                out,
                style,
                width,
                Role::Emphasis,
                "to prove it fixed",
                &text,
            );
        }
        let warnings = plural(self.count(Severity::Warning), "warning");
        let (role, word, text) = match errors {
            0 if unknown => (
                Role::Warning,
                "unknown",
                "it fails, and nothing given says why".to_owned(),
            ),
            0 if rightful => (
                Role::Good,
                "healthy",
                "the refusal is as it should be".to_owned(),
            ),
            0 if unanswered => (
                Role::Good,
                "healthy",
                "nothing given is wrong, and how it was answered is not known".to_owned(),
            ),
            0 if warnings.is_some() => (Role::Good, "healthy", "no error was found".to_owned()),
            0 => (Role::Good, "healthy", "nothing is wrong".to_owned()),
            _ => (Role::Bad, "found", self.counted()),
        };
        let text = match warnings {
            Some(warnings) => format!("{text}; {warnings}"),
            None => text,
        };
        labelled(out, style, width, role, word, &text);
    }

    fn counted(&self) -> String {
        let errors = || {
            self.findings
                .iter()
                .filter(|one| one.severity == Severity::Error)
        };
        let roots = errors().filter(|one| one.root).count();
        let follow = errors().count() - roots;
        let roots = plural(roots, "cause").unwrap_or_else(|| "no cause".to_owned());
        match plural(follow, "consequence") {
            Some(follow) => format!("{roots}, {follow}"),
            None => roots,
        }
    }

    /// What was not given and would tell more.
    fn wants(&self, out: &mut String, style: Style, width: usize, head: &str) {
        out.push_str(&wrapped(head, width, 0, ""));
        for check in self
            .checked
            .iter()
            .filter(|check| check.result == CheckResult::Skipped && asked(check).is_none())
        {
            let needs = check.why.trim_start_matches("needs ");
            let _ = write!(
                out,
                "  - {}",
                style.inline(&wrapped(needs, width, 4, "    "))
            );
        }
        out.push('\n');
    }

    fn looked_at(&self, out: &mut String, style: Style, width: usize) {
        let named = |result: CheckResult| {
            let of = self
                .checked
                .iter()
                .filter(move |check| check.result == result && asked(check).is_none());
            of.map(|check| check.name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        self.asked(out, style, width);
        let lines = [
            ("looked at", some_of(&self.sources)),
            ("in order", named(CheckResult::Ok)),
            ("not given", named(CheckResult::Skipped)),
        ];
        for (label, text) in lines.into_iter().filter(|(_, text)| !text.is_empty()) {
            labelled(out, style, width, Role::Emphasis, label, &text);
        }
    }

    /// What running programs were asked, a line a program, with how each question came out.
    fn asked(&self, out: &mut String, style: Style, width: usize) {
        let mut programs: Vec<(&str, Vec<String>)> = Vec::new();
        for check in &self.checked {
            let Some((name, program)) = asked(check) else {
                continue;
            };
            let came_out = match check.result {
                CheckResult::Ok => name.to_owned(),
                CheckResult::Failed => format!("{name} (failed)"),
                CheckResult::Skipped => format!("{name} (not asked: {})", check.why),
            };
            match programs.iter_mut().find(|(known, _)| *known == program) {
                Some((_, names)) if names.contains(&came_out) => {}
                Some((_, names)) => names.push(came_out),
                None => programs.push((program, vec![came_out])),
            }
        }
        for (program, names) in programs {
            let text = format!("{program}: {}", names.join(", "));
            labelled(out, style, width, Role::Emphasis, "asked", &text);
        }
    }

    fn count(&self, severity: Severity) -> usize {
        let of = self
            .findings
            .iter()
            .filter(|finding| finding.severity == severity);
        of.count()
    }
}

/// The question and the program of a check that asked one: `cors https://api.example/me`.
fn asked(check: &Check) -> Option<(&str, &str)> {
    let (name, target) = check.name.rsplit_once(' ')?;
    let (scheme, rest) = target.split_once("://")?;
    let host = rest.split('/').next().unwrap_or_default();
    Some((name, target.get(..scheme.len() + 3 + host.len())?))
}

fn header(out: &mut String, style: Style, width: usize, finding: &Finding) {
    let head = format!("{}[{}]", finding.severity.as_str(), finding.cause.code());
    let text = wrapped(
        &printable(&finding.message),
        width,
        columns(&head) + 2,
        "  ",
    );
    let head = style.paint(finding.severity.role(), &head);
    let text = style.paint(Role::Emphasis, &format!(": {}", text.trim_end()));
    let _ = writeln!(out, "{head}{text}");
}

/// The old line and the new one.
fn diff(out: &mut String, style: Style, width: usize, indent: &str, change: &Change) {
    let place = format!("{}:{}", change.file, change.line);
    block(out, style, width, indent, "change", &place);
    let old = change.old_shown();
    let lines = [
        old.map(|old| (Role::Bad, format!("- {old}"))),
        Some((Role::Good, format!("+ {}", change.new_shown()))),
    ];
    for (role, text) in lines.into_iter().flatten() {
        let _ = writeln!(out, "{indent}  {}", style.paint(role, &printable(&text)));
    }
}

fn labelled(out: &mut String, style: Style, width: usize, role: Role, label: &str, text: &str) {
    let text = wrapped(&printable(text), width, columns(label) + 2, "  ");
    let _ = write!(
        out,
        "{} {}",
        style.paint(role, &format!("{label}:")),
        style.inline(&text)
    );
}

/// `2 warnings`; none for none.
fn plural(count: usize, word: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    }
}
/// The names; of a project, which has hundreds, the folders and how many files of each, within bounds.
fn some_of(names: &[String]) -> String {
    const MOST: usize = 12;
    let mut names = names.to_vec();
    if names.len() > MOST {
        names = by_folder(&names);
    }
    let shown = names.iter().take(MOST).cloned().collect::<Vec<_>>();
    match names.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}

/// Each file at the top, and each folder with the number of its files.
fn by_folder(names: &[String]) -> Vec<String> {
    let mut folders: Vec<(&str, usize)> = Vec::new();
    for name in names {
        let folder = name
            .split_once('/')
            .filter(|(folder, _)| !folder.is_empty());
        let top = folder.map_or(name.as_str(), |(folder, _)| folder);
        // A file has no number.
        let more = usize::from(folder.is_some());
        match folders.iter_mut().find(|(name, _)| *name == top) {
            Some((_, files)) => *files += more,
            None => folders.push((top, more)),
        }
    }
    let shown = folders.into_iter().map(|(name, files)| match files {
        0 => name.to_owned(),
        1 => format!("{name}/ (1 file)"),
        _ => format!("{name}/ ({files} files)"),
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_files_the_first_are_named_and_the_rest_counted() {
        let names: Vec<String> = (0..14).map(|number| format!("f{number}")).collect();
        assert!(some_of(&names).ends_with("f11, and 2 more"));
        assert_eq!(some_of(&names[..2]), "f0, f1");
        assert_eq!(some_of(&[]), "");
        let mut project: Vec<String> = (0..14).map(|number| format!("api/f{number}")).collect();
        project.extend([".env".to_owned(), "web/a.ts".to_owned()]);
        assert_eq!(some_of(&project), "api/ (14 files), .env, web/ (1 file)");
    }
}
