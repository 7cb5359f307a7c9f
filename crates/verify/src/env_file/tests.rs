//! Tests of the env-file parser: the rules, the places of mistakes, and that nothing panics.

use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Vec<(String, String)> {
    let entries = parse(text, |name| (name == "HOME").then(|| "/root".to_owned())).unwrap();
    entries
        .into_iter()
        .map(|entry| (entry.name, entry.value.to_string()))
        .collect()
}

fn value(text: &str) -> String {
    let [(_, value)] = &read(text)[..] else {
        panic!("{text:?} is not one entry")
    };
    value.clone()
}

#[test]
fn values_are_read_as_dotenv_loaders_do() {
    for (text, expected) in [
        ("A=1", "1"),
        ("A =  1  ", "1"),
        ("export A=1", "1"),
        ("\texport \t A=1", "1"),
        ("A=", ""),
        ("A= # nothing", ""),
        ("A=#kept", "#kept"),
        ("A=a#b", "a#b"),
        ("A=a #b", "a"),
        ("A=a\t# b", "a"),
        ("A=two words", "two words"),
        ("A=a=b==", "a=b=="),
        ("A='a #b' # c", "a #b"),
        ("A=\"a #b\"", "a #b"),
        ("A='a\\n${HOME}'", "a\\n${HOME}"),
        ("A=\"a\\nb\\t\\\"c\\\\ \\$d \\q\"", "a\nb\t\"c\\ $d \\q"),
        ("A=a\\nb", "a\\nb"),
        ("A=\"two\nlines\"", "two\nlines"),
        ("A=\"two\r\nlines\"", "two\nlines"),
        ("A=${HOME}/x", "/root/x"),
        ("A=\"${HOME}\"", "/root"),
        ("A=${NONE:-default}", "default"),
        ("A=${NONE:-}", ""),
        ("A=pa$$word$HOME", "pa$$word$HOME"),
        ("A=\"$HOME $\"", "$HOME $"),
        ("A=it's", "it's"),
        ("\u{feff}A=1\r\n", "1"),
        ("A.b-c=1", "1"),
    ] {
        assert_eq!(value(text), expected, "{text:?}");
    }
}

#[test]
fn comments_and_empty_lines_hold_nothing() {
    assert_eq!(read(""), []);
    assert_eq!(read("\n \r\n# A=1\n   #B=2"), []);
}

#[test]
fn earlier_entries_come_before_the_callers() {
    let entries = read("HOME=/here\nA=${HOME}\nHOME=/there\nB=${HOME}");
    assert_eq!(entries[1].1, "/here");
    assert_eq!(entries[3].1, "/there");
}

#[test]
fn places_are_those_of_name_and_value() {
    let entries = parse(
        "\n# x\n  export A = \"1\nétoile\"\nB='é' # c\nC=3",
        |_| None,
    )
    .unwrap();
    let places: Vec<_> = entries
        .iter()
        .map(|entry| (entry.line, entry.column))
        .collect();
    assert_eq!(places, [(3, 14), (5, 3), (6, 3)]);
}

#[test]
fn mistakes_are_placed_and_mended() {
    for (text, line, column, message, fix) in [
        ("A=1\nB", 2, 2, "no = on this line", "NAME=value"),
        ("A: 1", 1, 1, "followed by a colon", "write A=value"),
        ("1A=1", 1, 1, "is no name", "start with a letter"),
        ("=1", 1, 1, "is no name", "start with a letter"),
        ("é=1", 1, 1, "is no name", "letters"),
        ("A=\"open\nB=2\n", 1, 3, "never closed", "put \" at the end"),
        ("A='open", 1, 3, "never closed", "put ' at the end"),
        ("A=\"a\"b", 1, 6, "behind the closing quote", "end the line"),
        (
            "A=x${NONE}",
            1,
            4,
            "${NONE} is not set anywhere",
            "set NONE",
        ),
        ("A=x${HOME", 1, 4, "not closed", "single quotes"),
        ("A=\"${HO ME}\"", 1, 4, "is no name", "single quotes"),
        ("A=a\0b", 1, 3, "NUL", "remove"),
        ("export A", 1, 9, "no = on this line", "NAME=value"),
    ] {
        let error = parse(text, |name| (name == "HOME").then(String::new)).unwrap_err();
        assert_eq!(
            (error.line, error.column),
            (line, column),
            "{text:?}: {error}"
        );
        assert!(error.message.contains(message), "{text:?}: {error}");
        assert!(error.fix.contains(fix), "{text:?}: {}", error.fix);
    }
}

#[test]
fn no_mistake_shows_a_value() {
    for text in [
        "A=\"hunter2\nB=hunter2",
        "A=\"x\"hunter2",
        "hunter2hunter2",
        "A=hunter2${NONE}",
        "A=${hunter2 x}",
    ] {
        let error = parse(text, |_| None).unwrap_err();
        assert!(
            !format!("{error} {}", error.fix).contains("hunter2"),
            "{text:?}: {error}"
        );
    }
    let entries = parse("A=hunter2", |_| None).unwrap();
    assert!(!format!("{entries:?}").contains("hunter2"));
}

#[test]
fn only_differing_duplicates_are_reported() {
    let entries = parse("A=1\nB=1\nA=2\nB=1\nC=1", |_| None).unwrap();
    let found: Vec<_> = duplicates(&entries)
        .iter()
        .map(|(a, b)| (a.name.as_str(), a.line, b.line))
        .collect();
    assert_eq!(found, [("A", 1, 3)]);
}

#[test]
fn a_value_that_doubles_with_each_line_has_an_end() {
    let lines = |count: usize| format!("A=12345678\n{}", "A=${A}${A}\n".repeat(count));
    let last = |count| parse(&lines(count), |_| None).map(|mut all| all.pop().unwrap().value);
    assert_eq!(last(17).unwrap().len(), 1 << 20);
    let error = last(40).unwrap_err();
    assert_eq!(error.line, 19);
    assert!(error.message.contains("1 MiB"), "{error}");
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,200}") {
        let _ = parse(&text, |_| None);
    }

    #[test]
    fn any_text_of_the_syntax_is_read_without_a_panic(text in "(A|B|export |=|\"|'|#|\\$\\{|\\}|:-|\\\\|\n|\r| ){0,60}") {
        if let Ok(entries) = parse(&text, |_| Some("x".to_owned())) {
            for entry in entries {
                prop_assert!(is_name(&entry.name) && entry.line >= 1 && entry.column >= 1);
            }
        }
    }

    #[test]
    fn what_single_quotes_hold_comes_back(value in "[^'\0\r]{0,60}") {
        let entries = parse(&format!("A='{value}'"), |_| None).unwrap();
        prop_assert_eq!(entries[0].value.as_str(), value);
    }
}
