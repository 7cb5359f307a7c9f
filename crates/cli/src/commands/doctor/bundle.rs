//! `--bundle FOLDER`: the evidence as it can be shown to anybody.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use countersign_diagnose::{
    Diagnosis, Document, Evidence, Manifest, Moment, Redacted, diagnose, differences, redact,
};
use countersign_server::entropy::Entropy;
use rand::Rng as _;

use super::files::Gathered;
use crate::failure::Failure;

/// The largest `bundle.json` that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// The folder to write, which must not be there yet.
///
/// # Errors
///
/// [`Failure::Usage`] for what exists, and for the names of archives.
pub(super) fn target(folder: &Path) -> Result<&Path, Failure> {
    let name = folder.to_string_lossy();
    let is_archive = [".zip", ".tar", ".tgz", ".gz"]
        .iter()
        .any(|end| name.to_ascii_lowercase().ends_with(end));
    if is_archive {
        let stem = name
            .split('.')
            .find(|part| !part.is_empty())
            .unwrap_or("evidence");
        return Err(Failure::usage(
            format!("{name} is the name of an archive, and a bundle is a folder"),
            format!(
                "write --bundle {stem}, look through the folder, then pack it: tar czf {stem}.tar.gz {stem}"
            ),
        ));
    }
    if fs::symlink_metadata(folder).is_ok() {
        return Err(Failure::usage(
            format!("{name} exists already; nothing is overwritten"),
            "give the name of a folder that does not exist yet",
        ));
    }
    Ok(folder)
}

/// What a folder says of its files, where it is a bundle.
pub(super) fn manifest(folder: &Path) -> Option<Manifest> {
    let path = folder.join(Manifest::FILE);
    let small = fs::symlink_metadata(&path).ok()?;
    if !small.is_file() || small.len() > LARGEST {
        return None;
    }
    Manifest::read(&fs::read_to_string(path).ok()?)
}

/// Writes the bundle, runs the doctor on it, and says what it finds otherwise there.
///
/// # Errors
///
/// [`Failure::Usage`] when a file cannot be written.
pub(super) fn write(
    folder: &Path,
    originals: &[Document],
    moment: Moment,
    diagnosis: &Diagnosis,
) -> Result<String, Failure> {
    let mut key = [0; 32];
    Entropy::system().fill_bytes(&mut key);
    let redacted = redact(originals, &key);
    let failed = |error: io::Error| {
        Failure::usage(
            format!("the bundle {} cannot be written: {error}", folder.display()),
            "give a folder that does not exist yet, where you may write",
        )
    };
    files(folder, &redacted, moment).map_err(failed)?;
    let names: Vec<(String, String)> = originals
        .iter()
        .zip(&redacted.documents)
        .map(|(was, is)| (was.name.clone(), is.name.clone()))
        .collect();
    let again = read_again(folder)?;
    let differences = differences(diagnosis, &again, &names);
    let text = readme(&redacted.lost, &differences);
    new_file(&folder.join("README.md"), &text).map_err(failed)?;
    let count = redacted.documents.len();
    let same = match differences.as_slice() {
        [] => "the doctor finds the same in it".to_owned(),
        some => format!("in it the doctor differs: {}", some.join("; ")),
    };
    let shown = folder.display();
    Ok(format!(
        "bundle: {shown}, {count} files; {same}. Look through it before you post it."
    ))
}

fn files(folder: &Path, redacted: &Redacted, moment: Moment) -> io::Result<()> {
    fs::create_dir(folder)?;
    for document in &redacted.documents {
        let path: PathBuf = folder.join(&document.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        new_file(&path, &document.text)?;
    }
    let manifest = Manifest::of(&redacted.documents, moment);
    new_file(&folder.join(Manifest::FILE), &manifest.text())
}

fn new_file(path: &Path, text: &str) -> io::Result<()> {
    fs::File::create_new(path)?.write_all(text.as_bytes())
}

fn read_again(folder: &Path) -> Result<Diagnosis, Failure> {
    let mut gathered = Gathered::default();
    gathered.add(folder)?;
    let evidence = Evidence::read(gathered.documents).in_time(gathered.moment);
    Ok(diagnose(&evidence))
}

fn readme(lost: &[String], differences: &[String]) -> String {
    let listed = |sentences: &[String], none: &str| match sentences {
        [] => format!("{none}\n"),
        some => some
            .iter()
            .map(|one| format!("- {one}\n"))
            .collect::<Vec<_>>()
            .concat(),
    };
    format!(
        "# Evidence of a failure\n\n\
         Made by `countersign doctor --bundle`. See what it says: `countersign doctor .` in this folder.\n\n\
         Secrets, tokens, cookies, passwords, addresses, hosts and names are stand-ins: of the same length, with the \
         same kinds of characters, the same for the same text. Tokens were decoded and signed again with the \
         stand-in of the secret or key that signed them. The key of the map was random and is gone. Words that \
         everybody uses, sample values, names of settings and the domains of providers stand as they did; of \
         source files only the lines that were read. A name in running text that stands nowhere as a name is not \
         known as one: look through the files before you post them.\n\n\
         ## Not kept\n\n{}\n## Found otherwise than in the original\n\n{}",
        listed(lost, "Nothing is known that was not kept."),
        listed(
            differences,
            "Nothing: the same causes, in the same order, as sure, at the same places."
        ),
    )
}
