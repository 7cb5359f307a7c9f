//! Case folders out of a book of them: texts in which `«…»` stands for tokens, keys and times.
//!
//! A book is a file of cases. A case begins with `=== name`, then TOML (`stack`, `title`, `symptom`,
//! `tells`, `roots`, …), then its files, each under a line `--- file name`. Inside of files, the
//! innermost `«…»` is replaced first:
//!
//! | written | becomes |
//! |---|---|
//! | `«b64 x»`, `«b64url x»`, `«hex x»`, `«text x»` | a secret that is the same in every run |
//! | `«jws KEY {"alg":…} {claims}»` | a signed token; `@60` in it is the time and 60 seconds |
//! | `«jws-as ALG KEY {header} {claims}»` | the same, signed as another algorithm |
//! | `«jwe»` | something of an encrypted session's form |
//! | `«jwk KEY»`, `«pem KEY»` | the public half |
//! | `«at -60»`, `«iso -60»`, `«date -60»` | a time, as number, as in logs, as in HTTP |
//! | `«fill 4000»` | so many letters |
//!
//! `KEY` is `hs:secret` (with `\n` and `\s` for a newline and a blank), `rsa:a` to `rsa:c`, `ed:7`, each
//! with `#kid` behind it where the key has a name.

mod write;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// One case: the files of its folder by name, `case.toml` among them.
pub type Folder = BTreeMap<String, String>;

/// The cases of a book by name.
///
/// # Panics
/// If the book is not of the form above; the message says which case.
#[must_use]
pub fn read(book: &str) -> BTreeMap<String, Folder> {
    let mut cases = BTreeMap::new();
    for text in format!("\n{book}").split("\n=== ").skip(1) {
        let (name, rest) = text.split_once('\n').expect("a case has lines");
        let before = cases.insert(name.trim().to_owned(), folder(name.trim(), rest));
        assert!(before.is_none(), "{name} is there twice");
    }
    cases
}

/// The files of all books of a folder, each as `book/case/file` with its text.
///
/// # Panics
/// If a book cannot be read.
#[must_use]
pub fn files(books: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(books).expect("the folder of the books") {
        let path = entry.expect("a file of the folder").path();
        let book = path.file_stem().expect("a book has a name").to_owned();
        let text = fs::read_to_string(&path).expect("a book is text");
        for (case, folder) in read(&text) {
            for (file, text) in folder {
                files.insert(Path::new(&book).join(&case).join(file), text);
            }
        }
    }
    files
}

fn folder(name: &str, text: &str) -> Folder {
    let mut parts = text.split("\n--- ");
    let head = parts.next().expect("a split has a first part");
    let own: Option<i64> = value(head, "now").map(|now| now.parse().expect("now is a number"));
    let now = own.unwrap_or_else(|| 1_780_000_000 + i64::from(write::number_of(name) % 30_000_000));
    let mut files = Folder::new();
    for part in parts {
        let (file, body) = part.split_once('\n').unwrap_or((part, ""));
        let expanded = write::expand(name, body, now);
        let text = if file.trim_end() == "response.http" || file.trim_end() == "login.http" {
            write::with_headers(&expanded, now)
        } else {
            expanded
        };
        let text = format!("{}\n", text.trim_end_matches('\n'));
        files.insert(file.trim().to_owned(), text);
    }
    files.insert("case.toml".to_owned(), case_toml(name, head, now));
    files
}

fn case_toml(name: &str, head: &str, now: i64) -> String {
    let roots = value(head, "roots").unwrap_or("[]");
    let slugs: Vec<&str> = roots.split('"').skip(1).step_by(2).collect();
    let kind = match slugs.len() {
        0 => "healthy",
        1 => "single",
        _ => "compound",
    };
    assert!(
        value(head, "title").is_some() && value(head, "stack").is_some(),
        "{name} lacks its title or stack"
    );
    let mut out = format!("now = {now}\n");
    for line in head.lines().filter(|line| !line.trim().is_empty()) {
        let key = line.split_once(" = ").map_or("", |(key, _)| key);
        match key {
            "now" => {}
            "roots" => writeln!(out, "root_causes = {roots}").expect("a String takes all"),
            _ => writeln!(out, "{line}").expect("a String takes all"),
        }
    }
    let root = slugs.first().unwrap_or(&"none");
    writeln!(out, "root_cause = \"{root}\"\nkind = \"{kind}\"").expect("a String takes all");
    for (key, otherwise) in [("root_causes", "[]"), ("accept", "[]"), ("near", "[]")] {
        let written = if key == "root_causes" { "roots" } else { key };
        if value(head, written).is_none() {
            writeln!(out, "{key} = {otherwise}").expect("a String takes all");
        }
    }
    out
}

fn value<'t>(head: &'t str, key: &str) -> Option<&'t str> {
    head.lines()
        .filter_map(|line| line.split_once(" = "))
        .find_map(|(name, value)| (name == key).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = r#"=== one
stack = ["Express"]
title = "The secrets differ"
now = 1700000000
roots = ["secret-mismatch"]
--- backend.env
JWT_SECRET=«b64 one»
--- request.http
GET / HTTP/1.1
Authorization: Bearer «jws hs:«b64 two» {"alg":"HS256"} {"iat":@-60}»
--- response.http
HTTP/1.1 401 Unauthorized

{"a":1}
"#;

    #[test]
    fn a_case_is_a_folder_of_files_with_signed_tokens_and_full_answers() {
        let cases = read(BOOK);
        let case = &cases["one"];
        assert_eq!(case.len(), 4);
        assert!(case["case.toml"].contains("root_cause = \"secret-mismatch\"\nkind = \"single\""));
        assert_eq!(case["request.http"].matches('.').count(), 3);
        assert!(case["response.http"].contains("Date: Tue, 14 Nov 2023 22:13:20 GMT"));
        assert!(case["response.http"].contains("Content-Length: 7"));
    }

    #[test]
    fn the_generated_cases_are_those_of_the_books() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
        let wrong: Vec<PathBuf> = files(&root.join("book"))
            .into_iter()
            .filter(|(path, text)| {
                fs::read_to_string(root.join("generated").join(path))
                    .ok()
                    .as_ref()
                    != Some(text)
            })
            .map(|(path, _)| path)
            .collect();
        assert!(
            wrong.is_empty(),
            "run `cargo run -p countersign-testkit --bin cases`: {wrong:?}"
        );
    }

    #[test]
    fn a_book_gives_the_same_in_every_run() {
        assert_eq!(read(BOOK), read(BOOK));
    }

    #[test]
    #[should_panic(expected = "lacks its title")]
    fn a_case_without_title_is_refused() {
        let _ = read("=== x\nstack = []\n");
    }
}
