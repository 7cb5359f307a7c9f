//! `bundle.json`: what each file of a bundle is, so that it is read again as the original was.

use crate::evidence::{Document, DocumentKind, Moment};
use serde_json::{Value, json};

/// The name of the file.
const NAME: &str = "bundle.json";

/// The names of the kinds.
const KINDS: [(&str, DocumentKind); 16] = [
    ("case-settings", DocumentKind::CaseSettings),
    ("compose", DocumentKind::Compose),
    ("database-url", DocumentKind::DatabaseUrl),
    ("env-file", DocumentKind::EnvFile),
    ("exchange", DocumentKind::Exchange),
    ("key-set", DocumentKind::KeySet),
    ("launch", DocumentKind::Launch),
    ("log", DocumentKind::Log),
    ("packages", DocumentKind::Packages),
    ("proxy", DocumentKind::Proxy),
    ("secret-file", DocumentKind::SecretFile),
    ("settings", DocumentKind::Settings),
    ("source", DocumentKind::Source),
    ("token", DocumentKind::Token),
    ("users", DocumentKind::Users),
    ("unknown", DocumentKind::Unknown),
];

/// What a bundle says of its files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// When it failed, and when the bundle was asked for.
    pub moment: Moment,
    /// Each file with an empty text, in the order in which they are read.
    pub files: Vec<Document>,
}

impl Manifest {
    /// The name of the file of a bundle that says what the others are.
    pub const FILE: &'static str = NAME;

    /// Of these documents, which are files of their names.
    #[must_use]
    pub fn of(documents: &[Document], moment: Moment) -> Self {
        let files = documents.iter().map(|document| Document {
            text: String::new(),
            ..document.clone()
        });
        Self {
            moment,
            files: files.collect(),
        }
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let files = self.files.iter().map(|file| {
            let kind = file
                .kind
                .and_then(|kind| KINDS.iter().find(|(_, one)| *one == kind));
            json!({
                "name": file.name,
                "kind": kind.map(|(name, _)| *name),
                "service": file.service,
                "tracked": file.tracked,
            })
        });
        let json = json!({
            "bundle": 1,
            "now": self.moment.failed_at,
            "asked_at": self.moment.asked_at,
            "files": files.collect::<Vec<_>>(),
        });
        format!("{json:#}\n")
    }

    /// Reads the text; none where it is of no bundle, or names a file that is not within its folder.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        if json.get("bundle")? != 1 {
            return None;
        }
        let files = json.get("files")?.as_array()?.iter().map(|file| {
            let text = |name| file.get(name).and_then(Value::as_str);
            let name = text("name").filter(|name| is_within(name))?;
            let mut document = Document::new(name, "");
            document.kind = text("kind")
                .and_then(|kind| KINDS.iter().find(|(name, _)| *name == kind))
                .map(|(_, kind)| *kind);
            document.service = text("service").map(str::to_owned);
            document.tracked = file.get("tracked") == Some(&Value::Bool(true));
            Some(document)
        });
        Some(Self {
            moment: Moment {
                failed_at: json.get("now").and_then(Value::as_i64),
                asked_at: json.get("asked_at").and_then(Value::as_i64),
            },
            files: files.collect::<Option<_>>()?,
        })
    }
}

/// Whether a name is that of a file in the folder or below it.
fn is_within(name: &str) -> bool {
    !name.contains(['\\', '\0', ':'])
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// A name of that kind for a document, from whichever path or option it came; one that is not taken.
pub(super) fn file_name(name: &str, taken: &[String]) -> String {
    let name = match name {
        "standard input" => "request.txt",
        "--token" => "token.txt",
        "--database-url" => "database_url.txt",
        name if name.contains("://") => "jwks.json",
        name => name,
    };
    let parts: Vec<&str> = name
        .split(['/', '\\'])
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    let outside = name.starts_with(['/', '\\']) || name.contains("..");
    let home = parts
        .iter()
        .rposition(|part| matches!(*part, "home" | "Users"));
    // Of a path from outside the last folder says which service it is of.
    let first = match home {
        _ if !outside => 0,
        Some(at) if at + 3 >= parts.len() => parts.len().saturating_sub(1),
        _ => parts.len().saturating_sub(2),
    };
    let short = parts.get(first..).unwrap_or_default().join("/");
    let short = short.replace([':', '\0'], "_");
    let own = ["README.md", NAME, ""];
    let free = |name: &String| !own.contains(&name.as_str()) && !taken.contains(name);
    let numbered = (2..).map(|number| match short.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/{number}/{file}"),
        None => format!("{number}/{short}"),
    });
    std::iter::once(short.clone())
        .chain(numbered)
        .find(free)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let documents = [
            Document::new("api/.env", "A=1")
                .of_kind(DocumentKind::EnvFile)
                .of_service("api")
                .of_git(),
            Document::new("log.txt", "x"),
        ];
        let moment = Moment {
            failed_at: Some(7),
            asked_at: Some(8),
        };
        let manifest = Manifest::of(&documents, moment);
        assert_eq!(Manifest::read(&manifest.text()).as_ref(), Some(&manifest));
        assert!(manifest.files.iter().all(|file| file.text.is_empty()));
    }

    #[test]
    fn files_outside_of_the_folder_are_not_read() {
        for name in ["../x", "/etc/passwd", "a/../../b", "", "c:\\x"] {
            let text = json!({"bundle": 1, "files": [{"name": name}]}).to_string();
            assert_eq!(Manifest::read(&text), None, "{name}");
        }
        assert_eq!(Manifest::read("{\"files\": []}"), None);
    }

    #[test]
    fn names_stay_within_the_folder_and_apart() {
        for (name, short) in [
            ("backend/.env", "backend/.env"),
            ("/srv/app/backend/.env", "backend/.env"),
            ("/home/ann/.env", ".env"),
            ("../web/.env.local", "web/.env.local"),
            ("./x.log", "x.log"),
            ("--token", "token.txt"),
            ("https://id.example/keys", "jwks.json"),
        ] {
            assert_eq!(file_name(name, &[]), short);
        }
        assert_eq!(file_name("a/x", &["a/x".to_owned()]), "a/2/x");
        assert_eq!(file_name("README.md", &[]), "2/README.md");
    }
}
