//! The diagnosis as workflow commands, which GitHub shows as annotations beside the lines.

use super::Diagnosis;
use crate::finding::Finding;
use crate::report::Severity;
use crate::style::printable;
use std::fmt::Write as _;

impl Diagnosis {
    /// A workflow command a finding: `::error file=…,line=…,title=…::…`.
    #[must_use]
    pub fn github(&self) -> String {
        let mut out: String = self.findings.iter().map(command).collect();
        if self.findings.is_empty() {
            let text = if self.failed() {
                "it fails, and nothing given says why"
            } else {
                "nothing is wrong"
            };
            let _ = writeln!(out, "::notice title=countersign doctor::{text}");
        }
        out
    }
}

fn command(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Note => "notice",
        Severity::Warning => "warning",
    };
    let mut out = format!("::{word} ");
    if let Some(clue) = finding.clues.first() {
        let _ = write!(out, "file={},", property(&clue.spot.source));
        if clue.spot.line > 0 {
            let _ = write!(out, "line={},", clue.spot.line);
        }
    }
    let title = format!("{} {}", finding.cause.code(), finding.title());
    let text = format!(
        "{}\nwhy: {}\nfix: {}",
        printable(&finding.message),
        printable(finding.why_text()),
        printable(finding.fix_text())
    );
    let _ = writeln!(out, "title={}::{}", property(&title), data(&text));
    out
}

/// A message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Spot;
    use crate::finding::Strength;
    use countersign_verify::Cause;
    use std::sync::Arc;

    #[test]
    fn what_a_stranger_wrote_cannot_begin_a_command_or_a_property() {
        let spot = Spot::line(&Arc::from("a,b:c%\n::error::x"), 3, "text");
        let message = "100%\n::add-mask::x";
        let finding = Finding::new(Cause::SecretMismatch, Strength::Proved, message);
        let text = command(&finding.at(spot, "label"));
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(
            text.starts_with(
                "::error file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ax,line=3,title=CSN3002 "
            ),
            "{text}"
        );
        assert!(text.contains("::100%25\\n::add-mask::x%0Awhy: "), "{text}");
    }

    #[test]
    fn a_finding_without_a_place_has_a_title_alone() {
        let finding = Finding::new(Cause::SecretMismatch, Strength::Proved, "m");
        assert!(command(&finding).starts_with("::error title=CSN3002 "));
    }
}
