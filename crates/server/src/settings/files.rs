//! The edge: reads env files, countersign.toml and the process environment.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use countersign_diagnose::Report;
use countersign_verify::{Cause, Environment};
use zeroize::Zeroizing;

use super::inputs::{EnvFile, Inputs, TextFile};
use super::{Settings, names, resolve};

/// The name of the configuration file.
pub const CONFIG_FILE: &str = "countersign.toml";

/// Where to look for settings.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    /// The folder to start from.
    pub working_directory: PathBuf,
    /// A configuration file that must exist, in place of the nearest countersign.toml.
    pub config: Option<PathBuf>,
    /// Options of the command line: environment name and value.
    pub command_line: Vec<(String, String)>,
    /// The environment of the process.
    pub process: Vec<(OsString, OsString)>,
}

impl Lookup {
    /// What this process has: its working directory and its environment.
    ///
    /// # Errors
    /// When the working directory does not exist any more.
    pub fn of_this_process() -> Result<Self, Box<Report>> {
        let working_directory = std::env::current_dir().map_err(|error| {
            let message = format!("the working directory cannot be read: {error}");
            let report = Report::error(Cause::EnvFileNotLoaded, message);
            Box::new(report.fix("Start in a folder that exists."))
        })?;
        Ok(Self {
            working_directory,
            process: std::env::vars_os().collect(),
            ..Self::default()
        })
    }
}

/// Reads everything and checks it.
///
/// # Errors
/// Every problem of the settings at once.
pub fn load(lookup: &Lookup) -> Result<Settings, Vec<Report>> {
    resolve(&read(lookup)?)
}

/// Reads everything, and judges nothing but what cannot be read at all.
///
/// # Errors
/// A known name whose value is no text; a configuration file that was named and is missing.
pub fn read(lookup: &Lookup) -> Result<Inputs, Vec<Report>> {
    let mut problems = Vec::new();
    let process = process(lookup, &mut problems);
    let folders = folders(&lookup.working_directory);
    let config = config(lookup, &folders, &mut problems);
    let names = env_file_names();
    let mut env_files = Vec::new();
    for (depth, folder) in folders.iter().enumerate() {
        for name in &names {
            let path = folder.join(name);
            if let Some(file) = text_file(&path, &lookup.working_directory) {
                let name = name.clone();
                env_files.push(EnvFile { depth, name, file });
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Inputs {
        command_line: lookup.command_line.clone(),
        process,
        env_files,
        config,
        working_directory: lookup.working_directory.clone(),
    })
}

fn env_file_names() -> Vec<String> {
    let mut all = vec![".env.local".to_owned(), ".env".to_owned()];
    for environment in Environment::ALL {
        all.push(format!(".env.{environment}.local"));
        all.push(format!(".env.{environment}"));
    }
    all
}

/// The working directory and its parents up to the repository root; alone outside a repository.
fn folders(working_directory: &Path) -> Vec<PathBuf> {
    let all: Vec<_> = working_directory
        .ancestors()
        .map(Path::to_path_buf)
        .collect();
    let root = all.iter().position(|folder| folder.join(".git").exists());
    all.into_iter().take(root.unwrap_or(0) + 1).collect()
}

fn process(lookup: &Lookup, problems: &mut Vec<Report>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, value) in &lookup.process {
        let Some(name) = name.to_str() else { continue };
        match value.to_str() {
            Some(value) => found.push((name.to_owned(), value.to_owned())),
            None if names::find(name).is_some() => problems.push(
                Report::error(
                    Cause::SettingInvalid,
                    format!("{name} in the process environment is no text in UTF-8"),
                )
                .fix(format!("Set `{name}` to text in UTF-8.")),
            ),
            None => {}
        }
    }
    found
}

fn config(lookup: &Lookup, folders: &[PathBuf], problems: &mut Vec<Report>) -> Option<TextFile> {
    let Some(path) = &lookup.config else {
        let mut nearest = folders.iter().map(|folder| folder.join(CONFIG_FILE));
        return nearest.find_map(|path| text_file(&path, &lookup.working_directory));
    };
    let found = text_file(
        &lookup.working_directory.join(path),
        &lookup.working_directory,
    );
    if found.is_none() {
        let message = format!("{} does not exist", path.display());
        problems.push(Report::error(Cause::SettingInvalid, message).fix(format!(
            "Create `{}`, or leave `--config` out.",
            path.display()
        )));
    }
    found
}

/// A file with its text or what is wrong with it; `None` if it does not exist.
fn text_file(path: &Path, working_directory: &Path) -> Option<TextFile> {
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Zeroizing::new)
            .map_err(|error| {
                format!(
                    "it is not UTF-8 (byte {})",
                    error.utf8_error().valid_up_to()
                )
            }),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return None;
        }
        // A folder of that name, such as a Python environment `.env`, is no env file.
        Err(_) if path.is_dir() => return None,
        Err(error) => Err(error.to_string()),
    };
    let path = shown_path(path, working_directory);
    Some(TextFile { path, text })
}

/// The path from the working directory, as people would write it.
fn shown_path(path: &Path, working_directory: &Path) -> String {
    for (depth, folder) in working_directory.ancestors().enumerate().take(6) {
        if let Ok(rest) = path.strip_prefix(folder) {
            return format!("{}{}", "../".repeat(depth), rest.display());
        }
    }
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    struct Repository(tempfile::TempDir);

    impl Repository {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            for (path, text) in files {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().expect("parent")).expect("folders");
                fs::write(path, text).expect("file");
            }
            Self(folder)
        }

        fn lookup(&self, working_directory: &str) -> Lookup {
            Lookup {
                working_directory: self.0.path().join(working_directory),
                ..Lookup::default()
            }
        }
    }

    fn paths(inputs: &Inputs) -> Vec<&str> {
        let mut all: Vec<_> = inputs
            .env_files
            .iter()
            .map(|env| env.file.path.as_str())
            .collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn env_files_are_found_up_to_the_repository_root_and_no_further() {
        let repository = Repository::new(&[
            (".env", "OUTSIDE=1"),
            ("repo/.git", "gitdir: elsewhere"),
            ("repo/.env", "A=1"),
            ("repo/app/.env.staging", "A=2"),
            ("repo/app/src/.env.local", "A=3"),
            ("repo/app/src/.env.unknown", "A=4"),
            ("repo/countersign.toml", "hash_queue = 9"),
        ]);
        let inputs = read(&repository.lookup("repo/app/src")).expect("inputs");
        assert_eq!(
            paths(&inputs),
            ["../../.env", "../.env.staging", ".env.local"]
        );
        assert_eq!(
            inputs.config.expect("config").path,
            "../../countersign.toml"
        );
        let depths: Vec<_> = inputs.env_files.iter().map(|env| env.depth).collect();
        assert_eq!(depths, [0, 1, 2]);
    }

    #[test]
    fn outside_a_repository_only_the_working_directory_counts() {
        let repository = Repository::new(&[(".env", "A=1"), ("app/.env.local", "A=2")]);
        let inputs = read(&repository.lookup("app")).expect("inputs");
        assert_eq!(paths(&inputs), [".env.local"]);
        assert!(inputs.config.is_none());
    }

    #[test]
    fn a_folder_named_env_is_no_env_file() {
        let repository = Repository::new(&[("app/.env/pyvenv.cfg", "x")]);
        let inputs = read(&repository.lookup("app")).expect("inputs");
        assert!(inputs.env_files.is_empty());
    }

    #[test]
    fn a_configuration_file_that_was_named_must_exist() {
        let repository = Repository::new(&[("app/own.toml", "hash_queue = 9")]);
        let mut lookup = repository.lookup("app");
        lookup.config = Some("own.toml".into());
        assert_eq!(
            read(&lookup).expect("inputs").config.expect("config").path,
            "own.toml"
        );
        lookup.config = Some("other.toml".into());
        assert_eq!(read(&lookup).expect_err("missing").len(), 1);
    }

    #[test]
    fn a_value_that_is_no_text_is_refused_where_we_would_read_it() {
        let repository = Repository::new(&[("app/x", "")]);
        let mut lookup = repository.lookup("app");
        let odd = OsString::from_vec(vec![0xff]);
        lookup.process = vec![("OTHER".into(), odd.clone())];
        assert!(read(&lookup).is_ok());
        lookup.process.push(("PUBLIC_URL".into(), odd));
        assert_eq!(read(&lookup).expect_err("no text").len(), 1);
    }

    #[test]
    fn a_file_that_is_no_text_is_kept_with_its_reason() {
        let repository = Repository::new(&[("app/x", "")]);
        fs::write(repository.0.path().join("app/.env"), [b'A', b'=', 0xff]).expect("file");
        let inputs = read(&repository.lookup("app")).expect("inputs");
        let reason = inputs.env_files[0].file.text.as_ref().expect_err("no text");
        assert_eq!(reason, "it is not UTF-8 (byte 2)");
    }
}
