//! Case folders of the doctor's test bed: what it may see of them, and whether it was right.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// One folder with a `case.toml`.
#[derive(Clone, Debug)]
pub struct CaseFolder {
    /// The folder's name.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
    /// Its files by name, without `case.toml`.
    files: Vec<(String, String)>,
    /// What `case.toml` says.
    answer: toml::Table,
}

/// How much the message of the library tells of the cause.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tells {
    /// It names the cause.
    Cause,
    /// There is none, or it fits any cause.
    Nothing,
    /// It names what follows from the cause.
    Symptom,
}

impl CaseFolder {
    /// All case folders below a folder, in the order of their paths.
    ///
    /// # Panics
    /// If one cannot be read.
    #[must_use]
    pub fn below(root: &Path) -> Vec<Self> {
        let mut found = Vec::new();
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            if folder.join("case.toml").exists() {
                found.push(folder);
                continue;
            }
            open.extend(entries(&folder).into_iter().filter(|path| path.is_dir()));
        }
        found.sort();
        found.iter().map(|folder| Self::read(folder)).collect()
    }

    fn read(folder: &Path) -> Self {
        let text = |path: &Path| {
            fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
        };
        let name = |path: &Path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let mut files: Vec<(String, String)> = entries(folder)
            .iter()
            .map(|path| (name(path), text(path)))
            .collect();
        files.sort();
        files.retain(|(name, _)| name != "case.toml");
        let answer = toml::from_str(&text(&folder.join("case.toml")));
        Self {
            name: name(folder),
            folder: folder.to_owned(),
            files,
            answer: answer.unwrap_or_else(|why| panic!("{}: {why}", folder.display())),
        }
    }

    /// The same without answers and logs, as somebody sends it who has settings and a request alone.
    #[must_use]
    pub fn without_answers(mut self) -> Self {
        self.files
            .retain(|(name, _)| name != "response.http" && name != "log.txt");
        self
    }

    /// Its files, with nothing of `case.toml` but the time and the products.
    #[must_use]
    pub fn documents(&self) -> Vec<(String, String)> {
        let mut question = toml::Table::new();
        for name in ["now", "stack"] {
            question.extend(
                self.answer
                    .get(name)
                    .map(|value| (name.to_owned(), value.clone())),
            );
        }
        let mut documents = self.files.clone();
        documents.push(("case.toml".to_owned(), question.to_string()));
        documents
    }

    /// The causes, the one that blocks first at the front; none for a healthy set-up.
    #[must_use]
    pub fn causes(&self) -> Vec<&str> {
        self.texts("root_causes")
    }

    /// How much the message of the library tells, as the case says; without a word on it, whether there
    /// is a message.
    #[must_use]
    pub fn tells(&self) -> Tells {
        let text = |name| self.answer.get(name).and_then(toml::Value::as_str);
        match text("tells") {
            Some("cause") => Tells::Cause,
            Some("nothing") => Tells::Nothing,
            None if text("symptom").unwrap_or_default().is_empty() => Tells::Nothing,
            Some(_) | None => Tells::Symptom,
        }
    }

    /// Whether the first error of a diagnosis (as JSON) is the cause that blocks first, or for a healthy
    /// set-up whether there is none.
    #[must_use]
    pub fn first_is_right(&self, diagnosis: &Value) -> bool {
        let errors = errors(diagnosis);
        match (self.causes().first(), errors.first()) {
            (None, first) => first.is_none(),
            (Some(root), Some(first)) => root == first || self.texts("accept").contains(first),
            (Some(_), None) => false,
        }
    }

    /// Whether it is right and tells all other causes too; otherwise what was told.
    ///
    /// # Errors
    /// The sentence with what was expected and what was found.
    pub fn judge(&self, diagnosis: &Value) -> Result<(), String> {
        let errors = errors(diagnosis);
        let others = self.causes().into_iter().skip(1);
        if self.first_is_right(diagnosis) && others.into_iter().all(|other| errors.contains(&other))
        {
            return Ok(());
        }
        Err(format!("expected {:?}, found {errors:?}", self.causes()))
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        let array = self.answer.get(name).and_then(toml::Value::as_array);
        let values = array.into_iter().flatten();
        values.filter_map(toml::Value::as_str).collect()
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .unwrap_or_else(|why| panic!("{}: {why}", folder.display()))
        .map(|entry| entry.expect("a folder's entry").path())
        .collect()
}

/// The slugs of a diagnosis' errors, in their order.
fn errors(diagnosis: &Value) -> Vec<&str> {
    let findings = diagnosis["findings"].as_array();
    let errors = findings
        .into_iter()
        .flatten()
        .filter(|f| f["severity"] == "error");
    errors.filter_map(|f| f["slug"].as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn case(answer: &str) -> CaseFolder {
        CaseFolder {
            name: "x".to_owned(),
            folder: PathBuf::new(),
            files: vec![("response.http".to_owned(), String::new())],
            answer: toml::from_str(answer).unwrap(),
        }
    }

    fn found(slugs: &[&str]) -> Value {
        let findings: Vec<Value> = slugs
            .iter()
            .map(|slug| json!({"slug": slug, "severity": "error"}))
            .collect();
        json!({ "findings": findings })
    }

    #[test]
    fn both_causes_have_to_be_told_and_the_first_first() {
        let case = case("root_causes = [\"a\", \"b\"]\naccept = [\"c\"]");
        assert_eq!(case.judge(&found(&["a", "b"])), Ok(()));
        assert_eq!(case.judge(&found(&["c", "b"])), Ok(()));
        assert!(case.judge(&found(&["b", "a"])).is_err());
        assert!(case.judge(&found(&["a"])).is_err());
    }

    #[test]
    fn a_healthy_case_may_have_no_error_but_warnings() {
        let case = case("root_causes = []");
        let warning = json!({"findings": [{"slug": "a", "severity": "warning"}]});
        assert_eq!(case.judge(&warning), Ok(()));
        assert!(case.judge(&found(&["a"])).is_err());
    }

    #[test]
    fn the_answer_is_kept_from_the_doctor() {
        let case = case("now = 7\nstack = [\"Flask\"]\nroot_cause = \"a\"");
        let documents = case.documents();
        assert_eq!(documents[1].1.trim(), "now = 7\nstack = [\"Flask\"]");
        assert_eq!(case.without_answers().documents().len(), 1);
    }

    #[test]
    fn a_case_without_message_tells_nothing() {
        assert_eq!(case("symptom = \"\"").tells(), Tells::Nothing);
        assert_eq!(case("symptom = \"jwt malformed\"").tells(), Tells::Symptom);
        assert_eq!(case("tells = \"cause\"").tells(), Tells::Cause);
    }
}
