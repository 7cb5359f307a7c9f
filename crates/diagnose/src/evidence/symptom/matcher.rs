//! Finds phrases in a line: every table at once, in one pass.

use super::{Library, Symptom, tables};
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

/// One phrase, ready to be found.
struct Phrase {
    /// Its parts between the `*`, in lower case.
    parts: Vec<String>,
    symptom: Symptom,
    by: &'static Library,
}

struct Matcher {
    /// Finds the first part of each phrase.
    starts: Option<AhoCorasick>,
    phrases: Vec<Phrase>,
}

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let phrases: Vec<Phrase> = tables()
        .flat_map(|table| {
            table.phrases.iter().map(|(text, symptom)| Phrase {
                parts: text
                    .to_ascii_lowercase()
                    .split('*')
                    .map(str::to_owned)
                    .collect(),
                symptom: *symptom,
                by: table.by,
            })
        })
        .collect();
    let starts = phrases
        .iter()
        .map(|phrase| phrase.parts.first().map_or("", String::as_str));
    Matcher {
        starts: AhoCorasick::new(starts).ok(),
        phrases,
    }
});

/// The classes of the phrases in a line, each with whose words they are; a phrase inside another is left out.
pub(super) fn seen(line: &str) -> Vec<(Symptom, &'static Library)> {
    let Some(starts) = &MATCHER.starts else {
        return Vec::new();
    };
    // In JSON, quotes inside a message are escaped.
    let line = line
        .to_ascii_lowercase()
        .replace("\\\"", "\"")
        .replace("\\'", "'");
    let mut found: Vec<(Range<usize>, &Phrase)> = Vec::new();
    for start in starts.find_overlapping_iter(&line) {
        let Some(phrase) = MATCHER.phrases.get(start.pattern().as_usize()) else {
            continue;
        };
        if let Some(end) = end_of(&line, start.end(), phrase) {
            found.push((start.start()..end, phrase));
        }
    }
    let inside = |range: &Range<usize>| {
        found.iter().any(|(other, _)| {
            other.start <= range.start && range.end <= other.end && other.len() > range.len()
        })
    };
    let whole = found.iter().filter(|(range, _)| !inside(range));
    let mut classes: Vec<(Symptom, &'static Library)> = Vec::new();
    for (_, phrase) in whole {
        if classes.iter().all(|(known, _)| *known != phrase.symptom) {
            classes.push((phrase.symptom, phrase.by));
        }
    }
    classes
}

/// Where the phrase ends whose first part ends at `from`; none if its other parts do not follow.
fn end_of(line: &str, from: usize, phrase: &Phrase) -> Option<usize> {
    let mut end = from;
    for part in phrase.parts.iter().skip(1) {
        let rest = line.get(end..)?;
        end += rest.find(part.as_str())? + part.len();
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(line: &str) -> Vec<Symptom> {
        seen(line).into_iter().map(|(symptom, _)| symptom).collect()
    }

    #[test]
    fn case_and_escaped_quotes_do_not_matter() {
        assert_eq!(classes("ERROR Jwt Expired"), [Symptom::TokenExpired]);
        assert_eq!(
            classes(r#"{"message":"unexpected \"aud\" claim value"}"#),
            [Symptom::AudienceRefused]
        );
    }

    #[test]
    fn every_phrase_is_found_in_its_own_words() {
        for table in tables() {
            for (text, symptom) in table.phrases {
                let line = text.replace('*', " ");
                assert!(
                    classes(&line).contains(symptom),
                    "{text} of {}",
                    table.by.name
                );
            }
        }
    }

    #[test]
    fn no_two_libraries_of_tokens_have_one_phrase() {
        let mut known: Vec<(String, &str)> = Vec::new();
        for table in super::super::tokens::TABLES
            .iter()
            .flat_map(|tables| *tables)
        {
            for (text, _) in table.phrases {
                let text = text.to_ascii_lowercase();
                let other = known.iter().find(|(known, _)| *known == text);
                assert!(other.is_none(), "{text} of {} and {other:?}", table.by.name);
                known.push((text, table.by.name));
            }
        }
    }

    #[test]
    fn a_phrase_inside_another_does_not_count() {
        // `invalid signature` is a phrase of its own, and so is what contains it.
        let both: Vec<_> = seen("jwt audience invalid")
            .into_iter()
            .map(|(_, by)| by.name)
            .collect();
        assert_eq!(both, ["jsonwebtoken (npm) 9.0.3"]);
    }

    #[test]
    fn plain_lines_say_nothing() {
        assert!(classes("GET /api/settings 200 in 12 ms").is_empty());
        assert!(classes("").is_empty());
    }
}
