//! Breaking text at a width.

/// `text`, broken at blanks so that no line is longer than `width` columns, with a line feed at the end.
///
/// The first line has its first `taken` columns taken already; the others begin with `indent`. A word
/// that is longer than a line stands on a line of its own; inline code (between back-quotes) with
/// blanks in it is not broken where it fits on a line.
pub(crate) fn wrapped(text: &str, width: usize, taken: usize, indent: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = taken;
    let mut fresh = true;
    for word in words(text, width.saturating_sub(columns(indent))) {
        let length = columns(word);
        if !fresh && column + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            column = columns(indent);
            fresh = true;
        }
        if !fresh {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        fresh = false;
    }
    out.push('\n');
    out
}

/// Columns that a text takes; one a character, which holds for the catalogue's own texts.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// Splits at blanks, but not inside inline code of at most `longest` columns.
fn words(text: &str, longest: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = word_end(rest, longest);
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    words
}

fn word_end(text: &str, longest: usize) -> usize {
    let mut quoted = false;
    let mut first_blank = None;
    for (at, c) in text.char_indices() {
        match c {
            '`' => quoted = !quoted,
            c if c.is_whitespace() => {
                first_blank = first_blank.or(Some(at));
                if !quoted {
                    return if columns(&text[..at]) <= longest {
                        at
                    } else {
                        first_blank.unwrap_or(at)
                    };
                }
            }
            _ => {}
        }
    }
    match first_blank {
        Some(blank) if quoted || columns(text) > longest => blank,
        _ => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hanging(text: &str, width: usize) -> String {
        format!("> {}", wrapped(text, width, 2, "  "))
    }

    #[test]
    fn lines_break_at_blanks_and_later_lines_are_indented() {
        assert_eq!(hanging("one two three", 9), "> one two\n  three\n");
        assert_eq!(hanging("one two three", 8), "> one\n  two\n  three\n");
        assert_eq!(hanging("", 8), "> \n");
        assert_eq!(hanging("  one \n two ", 80), "> one two\n");
    }

    #[test]
    fn a_word_that_does_not_fit_stands_alone() {
        assert_eq!(hanging("a longwordhere b", 6), "> a\n  longwordhere\n  b\n");
        assert_eq!(hanging("word", 0), "> word\n");
    }

    #[test]
    fn inline_code_is_broken_only_where_it_fits_on_no_line() {
        assert_eq!(hanging("run `a b c` now", 10), "> run\n  `a b c`\n  now\n");
        assert_eq!(hanging("`aaa bbb ccc`", 9), "> `aaa\n  bbb\n  ccc`\n");
        assert_eq!(hanging("an ` alone here", 9), "> an `\n  alone\n  here\n");
    }

    #[test]
    fn no_line_is_longer_than_the_width() {
        let text = "The token was good once, but its `exp` has passed, and the leeway with it – set `AUTH_JWT_LEEWAY` for more.";
        for width in 20..120 {
            for line in hanging(text, width).lines() {
                assert!(columns(line) <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn no_word_is_lost() {
        let text = "a `b c` d`e f` g ` h";
        for width in 0..30 {
            let joined: String = hanging(text, width).split_whitespace().collect();
            assert_eq!(joined, format!(">{}", text.replace(' ', "")), "{width}");
        }
    }
}
