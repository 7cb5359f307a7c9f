//! Writes the case folders of all books: `cargo run -p countersign-testkit --bin cases`.
//! `… --bin cases BOOKS FOLDER` writes those of other books into a folder, beside what is there.

#![expect(
    clippy::expect_used,
    reason = "a tool for developers: what is wrong has to be seen"
)]

use countersign_testkit::case_book;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    if let (Some(books), Some(target)) = (arguments.next(), arguments.next()) {
        write(&books, &target);
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let target = root.join("generated");
    if target.exists() {
        fs::remove_dir_all(&target).expect("the old cases can be removed");
    }
    write(&root.join("book"), &target);
}

fn write(books: &Path, target: &Path) {
    for (path, text) in case_book::files(books) {
        let path = target.join(path);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        fs::write(&path, text).expect("the file can be written");
    }
}
