//! Writes the case folders of all books: `cargo run -p countersign-testkit --bin cases`.

#![expect(
    clippy::expect_used,
    reason = "a tool for developers: what is wrong has to be seen"
)]

use countersign_testkit::case_book;
use std::fs;
use std::path::Path;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let target = root.join("generated");
    if target.exists() {
        fs::remove_dir_all(&target).expect("the old cases can be removed");
    }
    for (path, text) in case_book::files(&root.join("book")) {
        let path = target.join(path);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        fs::write(&path, text).expect("the file can be written");
    }
}
