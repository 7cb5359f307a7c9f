//! `$NAME` and `${NAME}` in what a JavaScript loader has read: between quotes of any kind too.

use super::{Outer, Reading};
use zeroize::Zeroizing;

/// How often a value is expanded; values that name each other would go round for ever.
const MOST_ROUNDS: usize = 64;

/// How long a value may become by it.
const MOST_BYTES: usize = 64 * 1024;

/// @next/env: the last `$` first; digits are names too; `\$` stands for `$`.
pub(super) fn next(reading: Reading, outer: Outer<'_>) -> Reading {
    mapped(reading, outer, &|value, known| {
        let mut value = value.to_owned();
        for _ in 0..MOST_ROUNDS {
            let Some(found) = last_reference(&value).filter(|_| value.len() < MOST_BYTES) else {
                break;
            };
            let new = known(&found.name)
                .filter(|value| !value.is_empty())
                .unwrap_or(found.default);
            value = value.replacen(&found.text, &new, 1);
        }
        value
    })
}

/// dotenv-expand 12, and Vite with it: the first reference first; names start with a letter; `\$` stands for `$`.
pub(super) fn dotenv_expand(reading: Reading, outer: Outer<'_>) -> Reading {
    mapped(reading, outer, &|value, known| {
        let mut value = value.to_owned();
        let mut seen = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let Some(found) = first_reference(&value).filter(|_| value.len() < MOST_BYTES) else {
                break;
            };
            seen.push(value.clone());
            let own = known(&found.name).filter(|own| !own.is_empty());
            let new = match own {
                None if found.alternative => String::new(),
                Some(own) if !found.alternative && !seen.contains(&own) => own,
                Some(_) | None => found.default,
            };
            value = value.replacen(&found.text, &new, 1);
            if Some(&value) == known(&found.name).as_ref() {
                break;
            }
        }
        value
    })
}

type Expand = dyn Fn(&str, &dyn Fn(&str) -> Option<String>) -> String;

fn mapped(mut reading: Reading, outer: Outer<'_>, expand: &Expand) -> Reading {
    for at in 0..reading.assignments.len() {
        let Some(set) = reading.assignments.get(at) else {
            break;
        };
        let known = |name: &str| outer(name).or_else(|| reading.last(name).map(str::to_owned));
        let value = expand(&set.value, &known);
        let value = Zeroizing::new(value.replace("\\$", "$"));
        if let Some(set) = reading.assignments.get_mut(at) {
            set.value = value;
        }
    }
    reading
}

struct Reference {
    /// As it stands.
    text: String,
    name: String,
    default: String,
    /// `${NAME:+text}`: the text if the name is set.
    alternative: bool,
}

/// The places of `$` without a backslash before it.
fn dollars(value: &str) -> impl DoubleEndedIterator<Item = &str> {
    value
        .match_indices('$')
        .filter(|(at, _)| {
            !value
                .get(..*at)
                .is_some_and(|before| before.ends_with('\\'))
        })
        .filter_map(|(at, _)| value.get(at..))
}

fn last_reference(value: &str) -> Option<Reference> {
    let text = dollars(value).next_back()?;
    let inner = text.strip_prefix('$')?;
    let inner = inner.strip_prefix('{').unwrap_or(inner);
    let behind = inner.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let name = inner.strip_suffix(behind).filter(|name| !name.is_empty())?;
    let default = behind.strip_prefix(":-").map(|rest| {
        let end = rest.find(['}', '\\']).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    });
    let behind = default
        .and_then(|default| behind.strip_prefix(":-")?.strip_prefix(default))
        .unwrap_or(behind);
    let behind = behind.strip_prefix('}').unwrap_or(behind);
    Some(Reference {
        text: text.strip_suffix(behind).unwrap_or(text).to_owned(),
        name: name.to_owned(),
        default: default.unwrap_or_default().to_owned(),
        alternative: false,
    })
}

fn first_reference(value: &str) -> Option<Reference> {
    dollars(value).find_map(|text| {
        let inner = text.strip_prefix('$')?;
        if let Some(braced) = inner.strip_prefix('{') {
            let (expression, _) = braced.split_once('}')?;
            if expression.is_empty() || expression.contains('{') {
                return None;
            }
            let (at, splitter) = [":+", "+", ":-", "-"]
                .iter()
                .filter_map(|splitter| Some((expression.find(splitter)?, *splitter)))
                .min_by_key(|(at, splitter)| (*at, usize::MAX - splitter.len()))
                .unwrap_or((expression.len(), ""));
            let (name, rest) = expression.split_at_checked(at)?;
            return Some(Reference {
                text: format!("${{{expression}}}"),
                name: name.to_owned(),
                default: rest.strip_prefix(splitter).unwrap_or(rest).to_owned(),
                alternative: splitter.ends_with('+'),
            });
        }
        let end = inner
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(inner.len());
        let name = inner.get(..end)?;
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            .then(|| Reference {
                text: format!("${name}"),
                name: name.to_owned(),
                default: String::new(),
                alternative: false,
            })
    })
}
