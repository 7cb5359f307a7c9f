//! Source files: which settings a program reads, and what its code says of tokens and calls.
//!
//! One text is read at a time, by its language's grammar; code that does not parse is read as far as it goes.

use super::{Document, Spot, without_secrets};
use std::collections::HashSet;
use std::sync::Arc;

mod go;
mod language;
mod paths;
pub(crate) mod policy;
pub(crate) mod prefixed;
mod python;
mod rust;
pub(crate) mod said;
mod script;
mod tree;
pub(crate) mod wrappers;

pub(crate) use language::Language;
use policy::{CookieUse, CorsRule, Listen, TokenUse};
use prefixed::Member;
use said::Said;
use wrappers::{Calls, Wrapper};

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
    /// Paths that are asked through a client: `client.get("/sessions")`.
    pub(crate) client_paths: Vec<String>,
    /// Addresses of this machine that are written out.
    pub(crate) addresses: Vec<String>,
    /// Calls that make or check tokens.
    pub(crate) tokens: Vec<TokenUse>,
    /// Cookies that are written or read.
    pub(crate) cookies: Vec<CookieUse>,
    /// Origins that are allowed.
    pub(crate) cors: Vec<CorsRule>,
    /// Ports that are listened on.
    pub(crate) listens: Vec<Listen>,
    /// Calls that take cookies along to other origins.
    pub(crate) includes: Vec<Spot>,
    /// Hosts that the program takes for production.
    pub(crate) production_hosts: Vec<(String, Spot)>,
    /// Words in the shape of settings' names, wherever they stand.
    pub(crate) words: HashSet<String>,
    /// Which of the words that rules ask for it has.
    pub(crate) mentions: Vec<&'static str>,
    /// Whether the program takes in whatever is set.
    pub(crate) reads_all: bool,
    /// What names stand for that are given a value once.
    pub(crate) constants: Vec<(String, Said)>,
    /// Which settings fields hold: `jwt_secret: env::var("TOKEN_SECRET")?`.
    pub(crate) fields: Vec<(String, Said)>,
    /// Settings that are bound to fields under a prefix.
    pub(crate) members: Vec<Member>,
    /// Prefixes of the settings that are bound.
    pub(crate) prefixes: Vec<String>,
    /// Calls with names of settings.
    pub(crate) calls_by_name: Calls,
}

/// How many constants of one file are kept.
const MOST_CONSTANTS: usize = 2_000;

impl SourceFacts {
    /// A name is given a value.
    fn constant(&mut self, name: &str, value: Said) {
        if value != Said::Unclear && self.constants.len() < MOST_CONSTANTS {
            self.constants.push((name.to_owned(), value));
        }
    }

    /// A field is given a value; only what comes from a setting is of use.
    fn field(&mut self, name: &str, value: Said) {
        let is_known = matches!(value, Said::Setting(_)) || value == Said::Name(name.to_owned());
        if is_known && self.fields.len() < MOST_CONSTANTS {
            self.fields.push((name.to_owned(), value));
        }
    }
}

/// A setting that is read.
#[derive(Clone, Debug)]
pub(crate) struct EnvRead {
    /// The name.
    pub(crate) name: String,
    /// What counts where it is not set.
    pub(crate) fallback: Fallback,
    /// Other names under which it may be set as well.
    pub(crate) aliases: Vec<String>,
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
    /// The function whose parameter is the name.
    pub(crate) within: Option<Wrapper>,
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
    /// This one, below the folder of the package.
    Package(String),
    /// This one of the project, wherever the program is started.
    Project(String),
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
    /// Whether what it has for a credential is a key of a Supabase project.
    pub(crate) with_project_key: bool,
    /// Where.
    pub(crate) spot: Spot,
}

/// Reads one source file; none where it is of no language that is read, or too long.
pub(crate) fn read(document: &Document) -> Option<SourceFile> {
    let language = Language::of(document.file_name())?;
    if document.text.len() > LARGEST {
        return None;
    }
    let mut facts = SourceFacts {
        words: words(&document.text),
        mentions: MENTIONS
            .iter()
            .copied()
            .filter(|words| document.text.contains(words))
            .collect(),
        reads_all: READS_ALL.iter().any(|words| document.text.contains(words)),
        ..SourceFacts::default()
    };
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

/// What programs are written with that bind whatever is set to fields of their own names.
const READS_ALL: &[&str] = &[
    "AutomaticEnv",
    "envconfig",
    "envy::",
    "figment",
    "config::Environment",
    "Environment::with_prefix",
    "env_nested_delimiter",
];

/// Words of which rules ask whether a program has them at all.
const MENTIONS: &[&str] = &[
    "create_async_engine(",
    "asyncpg.create_pool(",
    "asyncpg.connect(",
    "statement_cache_size",
    ".signAsync(",
    ".jwtSign(",
    "jwt.sign(",
    "jwtService.sign(",
    "jwtService.signAsync(",
    ".verifyAsync(",
    ".jwtVerify(",
    "jwt.verify(",
    "jwtService.verify(",
    "jwtService.verifyAsync(",
    "HTTPBearer",
    "OAuth2PasswordBearer",
    "fromAuthHeaderAsBearerToken",
    "JWTAuthentication",
    "uthorization",
];

/// The words of a text that may be names of settings.
fn words(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words
        .filter(|word| word.len() > 2 && is_setting_name(word))
        .take(MOST_CONSTANTS)
        .map(str::to_owned)
        .collect()
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
