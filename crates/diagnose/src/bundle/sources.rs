//! Source files: of each no more than the lines that say something of its settings and calls.

use crate::evidence::Document;
use crate::evidence::source::{self, SourceFacts, SourceFile};
use std::collections::BTreeSet;

/// The text with every line emptied that is not needed; places stay what they are.
pub(super) fn reduced(document: &Document) -> String {
    let Some(whole) = source::read(document) else {
        return String::new();
    };
    let places = places(&whole, &document.text);
    for around in [0, 1, 3, 8, 20] {
        let text = kept(&document.text, &places, around);
        let smaller = Document {
            text,
            ..document.clone()
        };
        if source::read(&smaller).is_some_and(|file| same(&file.facts, &whole.facts)) {
            return smaller.text;
        }
    }
    document.text.clone()
}

/// Whether two texts say the same.
fn same(one: &SourceFacts, other: &SourceFacts) -> bool {
    let told = |facts: &SourceFacts| {
        let calls = (
            &facts.reads,
            &facts.dynamic,
            &facts.loads,
            &facts.drawn,
            &facts.authorises,
            &facts.calls,
        );
        let rules = (
            &facts.tokens,
            &facts.cookies,
            &facts.cors,
            &facts.listens,
            &facts.includes,
        );
        let whole = (
            &facts.production_hosts,
            &facts.mentions,
            facts.reads_all,
            &facts.constants,
        );
        format!("{calls:?}{rules:?}{whole:?}")
    };
    one.words == other.words && told(one) == told(other)
}

/// The lines of facts, and those with names that facts are told by.
fn places(file: &SourceFile, text: &str) -> BTreeSet<usize> {
    let facts = &file.facts;
    let reads = facts.reads.iter().map(|one| &one.spot);
    let dynamic = facts.dynamic.iter().map(|one| &one.spot);
    let loads = facts.loads.iter().map(|one| &one.spot);
    let drawn = facts
        .drawn
        .iter()
        .chain(&facts.production_hosts)
        .map(|(_, spot)| spot);
    let calls = facts.calls.iter().map(|one| &one.spot);
    let tokens = facts.tokens.iter().map(|one| &one.spot);
    let cookies = facts.cookies.iter().map(|one| &one.spot);
    let cors = facts.cors.iter().map(|one| &one.spot);
    let listens = facts.listens.iter().map(|one| &one.spot);
    let own = reads.chain(dynamic).chain(loads).chain(drawn).chain(calls);
    let more = tokens
        .chain(cookies)
        .chain(cors)
        .chain(listens)
        .chain(&facts.includes)
        .chain(&facts.authorises);
    let mut lines: BTreeSet<usize> = own.chain(more).map(|spot| spot.line).collect();
    let constants: BTreeSet<&str> = facts
        .constants
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let named = |line: &str| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| facts.words.contains(word) || constants.contains(word))
            || facts.mentions.iter().any(|word| line.contains(word))
    };
    lines.extend(
        text.lines()
            .enumerate()
            .filter(|(_, line)| named(line))
            .map(|(at, _)| at + 1),
    );
    lines
}

fn kept(text: &str, places: &BTreeSet<usize>, around: usize) -> String {
    let lines = text.split_inclusive('\n').enumerate().map(|(at, line)| {
        let line_number = at + 1;
        let near = places
            .range(line_number.saturating_sub(around)..=line_number + around)
            .next();
        match near {
            Some(_) => line,
            None if line.ends_with('\n') => "\n",
            // So that the last line stays one.
            None => " ",
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_stay_though_the_last_one_is_emptied() {
        let text = "package a\nvar s = os.Getenv(\"A_B\")\nx";
        let made = reduced(&Document::new("api/a.go", text));
        assert_eq!(made, "\nvar s = os.Getenv(\"A_B\")\n ");
    }
}
