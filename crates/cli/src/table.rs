//! Tables for people: aligned columns under a heading.

use std::fmt::Write as _;

use countersign_domain::Timestamp;

/// Lays rows out under their headings, two blanks between columns, no trailing blanks.
pub fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = headings.map(width);
    for row in rows {
        for (wide, cell) in widths.iter_mut().zip(row) {
            *wide = (*wide).max(width(cell));
        }
    }
    let mut out = String::new();
    line(&mut out, &headings.map(str::to_uppercase), widths);
    for row in rows {
        line(&mut out, row, widths);
    }
    out
}

/// Lays out names and values, one pair a line, the values aligned.
pub fn pairs(pairs: &[(&str, String)]) -> String {
    let wide = pairs.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let mut out = String::new();
    for (name, value) in pairs {
        let _ = writeln!(out, "{:<wide$}  {}", safe(name), safe(value));
    }
    out
}

fn line<const N: usize>(out: &mut String, cells: &[String; N], widths: [usize; N]) {
    let mut text = String::new();
    for (cell, wide) in cells.iter().zip(widths) {
        let cell = safe(cell);
        let pad = wide.saturating_sub(cell.chars().count()) + 2;
        let _ = write!(text, "{cell}{}", " ".repeat(pad));
    }
    out.push_str(text.trim_end());
    out.push('\n');
}

fn width(text: &str) -> usize {
    safe(text).chars().count()
}

/// What a stranger wrote (a name, a user agent) must not steer the terminal.
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A time for people: to the minute, in UTC.
pub fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..16)
        .map_or_else(|| text.clone(), |minute| minute.replacen('T', " ", 1) + "Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            ["a".to_owned(), "1".to_owned()],
            ["long".to_owned(), "é".to_owned()],
        ];
        assert_eq!(table(["id", "n"], &rows), "ID    N\na     1\nlong  é\n");
    }

    #[test]
    fn a_table_without_rows_is_its_heading() {
        assert_eq!(table(["id", "name"], &[]), "ID  NAME\n");
    }

    #[test]
    fn pairs_align_their_values() {
        let text = pairs(&[("id", "1".to_owned()), ("email", "a@b".to_owned())]);
        assert_eq!(text, "id     1\nemail  a@b\n");
    }

    #[test]
    fn times_are_shown_to_the_minute() {
        assert_eq!(
            minute(Timestamp::from_seconds(1_700_000_000)),
            "2023-11-14 22:13Z"
        );
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        let rows = [["\x1b[2Jx\n".to_owned()]];
        assert_eq!(table(["agent"], &rows), "AGENT\n\\u{1b}[2Jx\\n\n");
    }
}
