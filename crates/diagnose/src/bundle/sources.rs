//! Source files: of each no more than the lines that say something of its settings and calls.

use crate::evidence::Document;
use crate::evidence::source::{self, SourceFile};
use std::collections::BTreeSet;

/// The text with every line emptied that is not needed; places stay what they are.
pub(super) fn reduced(document: &Document) -> String {
    let Some(whole) = source::read(document) else {
        return String::new();
    };
    let wanted = format!("{:?}", whole.facts);
    for around in [0, 1, 3, 8, 20] {
        let text = kept(&document.text, &places(&whole), around);
        let smaller = Document {
            text,
            ..document.clone()
        };
        if source::read(&smaller).is_some_and(|file| format!("{:?}", file.facts) == wanted) {
            return smaller.text;
        }
    }
    document.text.clone()
}

fn places(file: &SourceFile) -> BTreeSet<usize> {
    let facts = &file.facts;
    let reads = facts.reads.iter().map(|one| &one.spot);
    let dynamic = facts.dynamic.iter().map(|one| &one.spot);
    let loads = facts.loads.iter().map(|one| &one.spot);
    let drawn = facts.drawn.iter().map(|(_, spot)| spot);
    let calls = facts.calls.iter().map(|one| &one.spot);
    let all = reads
        .chain(dynamic)
        .chain(loads)
        .chain(drawn)
        .chain(&facts.authorises)
        .chain(calls);
    all.map(|spot| spot.line).collect()
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
            None => "",
        }
    });
    lines.collect()
}
