//! What settings are resolved from, already read: the edge between files and the pure core.

use std::path::PathBuf;

use countersign_diagnose::{Place, mask};
use countersign_verify::{Fingerprint, Source};
use zeroize::Zeroizing;

use super::names::{self, Visibility};

/// Everything that can set a setting.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Options of the command line: environment name and value.
    pub command_line: Vec<(String, String)>,
    /// The environment of the process.
    pub process: Vec<(String, String)>,
    /// Env files, whichever exist, of the working directory (depth 0) up to the repository root.
    pub env_files: Vec<EnvFile>,
    /// countersign.toml, if there is one.
    pub config: Option<TextFile>,
    /// The working directory, which relative paths are relative to.
    pub working_directory: PathBuf,
}

/// An env file.
#[derive(Clone, Debug)]
pub struct EnvFile {
    /// How many folders above the working directory.
    pub depth: usize,
    /// Its name: `.env.local`.
    pub name: String,
    /// The file.
    pub file: TextFile,
}

/// A file that was read, or the reason why it could not be.
#[derive(Clone)]
pub struct TextFile {
    /// The path, as messages show it.
    pub path: String,
    /// The text, or what the system said.
    pub text: Result<Zeroizing<String>, String>,
}

impl TextFile {
    /// A file with its text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: Ok(Zeroizing::new(text.into())),
        }
    }

    /// Line `line` (from 1) of the file.
    fn line(&self, line: usize) -> Option<&str> {
        let text = self.text.as_ref().ok()?;
        text.lines().nth(line.checked_sub(1)?)
    }
}

impl std::fmt::Debug for TextFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Inputs {
    /// The place of a value in a message: file, line and, where it can be shown, the text.
    #[must_use]
    pub fn place(&self, source: &Source, name: &str, label: &str) -> Place {
        let (Source::EnvFile { path, line } | Source::ConfigFile { path, line }) = source else {
            return Place::source(source.to_string());
        };
        let place = Place::file(path, *line);
        match self.text_of(path).and_then(|file| file.line(*line)) {
            Some(text) => shown_line(place, text, name, label),
            None => place,
        }
    }

    fn text_of(&self, path: &str) -> Option<&TextFile> {
        let env_files = self.env_files.iter().map(|env| &env.file);
        env_files.chain(&self.config).find(|file| file.path == path)
    }
}

/// The line with its value underlined, and hidden where the name is a secret's.
fn shown_line(place: Place, text: &str, name: &str, label: &str) -> Place {
    let Some((before, after)) = text.split_once('=') else {
        return place;
    };
    let blanks = after.len() - after.trim_start().len();
    let value = after.trim();
    let start = before.chars().count() + 1 + after[..blanks].chars().count();
    let range = start..start + value.chars().count();
    let hidden = names::find(name).is_none_or(|row| row.visibility != Visibility::Plain);
    if !hidden {
        return place.line(text).underline(range, label);
    }
    let bare = value.trim_matches(['"', '\'']);
    let shown = Fingerprint::of(bare.as_bytes()).to_string();
    let masked = mask(text, range, &shown);
    place
        .line(masked)
        .underline(start..start + shown.chars().count(), label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_diagnose::{Report, Style};
    use countersign_verify::Cause;

    fn shown(text: &str, name: &str) -> String {
        let inputs = Inputs {
            env_files: vec![EnvFile {
                depth: 0,
                name: ".env".into(),
                file: TextFile::new("app/.env", text),
            }],
            ..Inputs::default()
        };
        let source = Source::EnvFile {
            path: "app/.env".into(),
            line: 2,
        };
        let place = inputs.place(&source, name, "here");
        Report::error(Cause::SettingInvalid, "x")
            .at(place)
            .human(Style::Plain, 80)
    }

    #[test]
    fn the_value_is_underlined() {
        let text = shown("# x\nACCESS_TOKEN_TTL = soon\n", "ACCESS_TOKEN_TTL");
        assert!(text.contains("app/.env:2"), "{text}");
        assert!(text.contains("2 | ACCESS_TOKEN_TTL = soon"), "{text}");
        assert!(text.contains("                    ^^^^ here"), "{text}");
    }

    #[test]
    fn secrets_and_unknown_names_are_hidden() {
        for name in ["JWT_SECRET", "DATABASE_URL", "OTHER"] {
            let text = shown(&format!("\n{name}='hunter2'"), name);
            assert!(!text.contains("hunter2"), "{text}");
            assert!(text.contains("=sha256:f52fbd32"), "{text}");
        }
    }
}
