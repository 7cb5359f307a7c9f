//! The languages that are read.

/// A language with a grammar.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Language {
    /// Go.
    Go,
    /// Python.
    Python,
    /// Rust.
    Rust,
    /// JavaScript and TypeScript, with and without JSX.
    Script,
}

impl Language {
    /// The language of a file, by the end of its name.
    pub(crate) fn of(file_name: &str) -> Option<Self> {
        let (_, extension) = file_name.rsplit_once('.')?;
        match extension {
            "go" => Some(Self::Go),
            "py" => Some(Self::Python),
            "rs" => Some(Self::Rust),
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => Some(Self::Script),
            _ => None,
        }
    }

    /// Its grammar. That of TSX reads all of JavaScript and TypeScript but casts in angle brackets.
    pub(super) fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::Go => tree_sitter_go::LANGUAGE.into(),
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
            Self::Script => tree_sitter_typescript::LANGUAGE_TSX.into(),
        }
    }

    /// Words of which a file has at least one if it says anything that is looked for.
    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            Self::Go => &[
                "os.", "env", "Env", "viper", "jwt", "cors", "Cookie", "Listen", ".Run(",
            ],
            Self::Python => &[
                "environ",
                "getenv",
                "BaseSettings",
                "dotenv",
                "config(",
                "env(",
                "env.",
                "env_file",
                "secrets.",
                "urandom",
                "jwt",
                "ookie",
                "COOKIES",
                "CORS",
                "uvicorn",
                "app.run",
                "ALGORITHM",
                "AUDIENCE",
                "ISSUER",
            ],
            Self::Rust => &[
                "env",
                "Env",
                "dotenv",
                "Validation",
                "Header::",
                "Cors",
                "Cookie",
                "bind",
            ],
            Self::Script => &[
                "env",
                "Env",
                "onfig",
                "fetch",
                "axios",
                "uthorization",
                "randomBytes",
                "randomUUID",
                "jwt",
                "jose",
                "Jwt",
                "ookie",
                "cors",
                "listen",
                "://localhost",
                "://127.0.0.1",
            ],
        }
    }
}
