//! `docs/errors/`: a page a cause, and an index.

use crate::catalogue::{Entry, explain, stages};
use crate::cause_doc::{CauseDoc, Example, Step};
use crate::explain::{EXAMPLE_URL, told};
use crate::shown_case::{ShownCase, shown_case};
use crate::style::Style;
use countersign_verify::Cause;
use std::fmt::Write as _;

/// The files of `docs/errors/`, each with its name and text: an index and a page for every cause
/// that is detected. They are committed; a test keeps them as this function writes them.
#[must_use]
pub fn pages() -> Vec<(String, String)> {
    let detected = Cause::ALL.iter().map(|cause| explain(*cause));
    let mut pages: Vec<_> = detected
        .map(|doc| (file_name(doc.cause), page(doc)))
        .collect();
    pages.push(("README.md".to_owned(), index()));
    pages
}

fn file_name(cause: Cause) -> String {
    format!("{}.md", cause.code())
}

fn index() -> String {
    let mut out = String::from(
        "<!-- Generated from crates/diagnose/src/catalogue/; change it there, \
         then run UPDATE_DOCS=1 cargo test -p countersign-diagnose -->\n\
         # What the codes mean\n\n\
         Every refusal of Countersign has one cause. Each cause has a code and a slug, which never \
         change, and one fix. `countersign explain CODE` shows the same pages in the terminal, and \
         every server shows them at `/docs/errors/`.\n\n\
         The first digit of a code is the stage of the request's way at which the cause is noticed. \
         Causes without a link are known, and not detected by this version yet.\n",
    );
    for stage in stages() {
        let _ = write!(
            out,
            "\n## {}xxx {}\n\n| code | slug | what happened |\n|---|---|---|\n",
            stage.digit, stage.title
        );
        for entry in stage.entries {
            let _ = writeln!(out, "{}", row(entry));
        }
    }
    out
}

fn row(entry: &Entry) -> String {
    let code = link(entry.cause, entry.cause.code());
    format!("| {code} | `{}` | {} |", entry.cause.slug(), entry.title)
}

fn link(cause: Cause, text: &str) -> String {
    format!("[{text}]({})", file_name(cause))
}

fn page(doc: &CauseDoc) -> String {
    let mut out = format!(
        "<!-- Generated from crates/diagnose/src/catalogue/{}.rs; change it there, \
         then run UPDATE_DOCS=1 cargo test -p countersign-diagnose -->\n\
         # {} {}\n\n**{}.** {}\n\n## Why it happens\n\n",
        doc.cause.slug().replace('-', "_"),
        doc.cause.code(),
        doc.cause.slug(),
        doc.title,
        doc.what
    );
    for why in doc.why {
        let _ = writeln!(out, "- {why}");
    }
    let _ = write!(out, "\n## What to do\n\n{}\n\n", doc.fix.summary);
    for (at, step) in doc.fix.steps.iter().enumerate() {
        out.push_str(&numbered(at + 1, step));
    }
    out.push_str("\n## Example\n\n");
    example(&mut out, doc);
    if let Some(case) = shown_case(doc.cause) {
        of_case(&mut out, &case);
    }
    let _ = write!(out, "\n## More\n\n- The client {}.\n", told(doc.cause));
    if let Some(standard) = doc.standard {
        let _ = writeln!(out, "- Standard: {standard}.");
    }
    if !doc.related.is_empty() {
        let related: Vec<_> = doc.related.iter().map(|cause| relative(*cause)).collect();
        let _ = writeln!(out, "- Related: {}.", related.join(", "));
    }
    out
}

fn relative(cause: Cause) -> String {
    link(cause, &format!("`{}`", cause.slug()))
}

fn numbered(number: usize, step: &Step) -> String {
    let mut out = format!("{number}. {}\n", step.text);
    if let Some(code) = step.code {
        let code = fenced("", code);
        for line in code.lines() {
            let _ = writeln!(out, "{}", format!("   {line}").trim_end());
        }
    }
    out
}

fn example(out: &mut String, doc: &CauseDoc) {
    match doc.example {
        Example::Refusal { request, trace } => {
            let _ = write!(
                out,
                "{}\nis answered with\n\n{}\nand the trace says: {trace}\n",
                fenced("http", request),
                fenced("http", &doc.outcome(EXAMPLE_URL))
            );
        }
        Example::StartUp { .. } => {
            out.push_str(&fenced("text", doc.outcome(EXAMPLE_URL).trim_end()));
        }
    }
}

/// The files of a case, and what the doctor says of them.
fn of_case(out: &mut String, case: &ShownCase) {
    let _ = write!(out, "\n## A case\n\n[{0}](../../cases/{0}):\n", case.folder);
    let trimmed = |text: &str| -> String {
        let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
        lines.join("\n")
    };
    for (name, text) in case.shown() {
        let _ = write!(out, "\n`{name}`\n\n{}", fenced("text", &trimmed(&text)));
    }
    let said = case.said(Style::Plain, 80);
    let _ = write!(
        out,
        "\n`countersign doctor` says of it:\n\n{}",
        fenced("text", &trimmed(&said))
    );
}

fn fenced(language: &str, text: &str) -> String {
    format!("```{language}\n{text}\n```\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> String {
        pages()
            .into_iter()
            .find(|(file, _)| file == name)
            .unwrap()
            .1
    }

    #[test]
    fn a_page_has_all_that_the_catalogue_says() {
        let page = text("CSN4001.md");
        let doc = explain(Cause::TokenExpired);
        for part in [doc.title, doc.what, doc.fix.summary, doc.standard.unwrap()]
            .iter()
            .chain(doc.why)
        {
            assert!(page.contains(part), "{part}");
        }
        assert!(page.contains("\n   ```\n   curl -X POST"), "{page}");
        assert!(page.contains("[`clock-skew`](CSN4002.md)"), "{page}");
    }

    #[test]
    fn fences_are_balanced_and_no_line_ends_in_a_blank() {
        for (name, text) in pages() {
            assert_eq!(text.matches("```").count() % 2, 0, "{name}");
            for line in text.lines() {
                assert_eq!(line, line.trim_end(), "{name}");
            }
        }
    }

    #[test]
    fn the_index_lists_every_cause_and_links_those_with_a_page() {
        let index = text("README.md");
        for cause in Cause::ALL {
            assert!(index.contains(&format!("| `{}` |", cause.slug())));
            let linked = index.contains(&link(*cause, cause.code()));
            assert!(linked, "{}", cause.slug());
        }
    }
}
