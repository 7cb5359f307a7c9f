//! Named values together with where each came from.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// Where a setting's value came from.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Source {
    /// An option of the command line.
    CommandLine,
    /// A configuration file, such as `countersign.toml`.
    ConfigFile {
        /// The file, as it was found.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// Nobody set it: the built-in default.
    Default,
    /// An env file.
    EnvFile {
        /// The file, as it was found.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// Made by Countersign and kept.
    Generated {
        /// The file it is kept in.
        path: String,
    },
    /// The environment of the process.
    Process,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::ConfigFile { path, line } | Self::EnvFile { path, line } => {
                write!(f, "{path}:{line}")
            }
            Self::Default => f.write_str("default"),
            Self::Generated { path } => write!(f, "{path} (generated)"),
            Self::Process => f.write_str("process environment"),
        }
    }
}

/// One value and its source. `Debug` shows the source alone: any value may be a secret.
#[derive(Clone)]
pub struct Setting {
    /// The value, as text.
    pub value: Zeroizing<String>,
    /// Where it came from.
    pub source: Source,
}

impl Setting {
    /// A value with its source.
    #[must_use]
    pub fn new(value: impl Into<String>, source: Source) -> Self {
        Self {
            value: Zeroizing::new(value.into()),
            source,
        }
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// Every value of every name, highest precedence first.
///
/// ```
/// use countersign_verify::{Setting, Source, Variables};
///
/// let mut variables = Variables::default();
/// variables.insert_layer([("PORT".to_owned(), Setting::new("1", Source::Process))]);
/// variables.insert_layer([("PORT".to_owned(), Setting::new("2", Source::Default))]);
/// assert_eq!(variables.first("PORT").map(|setting| setting.value.as_str()), Some("1"));
/// assert_eq!(variables.all("PORT").len(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Variables(BTreeMap<String, Vec<Setting>>);

impl Variables {
    /// Adds a layer below all that are there: call it from the highest precedence to the lowest.
    ///
    /// Within one layer a later entry of the same name wins over an earlier one, as in env files.
    pub fn insert_layer(&mut self, layer: impl IntoIterator<Item = (String, Setting)>) {
        let mut of_layer: BTreeMap<String, Vec<Setting>> = BTreeMap::new();
        for (name, setting) in layer {
            of_layer.entry(name).or_default().insert(0, setting);
        }
        for (name, settings) in of_layer {
            self.0.entry(name).or_default().extend(settings);
        }
    }

    /// The value that counts, even if it is empty.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Setting> {
        self.all(name).first()
    }

    /// Every value of `name`, highest precedence first.
    #[must_use]
    pub fn all(&self, name: &str) -> &[Setting] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every name that has a value, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(line: usize) -> Source {
        Source::EnvFile {
            path: "backend/.env.local".to_owned(),
            line,
        }
    }

    #[test]
    fn a_higher_layer_wins_and_the_lower_is_kept() {
        let mut variables = Variables::default();
        variables.insert_layer([("A".to_owned(), Setting::new("process", Source::Process))]);
        variables.insert_layer([
            ("A".to_owned(), Setting::new("file", file(1))),
            ("B".to_owned(), Setting::new("", file(2))),
        ]);
        let values: Vec<_> = variables
            .all("A")
            .iter()
            .map(|s| s.value.as_str())
            .collect();
        assert_eq!(values, ["process", "file"]);
        assert_eq!(variables.first("B").map(|s| s.value.as_str()), Some(""));
        assert!(variables.first("C").is_none());
        assert_eq!(variables.names().collect::<Vec<_>>(), ["A", "B"]);
    }

    #[test]
    fn within_a_layer_the_last_entry_wins() {
        let mut variables = Variables::default();
        variables.insert_layer([
            ("A".to_owned(), Setting::new("first", file(1))),
            ("A".to_owned(), Setting::new("second", file(2))),
        ]);
        let lines: Vec<_> = variables
            .all("A")
            .iter()
            .map(|s| s.source.to_string())
            .collect();
        assert_eq!(lines, ["backend/.env.local:2", "backend/.env.local:1"]);
    }

    #[test]
    fn debug_shows_no_value() {
        let mut variables = Variables::default();
        variables.insert_layer([("S".to_owned(), Setting::new("top-secret", Source::Process))]);
        let shown = format!("{variables:?}");
        assert!(
            shown.contains("Process") && !shown.contains("top-secret"),
            "{shown}"
        );
    }

    #[test]
    fn sources_read_well() {
        assert_eq!(file(3).to_string(), "backend/.env.local:3");
        let generated = Source::Generated {
            path: "data/secret".to_owned(),
        };
        assert_eq!(generated.to_string(), "data/secret (generated)");
        assert_eq!(Source::Process.to_string(), "process environment");
    }
}
