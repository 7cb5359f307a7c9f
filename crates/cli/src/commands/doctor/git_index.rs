//! Which files git keeps, read from its index.
//!
//! The program `git` is not run: a repository can name programs of its own for it to run.

use std::collections::HashSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// How much of an index is read, in bytes.
const LARGEST: u64 = 64 << 20;
/// The bytes of an entry before its flags: times, mode, owner, size and the name of the object.
const BEFORE_FLAGS: usize = 60;
/// The bit of the flags that says two more bytes follow.
const EXTENDED: u16 = 0x4000;

/// The paths that git keeps, seen from `root`; empty where `root` is in no repository.
pub(super) fn tracked(root: &Path) -> HashSet<String> {
    let Ok(root) = root.canonicalize() else {
        return HashSet::new();
    };
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    let Some(repository) = repository else {
        return HashSet::new();
    };
    let Some(bytes) = index_of(&repository.join(".git")) else {
        return HashSet::new();
    };
    let prefix = root.strip_prefix(repository).unwrap_or(Path::new(""));
    let paths = paths(&bytes).into_iter();
    let inside = paths.filter_map(|path| {
        let path = Path::new(&path).strip_prefix(prefix).ok()?;
        Some(path.display().to_string())
    });
    inside.collect()
}

/// The index of a repository; in a worktree `.git` is a file that says where.
fn index_of(git: &Path) -> Option<Vec<u8>> {
    let folder = if git.is_dir() {
        git.to_owned()
    } else {
        let text = fs::read_to_string(git).ok()?;
        let named = PathBuf::from(text.strip_prefix("gitdir:")?.trim());
        git.parent()?.join(named)
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(folder.join("index")).ok()?;
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The paths of an index of version 2 to 4, as far as it can be read.
fn paths(bytes: &[u8]) -> Vec<String> {
    let word = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let mut found = Vec::new();
    let (Some(b"DIRC"), Some(version), Some(count)) = (bytes.get(..4), word(4), word(8)) else {
        return found;
    };
    let mut at = 12;
    let mut last: Vec<u8> = Vec::new();
    for _ in 0..count {
        let Some((path, next)) = entry(bytes, at, version, &last) else {
            break;
        };
        found.push(String::from_utf8_lossy(&path).into_owned());
        (at, last) = (next, path);
    }
    found
}

/// The path of the entry at a place, and where the next one begins.
fn entry(bytes: &[u8], start: usize, version: u32, last: &[u8]) -> Option<(Vec<u8>, usize)> {
    let flags = bytes.get(start + BEFORE_FLAGS..start + BEFORE_FLAGS + 2)?;
    let extended = u16::from_be_bytes(flags.try_into().ok()?) & EXTENDED != 0;
    let mut at = start + BEFORE_FLAGS + if extended { 4 } else { 2 };
    let mut path = Vec::new();
    if version == 4 {
        // Version 4 says how much of the last path to cut off, and what comes in its place.
        let (cut, after) = offset(bytes, at)?;
        path.extend_from_slice(last.get(..last.len().checked_sub(cut)?)?);
        at = after;
    }
    let rest = bytes.get(at..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    path.extend_from_slice(rest.get(..end)?);
    let length = at + end - start;
    // Up to version 3, one to eight zero bytes make the length a multiple of eight.
    let next = if version == 4 {
        at + end + 1
    } else {
        start + (length / 8 + 1) * 8
    };
    Some((path, next))
}

/// A number of seven bits a byte, as git writes offsets.
fn offset(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)? + usize::from(byte & 0x7f);
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn git(folder: &Path, arguments: &[&str]) {
        let done = Command::new("git")
            .args(arguments)
            .current_dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output();
        assert!(done.unwrap().status.success(), "{arguments:?}");
    }

    #[test]
    fn what_git_keeps_is_known_in_every_version_of_the_index() {
        for version in ["2", "4"] {
            let folder = tempfile::tempdir().unwrap();
            git(folder.path(), &["init", "-q"]);
            fs::create_dir(folder.path().join("api")).unwrap();
            for name in [
                ".env",
                "api/.env",
                "api/.env.local",
                "api/a-rather-long-name.py",
            ] {
                fs::write(folder.path().join(name), "A=1\n").unwrap();
            }
            git(
                folder.path(),
                &["add", ".env", "api/.env", "api/a-rather-long-name.py"],
            );
            git(folder.path(), &["update-index", "--index-version", version]);
            let mut found: Vec<String> = tracked(folder.path()).into_iter().collect();
            found.sort();
            assert_eq!(found, [".env", "api/.env", "api/a-rather-long-name.py"]);
            let inside = tracked(&folder.path().join("api"));
            assert!(inside.contains(".env") && !inside.contains(".env.local"));
        }
    }

    #[test]
    fn a_broken_index_is_read_as_far_as_it_goes() {
        assert!(paths(b"").is_empty());
        assert!(paths(b"DIRC\0\0\0\x02\xff\xff\xff\xff").is_empty());
        assert!(paths(&[b"DIRC\0\0\0\x04\0\0\0\x09".as_slice(), &[0xff; 400]].concat()).is_empty());
        assert!(tracked(Path::new("/nowhere")).is_empty());
    }
}
