//! The forms of the doctor's answer, over every case of the project.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on must fail loudly"
)]

use countersign_diagnose::{Diagnosis, Document, DocumentKind, Evidence, Style, diagnose};
use countersign_testkit::jose::TestKey;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

use crate::cases;

/// Every case with its name.
fn all() -> Vec<(String, Diagnosis)> {
    let cases = cases::cases().into_iter();
    let read = cases.map(|case| {
        let diagnosis = cases::diagnosis(&case).of_command("countersign doctor .");
        (case.name.clone(), diagnosis)
    });
    read.collect()
}

/// What of a schema our own file uses: types, members, items, lists of values, bounds.
fn validate(schema: &Value, root: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return validate(&root["$defs"][name], root, value, at);
    }
    has_known_words(schema, at);
    if let Some(constant) = schema.get("const") {
        assert_eq!(value, constant, "{at}");
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{at}: {value}");
    }
    has_type(schema, value, at);
    if let Some(number) = value.as_f64() {
        assert!(
            number >= schema["minimum"].as_f64().unwrap_or(f64::MIN),
            "{at}: {number}"
        );
        assert!(
            number <= schema["maximum"].as_f64().unwrap_or(f64::MAX),
            "{at}: {number}"
        );
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            value.get(name.as_str().unwrap()).is_some(),
            "{at} lacks {name}"
        );
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            validate(schema, root, value, &format!("{at}.{name}"));
        }
    }
    if let Some(items) = schema.get("items") {
        for (index, value) in value.as_array().into_iter().flatten().enumerate() {
            validate(items, root, value, &format!("{at}[{index}]"));
        }
    }
}

/// Whether this check knows every word of the schema.
fn has_known_words(schema: &Value, at: &str) {
    for key in schema.as_object().unwrap().keys() {
        let known = [
            "$schema",
            "$id",
            "$defs",
            "title",
            "description",
            "type",
            "required",
            "properties",
            "items",
            "enum",
            "const",
            "minimum",
            "maximum",
            "pattern",
        ];
        assert!(known.contains(&key.as_str()), "{at}: {key} is not checked");
    }
}

/// Whether it is of one of the types that the schema names.
fn has_type(schema: &Value, value: &Value, at: &str) {
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().map(|one| one.as_str().unwrap()).collect(),
        _ => Vec::new(),
    };
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("{at}: {other}"),
    };
    assert!(
        types.is_empty() || types.iter().any(|name| is(name)),
        "{at}: {value}"
    );
}

#[test]
fn the_json_of_every_case_is_as_the_published_schema_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/doctor.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for (name, diagnosis) in all() {
        validate(&schema, &schema, &diagnosis.json(3), &name);
    }
}

#[test]
fn sarif_has_what_its_standard_asks_for() {
    for (name, diagnosis) in all() {
        let log = diagnosis.sarif();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let driver = &run["tool"]["driver"];
        assert!(driver["name"].is_string());
        let rules = driver["rules"].as_array().unwrap();
        for rule in rules {
            for text in ["shortDescription", "fullDescription", "help"] {
                assert!(
                    !rule[text]["text"].as_str().unwrap().is_empty(),
                    "{name}: {rule}"
                );
            }
            assert!(rule["helpUri"].is_string());
        }
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"], "{name}");
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
            assert!(result["message"]["text"].is_string());
            let places = ["locations", "relatedLocations"];
            for place in places
                .iter()
                .flat_map(|list| result[list].as_array().unwrap())
            {
                let physical = &place["physicalLocation"];
                let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
                assert!(
                    !uri.is_empty() && !uri.contains([' ', ':', '\\']),
                    "{name}: {uri}"
                );
                if let Some(region) = physical.get("region") {
                    assert!(region["startLine"].as_u64().unwrap() >= 1, "{name}");
                }
            }
        }
    }
}

#[test]
fn annotations_are_one_line_each() {
    for (name, diagnosis) in all() {
        let text = diagnosis.github();
        assert!(!text.is_empty(), "{name}");
        for line in text.lines() {
            let (head, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
            let (word, properties) = head.split_once(' ').unwrap();
            assert!(
                ["error", "warning", "notice"].contains(&word),
                "{name}: {line}"
            );
            assert!(
                properties.split(',').all(|one| one.contains('=')),
                "{name}: {line}"
            );
        }
    }
}

#[test]
fn the_human_form_fits_eighty_columns_and_ends_with_a_summary() {
    for (name, diagnosis) in all() {
        let text = diagnosis.human(Style::Plain, 80);
        let last = text.lines().rfind(|line| !line.starts_with(' ')).unwrap();
        let words = ["healthy: ", "found: ", "unknown: "];
        assert!(
            words.iter().any(|word| last.starts_with(word)),
            "{name}: {last}"
        );
        for line in text.lines() {
            let cannot_break = line.trim_start().split(' ').count() == 1;
            let is_code =
                line.starts_with("           ") || line.contains(" - ") || line.contains(" + ");
            let fits = line.chars().count() <= 80 || cannot_break || is_code;
            assert!(fits || line.contains("://"), "{name}: {line}");
        }
    }
}

#[test]
fn what_nobody_can_explain_is_answered_with_what_to_send() {
    let documents = vec![
        Document::new(
            "request.http",
            "GET /me HTTP/1.1\nHost: api.example\nX-Odd: 1\n\n",
        ),
        Document::new("response.http", "HTTP/1.1 500 Internal Server Error\n\n"),
    ];
    let diagnosis = diagnose(&Evidence::read(documents));
    if diagnosis.healthy() {
        let text = diagnosis.human(Style::Plain, 80);
        assert!(text.contains("I don't know why it fails"), "{text}");
        assert!(text.contains("`--log FILE`"), "{text}");
        assert!(text.contains("unknown: it fails"), "{text}");
    }
}

#[test]
fn a_healthy_set_up_is_told_so_in_a_few_lines() {
    let documents = vec![
        Document::new(
            "request.http",
            "GET /health HTTP/1.1\nHost: api.example\n\n",
        ),
        Document::new("response.http", "HTTP/1.1 200 OK\n\n"),
    ];
    let text = diagnose(&Evidence::read(documents)).human(Style::Plain, 80);
    assert!(text.ends_with("healthy: nothing is wrong\n"), "{text}");
    assert!(text.lines().count() <= 5, "{text}");
}

#[test]
fn a_rightful_refusal_is_told_and_is_no_fault() {
    let claims = json!({"sub": "42", "role": "viewer", "iat": 1_800_000_000, "exp": 1_800_003_600});
    let token = TestKey::hs(b"kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU").token("HS256", &claims);
    let documents = vec![
        Document::new("case.toml", "now = 1800000060\n"),
        Document::new(
            "request.http",
            format!(
                "GET /admin/users HTTP/1.1\nHost: api.example\nAuthorization: Bearer {token}\n\n"
            ),
        ),
        Document::new(
            "response.http",
            "HTTP/1.1 403 Forbidden\nContent-Type: application/json\n\n{\"detail\":\"role admin required\"}\n",
        ),
    ];
    let diagnosis = diagnose(&Evidence::read(documents));
    let text = diagnosis.human(Style::Plain, 80);
    assert!(diagnosis.healthy(), "{text}");
    assert!(text.starts_with("note[CSN6014]: "), "{text}");
    let end = "healthy: the refusal is as it should be\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn a_token_by_itself_is_read_as_people_copy_it() {
    // {"alg":"HS256"} and {"sub":"1","iat":1799990000,"exp":1799993600}
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIiwiaWF0IjoxNzk5OTkwMDAwLCJleHAiOjE3OTk5OTM2MDB9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for text in [
        token.to_owned(),
        format!("Bearer {token}"),
        format!("\"{token}\"\n"),
    ] {
        let document = Document::new("--token", text).of_kind(DocumentKind::Token);
        let diagnosis = diagnose(&Evidence::read(vec![document]).at(1_800_000_000));
        let first = diagnosis.findings.first().unwrap();
        assert_eq!(first.cause().slug(), "token-expired");
        let human = diagnosis.human(Style::Plain, 80);
        assert!(
            human.contains("--> --token") && !human.contains("eyJ"),
            "{human}"
        );
    }
}
