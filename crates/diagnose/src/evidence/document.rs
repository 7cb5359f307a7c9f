//! One file, and what kind of evidence it is.

use std::sync::Arc;

/// A file's name and its text. `Debug` shows the name alone: any file may hold secrets.
#[derive(Clone, PartialEq)]
pub struct Document {
    /// The name, as the user knows it, such as `backend.env` or `backend/.env`.
    pub name: String,
    /// The text.
    pub text: String,
    /// What it is, where whoever gave it said so; otherwise content and name tell.
    pub kind: Option<DocumentKind>,
    /// The service that an env file belongs to, where it was said; otherwise the name tells.
    pub service: Option<String>,
    /// Whether git keeps it, where that is known.
    pub tracked: bool,
}

impl Document {
    /// A file with its text.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            kind: None,
            service: None,
            tracked: false,
        }
    }

    /// Of this kind, whatever it looks like.
    #[must_use]
    pub const fn of_kind(mut self, kind: DocumentKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Settings of this service.
    #[must_use]
    pub fn of_service(mut self, service: impl Into<String>) -> Self {
        self.service = Some(service.into());
        self
    }

    /// Kept by git.
    #[must_use]
    pub const fn of_git(mut self) -> Self {
        self.tracked = true;
        self
    }

    /// The name to share among the spots of this document.
    pub(crate) fn source(&self) -> Arc<str> {
        Arc::from(self.name.as_str())
    }

    /// The last part of the name.
    pub(crate) fn file_name(&self) -> &str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name)
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({}, {} bytes)", self.name, self.text.len())
    }
}

/// What a document is evidence of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DocumentKind {
    /// `case.toml`: the time and the product names, nothing else of it.
    CaseSettings,
    /// A compose file.
    Compose,
    /// A database URL by itself.
    DatabaseUrl,
    /// `NAME=value` lines.
    EnvFile,
    /// A request, an answer, or both: raw HTTP, a curl command, a HAR file.
    Exchange,
    /// A JWK or JWK set.
    KeySet,
    /// How a program is started: an image's build file, a Procfile.
    Launch,
    /// Anything that programs wrote: logs, terminal sessions, stack traces.
    Log,
    /// The packages of a program with their versions.
    Packages,
    /// The configuration of a proxy or web server.
    Proxy,
    /// A secret by itself.
    SecretFile,
    /// The settings of one program in another form than lines: `application.yml`, `appsettings.json`.
    Settings,
    /// The source of a program: Python, JavaScript, TypeScript, Rust, Go.
    Source,
    /// A token by itself.
    Token,
    /// Rows of users.
    Users,
    /// None of these.
    Unknown,
}

impl DocumentKind {
    /// The kind of a document: by its content first, then by its name.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        if let Some(kind) = document.kind {
            return kind;
        }
        let name = document.file_name().to_ascii_lowercase();
        let text = document.text.trim_start_matches('\u{feff}').trim_start();
        if name == "case.toml" {
            return Self::CaseSettings;
        }
        if super::settings_file::is_settings(&name) {
            return Self::Settings;
        }
        let is_log = ["log", "logs"]
            .contains(&name.split(['.', '-', '_']).next().unwrap_or_default())
            || name.rsplit('.').next() == Some("log");
        if is_log && !text.starts_with('{') {
            // A terminal session that begins with a command is still a session.
            return Self::Log;
        }
        if super::source::Language::of(&name).is_some() && document.name.contains('/') {
            // What looks like a request or a configuration there is a text of the program.
            return Self::Source;
        }
        if name == "procfile" || name == "dockerfile" || name.starts_with("dockerfile.") {
            return Self::Launch;
        }
        if let Some(kind) = by_content(text) {
            return kind;
        }
        by_name(&name)
    }
}

fn by_content(text: &str) -> Option<DocumentKind> {
    let first = text.lines().next().unwrap_or_default();
    if text.starts_with('{') && (text.contains("\"kty\"") || text.contains("\"keys\"")) {
        return Some(DocumentKind::KeySet);
    }
    if text.starts_with('{') && text.contains("\"log\"") && text.contains("\"entries\"") {
        return Some(DocumentKind::Exchange);
    }
    if super::proxy::is_proxy(text) && !first.starts_with('{') && !text.contains("services:") {
        return Some(DocumentKind::Proxy);
    }
    if text.lines().any(|line| line.trim_end() == "kind: Secret") {
        return Some(DocumentKind::Log);
    }
    let is_request = first.contains(" HTTP/") && first.split(' ').count() >= 3;
    if is_request || first.starts_with("HTTP/") || super::http::is_command(text) {
        return Some(DocumentKind::Exchange);
    }
    None
}

fn by_name(name: &str) -> DocumentKind {
    let extension = name.rsplit('.').next().unwrap_or_default();
    if matches!(
        name,
        "compose.yaml" | "compose.yml" | "docker-compose.yaml" | "docker-compose.yml"
    ) {
        return DocumentKind::Compose;
    }
    if matches!(
        name,
        "requirements.txt"
            | "package.json"
            | "pyproject.toml"
            | "cargo.toml"
            | "go.mod"
            | "pipfile"
    ) {
        return DocumentKind::Packages;
    }
    if matches!(
        name,
        "nginx.conf" | "apache.conf" | "httpd.conf" | "caddyfile" | ".htaccess"
    ) {
        return DocumentKind::Proxy;
    }
    match (name, extension) {
        ("database_url.txt", _) => DocumentKind::DatabaseUrl,
        ("jwt_secret.txt", _) => DocumentKind::SecretFile,
        ("users.json", _) => DocumentKind::Users,
        ("jwks.json", _) => DocumentKind::KeySet,
        (_, "env") => DocumentKind::EnvFile,
        (_, "http" | "har") => DocumentKind::Exchange,
        (_, "log" | "txt") => DocumentKind::Log,
        _ if name.starts_with(".env") => DocumentKind::EnvFile,
        _ if super::source::Language::of(name).is_some() => DocumentKind::Source,
        _ => DocumentKind::Unknown,
    }
}
