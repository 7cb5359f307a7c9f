//! The files that the doctor reads, within bounds: what was left out is said.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use countersign_diagnose::{Document, Moment, Note};

use super::{bundle, git_index, walk};
use crate::failure::Failure;
use crate::input;

/// How much is read of one file, in bytes.
const LARGEST: u64 = 8 << 20;
/// How much is read of a recording of a browser: it is one document, and useless in part.
const LARGEST_RECORDING: u64 = 64 << 20;
/// How much is read in all, in bytes.
const MOST: u64 = 128 << 20;
/// How long a source file may be, in bytes: what is longer is generated or packed.
const LONGEST_SOURCE: u64 = 512 << 10;
/// Where a line is cut, in bytes. No header, token or setting comes near it.
const LONGEST_LINE: usize = 1 << 20;

/// What was gathered, with the files behind the names.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The texts.
    pub(super) documents: Vec<Document>,
    /// The files behind the names of documents.
    pub(super) paths: Vec<(String, PathBuf)>,
    /// What was left out.
    pub(super) notes: Vec<Note>,
    /// The time of the failure, where a bundle says it.
    pub(super) moment: Moment,
    read: u64,
}

impl Gathered {
    /// Adds a file, a folder with one case, or a project.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when there is no such path, or it may not be read.
    pub(super) fn add(&mut self, path: &Path) -> Result<(), Failure> {
        if !path.is_dir() {
            let document = self.file(path)?;
            self.documents.push(document);
            return Ok(());
        }
        if let Some(manifest) = bundle::manifest(path) {
            self.moment = manifest.moment;
            for file in manifest.files {
                self.add_of_bundle(path, file);
            }
            return Ok(());
        }
        let found = walk::walk(path).map_err(|error| unreadable(path, &error))?;
        for text in found.left_out {
            self.note(path, text);
        }
        let tracked = git_index::tracked(path);
        let (sources, long): (Vec<_>, Vec<_>) = found
            .sources
            .into_iter()
            .partition(|(_, file)| is_short(file));
        if let Some((first, _)) = long.first() {
            let text = format!(
                "{} source files over {} KiB were not read, {first} among them: such files are mostly generated",
                long.len(),
                LONGEST_SOURCE >> 10
            );
            self.note(path, text);
        }
        for (name, file) in found.files.into_iter().chain(sources) {
            match self.read(&file, &name) {
                Ok(Some(document)) if tracked.contains(&name) => {
                    self.documents.push(document.of_git());
                }
                Ok(Some(document)) => self.documents.push(document),
                Ok(None) => {}
                Err(error) => self.note(&file, format!("it cannot be read: {error}")),
            }
        }
        Ok(())
    }

    /// Adds a file of a bundle as what the bundle says that it is.
    fn add_of_bundle(&mut self, folder: &Path, file: Document) {
        let path = folder.join(&file.name);
        match self.read(&path, &file.name) {
            Ok(Some(document)) => self.documents.push(Document {
                text: document.text,
                ..file
            }),
            Ok(None) => {}
            Err(error) => self.note(&path, format!("it cannot be read: {error}")),
        }
    }

    /// Reads a file that was named, or standard input for `-`.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when there is no such file, or it may not be read.
    pub(super) fn file(&mut self, path: &Path) -> Result<Document, Failure> {
        if path.as_os_str() == "-" {
            let bytes = input::stdin_bytes("request")?;
            return Ok(Document::new("standard input", decoded(&bytes)));
        }
        let name = path.display().to_string();
        let read = self
            .read(path, &name)
            .map_err(|error| unreadable(path, &error))?;
        read.ok_or_else(|| {
            Failure::usage(
                format!("{name} is no text"),
                "give a text file: raw HTTP, a curl command, a HAR file, an env file or a log",
            )
        })
    }

    fn read(&mut self, path: &Path, name: &str) -> std::io::Result<Option<Document>> {
        let is_recording = path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("har"));
        let most = if is_recording {
            LARGEST_RECORDING
        } else {
            LARGEST
        };
        let most = most.min(MOST.saturating_sub(self.read));
        let mut bytes = Vec::new();
        fs::File::open(path)?
            .take(most + 1)
            .read_to_end(&mut bytes)?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.read += length.min(most);
        if is_binary(&bytes) {
            self.note(path, "it is no text; it was not read".to_owned());
            return Ok(None);
        }
        if length > most {
            bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            let text = format!(
                "only its first {} MiB were read; give the part around the failure in a file of its own",
                most >> 20
            );
            self.note(path, text);
        }
        let mut text = decoded(&bytes);
        if !is_recording
            && text.lines().any(|line| line.len() > LONGEST_LINE)
            && !text.starts_with(['{', '['])
        {
            text = cut(&text);
            self.note(
                path,
                format!("lines were cut after {} KiB", LONGEST_LINE >> 10),
            );
        }
        self.paths.push((name.to_owned(), path.to_owned()));
        Ok(Some(Document::new(name, text)))
    }

    fn note(&mut self, path: &Path, text: String) {
        self.notes.push(Note {
            source: path.display().to_string(),
            line: None,
            text,
        });
    }
}

/// Whether a source file is read; one that cannot be looked at is said when it is read.
fn is_short(source: &Path) -> bool {
    fs::metadata(source).map_or(true, |about| about.len() <= LONGEST_SOURCE)
}

/// Whether it is no text: a zero byte near its beginning, and no mark of UTF-16.
fn is_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..8_192).unwrap_or(bytes);
    utf16(bytes).is_none() && head.contains(&0)
}

/// The text, with `U+FFFD` for what is no UTF-8. Windows PowerShell writes UTF-16 when redirected.
fn decoded(bytes: &[u8]) -> String {
    utf16(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let rest = bytes.strip_prefix(&[0xff, 0xfe])?;
    let units: Vec<u16> = rest
        .chunks_exact(2)
        .filter_map(|pair| Some(u16::from_le_bytes([*pair.first()?, *pair.get(1)?])))
        .collect();
    Some(String::from_utf16_lossy(&units))
}

/// The text with its endless lines cut; the number of lines stays.
fn cut(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let end = (0..=LONGEST_LINE.min(line.len()))
            .rev()
            .find(|end| line.is_char_boundary(*end));
        out.push_str(line.get(..end.unwrap_or(0)).unwrap_or_default());
        if line.len() > LONGEST_LINE {
            out.push('\n');
        }
    }
    out
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(
        format!("{} cannot be read: {error}", path.display()),
        "give the path of a file or folder that exists and that you may read",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(files: &[(&str, &[u8])]) -> Gathered {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let mut gathered = Gathered::default();
        gathered.add(folder.path()).unwrap();
        gathered
    }

    #[test]
    fn what_is_no_text_is_left_out_and_said() {
        let found = gathered(&[("backend.env", b"A=1\n"), ("log.txt", b"ELF\0\0\x01")]);
        assert_eq!(found.documents.len(), 1);
        assert!(found.notes[0].text.contains("no text"), "{:?}", found.notes);
    }

    #[test]
    fn sources_that_are_too_long_are_left_out_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let long = vec![b'x'; usize::try_from(LONGEST_SOURCE).unwrap() + 1];
        fs::create_dir(folder.path().join("api")).unwrap();
        fs::write(folder.path().join("api/packed.js"), long).unwrap();
        fs::write(folder.path().join("api/app.js"), "fetch('/x')").unwrap();
        let mut found = Gathered::default();
        found.add(folder.path()).unwrap();
        assert_eq!(found.documents.len(), 1);
        assert!(
            found.notes[0].text.contains("api/packed.js"),
            "{:?}",
            found.notes
        );
    }

    #[test]
    fn broken_text_is_read_as_far_as_it_goes() {
        let found = gathered(&[("backend.env", b"A=\xff\xfe1\nB=2\n")]);
        assert!(found.documents[0].text.ends_with("B=2\n"));
        let wide: Vec<u8> = [0xff, 0xfe, b'A', 0, b'=', 0, b'1', 0].to_vec();
        let found = gathered(&[("backend.env", &wide)]);
        assert_eq!(found.documents[0].text, "A=1");
    }

    #[test]
    fn a_file_over_the_bound_is_read_in_part_and_endless_lines_are_cut() {
        let long = vec![b'x'; usize::try_from(LARGEST).unwrap() + 10];
        let found = gathered(&[("log.txt", &long)]);
        assert!(
            found.notes[0].text.contains("first 8 MiB"),
            "{:?}",
            found.notes
        );
        assert!(found.notes[1].text.contains("cut"), "{:?}", found.notes);
        assert!(found.documents[0].text.len() <= LONGEST_LINE + 1);
    }

    #[test]
    fn a_source_file_that_is_too_long_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = fs::File::create(folder.path().join("bundle.js")).unwrap();
        file.set_len(LONGEST_SOURCE + 1).unwrap();
        fs::create_dir(folder.path().join("api")).unwrap();
        fs::write(folder.path().join("api/main.py"), "import os\n").unwrap();
        let mut gathered = Gathered::default();
        gathered.add(folder.path()).unwrap();
        assert_eq!(gathered.documents.len(), 1);
        let said = &gathered.notes[0].text;
        assert!(
            said.contains("over 512 KiB were not read, bundle.js"),
            "{said}"
        );
    }

    #[test]
    fn cutting_keeps_the_number_of_lines() {
        let text = format!("a\n{}\nb", "é".repeat(LONGEST_LINE));
        let short = cut(&text);
        assert_eq!(short.lines().count(), 3);
        assert!(short.ends_with("\nb"));
    }
}
