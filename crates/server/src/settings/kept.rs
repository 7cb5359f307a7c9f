//! Values that are made once and kept in the data folder.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use countersign_diagnose::{Place, Report};
use countersign_verify::Cause;
use zeroize::Zeroizing;

/// A value of the data folder.
#[derive(Debug)]
pub struct Kept {
    /// The value.
    pub value: Zeroizing<String>,
    /// Whether it was made just now.
    pub made: bool,
}

/// Checks that the data folder can be used, without making anything.
///
/// # Errors
/// `data-folder-unwritable`.
pub fn check_folder(folder: &Path) -> Result<(), Box<Report>> {
    let mut at = folder;
    loop {
        match fs::metadata(at) {
            Ok(found) if !found.is_dir() => {
                return Err(unwritable(
                    folder,
                    &format!("{} is not a folder", at.display()),
                ));
            }
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::NotFound => match at.parent() {
                Some(parent) if parent.as_os_str().is_empty() => at = Path::new("."),
                Some(parent) => at = parent,
                None => break,
            },
            Err(error) => return Err(unwritable(folder, &error.to_string())),
        }
    }
    let wanted = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    rustix::fs::access(at, wanted)
        .map_err(|error| unwritable(folder, &format!("{}: {error}", at.display())))
}

/// Makes the data folder, readable by its owner alone.
///
/// # Errors
/// `data-folder-unwritable`.
pub fn make_folder(folder: &Path) -> Result<(), Box<Report>> {
    let mut builder = fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    made.map_err(|error| unwritable(folder, &error.to_string()))
}

/// Reads the value kept as `name`, or keeps what `make` makes.
///
/// The file appears whole and with mode 0600 or not at all, and of two starts that make it at the
/// same time both get the value of the first.
///
/// # Errors
/// `data-folder-unwritable`, also when the file cannot be read or is empty.
pub fn read_or_make(
    folder: &Path,
    name: &str,
    make: impl FnOnce() -> Zeroizing<String>,
) -> Result<Kept, Box<Report>> {
    let path = folder.join(name);
    if let Some(value) = read(&path)? {
        return Ok(Kept { value, made: false });
    }
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    let value = make();
    let failed = |error: std::io::Error| unwritable(&path, &error.to_string());
    write_draft(&draft, &value).map_err(failed)?;
    // A link, unlike a rename, does not replace what another start has put there.
    let linked = fs::hard_link(&draft, &path);
    fs::remove_file(&draft).map_err(failed)?;
    match linked {
        Ok(()) => {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(failed)?;
            Ok(Kept { value, made: true })
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let value = read(&path)?;
            let value = value.ok_or_else(|| unwritable(&path, "it appeared and vanished"))?;
            Ok(Kept { value, made: false })
        }
        Err(error) => Err(failed(error)),
    }
}

/// The value kept in a file; none if nothing is kept there.
///
/// # Errors
/// `data-folder-unwritable` when the file cannot be read or is empty.
pub fn read(path: &Path) -> Result<Option<Zeroizing<String>>, Box<Report>> {
    match fs::read_to_string(path).map(Zeroizing::new) {
        Ok(text) if text.trim().is_empty() => Err(unwritable(path, "it is empty")),
        Ok(text) => Ok(Some(Zeroizing::new(text.trim().to_owned()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unwritable(path, &error.to_string())),
    }
}

fn write_draft(draft: &Path, value: &str) -> std::io::Result<()> {
    if let Err(error) = fs::remove_file(draft)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    file.write_all(value.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn unwritable(path: &Path, why: &str) -> Box<Report> {
    let message = format!("the data folder cannot be used: {why}");
    let report = Report::error(Cause::DataFolderUnwritable, message)
        .at(Place::source(path.display().to_string()))
        .fix("Make the folder writable for the user that runs the server, or set `DATA_DIR` to another one.");
    Box::new(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn make(text: &'static str) -> impl FnOnce() -> Zeroizing<String> {
        move || Zeroizing::new(text.to_owned())
    }

    #[test]
    fn a_value_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = read_or_make(folder.path(), "key", make("one")).expect("made");
        let second = read_or_make(folder.path(), "key", make("two")).expect("read");
        assert_eq!((first.value.as_str(), first.made), ("one", true));
        assert_eq!((second.value.as_str(), second.made), ("one", false));
        let mode = fs::metadata(folder.path().join("key"))
            .expect("file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            fs::read_dir(folder.path()).expect("folder").count(),
            1,
            "no draft is left"
        );
    }

    #[test]
    fn of_two_starts_the_first_one_wins() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = read_or_make(folder.path(), "key", || {
            fs::write(folder.path().join("key"), "of the other start").expect("file");
            Zeroizing::new("mine".to_owned())
        });
        let kept = kept.expect("read");
        assert_eq!(
            (kept.value.as_str(), kept.made),
            ("of the other start", false)
        );
    }

    #[test]
    fn an_empty_file_is_a_problem_and_not_a_key() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("key"), "\n").expect("file");
        let report = read_or_make(folder.path(), "key", make("x")).expect_err("empty");
        assert_eq!(report.cause(), Cause::DataFolderUnwritable);
    }

    #[test]
    fn checking_makes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("a/b/c");
        check_folder(&deep).expect("could be made");
        assert!(!folder.path().join("a").exists());
        make_folder(&deep).expect("made");
        assert!(deep.is_dir());
        fs::write(folder.path().join("file"), "x").expect("file");
        for bad in ["file", "file/below"] {
            let report = check_folder(&folder.path().join(bad)).expect_err(bad);
            assert_eq!(report.cause(), Cause::DataFolderUnwritable, "{bad}");
        }
    }
}
