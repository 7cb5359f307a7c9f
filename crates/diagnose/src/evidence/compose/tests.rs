use super::*;

fn evidence(compose: &str, files: &[(&str, &str)]) -> Evidence {
    let mut documents = vec![Document::new("compose.yaml", compose)];
    documents.extend(files.iter().map(|(name, text)| Document::new(*name, *text)));
    Evidence::read(documents)
}

fn value(evidence: &Evidence, service: &str, name: &str) -> String {
    let found = evidence.services.iter().find(|one| one.name == service);
    found.unwrap().setting(name).unwrap().value.to_string()
}

#[test]
fn a_list_keeps_quotes_and_a_map_does_not() {
    let compose = "services:\n  api:\n    image: api\n    environment:\n      - JWT_SECRET=\"abc\"\n      - 'B=x y'\n  web:\n    environment:\n      JWT_SECRET: \"abc\" # the same\n      PLAIN: x#y\n";
    let read = evidence(compose, &[]);
    assert_eq!(value(&read, "api", "JWT_SECRET"), "\"abc\"");
    assert_eq!(value(&read, "api", "B"), "x y");
    assert_eq!(value(&read, "web", "JWT_SECRET"), "abc");
    assert_eq!(value(&read, "web", "PLAIN"), "x#y");
    let api = &read.services[0];
    assert_eq!(api.setting("JWT_SECRET").unwrap().spot.line, 5);
}

#[test]
fn dollars_are_expanded_from_the_env_file_beside_and_two_stand_for_one() {
    let compose = "services:\n  api:\n    environment:\n      A: ${SECRET}\n      B: pa$$word\n      C: pa$word\n      D: ${NOPE:-else}\n      SECRET:\n";
    let read = evidence(compose, &[(".env", "SECRET='x'")]);
    for (name, wanted) in [
        ("A", "x"),
        ("B", "pa$word"),
        ("C", "pa"),
        ("D", "else"),
        ("SECRET", "x"),
    ] {
        assert_eq!(value(&read, "api", name), wanted, "{name}");
    }
}

#[test]
fn environment_counts_over_the_env_file_that_compose_reads() {
    let compose = "services:\n  api:\n    env_file:\n      - ./backend.env\n    environment:\n      JWT_SECRET: new\n";
    let read = evidence(compose, &[("backend.env", "JWT_SECRET=old\nB='c#d'")]);
    assert_eq!(read.services.len(), 1);
    assert_eq!(value(&read, "backend", "JWT_SECRET"), "new");
    assert_eq!(value(&read, "backend", "B"), "c#d");
    let file = read.services[0]
        .files
        .iter()
        .find(|file| file.source == "backend.env");
    assert_eq!(file.unwrap().reader, Reader::Known(Loader::Compose));
}

#[test]
fn collections_in_one_line_are_blocks() {
    let compose = "services:\n  api:\n    env_file: [backend.env]\n    environment: { JWT_SECRET: \"a, b\",\n      B: c }\n    ports: [\"1:2\"]\n";
    let read = evidence(compose, &[("backend.env", "JWT_SECRET=old\nC=d")]);
    assert_eq!(read.services.len(), 1);
    for (name, wanted) in [("JWT_SECRET", "a, b"), ("B", "c"), ("C", "d")] {
        assert_eq!(value(&read, "backend", name), wanted, "{name}");
    }
}

#[test]
fn anchors_and_block_scalars_are_followed() {
    let compose = "x-env: &env\n  JWT_SECRET: abc\nservices:\n  api:\n    environment:\n      <<: *env\n      KEY: |\n        one\n        two\n      LAST: z\n";
    let read = evidence(compose, &[]);
    assert_eq!(value(&read, "api", "JWT_SECRET"), "abc");
    assert_eq!(value(&read, "api", "KEY"), "one\ntwo\n");
    assert_eq!(value(&read, "api", "LAST"), "z");
}

#[test]
fn half_a_file_is_read_as_far_as_it_goes() {
    for text in [
        "",
        "services",
        "services:\n  - x",
        "a: [b",
        "\"",
        "- - -",
        "x: |",
    ] {
        evidence(text, &[]);
    }
}
