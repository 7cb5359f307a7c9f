//! Texts with inline code between back-quotes, as safe HTML.

use std::fmt::{self, Display, Formatter, Write};

use askama::filters::{Escaper, Html, HtmlSafe};

/// A text of the catalogue: what stands between back-quotes is set as code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Prose<'a>(pub &'a str);

impl HtmlSafe for Prose<'_> {}

impl Display for Prose<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let quotes = self.0.matches('`').count();
        for (index, piece) in self.0.split('`').enumerate() {
            // The last back-quote of an odd number opens nothing.
            let code = index % 2 == 1 && index < quotes;
            if code {
                f.write_str("<code>")?;
            } else if index % 2 == 1 {
                f.write_char('`')?;
            }
            Html.write_escaped_str(&mut *f, piece)?;
            if code {
                f.write_str("</code>")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_set_as_code_and_everything_is_escaped() {
        let cases = [
            ("plain", "plain"),
            ("set `A=<b>` now", "set <code>A=&#60;b&#62;</code> now"),
            ("`x` and `y`", "<code>x</code> and <code>y</code>"),
            ("a lone ` stays", "a lone ` stays"),
            ("`x` and ` stays", "<code>x</code> and ` stays"),
            ("<script>", "&#60;script&#62;"),
        ];
        for (text, html) in cases {
            assert_eq!(Prose(text).to_string(), html, "{text}");
        }
    }
}
