//! Writing the changes that cannot lose anything (`--fix`).

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use countersign_diagnose::Change;

use crate::failure::Failure;

/// Writes the safe changes into their files; gives a sentence for each file and each change left out.
///
/// # Errors
///
/// [`Failure::Usage`] when a file cannot be written; the others before it have been.
pub(super) fn apply(
    changes: &[Change],
    paths: &[(String, PathBuf)],
) -> Result<Vec<String>, Failure> {
    let mut said = Vec::new();
    let mut files: Vec<&str> = changes.iter().map(|change| change.file.as_str()).collect();
    files.dedup();
    for name in files {
        let of_file = changes.iter().filter(|change| change.file == name);
        let (safe, unsafe_): (Vec<_>, Vec<_>) = of_file.partition(|change| change.safe);
        for change in unsafe_ {
            let line = change.line;
            said.push(format!("left for you: {name}:{line} needs a decision"));
        }
        let path = paths.iter().find(|(known, _)| known == name);
        let Some((_, path)) = path.filter(|_| !safe.is_empty()) else {
            continue;
        };
        match rewrite(path, &safe) {
            Ok(Some(backup)) => {
                let backup = backup.display();
                said.push(format!("fixed: {name}; as it was before: {backup}"));
            }
            Ok(None) => said.push(format!("left as it is: {name} has changed meanwhile")),
            Err(error) => {
                return Err(Failure::usage(
                    format!("{} cannot be written: {error}", path.display()),
                    "make the file and its folder writable, or change the line by hand",
                ));
            }
        }
    }
    Ok(said)
}

/// Replaces lines in one step: a reader sees the old file or the new one. None where a line is not what it was.
fn rewrite(path: &Path, changes: &[&Change]) -> std::io::Result<Option<PathBuf>> {
    // The file behind a link is changed; the link stays.
    let path = fs::canonicalize(path)?;
    let text = fs::read_to_string(&path)?;
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for change in changes {
        let line = change.line.checked_sub(1).and_then(|at| lines.get_mut(at));
        let Some(line) = line else {
            return Ok(None);
        };
        let bare = line.trim_end_matches(['\n', '\r']);
        if change.old.as_ref().map(|old| old.as_str()) != Some(bare) {
            return Ok(None);
        }
        let end = line.get(bare.len()..).unwrap_or_default().to_owned();
        *line = format!("{}{end}", change.new.as_str());
    }
    let mode = fs::metadata(&path)?.permissions();
    let backup = create(&path, ".bak-countersign", text.as_bytes(), &mode)?;
    let new = create(&path, ".new-countersign", lines.concat().as_bytes(), &mode)?;
    if let Err(error) = fs::rename(&new, &path) {
        fs::remove_file(&new)?;
        return Err(error);
    }
    Ok(Some(backup))
}

/// Writes a file beside another under a name that is not taken.
fn create(
    beside: &Path,
    ending: &str,
    bytes: &[u8],
    mode: &fs::Permissions,
) -> std::io::Result<PathBuf> {
    for number in 0..1_000 {
        let mut name = beside.as_os_str().to_owned();
        name.push(ending);
        if number > 0 {
            name.push(format!(".{number}"));
        }
        let path = PathBuf::from(name);
        let opened = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match opened {
            Ok(mut file) => {
                file.write_all(bytes)?;
                file.set_permissions(mode.clone())?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}
