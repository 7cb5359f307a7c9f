//! A project's folders: which of them is a service, which env files are whose, and what reads them.

use super::loader::Loader;
use super::source::Language;
use super::{Document, DocumentKind};

/// What the manifests of a project say.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// The services with their folders; that of the root is empty.
    pub(crate) folders: Vec<(String, String)>,
    /// The services that are shown in browsers, by their packages.
    pub(crate) front_ends: Vec<String>,
    /// What loads the env files of a service, by its packages.
    pub(crate) loaders: Vec<(String, Loader)>,
    /// The env files that are mounted into containers, where the program reads them by itself.
    pub(super) mounted: Vec<String>,
}

/// Files that make their folder a service.
const MANIFESTS: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "pipfile",
    "cargo.toml",
    "go.mod",
];

/// Packages that load env files, in the words of manifests; those that decide come first.
const PACKAGES: &[(&str, &str, Loader)] = &[
    ("package.json", "\"next\"", Loader::NextEnv),
    ("package.json", "\"vite\"", Loader::Vite),
    ("package.json", "\"expo\"", Loader::DotenvExpand),
    ("package.json", "\"react-scripts\"", Loader::DotenvExpand),
    ("package.json", "\"dotenv-expand\"", Loader::DotenvExpand),
    ("package.json", "\"dotenv\"", Loader::Dotenv),
    ("", "pydantic-settings", Loader::PythonDotenv),
    ("", "pydantic_settings", Loader::PythonDotenv),
    ("", "python-decouple", Loader::Decouple),
    ("", "django-environ", Loader::DjangoEnviron),
    ("", "python-dotenv", Loader::PythonDotenv),
    ("cargo.toml", "dotenvy", Loader::Dotenvy),
    ("go.mod", "godotenv", Loader::Godotenv),
];

/// Packages of programs that are shown in browsers.
const BROWSERS: &[&str] = &[
    "\"next\"",
    "\"vite\"",
    "\"react-scripts\"",
    "\"@angular/core\"",
    "\"nuxt\"",
    "\"astro\"",
    "\"expo\"",
];

/// Middles of names of files that nothing loads: they show which names there are.
const SAMPLES: &[&str] = &[
    "example", "sample", "template", "dist", "defaults", "schema",
];

/// Middles of names of files that only tests load.
const TESTS: &[&str] = &["test", "testing", "ci", "e2e"];

/// Environments whose files are those of another deployment than the developer's own.
const DEPLOYED: &[&str] = &[
    "production",
    "prod",
    "staging",
    "stage",
    "preview",
    "qa",
    "uat",
];

/// Says of every document of a project which service it is part of, and leaves out what is for samples and tests.
///
/// Without source files there is no project: single files are whose their names say.
pub(super) fn assign(documents: &mut Vec<Document>) -> Layout {
    let is_source = |document: &Document| kind_of(document) == DocumentKind::Source;
    if !documents.iter().any(is_source) {
        return Layout::default();
    }
    documents.retain(|document| !is_of_tests(document.file_name()));
    let mut layout = Layout {
        folders: service_folders(documents),
        ..Layout::default()
    };
    for document in documents.iter() {
        layout.read_manifest(document);
    }
    let mut kept = Vec::new();
    for mut document in documents.drain(..) {
        let kind = kind_of(&document);
        let dotted = document.file_name().starts_with(".env");
        if let Some(service) = document
            .service
            .is_none()
            .then(|| layout.deployment(&document))
            .flatten()
        {
            document.service = Some(service);
        }
        if document.service.is_none()
            && (kind == DocumentKind::Source || (kind == DocumentKind::EnvFile && dotted))
        {
            let service = layout.service_of(&document.name).to_owned();
            if dotted && !Layout::keep(&mut document, &service) {
                continue;
            }
            document.service.get_or_insert(service);
        }
        kept.push(document);
    }
    *documents = kept;
    layout
}

fn kind_of(document: &Document) -> DocumentKind {
    DocumentKind::of(document)
}

/// The folder of a path, empty for the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path is in a folder or below it.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// A relative path, seen from a folder; none where it leads out of the project.
pub(crate) fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folders with a manifest or an env file, and the root.
fn service_folders(documents: &[Document]) -> Vec<(String, String)> {
    let has_own = |document: &&Document| {
        let file = document.file_name().to_ascii_lowercase();
        MANIFESTS.contains(&file.as_str()) || file == ".env" || file == ".env.local"
    };
    let mut folders: Vec<&str> = documents
        .iter()
        .filter(has_own)
        .map(|document| folder_of(&document.name))
        .collect();
    folders.push("");
    folders.sort_unstable();
    folders.dedup();
    let last = |folder: &str| folder.rsplit('/').next().unwrap_or_default().to_owned();
    let name = |folder: &str| match last(folder) {
        name if name.is_empty() => "project".to_owned(),
        name if folders.iter().filter(|other| last(other) == name).count() > 1 => folder.to_owned(),
        name => name,
    };
    folders
        .iter()
        .map(|folder| (name(folder), (*folder).to_owned()))
        .collect()
}

/// Whether a folder is named for what it configures with.
fn has_settings_alone(folder: &str) -> bool {
    let last = folder.rsplit('/').next().unwrap_or_default();
    matches!(
        last,
        "config"
            | "configs"
            | "env"
            | "envs"
            | "environments"
            | "deploy"
            | "deployment"
            | "secrets"
    )
}

fn is_of_tests(file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    Language::of(&file).is_some()
        && (file.contains(".test.")
            || file.contains(".spec.")
            || file.contains(".stories.")
            || file.contains("_test.")
            || file.starts_with("test_")
            || file.starts_with("conftest."))
}

/// The loaders that a manifest names: in its scripts, and among the packages that it lists.
pub(super) fn packaged(document: &Document) -> impl Iterator<Item = Loader> {
    let file = document.file_name().to_ascii_lowercase();
    let is_script = |line: &&str| line.contains("--env-file") || line.contains("dotenv/config");
    let scripts = document
        .text
        .lines()
        .filter(is_script)
        .filter_map(Loader::named);
    let of_file = PACKAGES.iter().filter(move |(of, package, _)| {
        let python =
            of.is_empty() && !matches!(file.as_str(), "package.json" | "cargo.toml" | "go.mod");
        (python || *of == file) && document.text.contains(package)
    });
    scripts.chain(of_file.map(|(_, _, loader)| *loader))
}

impl Layout {
    /// The service that a path is part of: that of the nearest folder above.
    fn service_of(&self, path: &str) -> &str {
        let around = self
            .folders
            .iter()
            .filter(|(_, folder)| is_below(path, folder));
        around
            .max_by_key(|(_, folder)| folder.len())
            .map_or("project", |(name, _)| name)
    }

    /// The folder of a service.
    pub(crate) fn folder(&self, service: &str) -> Option<&str> {
        self.folders
            .iter()
            .find(|(name, _)| name == service)
            .map(|(_, folder)| folder.as_str())
    }

    fn read_manifest(&mut self, document: &Document) {
        let file = document.file_name().to_ascii_lowercase();
        if !MANIFESTS.contains(&file.as_str()) {
            return;
        }
        let shown = file == "package.json"
            && BROWSERS
                .iter()
                .any(|package| document.text.contains(package));
        if shown {
            let service = self.service_of(&document.name).to_owned();
            self.front_ends.push(service);
        }
        if let Some(loader) = packaged(document).next() {
            let service = self.service_of(&document.name).to_owned();
            self.loaders.push((service, loader));
        }
    }

    /// `config/staging.env` is of the staging deployment of whatever is around `config`.
    fn deployment(&self, document: &Document) -> Option<String> {
        let stem = document.file_name().to_ascii_lowercase();
        let stem = stem
            .strip_suffix(".env")
            .filter(|stem| DEPLOYED.contains(stem))?;
        let folder = folder_of(&document.name);
        let around = if has_settings_alone(folder) {
            folder_of(folder)
        } else {
            folder
        };
        let service = self
            .service_of(format!("{around}/x").trim_start_matches('/'))
            .to_owned();
        Some(format!("{service}.{stem}"))
    }

    /// Whether an env file counts; one of a deployed environment is of a service of its own.
    fn keep(document: &mut Document, service: &str) -> bool {
        let middle = document
            .file_name()
            .trim_start_matches(".env")
            .trim_start_matches('.')
            .to_ascii_lowercase();
        let words: Vec<&str> = middle.split(['.', '-', '_']).collect();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
        if has(SAMPLES) {
            return false;
        }
        if let Some(environment) = words.iter().find(|word| DEPLOYED.contains(word)) {
            document.service = Some(format!("{service}.{environment}"));
        }
        !has(TESTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assigned(names: &[&str]) -> Vec<(String, String)> {
        let mut documents: Vec<Document> = names
            .iter()
            .map(|name| Document::new(*name, "A=1\n"))
            .collect();
        assign(&mut documents);
        documents
            .into_iter()
            .filter_map(|document| Some((document.name, document.service?)))
            .collect()
    }

    #[test]
    fn files_belong_to_the_nearest_manifest() {
        let found = assigned(&[
            "package.json",
            "apps/web/package.json",
            "apps/web/src/a.ts",
            "apps/web/.env.local",
            "api/pyproject.toml",
            "api/core/a.py",
            ".env",
            "x.py",
        ]);
        let of = |name: &str| {
            found
                .iter()
                .find(|(file, _)| file == name)
                .map(|(_, service)| service.as_str())
        };
        assert_eq!(of("apps/web/src/a.ts"), Some("web"));
        assert_eq!(of("apps/web/.env.local"), Some("web"));
        assert_eq!(of("api/core/a.py"), Some("api"));
        assert_eq!(of(".env"), Some("project"));
        assert_eq!(of("x.py"), Some("project"));
    }

    #[test]
    fn folders_of_one_name_are_told_apart() {
        let found = assigned(&["a/api/go.mod", "b/api/go.mod", "a/api/x.go", "b/api/x.go"]);
        assert_eq!(
            found
                .iter()
                .map(|(_, service)| service.as_str())
                .collect::<Vec<_>>(),
            ["a/api", "b/api"]
        );
    }

    #[test]
    fn samples_and_tests_are_left_out_and_environments_stand_alone() {
        let found = assigned(&[
            "api/a.py",
            "api/.env",
            "api/.env.example",
            "api/.env.test",
            "api/.env.production",
            "api/test_a.py",
        ]);
        let services: Vec<&str> = found.iter().map(|(_, service)| service.as_str()).collect();
        assert_eq!(services, ["api", "api", "api.production"]);
    }

    #[test]
    fn without_sources_nothing_changes() {
        assert!(assigned(&["backend.env", "frontend/.env", ".env.example"]).is_empty());
    }

    #[test]
    fn paths_are_seen_from_their_folder() {
        assert_eq!(resolve("api/core", "../.env").as_deref(), Some("api/.env"));
        assert_eq!(resolve("", "./.env").as_deref(), Some(".env"));
        assert_eq!(resolve("", "../.env"), None);
        assert_eq!(resolve("api", "/etc/app.env"), None);
    }
}
