//! What an expression of the source stands for, by its constants and by the settings that reach the program.

use super::Program;
use crate::evidence::source::said::Said;
use crate::evidence::source::{Fallback, SourceFile};
use std::collections::BTreeSet;

/// How many names may stand for one another.
const DEEPEST: usize = 5;

/// What is known of an expression. `Debug` is left out: the value may be a secret.
#[derive(Clone, Default, Eq, PartialEq)]
pub(super) struct Known {
    /// What it is.
    pub(super) value: Option<String>,
    /// The setting that it comes from.
    pub(super) setting: Option<String>,
}

/// Whether a name is written as constants are: it then means one thing in all of a program.
fn is_constant(name: &str) -> bool {
    name.len() > 2
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

impl<'e> Program<'e> {
    /// What an expression in a file stands for.
    pub(super) fn resolve(&self, file: &SourceFile, said: &Said) -> Known {
        self.within(file, said, DEEPEST)
    }

    /// The values of a list, each of which may have several members; none where one of them is not known.
    pub(super) fn all(&self, file: &SourceFile, list: &[Said]) -> Option<BTreeSet<String>> {
        let mut values = BTreeSet::new();
        for one in list {
            let value = self.resolve(file, one).value?;
            let around = |c: char| matches!(c, '[' | ']' | '"' | '\'' | '(' | ')');
            let members = value
                .split([',', ' '])
                .map(|member| member.trim().trim_matches(around));
            values.extend(
                members
                    .filter(|member| !member.is_empty())
                    .map(str::to_owned),
            );
        }
        Some(values).filter(|values| !values.is_empty())
    }

    fn within(&self, file: &SourceFile, said: &Said, left: usize) -> Known {
        match said {
            Said::Text(value) => Known {
                value: Some(value.clone()),
                setting: None,
            },
            Said::Setting(name) => self.setting(name),
            Said::Name(name) if left > 0 => self.named(file, name, left),
            // A field is a constant where it is written as one: `settings.SECRET_KEY`.
            Said::Field(name) if left > 0 && is_constant(name) => self.named(file, name, left),
            Said::Field(name) => self.field(name, left),
            Said::Name(_) | Said::Unclear => Known::default(),
        }
    }

    fn named(&self, file: &SourceFile, name: &str, left: usize) -> Known {
        let of = |file: &'e SourceFile| {
            let constants = file.facts.constants.iter();
            constants
                .filter(|(known, _)| known == name)
                .map(move |(_, said)| (file, said))
        };
        let everywhere: Vec<(&SourceFile, &Said)> =
            self.sources.iter().flat_map(|file| of(file)).collect();
        let here: Vec<_> = everywhere
            .iter()
            .copied()
            .filter(|(known, _)| known.source == file.source)
            .collect();
        let candidates = if here.is_empty() && is_constant(name) {
            everywhere
        } else {
            here
        };
        let is_taken = !candidates.is_empty() || is_constant(name);
        let meanings = candidates
            .into_iter()
            .filter(|(_, said)| {
                !matches!(said, Said::Name(other) | Said::Field(other) if other == name)
            })
            .map(|(file, said)| self.within(file, said, left - 1));
        let meanings: Vec<Known> = meanings.collect();
        match meanings.as_slice() {
            // Taken out of an object: `const { tokenKey } = useRuntimeConfig()`.
            [] if is_taken => self.field(name, left),
            // A parameter is a field of nothing, and may still be named for what it holds.
            [] => self.namesake(name),
            // A name that stands for two things stands for neither.
            [first, rest @ ..] if rest.iter().all(|other| other == first) => first.clone(),
            _ => Known::default(),
        }
    }

    /// `settings.jwt_secret`, `config.jwtSecret`: a field that was given a setting, or is named for the one it holds.
    fn field(&self, name: &str, left: usize) -> Known {
        self.given(name, left)
            .unwrap_or_else(|| self.namesake(name))
    }

    /// What the source gives to the fields of a name; none where it is not one thing.
    fn given(&self, name: &str, left: usize) -> Option<Known> {
        let left = left.checked_sub(1)?;
        let mut meanings: Vec<Known> = Vec::new();
        for file in &self.sources {
            let own = file.facts.fields.iter().filter(|(field, _)| field == name);
            for (_, said) in own {
                let known = match said {
                    Said::Name(local) => self.local(file, local, left),
                    said => self.within(file, said, left),
                };
                meanings.push(known);
            }
        }
        let (first, rest) = meanings.split_first()?;
        let is_one = rest.iter().all(|other| other == first);
        Some(first.clone()).filter(|known| is_one && *known != Known::default())
    }

    /// A constant of the file itself.
    fn local(&self, file: &SourceFile, name: &str, left: usize) -> Known {
        let constants = file.facts.constants.iter();
        let mut own = constants.filter(|(known, _)| known == name);
        match (own.next(), own.next()) {
            (Some((_, said)), None) => self.within(file, said, left),
            _ => Known::default(),
        }
    }

    /// The setting whose name is that of a field, however it is written.
    fn namesake(&self, name: &str) -> Known {
        let squeezed = |name: &str| name.replace('_', "").to_ascii_uppercase();
        let wanted = squeezed(name);
        let names: BTreeSet<&str> = self
            .reads()
            .map(|read| read.name.as_str())
            .filter(|read| squeezed(read) == wanted)
            .collect();
        match names.len() {
            1 => names
                .first()
                .map(|name| self.setting(name))
                .unwrap_or_default(),
            _ => Known::default(),
        }
    }

    /// What a setting holds for this program.
    pub(super) fn setting(&self, name: &str) -> Known {
        let reads = || {
            self.reads()
                .filter(|read| read.name.eq_ignore_ascii_case(name))
        };
        let alias = || {
            let mut names = reads().flat_map(|read| &read.aliases);
            names.find_map(|alias| self.set(alias))
        };
        let set = self.set(name).or_else(alias);
        let set = set.map(|line| line.value.to_string());
        let fallbacks: BTreeSet<&str> = reads()
            .filter_map(|read| match &read.fallback {
                Fallback::Literal(value) => Some(value.as_str()),
                Fallback::Computed | Fallback::None | Fallback::Required => None,
            })
            .collect();
        // Files of two environments may both be here: then none of them counts.
        // Of several files of one of them, one counts.
        let mut services: Vec<&str> = Vec::new();
        let mut values: BTreeSet<&str> = BTreeSet::new();
        for (service, file) in &self.files {
            let Some(line) = super::line(file, name) else {
                continue;
            };
            if !services.contains(&service.name.as_str()) {
                services.push(&service.name);
                values.insert(&line.value);
            }
        }
        let one = values.len() < 2;
        let fallback = fallbacks
            .first()
            .filter(|_| fallbacks.len() == 1)
            .map(|value| (*value).to_owned());
        Known {
            value: if one { set.or(fallback) } else { None },
            setting: Some(name.to_owned()),
        }
    }
}
