//! What each loader makes of an env file: one text, many readings.
//!
//! The readers follow the behaviour of the real packages, quirks included; what those made of a table of odd
//! lines is kept in `tests/data/env-loaders.json`.

mod compose;
mod cursor;
mod docker;
mod dotenvy;
mod expand;
mod named;
mod node;
mod php;
mod python;
mod ruby;
mod shell;
mod systemd;

use super::tongue::Tongue;
pub(crate) use compose::interpolate;
use zeroize::Zeroizing;

/// A program or package that reads env files.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Loader {
    /// `env_file:` of compose v2, and the `.env` beside a compose file.
    Compose,
    /// python-decouple.
    Decouple,
    /// django-environ.
    DjangoEnviron,
    /// `docker run --env-file`, and others that take each line as it is: `kubectl --from-env-file`.
    Docker,
    /// dotenv of npm, 14 and newer.
    Dotenv,
    /// dotenv with dotenv-expand.
    DotenvExpand,
    /// dotenvy of Rust.
    Dotenvy,
    /// godotenv.
    Godotenv,
    /// @next/env.
    NextEnv,
    /// Node's own `--env-file`.
    Node,
    /// phpdotenv, and Laravel with it.
    Phpdotenv,
    /// python-dotenv, and pydantic-settings with it.
    PythonDotenv,
    /// dotenv of Ruby, and dotenv-rails.
    RubyDotenv,
    /// `source` of a shell, with `set -a` or `export`.
    Shell,
    /// `EnvironmentFile=` of systemd.
    Systemd,
    /// Vite.
    Vite,
}

/// A name with its value, as a loader has it.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Assignment {
    /// The name.
    pub(crate) name: String,
    /// The value.
    pub(crate) value: Zeroizing<String>,
    /// The line of the name, from 1.
    pub(crate) line: usize,
}

/// What a loader makes of a file.
#[derive(Clone, Default)]
pub(crate) struct Reading {
    /// Names and values in the file's order; of two of one name, see [`Loader::first_counts`].
    pub(crate) assignments: Vec<Assignment>,
    /// The line at which the loader gives the file up, if it does: it then sets nothing, or nothing more.
    pub(crate) refused_at: Option<usize>,
}

/// Values from outside the file: the process environment, files that were read before.
pub(crate) type Outer<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Loader {
    /// Every loader, in no order.
    pub(crate) const ALL: [Self; 16] = [
        Self::Compose,
        Self::Decouple,
        Self::DjangoEnviron,
        Self::Docker,
        Self::Dotenv,
        Self::DotenvExpand,
        Self::Dotenvy,
        Self::Godotenv,
        Self::NextEnv,
        Self::Node,
        Self::Phpdotenv,
        Self::PythonDotenv,
        Self::RubyDotenv,
        Self::Shell,
        Self::Systemd,
        Self::Vite,
    ];

    /// What it is called in sentences.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Compose => "docker compose",
            Self::Decouple => "python-decouple",
            Self::DjangoEnviron => "django-environ",
            Self::Docker => "docker --env-file",
            Self::Dotenv => "dotenv",
            Self::DotenvExpand => "dotenv-expand",
            Self::Dotenvy => "dotenvy",
            Self::Godotenv => "godotenv",
            Self::NextEnv => "@next/env",
            Self::Node => "node --env-file",
            Self::Phpdotenv => "phpdotenv",
            Self::PythonDotenv => "python-dotenv",
            Self::RubyDotenv => "dotenv of Ruby",
            Self::Shell => "the shell",
            Self::Systemd => "systemd",
            Self::Vite => "Vite",
        }
    }

    /// The language of the programs that it is a package of; none for those that start programs of any language.
    pub(crate) const fn tongue(self) -> Option<Tongue> {
        Some(match self {
            Self::Decouple | Self::DjangoEnviron | Self::PythonDotenv => Tongue::Python,
            Self::Dotenv | Self::DotenvExpand | Self::NextEnv | Self::Node | Self::Vite => {
                Tongue::JavaScript
            }
            Self::Dotenvy => Tongue::Rust,
            Self::Godotenv => Tongue::Go,
            Self::Phpdotenv => Tongue::Php,
            Self::RubyDotenv => Tongue::Ruby,
            Self::Compose | Self::Docker | Self::Shell | Self::Systemd => return None,
        })
    }

    /// Whether the first of two lines of one name counts, and not the last.
    pub(crate) const fn first_counts(self) -> bool {
        matches!(self, Self::Dotenvy)
    }

    /// Reads a file.
    pub(crate) fn read(self, text: &str, outer: Outer<'_>) -> Reading {
        match self {
            Self::Compose => compose::read(text, outer),
            Self::Decouple => python::decouple(text),
            Self::DjangoEnviron => python::django_environ(text),
            Self::Docker => docker::read(text, outer),
            Self::Dotenv => node::dotenv(text),
            Self::DotenvExpand => expand::dotenv_expand(node::dotenv(text), outer),
            Self::Dotenvy => dotenvy::read(text, outer),
            Self::Godotenv => compose::godotenv(text),
            Self::NextEnv => expand::next(node::dotenv(text), outer),
            Self::Node => node::parse_env(text),
            Self::Phpdotenv => php::read(text, outer),
            Self::PythonDotenv => python::dotenv(text, outer),
            Self::RubyDotenv => ruby::read(text, outer),
            Self::Shell => shell::read(text, outer),
            Self::Systemd => systemd::read(text),
            Self::Vite => expand::dotenv_expand(node::parse_env(text), outer),
        }
    }
}

impl Reading {
    fn set(&mut self, name: impl Into<String>, value: impl Into<String>, line: usize) {
        self.assignments.push(Assignment {
            name: name.into(),
            value: Zeroizing::new(value.into()),
            line,
        });
    }

    /// The value of the last line of a name.
    fn last(&self, name: &str) -> Option<&str> {
        let found = self.assignments.iter().rev().find(|set| set.name == name);
        found.map(|set| set.value.as_str())
    }

    fn refuse(&mut self, line: usize) {
        self.refused_at.get_or_insert(line);
    }
}

#[cfg(test)]
mod tests;
