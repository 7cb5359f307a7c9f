//! Addresses, environments and files around the secrets.

use super::*;

#[test]
fn addresses_that_drift_are_told() {
    let answer = "HTTP/1.1 401 Unauthorized\n\n";
    let front = "NEXT_PUBLIC_API_URL=http://localhost:8000\nBACKEND_URL=http://localhost:8002";
    let files = [("frontend.env", front), ("response.http", answer)];
    assert_eq!(errors(&files, &["Next.js"]), ["base-url-drift"]);
    let files = [
        ("frontend.env", "VITE_API_URL=http://localhost:8002"),
        ("backend.env", "PORT=8000"),
        ("response.http", answer),
    ];
    assert_eq!(errors(&files, &["Vite", "Express"]), ["base-url-drift"]);
    let files = [
        ("frontend.env", "VITE_API_URL=http://localhost:8000"),
        ("backend.env", "PORT=8000"),
        ("response.http", answer),
    ];
    assert_eq!(errors(&files, &["Vite", "Express"]), Vec::<&str>::new());
}

#[test]
fn an_environment_that_is_not_set_is_told() {
    let request = "GET /me HTTP/1.1\nHost: app.example.org\n\n";
    let log = "WARN ENVIRONMENT not set, defaulting to development";
    let files = [
        ("backend.env", "PORT=8000"),
        ("log.txt", log),
        ("request.http", request),
        ("response.http", "HTTP/1.1 500 Internal Server Error\n\n"),
    ];
    assert!(errors(&files, &["FastAPI"]).contains(&"environment-unset"));
}

#[test]
fn a_line_end_in_a_secret_file_is_told() {
    let request = request(SECRET.as_bytes());
    let file = format!("{SECRET}\n");
    let front = format!("JWT_SECRET={SECRET}");
    let files = [
        ("backend.env", "JWT_SECRET_FILE=/run/secrets/jwt"),
        ("frontend.env", &front),
        ("jwt_secret.txt", &file),
        ("request.http", &request),
        ("response.http", REFUSED),
    ];
    assert_eq!(
        errors(&files, &["FastAPI", "Docker"]).first(),
        Some(&"secret-trailing-newline")
    );
    let good = [
        files[0],
        files[1],
        files[2],
        files[3],
        ("response.http", "HTTP/1.1 200 OK\n\n"),
    ];
    assert_eq!(errors(&good, &["FastAPI", "Docker"]), Vec::<&str>::new());
}

#[test]
fn no_secret_is_shown() {
    let request = request(SECRET.as_bytes());
    let secrets = [
        "kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU",
        "another-value-that-is-as-long-as-it",
    ];
    for (front, back, _, stack, _) in DAMAGES {
        let log = format!("JWT_SECRET={SECRET} is not set\nsecret rotated from {SECRET}\n");
        let files = [
            ("frontend.env", *front),
            ("backend.env", *back),
            ("request.http", &request),
            ("response.http", REFUSED),
            ("log.txt", &log),
        ];
        let documents = files.iter().map(|(name, text)| Document::new(*name, *text));
        let mut documents: Vec<Document> = documents.collect();
        documents.push(Document::new("case.toml", format!("stack = {stack:?}")));
        let diagnosis = diagnose(&Evidence::read(documents));
        let told = format!(
            "{}{}",
            diagnosis.json(0),
            diagnosis.human(crate::Style::Plain, 100)
        );
        for secret in secrets {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[test]
fn the_loader_is_asked_for_where_it_matters() {
    let ask = |stack: &str, line: &str| {
        let documents = vec![
            Document::new("backend.env", line),
            Document::new("response.http", REFUSED),
            Document::new("case.toml", format!("stack = [\"{stack}\"]")),
        ];
        diagnose(&Evidence::read(documents)).notes.len()
    };
    let line = format!("JWT_SECRET='{SECRET}'");
    assert_eq!(ask("Express", &line), 1);
    assert_eq!(ask("Express", &format!("JWT_SECRET={SECRET}")), 0);
}
