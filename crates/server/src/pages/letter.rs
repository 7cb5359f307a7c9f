//! A letter as a page shows it.

use std::fmt::{self, Display, Formatter};

use askama::filters::{Escaper, Html, HtmlSafe};

/// A letter: its http and https addresses are links.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Letter<'a>(pub &'a str);

impl HtmlSafe for Letter<'_> {}

impl Display for Letter<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(start) = address_start(rest) {
            let (before, from) = rest.split_at(start);
            let end = from
                .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
                .unwrap_or(from.len());
            // A full stop after an address ends the sentence and not the address.
            let end = from[..end]
                .trim_end_matches(['.', ',', ';', ':', '!', '?', ')'])
                .len();
            let (address, after) = from.split_at(end);
            Html.write_escaped_str(&mut *f, before)?;
            f.write_str("<a href=\"")?;
            Html.write_escaped_str(&mut *f, address)?;
            f.write_str("\">")?;
            Html.write_escaped_str(&mut *f, address)?;
            f.write_str("</a>")?;
            rest = after;
        }
        Html.write_escaped_str(f, rest)
    }
}

fn address_start(text: &str) -> Option<usize> {
    [text.find("http://"), text.find("https://")]
        .into_iter()
        .flatten()
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_a_letter_are_links_and_nothing_else_is() {
        let letter = Letter("Hi <b>,\nopen http://localhost:1/verify?token=a&b\nbye");
        assert_eq!(
            letter.to_string(),
            "Hi &#60;b&#62;,\nopen <a href=\"http://localhost:1/verify?token=a&#38;b\">\
             http://localhost:1/verify?token=a&#38;b</a>\nbye"
        );
        let sentence = Letter("See https://a.example/b. Or (https://c.example)!");
        assert_eq!(
            sentence.to_string(),
            "See <a href=\"https://a.example/b\">https://a.example/b</a>. \
             Or (<a href=\"https://c.example\">https://c.example</a>)!"
        );
        let hostile = Letter("javascript:alert(1) https://x/\"onclick=\"1");
        assert_eq!(
            hostile.to_string(),
            "javascript:alert(1) <a href=\"https://x/\">https://x/</a>&#34;onclick=&#34;1"
        );
    }
}
