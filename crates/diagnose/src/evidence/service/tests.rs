use super::*;

fn evidence(files: &[(&str, &str)], stack: &[&str]) -> Evidence {
    let mut documents: Vec<Document> = files
        .iter()
        .map(|(name, text)| Document::new(*name, *text))
        .collect();
    documents.push(Document::new("case.toml", format!("stack = {stack:?}")));
    Evidence::read(documents)
}

fn reader(evidence: &Evidence, service: &str) -> Reader {
    let found = evidence.services.iter().find(|one| one.name == service);
    found.unwrap().files[0].reader
}

fn value(evidence: &Evidence, service: &str, name: &str) -> String {
    let found = evidence.services.iter().find(|one| one.name == service);
    found.unwrap().setting(name).unwrap().value.to_string()
}

#[test]
fn a_comment_names_the_loader_of_its_file() {
    let read = evidence(
        &[
            ("backend.env", "# loaded with python-dotenv 1.2.4\nA='b#c'"),
            ("frontend.env", "# docker run --env-file\nA='b#c'"),
        ],
        &["FastAPI"],
    );
    assert_eq!(
        reader(&read, "backend"),
        Reader::Known(Loader::PythonDotenv)
    );
    assert_eq!(value(&read, "backend", "A"), "b#c");
    assert_eq!(reader(&read, "frontend"), Reader::Known(Loader::Docker));
    assert_eq!(value(&read, "frontend", "A"), "'b#c'");
}

#[test]
fn each_side_is_read_by_the_loader_of_its_product() {
    let files = [("frontend.env", "A=x$y"), ("backend.env", "A=x$y")];
    let read = evidence(
        &files,
        &["Next.js", "NextAuth v4", "Express", "jsonwebtoken"],
    );
    assert_eq!(reader(&read, "frontend"), Reader::Known(Loader::NextEnv));
    assert_eq!(reader(&read, "backend"), Reader::Guessed(Loader::Dotenv));
    assert_eq!(value(&read, "frontend", "A"), "x");
    assert_eq!(value(&read, "backend", "A"), "x$y");
}

#[test]
fn a_named_loader_counts_over_the_framework() {
    let files = [("frontend.env", "A=\"x\""), ("backend.env", "A=\"x\"")];
    let read = evidence(&files, &["Next.js", "FastAPI", "docker --env-file"]);
    assert_eq!(reader(&read, "frontend"), Reader::Known(Loader::NextEnv));
    assert_eq!(reader(&read, "backend"), Reader::Known(Loader::Docker));
}

#[test]
fn a_log_names_the_loader_of_the_back_end() {
    let files = [
        ("frontend.env", "A=\"x\""),
        ("backend.env", "A=\"x\""),
        ("log.txt", "$ docker run --env-file prod.env api:latest"),
    ];
    let read = evidence(&files, &["Next.js", "FastAPI"]);
    assert_eq!(reader(&read, "backend"), Reader::Known(Loader::Docker));
    assert_eq!(reader(&read, "frontend"), Reader::Known(Loader::NextEnv));
}

#[test]
fn other_readings_are_kept_beside_the_one_that_counts() {
    let read = evidence(&[("backend.env", "A=\"x\"\nB=plain")], &["Flask"]);
    let line = read.services[0].setting("A").unwrap();
    assert_eq!(line.value.as_str(), "x");
    assert!(
        line.others
            .iter()
            .any(|other| other.value.as_str() == "\"x\"")
    );
    assert!(read.services[0].setting("B").unwrap().others.is_empty());
}

#[test]
fn a_reference_finds_the_value_of_a_file_that_counts_more() {
    let files = [
        ("frontend.env", "HOST=old\nURL=https://${HOST}/"),
        ("frontend.local.env", "HOST=new"),
    ];
    let read = evidence(&files, &["Next.js"]);
    assert_eq!(value(&read, "frontend", "URL"), "https://new/");
}

#[test]
fn settings_tell_the_side_of_a_service_whose_name_says_nothing() {
    let read = evidence(
        &[
            ("one.env", "NEXTAUTH_SECRET=x"),
            ("two.env", "JWT_SECRET=x"),
        ],
        &[],
    );
    let sides: Vec<bool> = read.services.iter().map(Service::is_front_end).collect();
    assert_eq!(sides, [true, false]);
}
