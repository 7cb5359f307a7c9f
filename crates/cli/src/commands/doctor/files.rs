//! The files that the doctor reads, within bounds.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use countersign_diagnose::Document;

use crate::failure::Failure;
use crate::input;

/// How much is read of one file, in bytes.
const LARGEST: u64 = 8 << 20;

/// Reads a file, or standard input for `-`. What is no UTF-8 is replaced.
pub(super) fn read(path: &Path) -> Result<Document, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Document::new("standard input", input::stdin("request")?));
    }
    let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut bytes = Vec::new();
    file.take(LARGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    Ok(Document::new(
        path.display().to_string(),
        String::from_utf8_lossy(&bytes),
    ))
}

/// Adds a file, or the files of a folder.
pub(super) fn collect(path: &Path, documents: &mut Vec<Document>) -> Result<(), Failure> {
    if !path.is_dir() {
        documents.push(read(path)?);
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    for file in files {
        let document = read(&file)?;
        // Within a folder the folder's own name says nothing.
        let name = file
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        documents.push(Document { name, ..document });
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(
        format!("{} cannot be read: {error}", path.display()),
        "give the path of a file or folder that exists and that you may read",
    )
}
