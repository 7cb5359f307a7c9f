//! The page that says where each check is tested, held to the code.

use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/verifier.md");

#[test]
fn every_test_that_the_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut named = 0;
    for name in PAGE.split('`').skip(1).step_by(2) {
        let (path, test) = match name.split_once("::") {
            Some((path, test)) if Path::new(path).extension().is_some_and(|end| end == "rs") => {
                (path, Some(test))
            }
            _ if name.starts_with("crates/") || name.starts_with("fuzz/") => (name, None),
            _ => continue,
        };
        let file = root.join(path);
        assert!(file.exists(), "{path} is not there");
        if let Some(test) = test {
            let code = std::fs::read_to_string(&file).unwrap();
            assert!(
                code.contains(&format!("fn {test}(")),
                "{path} has no {test}"
            );
            named += 1;
        }
    }
    assert!(named > 40, "{named} tests are named");
}
