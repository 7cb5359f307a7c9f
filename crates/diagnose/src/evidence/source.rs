//! Source files: which settings a program reads, and what its code says of tokens and calls.
//!
//! One text is read at a time, by its language's grammar; code that does not parse is read as far as it goes.

use super::{Document, Spot, without_secrets};
use std::sync::Arc;

mod go;
mod language;
mod python;
mod rust;
mod script;
mod tree;

pub(crate) use language::Language;

/// How much of a file is read, in bytes; what is longer is generated or packed.
const LARGEST: usize = 512 * 1024;

/// What one source file says.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// The file.
    pub(crate) source: Arc<str>,
    /// The service that it is part of.
    pub(crate) service: String,
    /// Its language.
    pub(crate) language: Language,
    /// What it says.
    pub(crate) facts: SourceFacts,
}

/// What source says, each fact with its place.
#[derive(Debug, Default)]
pub(crate) struct SourceFacts {
    /// Settings that are read, by name.
    pub(crate) reads: Vec<EnvRead>,
    /// Settings that are read under names that are made at run time.
    pub(crate) dynamic: Vec<DynamicRead>,
    /// Calls that load env files.
    pub(crate) loads: Vec<LoaderCall>,
    /// Secrets that are drawn at random when the program starts, each with the name it gets.
    pub(crate) drawn: Vec<(String, Spot)>,
    /// Places that set the Authorization header of every request of a shared client.
    pub(crate) authorises: Vec<Spot>,
    /// Calls of `fetch` or plain axios.
    pub(crate) calls: Vec<Call>,
}

/// A setting that is read.
#[derive(Clone, Debug)]
pub(crate) struct EnvRead {
    /// The name.
    pub(crate) name: String,
    /// What counts where it is not set.
    pub(crate) fallback: Fallback,
    /// Where.
    pub(crate) spot: Spot,
}

/// What counts where a setting is not made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Fallback {
    /// The program makes something up or goes another way.
    Computed,
    /// This text. Never shown: it may be a secret.
    Literal(String),
    /// Nothing is said: the value is then absent.
    None,
    /// The program fails.
    Required,
}

/// A name that is made at run time.
#[derive(Clone, Debug)]
pub(crate) struct DynamicRead {
    /// How it begins, as far as the source says: `JWT_SECRET_`; empty where it could be any name.
    pub(crate) prefix: String,
    /// Where.
    pub(crate) spot: Spot,
}

/// A call that loads an env file.
#[derive(Clone, Debug)]
pub(crate) struct LoaderCall {
    /// Which file.
    pub(crate) path: LoadedPath,
    /// Where it looks for a relative path.
    pub(crate) from: LooksIn,
    /// Where the call is.
    pub(crate) spot: Spot,
}

/// Which file a loader was told to load.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum LoadedPath {
    /// The usual one, `.env`.
    Default,
    /// This one.
    Literal(String),
    /// One whose path is worked out at run time.
    Unknown,
}

/// Where a loader looks for its file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LooksIn {
    /// The folder of the source file or the working folder, and every folder above.
    FoldersAbove,
    /// The folder that the program was started in.
    WorkingFolder,
}

/// A call over HTTP.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// What is called, as it is written.
    pub(crate) target: String,
    /// Whether the call, or something in its function's headers, has a credential.
    pub(crate) authorised: bool,
    /// Where.
    pub(crate) spot: Spot,
}

/// Reads one source file; none where it is of no language that is read, or too long.
pub(crate) fn read(document: &Document) -> Option<SourceFile> {
    let language = Language::of(document.file_name())?;
    if document.text.len() > LARGEST {
        return None;
    }
    let mut facts = SourceFacts::default();
    tree::look(&document.source(), &document.text, language, &mut facts);
    Some(SourceFile {
        source: document.source(),
        service: document
            .service
            .clone()
            .unwrap_or_else(|| "project".to_owned()),
        language,
        facts,
    })
}

/// Whether a name can be that of a setting: `JWT_SECRET`, not `key`.
fn is_setting_name(name: &str) -> bool {
    let shape = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.len() > 1
        && name.chars().all(shape)
        && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
}

/// Whether a name of a variable or setting is that of a secret which signs.
fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase().replace('-', "_");
    let squeezed = name.replace('_', "");
    let signs = [
        "JWTSECRET",
        "SECRETKEY",
        "AUTHSECRET",
        "SIGNINGKEY",
        "SIGNINGSECRET",
        "TOKENSECRET",
        "JWTKEY",
        "SESSIONSECRET",
    ];
    signs.iter().any(|part| squeezed.contains(part))
}

/// A line of source as it may be shown.
fn spot(source: &Arc<str>, line: usize, text: &str, mark: &str) -> Spot {
    let text = text.trim_end();
    let short: String = text.chars().take(160).collect();
    Spot::line(source, line, without_secrets(&short)).mark(mark)
}

#[cfg(test)]
mod tests;
