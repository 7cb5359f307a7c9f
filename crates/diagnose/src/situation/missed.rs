//! Variables that programs say they miss, or show with nothing in them.

use super::Situation;
use crate::contract::purpose;
use crate::evidence::{EnvLine, Service, Spot, without_secrets};

/// Words with which programs say that a variable is not there.
const MISSING: &[&str] = &[
    "not set",
    "isn't set",
    "is not defined",
    "not defined",
    "undefined",
    "missing",
    "required",
    "must be set",
    "must be provided",
    "must be defined",
    "must have a value",
    "must be configured",
    "not configured",
    "not found",
    "unset",
    "not provided",
    "keyerror",
    "is empty",
    "please set",
    "please define",
    "please provide",
    "not present",
    "could not resolve placeholder",
    "undefinedvalueerror",
    "improperlyconfigured",
    "no such variable",
    "skipping",
];

/// A variable that a program misses.
#[derive(Clone, Debug)]
pub(crate) struct Missed {
    /// Its name in capitals.
    pub(crate) name: String,
    /// Where it says so.
    pub(crate) spot: Spot,
}

impl Situation<'_> {
    /// The variables that logs and answers say are missing.
    pub(crate) fn missed_variables(&self) -> Vec<Missed> {
        let mut missed: Vec<Missed> = Vec::new();
        let mut add = |name: String, spot: Spot| {
            if missed.iter().all(|known| known.name != name) {
                missed.push(Missed { name, spot });
            }
        };
        for log in &self.evidence.logs {
            let source = log.source();
            let lines: Vec<&str> = log.text.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                let next = lines.get(at + 1).copied().unwrap_or_default();
                // pydantic names the field on a line of its own.
                let alone = line.trim();
                let field = next.trim_start().starts_with("Field required")
                    && alone.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                if field {
                    add(
                        alone.to_ascii_uppercase(),
                        Spot::line(&source, at + 1, without_secrets(line)),
                    );
                }
                for name in self.names_missed_in(line) {
                    add(name, Spot::line(&source, at + 1, without_secrets(line)));
                }
            }
        }
        if let Some(answer) = self.response() {
            for name in self.names_missed_in(&answer.body) {
                add(name, answer.status_spot());
            }
        }
        missed
    }

    fn names_missed_in(&self, line: &str) -> Vec<String> {
        let lower = line.to_ascii_lowercase();
        if !MISSING.iter().any(|word| lower.contains(word)) {
            return self.names_shown_empty(line);
        }
        let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let names = words.filter(|word| {
            word.len() > 3
                && word.chars().any(|c| c.is_ascii_uppercase())
                && word
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        });
        let known = |name: &&str| {
            purpose(name).is_some()
                || self
                    .evidence
                    .services
                    .iter()
                    .any(|service| service.setting(name).is_some())
        };
        names.filter(known).map(str::to_owned).collect()
    }

    /// The names that a program shows with nothing behind them, as it shows its other settings: `"DB_PASSWORD":""`.
    fn names_shown_empty(&self, line: &str) -> Vec<String> {
        const EMPTY: &[&str] = &[
            "\"\"", "''", "null", "None", "nil", "<nil>", "<empty>", "(empty)",
        ];
        let services = &self.evidence.services;
        let is_set = |name: &str| {
            services
                .iter()
                .any(|service| service.setting(name).is_some())
        };
        let mut shown: Vec<(&str, bool)> = Vec::new();
        for word in line.split([',', ' ', ';', '{', '}']) {
            let Some((name, value)) = word.split_once(['=', ':']) else {
                continue;
            };
            let name = name.trim_matches(['"', '\'']);
            if name.len() > 3 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
                shown.push((
                    name,
                    EMPTY.contains(&value) || value.is_empty() && word.ends_with('='),
                ));
            }
        }
        // A line that shows no setting that is known shows something else.
        if !shown.iter().any(|(name, _)| is_set(name)) {
            return Vec::new();
        }
        let empty = shown.iter().filter(|(name, empty)| *empty && !is_set(name));
        let misnamed = |name: &str| {
            services
                .iter()
                .any(|service| similar(service, name).is_some())
        };
        empty
            .filter(|(name, _)| misnamed(name))
            .map(|(name, _)| (*name).to_owned())
            .collect()
    }
}

/// The setting of a service that nearly has this name, or its purpose.
pub(super) fn similar<'s>(service: &'s Service, name: &str) -> Option<&'s EnvLine> {
    let wanted = purpose(name);
    let mut lines: Vec<(f64, &EnvLine)> = service
        .settings()
        .filter(|line| !line.value.is_empty() && line.name != name)
        .map(|line| {
            let other = line.name.to_ascii_uppercase();
            let near = if spelled_out(&other) == spelled_out(name) {
                0.95
            } else {
                strsim::normalized_damerau_levenshtein(&other, name)
            };
            (near, line)
        })
        .filter(|(near, line)| {
            *near >= 0.8 || (wanted.is_some() && purpose(&line.name) == wanted && *near >= 0.3)
        })
        .collect();
    lines.sort_by(|a, b| b.0.total_cmp(&a.0));
    lines.first().map(|(_, line)| *line)
}

/// A name with the words at its end that are short for others, or stand for them, written in one way.
fn spelled_out(name: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("PASS", "PASSWORD"),
        ("PW", "PASSWORD"),
        ("PWD", "PASSWORD"),
        ("USERNAME", "USER"),
        ("HOSTNAME", "HOST"),
        ("SERVER", "HOST"),
        ("ADDR", "ADDRESS"),
        ("DATABASE", "NAME"),
        ("DBNAME", "NAME"),
        ("URI", "URL"),
        ("DSN", "URL"),
    ];
    let (stem, last) = name.rsplit_once('_').unwrap_or(("", name));
    let word = WORDS.iter().find(|(short, _)| *short == last);
    format!("{stem}_{}", word.map_or(last, |(_, word)| *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_at_the_end_of_names_are_the_long_ones() {
        for (one, other) in [
            ("DB_PASS", "DB_PASSWORD"),
            ("PGUSER", "PGUSER"),
            ("MYSQL_HOSTNAME", "MYSQL_HOST"),
            ("MONGODB_URI", "MONGODB_URL"),
        ] {
            assert_eq!(spelled_out(one), spelled_out(other));
        }
        assert_ne!(spelled_out("DB_USER"), spelled_out("DB_PASSWORD"));
    }
}
