use super::*;
use crate::strict_json;
use proptest::prelude::*;

fn read(text: &str) -> Result<Vec<(String, String)>, JsonError> {
    let mut read = Vec::new();
    walk_members(text, |_: Option<Unread>, name, value| {
        let value = match value {
            Json::Array(array) => array.written.of(text).to_owned(),
            Json::Bool(value) => value.to_string(),
            Json::Null => "null".to_owned(),
            Json::Number(number) => number.text.of(text).to_owned(),
            Json::Object => "{}".to_owned(),
            Json::Text(found) => found.decode(text).into_owned(),
        };
        read.push((name.decode(text).into_owned(), value));
        Ok(())
    })
    .map(|()| read)
    .map_err(|fault| *fault.0)
}

fn refused(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn members_come_in_their_order() {
    let text = " {\"sub\" : \"\\u0061\\n\" ,\t\"exp\":-1.5e3,\r\n\"aud\":[\"a\", {}], \"x\":{\"y\":null},\"t\":true,\"f\":false,\"n\":null} ";
    let expected = [
        ("sub", "a\n"),
        ("exp", "-1.5e3"),
        ("aud", "[\"a\", {}]"),
        ("x", "{}"),
        ("t", "true"),
        ("f", "false"),
        ("n", "null"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(read(text).unwrap(), expected);
    assert_eq!(read("{}").unwrap(), []);
}

#[test]
fn strings_are_plain_or_have_escapes() {
    let json =
        r#"{"a":"plain é text, longer than eight","b":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}"#;
    let mut texts = Vec::new();
    let collect = |_: Option<Unread>, _, value| {
        if let Json::Text(text) = value {
            texts.push((text.plain().map(|plain| plain.of(json)), text.decode(json)));
        }
        Ok(())
    };
    walk_members(json, collect).unwrap();
    let plain = "plain é text, longer than eight";
    assert_eq!(texts[0], (Some(plain), Cow::Borrowed(plain)));
    assert_eq!(texts[1], (None, Cow::Borrowed("\"\\/\u{8}\u{c}\n\r\té😀")));
}

#[test]
fn what_an_array_holds_is_told() {
    for (array, expected) in [
        ("[]", Items::Texts),
        (r#"[ "a" , "b" ]"#, Items::Texts),
        (r#"["a","\n","b"]"#, Items::EscapedTexts),
        (r#"["a",1]"#, Items::Others),
        (r#"[1,"a"]"#, Items::Others),
        (r#"[null,"\n"]"#, Items::Others),
        (r#"["\n",["a"]]"#, Items::Others),
    ] {
        let mut found = None;
        let keep = |_: Option<Unread>, _, value| {
            found = Some(value);
            Ok(())
        };
        walk_members(&format!("{{\"x\":{array}}}"), keep).unwrap();
        let Some(Json::Array(found)) = found else {
            panic!("{array}: {found:?}");
        };
        assert_eq!(found.items, expected, "{array}");
    }
}

#[test]
fn short_numbers_have_their_value() {
    for (number, expected) in [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("1795283859", Some(1_795_283_859)),
        ("-7", Some(-7)),
        ("12345678", Some(12_345_678)),
        ("90909090", Some(90_909_090)),
        ("1234567", Some(1_234_567)),
        ("123456789", Some(123_456_789)),
        ("999999999999999999", Some(999_999_999_999_999_999)),
        ("1000000000000000000", None),
        ("1.0", None),
        ("1e3", None),
    ] {
        let keep = |_: Option<Unread>, _, value| {
            let Json::Number(found) = value else {
                panic!("{number}: {value:?}");
            };
            assert_eq!(found.short, expected, "{number}");
            Ok(())
        };
        walk_members(&format!("{{\"x\":{number}}}"), keep).unwrap();
    }
}

#[test]
fn names_that_stand_twice_are_refused_at_any_depth() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"x":{"a":1,"b":2,"a":3}}"#,
        r#"{"x":[{"y":[{"":1,"":2}]}]}"#,
    ] {
        assert!(refused(text).contains("stands twice"), "{text}");
    }
    for text in [
        r#"{"a":{"a":{"a":1}},"b":{"a":1}}"#,
        r#"{"x":[{"a":1},{"a":2}],"a":3}"#,
    ] {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn names_that_stand_twice_are_found_among_many() {
    for count in [15, 16, 17, 31, 32, 33, 64, 2_000] {
        for nested in [false, true] {
            let names: Vec<_> = (0..count).map(|n| format!("\"n{n}\":0")).collect();
            let object = |more: &str| {
                let object = format!("{{{}{more}}}", names.join(","));
                if nested {
                    format!("{{\"n0\":1,\"x\":{object},\"n1\":{object}}}")
                } else {
                    object
                }
            };
            assert!(read(&object("")).is_ok(), "{count}");
            for again in [0, count / 2, count - 1] {
                let text = object(&format!(",\"n{again}\":1"));
                assert!(refused(&text).contains("stands twice"), "{count} {again}");
            }
        }
    }
}

#[test]
fn what_is_no_object_is_refused_with_its_place() {
    for (text, why) in [
        ("", "the text ends too early at byte 0"),
        ("[]", "a JSON object was expected at byte 0"),
        ("{\"a\":1", "the text ends too early at byte 6"),
        ("{\"a\":1}}", "something stands after the object at byte 7"),
        ("{\"a\":1,}", "a name in quotes was expected at byte 7"),
        ("{\"a\" 1}", "a colon was expected at byte 5"),
        (
            "{\"a\":01}",
            "a comma or the closing bracket was expected at byte 6",
        ),
        ("{\"a\":1e999}", "the number is out of range at byte 10"),
        ("{\"a\":.5}", "a value was expected at byte 5"),
        ("{\"a\":\"\\ud800\"}", "half a surrogate pair at byte 12"),
        (
            "{\"a\":\"\n\"}",
            "a control character in a string at byte 6",
        ),
    ] {
        assert_eq!(refused(text), why, "{text}");
    }
    let said = walk_members("{\"a\":1}", |_: Option<Unread>, _, _| {
        Err("not this one".into())
    })
    .unwrap_err();
    assert_eq!(said.0.to_string(), "not this one at byte 6");
}

#[test]
fn the_depth_is_bounded() {
    let deep = |levels: usize| {
        format!(
            "{{\"a\":{}{}}}",
            "[".repeat(levels - 1),
            "]".repeat(levels - 1)
        )
    };
    assert!(read(&deep(127)).is_ok());
    assert!(refused(&deep(128)).contains("too deep"));
    assert!(refused(&"{\"a\":".repeat(100_000)).contains("too deep"));
}

/// Pieces that JSON is made of, and some it is not.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\"a\":",
    "\"b\":",
    "\"\\u0061\":",
    "1",
    "-0",
    "0",
    "1.5",
    "1e9",
    "1e999",
    "2E-3",
    ".",
    "-",
    "true",
    "false",
    "null",
    "nul",
    "\"text\"",
    "\"\\n\\/\"",
    "\\",
    "\"\\ud83d\\ude00\"",
    "\"\\ud800\"",
    "\"\\udc00x\"",
    "\"\\u12\"",
    " ",
    "\n",
    "\t",
    "é",
    "\"é\"",
    "\u{7f}",
    "\u{1f}",
    "{}",
    "[]",
    "{\"a\":1}",
    "\"a long text without any mark\"",
];

fn json_like() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(PIECES);
    proptest::collection::vec(piece, 0..24)
        .prop_map(|pieces| format!("{{\"x\":{}}}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn it_judges_as_a_full_parser_does(text in json_like()) {
        let full = strict_json::object(text.as_bytes());
        prop_assert_eq!(read(&text).is_ok(), full.is_ok(), "{}: {:?} {:?}", text, read(&text), full);
        if let (Ok(read), Ok(full)) = (read(&text), full) {
            prop_assert_eq!(read.len(), full.len());
            for (name, value) in read {
                let text = full[&name].as_str();
                prop_assert!(text.is_none_or(|text| text == value));
            }
        }
    }

}

proptest! {
    #[test]
    fn every_object_is_read(map: std::collections::BTreeMap<String, String>) {
        let text = serde_json::to_string(&map).unwrap();
        let expected: Vec<_> = map.into_iter().collect();
        prop_assert_eq!(read(&text).unwrap(), expected);
    }
}
