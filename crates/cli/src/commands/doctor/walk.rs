//! Which files of a folder the doctor reads: all of a case, and of a project those that can be evidence.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use countersign_diagnose::{Document, DocumentKind};

/// Folders that hold what others wrote or what was built.
const SKIPPED: [&str; 16] = [
    ".cache",
    ".git",
    ".hg",
    ".next",
    ".nuxt",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "bower_components",
    "build",
    "dist",
    "node_modules",
    "target",
    "vendor",
    "venv",
];
/// How many entries of folders are looked at.
const MOST_ENTRIES: usize = 100_000;
/// How many files are read.
const MOST_FILES: usize = 1_000;
/// How many source files are read, beside the settings.
const MOST_SOURCES: usize = 20_000;
/// Folders whose files are no part of a service: what they set and read is for tests and for show.
const FOR_SHOW: [&str; 12] = [
    "__mocks__",
    "__tests__",
    "docs",
    "e2e",
    "example",
    "examples",
    "fixtures",
    "site-packages",
    "spec",
    "test",
    "testdata",
    "tests",
];
/// How deep folders are entered.
const DEEPEST: usize = 24;

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Each file under the name by which it is told, in the order of names.
    pub(super) files: Vec<(String, PathBuf)>,
    /// The source files in the same way; where the folder is one case there are none.
    pub(super) sources: Vec<(String, PathBuf)>,
    /// What was not looked at, in sentences.
    pub(super) left_out: Vec<String>,
}

/// The files to read of a folder.
///
/// # Errors
///
/// What the system says when the folder itself cannot be read.
pub(super) fn walk(root: &Path) -> io::Result<Found> {
    let mut found = Found::default();
    let top = entries(root)?;
    if is_case(&top) {
        // Within one case the folder's own name says nothing.
        let files = top.into_iter().filter(|entry| entry.path.is_file());
        found.files = files.map(|entry| (entry.name, entry.path)).collect();
        if found.files.len() > MOST_FILES {
            found.files.truncate(MOST_FILES);
            found.left_out.push(format!(
                "it has over {MOST_FILES} files; the rest was not read: give those of one failure"
            ));
        }
        return Ok(found);
    }
    Walk {
        root,
        found: &mut found,
        entries: 0,
        links: 0,
    }
    .project(top);
    Ok(found)
}

/// One entry of a folder.
struct Entry {
    name: String,
    path: PathBuf,
    is_folder: bool,
    is_link: bool,
    /// Whether it is a pipe, a socket or a device, which might never end or never begin.
    is_special: bool,
}

/// The entries in the order of their names; links are not followed.
fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)?.take(MOST_ENTRIES) {
        let entry = entry?;
        let kind = entry.file_type()?;
        entries.push(Entry {
            name: entry.file_name().to_string_lossy().into_owned(),
            path: entry.path(),
            is_folder: kind.is_dir(),
            is_link: kind.is_symlink(),
            is_special: !kind.is_dir() && !kind.is_file() && !kind.is_symlink(),
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Whether it is one case: it says so, or has nothing but evidence at its top.
fn is_case(top: &[Entry]) -> bool {
    let has_folders = top.iter().any(|entry| entry.is_folder);
    let says_so = top.iter().any(|entry| entry.name == "case.toml");
    says_so || (!has_folders && !top.is_empty() && top.iter().all(|one| is_evidence(&one.name)))
}

/// Whether a name is one of evidence; samples of settings are none.
fn is_evidence(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let sample = ["example", "sample", "template", "dist", "defaults"]
        .iter()
        .any(|word| lower.split(['.', '-', '_']).any(|part| part == *word));
    let kind = DocumentKind::of(&Document::new(lower.as_str(), ""));
    !sample && kind != DocumentKind::Unknown
}

/// Whether a project's file is worth reading: texts of any kind are, in a project, mostly not about it.
fn is_of_project(name: &str) -> bool {
    let is_text = Path::new(name)
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("txt"));
    let known = matches!(
        name,
        "requirements.txt" | "database_url.txt" | "jwt_secret.txt"
    );
    is_evidence(name) && (!is_text || known)
}

fn is_skipped(folder: &str) -> bool {
    SKIPPED.contains(&folder) || FOR_SHOW.contains(&folder)
}

struct Walk<'w> {
    root: &'w Path,
    found: &'w mut Found,
    entries: usize,
    links: usize,
}

impl Walk<'_> {
    fn project(&mut self, top: Vec<Entry>) {
        let mut open = vec![(top, 0)];
        while let Some((entries, depth)) = open.pop() {
            let mut below = Vec::new();
            for entry in entries {
                self.entries += 1;
                if entry.is_folder && !is_skipped(&entry.name) {
                    below.push(entry);
                } else if !entry.is_folder && is_of_project(&entry.name) {
                    self.file(entry);
                }
            }
            if self.is_full() {
                break;
            }
            if depth == DEEPEST && !below.is_empty() {
                self.say(format!("folders more than {DEEPEST} deep were not entered"));
                continue;
            }
            for folder in below.into_iter().rev() {
                match self::entries(&folder.path) {
                    // A case within a project shows what is wrong elsewhere.
                    Ok(inside) if inside.iter().any(|entry| entry.name == "case.toml") => {}
                    Ok(inside) => open.push((inside, depth + 1)),
                    Err(error) => {
                        let path = folder.path.display();
                        self.say(format!("{path} cannot be read: {error}"));
                    }
                }
            }
        }
        if self.links > 0 {
            let links = self.links;
            self.say(format!("{links} links were not followed"));
        }
        self.found.files.sort();
        self.found.sources.sort();
    }

    fn file(&mut self, entry: Entry) {
        if entry.is_link {
            self.links += 1;
            return;
        }
        if entry.is_special {
            self.say(format!(
                "{} is no regular file; it was not read",
                entry.name
            ));
            return;
        }
        let name = entry.path.strip_prefix(self.root).unwrap_or(&entry.path);
        let name = name.display().to_string();
        if DocumentKind::of(&Document::new(entry.name.as_str(), "")) != DocumentKind::Source {
            self.found.files.push((name, entry.path));
        } else if self.found.sources.len() < MOST_SOURCES {
            self.found.sources.push((name, entry.path));
        } else {
            self.say(format!("it has over {MOST_SOURCES} source files; the rest was not read: give the folder of one service"));
        }
    }

    /// Whether a bound is reached, which is said.
    fn is_full(&mut self) -> bool {
        if self.entries >= MOST_ENTRIES {
            self.say(format!("it has over {MOST_ENTRIES} files; the rest was not looked at: give the folder of one service"));
            return true;
        }
        if self.found.files.len() >= MOST_FILES {
            self.say(format!("it has over {MOST_FILES} files of settings; the rest was not read: give the folder of one service"));
            return true;
        }
        false
    }

    fn say(&mut self, text: String) {
        if !self.found.left_out.contains(&text) {
            self.found.left_out.push(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[&str]) -> (Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "A=1\n").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop.env")).unwrap();
        let found = walk(folder.path()).unwrap();
        let all = found.files.into_iter().chain(found.sources);
        let names = all.map(|(name, _)| name);
        (names.collect(), found.left_out)
    }

    #[test]
    fn of_a_project_the_settings_are_read_and_what_others_wrote_is_not() {
        let (found, left_out) = names(&[
            "backend/.env",
            "backend/.env.example",
            "backend/main.py",
            "backend/requirements.txt",
            "notes.txt",
            "frontend/.env.local",
            "frontend/node_modules/x/.env",
            "compose.yaml",
            "target/debug/.env",
            "backend/tests/.env",
            "cases/one/case.toml",
            "cases/one/backend.env",
            ".git/.env",
        ]);
        let expected = [
            "backend/.env",
            "backend/requirements.txt",
            "compose.yaml",
            "frontend/.env.local",
            "backend/main.py",
        ];
        assert_eq!(found, expected);
        assert_eq!(left_out, ["1 links were not followed"]);
    }

    #[test]
    fn of_a_case_everything_at_the_top_is_read() {
        let (found, _) = names(&["request.http", "frontend.env", "log.txt"]);
        assert_eq!(found, ["frontend.env", "log.txt", "request.http"]);
        let (found, _) = names(&["case.toml", "backend.env", "more/x.env"]);
        assert_eq!(found, ["backend.env", "case.toml"]);
    }

    #[test]
    fn a_case_of_too_many_files_is_read_in_part() {
        let many: Vec<String> = (0..=MOST_FILES)
            .map(|number| format!("{number}.env"))
            .collect();
        let folder = tempfile::tempdir().unwrap();
        for name in &many {
            fs::File::create(folder.path().join(name)).unwrap();
        }
        let found = walk(folder.path()).unwrap();
        assert_eq!(found.files.len(), MOST_FILES);
        assert!(
            found.left_out[0].contains("over 1000 files"),
            "{:?}",
            found.left_out
        );
    }

    #[test]
    fn depth_has_a_bound() {
        let deep = format!("{}/.env", vec!["d"; DEEPEST + 3].join("/"));
        let (found, left_out) = names(&[&deep, "a/.env"]);
        assert_eq!(found, ["a/.env"]);
        assert!(left_out.iter().any(|text| text.contains("deep")));
    }
}
