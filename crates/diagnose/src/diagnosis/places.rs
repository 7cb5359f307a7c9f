//! The places of a finding, as a compiler shows them: grouped by file, each with its label.

use crate::finding::Clue;
use crate::style::{Role, Style, printable};
use crate::wrap::columns;
use std::fmt::Write as _;

/// The width of the line numbers of all places.
pub(super) fn gutter(clues: &[Clue]) -> usize {
    let digits = clues.iter().map(|clue| clue.spot.line.to_string().len());
    digits.max().unwrap_or(1)
}

/// Writes all places: the first one is where to change something, the others bear it out.
pub(super) fn write(out: &mut String, style: Style, width: usize, clues: &[Clue]) {
    let gutter = gutter(clues);
    let pad = " ".repeat(gutter);
    let bar = style.paint(Role::Frame, "|");
    for (at, group) in by_source(clues).into_iter().enumerate() {
        let arrow = if at == 0 { "-->" } else { ":::" };
        let head = style.paint(Role::Frame, arrow);
        let _ = writeln!(out, "{pad}{head} {}", heading(group.first().copied()));
        let mut lines = group;
        lines.sort_by_key(|clue| clue.spot.line);
        lines.retain(|clue| !clue.spot.shown.trim().is_empty());
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{pad} {bar}");
        let mut before: Option<&Clue> = None;
        for clue in lines {
            let primary = clues.first().is_some_and(|first| std::ptr::eq(first, clue));
            let same = before.is_some_and(|old| old.spot.shown == clue.spot.shown);
            let gap = before.is_some_and(|old| clue.spot.line > old.spot.line + 1);
            if gap {
                let _ = writeln!(out, "{}", style.paint(Role::Frame, "..."));
            }
            let line = Line::of(clue, width.saturating_sub(gutter + 3));
            if !same {
                let number = match clue.spot.line {
                    0 => pad.clone(),
                    number => format!("{number:>gutter$}"),
                };
                let number = style.paint(Role::Frame, &number);
                let _ = writeln!(out, "{number} {bar} {}", line.text);
            }
            for marks in line.marks(&clue.label, primary, width.saturating_sub(gutter + 3)) {
                let role = if primary { Role::Bad } else { Role::Frame };
                let _ = writeln!(out, "{pad} {bar} {}", painted(style, role, &marks));
            }
            before = Some(clue);
        }
        let _ = writeln!(out, "{pad} {bar}");
    }
}

/// The clues of each file, in the order in which the files come first.
fn by_source(clues: &[Clue]) -> Vec<Vec<&Clue>> {
    let mut groups: Vec<Vec<&Clue>> = Vec::new();
    for clue in clues {
        let known = groups.iter_mut().find(|group| {
            group
                .first()
                .is_some_and(|first| first.spot.source == clue.spot.source)
        });
        match known {
            Some(group) => group.push(clue),
            None => groups.push(vec![clue]),
        }
    }
    groups
}

/// `file:line`, or the file with the label where there is no line to show.
fn heading(clue: Option<&Clue>) -> String {
    let Some(clue) = clue else {
        return String::new();
    };
    let mut head = printable(&clue.spot.source).into_owned();
    if clue.spot.line > 0 {
        // Without the column: what is shown differs from the file where a secret is hidden.
        let _ = write!(head, ":{}", clue.spot.line);
    }
    if clue.spot.shown.trim().is_empty() && !clue.label.is_empty() {
        let _ = write!(head, " ({})", printable(&clue.label));
    }
    head
}

/// Blanks stay as they are, so that colours begin at the first mark.
fn painted(style: Style, role: Role, marks: &str) -> String {
    let text = marks.trim_start();
    let blanks = " ".repeat(marks.len() - text.len());
    format!("{blanks}{}", style.paint(role, text))
}

/// A line cut to the room there is, and the part of it that matters.
struct Line {
    text: String,
    start: usize,
    length: usize,
}

impl Line {
    fn of(clue: &Clue, room: usize) -> Self {
        let shown = clue.spot.shown.trim_end();
        let range = if clue.spot.columns.is_empty() {
            let start = shown.chars().take_while(|c| c.is_whitespace()).count();
            start..shown.chars().count()
        } else {
            clue.spot.columns.clone()
        };
        let part = |from: usize, to: usize| -> usize {
            let part: String = shown.chars().skip(from).take(to - from).collect();
            columns(&printable(&part))
        };
        let start = part(0, range.start);
        let length = part(range.start, range.end.max(range.start)).max(1);
        let text: Vec<char> = printable(shown).chars().collect();
        let room = room.max(20);
        if text.len() <= room {
            return Self {
                text: text.into_iter().collect(),
                start,
                length,
            };
        }
        let from = if start + length < room {
            0
        } else {
            start.saturating_sub(12)
        };
        let to = text.len().min(from + room);
        let mut cut: Vec<char> = text.get(from..to).unwrap_or_default().to_vec();
        if let Some(first) = cut.first_mut().filter(|_| from > 0) {
            *first = '…';
        }
        if let Some(last) = cut.last_mut().filter(|_| to < text.len()) {
            *last = '…';
        }
        Self {
            text: cut.into_iter().collect(),
            start: start - from,
            length: length.min(to.saturating_sub(start)).max(1),
        }
    }

    /// The rows below the line: the marks, with the label behind them or on a row of its own.
    fn marks(&self, label: &str, primary: bool, room: usize) -> Vec<String> {
        let mark = if primary { "^" } else { "-" };
        let marks = format!("{}{}", " ".repeat(self.start), mark.repeat(self.length));
        let label = printable(label);
        if label.is_empty() {
            return vec![marks];
        }
        if columns(&marks) + 1 + columns(&label) <= room {
            return vec![format!("{marks} {label}")];
        }
        let indent = self.start.min(room.saturating_sub(columns(&label)));
        vec![marks, format!("{}{label}", " ".repeat(indent))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Spot;
    use std::sync::Arc;

    fn clue(file: &str, line: usize, shown: &str, part: &str, label: &str) -> Clue {
        Clue {
            spot: Spot::line(&Arc::from(file), line, shown).mark(part),
            label: label.to_owned(),
        }
    }

    fn shown(clues: &[Clue], width: usize) -> String {
        let mut out = String::new();
        write(&mut out, Style::Plain, width, clues);
        out
    }

    #[test]
    fn places_of_one_file_stand_together_in_the_order_of_lines() {
        let clues = [
            clue("web.env", 12, "SECRET = sha256:aa", "sha256:aa", "signs"),
            clue("api.env", 3, "SECRET = sha256:bb", "sha256:bb", "checks"),
            clue("web.env", 7, "NODE_ENV = test", "test", "so this file"),
        ];
        let expected = "  --> web.env:12
   |
 7 | NODE_ENV = test
   |            ---- so this file
...
12 | SECRET = sha256:aa
   |          ^^^^^^^^^ signs
   |
  ::: api.env:3
   |
 3 | SECRET = sha256:bb
   |          --------- checks
   |
";
        assert_eq!(shown(&clues, 80), expected);
    }

    #[test]
    fn two_places_of_one_line_show_it_once() {
        let clues = [
            clue("a", 1, "x = 1, y = 2", "1", "this"),
            clue("a", 1, "x = 1, y = 2", "2", "and this"),
        ];
        let text = shown(&clues, 80);
        assert_eq!(text.matches("x = 1").count(), 1, "{text}");
        assert!(text.contains("  |     ^ this\n  |            - and this"));
    }

    #[test]
    fn long_lines_are_cut_around_what_matters() {
        let long = format!("{}needle{}", "a".repeat(300), "b".repeat(300));
        let text = shown(&[clue("log.txt", 5, &long, "needle", "here")], 60);
        assert!(text.contains("needle") && text.contains("^^^^^^ here"));
        for line in text.lines() {
            assert!(columns(line) <= 60, "{line}");
        }
        let whole = shown(&[clue("log.txt", 5, &long, "", "a label that is long")], 60);
        for line in whole.lines() {
            assert!(columns(line) <= 60, "{line}");
        }
        assert!(whole.contains("a label that is long"), "{whole}");
    }

    #[test]
    fn a_place_without_a_line_is_its_file_and_label() {
        let text = shown(&[clue("request.http", 0, "", "", "no such header")], 80);
        assert_eq!(text, " --> request.http (no such header)\n");
    }

    #[test]
    fn what_a_stranger_wrote_cannot_steer_the_terminal() {
        let text = shown(&[clue("a\x1b", 1, "\tb\x1b[2Jc", "c", "\x07")], 80);
        assert!(!text.contains('\x1b') && !text.contains('\x07'), "{text}");
        assert!(text.contains("    b\\u{1b}[2Jc"), "{text}");
    }
}
