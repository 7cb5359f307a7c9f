use crate::{Document, Evidence, Severity, diagnose};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_testkit::jose::TestKey;
use serde_json::json;

const SECRET: &str = "kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU";

/// A token of a user, signed with a secret.
mod surroundings;

fn token(secret: &[u8]) -> String {
    let claims = json!({"sub": "42", "iat": 1_800_000_000, "exp": 1_800_003_600});
    TestKey::hs(secret).token("HS256", &claims)
}

fn request(secret: &[u8]) -> String {
    format!(
        "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer {}\n\n",
        token(secret)
    )
}

const REFUSED: &str = "HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n{\"detail\":\"Signature verification failed\"}\n";

/// The errors, the root cause first.
fn errors(files: &[(&str, &str)], stack: &[&str]) -> Vec<&'static str> {
    let mut documents: Vec<Document> = files
        .iter()
        .map(|(name, text)| Document::new(*name, *text))
        .collect();
    documents.push(Document::new(
        "case.toml",
        format!("now = 1800000100\nstack = {stack:?}"),
    ));
    let diagnosis = diagnose(&Evidence::read(documents));
    let errors = diagnosis
        .findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Error);
    errors.map(|finding| finding.cause().slug()).collect()
}

fn two(front: &str, back: &str, signed: &[u8], stack: &[&str]) -> Vec<&'static str> {
    let request = request(signed);
    let files = [
        ("frontend.env", front),
        ("backend.env", back),
        ("request.http", &request),
        ("response.http", REFUSED),
    ];
    errors(&files, stack)
}

const PYTHON: &[&str] = &["Next.js", "FastAPI", "python-dotenv"];
const DOCKER: &[&str] = &["Next.js", "FastAPI", "docker --env-file"];

/// A front end's file, a back end's, the secret that signed, the products, and the root cause.
#[rustfmt::skip]
const DAMAGES: &[(&str, &str, &str, &[&str], &str)] = &[
    ("JWT_SECRET=\"kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU\"", "JWT_SECRET=\"kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU\"", SECRET, DOCKER, "env-quotes-literal"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", "JWT_SECRET=\"kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU\"", SECRET, DOCKER, "env-quotes-literal"),
    ("JWT_SECRET=kT3vQ9xZ$m2Lw8RbN5yHc7Jd", "JWT_SECRET=kT3vQ9xZ$m2Lw8RbN5yHc7Jd", "kT3vQ9xZ", PYTHON, "env-dollar-expanded"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN#5yHc7Jd", "JWT_SECRET=kT3vQ9xZm2Lw8RbN#5yHc7Jd", "kT3vQ9xZm2Lw8RbN", PYTHON, "env-comment-truncated"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", "JWT_SECRET=another-value-that-is-as-long-as-it", SECRET, PYTHON, "secret-mismatch"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", "JWT_SECRET=", SECRET, PYTHON, "secret-missing"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", "PORT=8000", SECRET, PYTHON, "secret-missing"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", "JWT_SECRET=${SHARED_SECRET}", SECRET, DOCKER, "env-var-not-expanded"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", "JWT_SECRET=a2T3vQ9xZm2Lw8RbN5yHc7JdF4sGa6Pe\nJWT_SECRET_OLD=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", SECRET, PYTHON, "secret-rotated-stale-session"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", "JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU\nJWT_SECRET=another-value-that-is-as-long-as-it", SECRET, PYTHON, "env-key-duplicated"),
    ("JWT_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU", "JWT_SECRET=\"kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU \"", SECRET, PYTHON, "secret-trailing-newline"),
];

#[test]
fn one_damage_of_a_secret_is_named_with_a_token() {
    for (front, back, signed, stack, cause) in DAMAGES {
        assert_eq!(
            two(front, back, signed.as_bytes(), stack).first(),
            Some(cause),
            "{front} | {back}"
        );
    }
}

#[test]
fn a_decoded_secret_is_named() {
    let coded = URL_SAFE_NO_PAD.encode([7_u8; 32]);
    let line = format!("JWT_SECRET={coded}");
    assert_eq!(
        two(&line, &line, &[7; 32], &["Spring", "FastAPI"]).first(),
        Some(&"secret-base64-vs-raw")
    );
}

#[test]
fn a_shadowed_secret_is_named() {
    let request = request(SECRET.as_bytes());
    let right = format!("JWT_SECRET={SECRET}");
    let files = [
        ("frontend.env", right.as_str()),
        ("backend.env", &right),
        (
            "backend.local.env",
            "JWT_SECRET=an-old-value-that-nobody-remembered",
        ),
        ("request.http", &request),
        ("response.http", REFUSED),
    ];
    assert_eq!(
        errors(&files, &["Next.js", "Express"]).first(),
        Some(&"env-file-shadowed")
    );
}

#[test]
fn what_both_read_alike_is_no_finding() {
    let line = "JWT_SECRET='vYCjhtOtJjiEgge#qBCYmXqavoEd$SeiApxyp1GUZRl'";
    let signed = b"vYCjhtOtJjiEgge#qBCYmXqavoEd$SeiApxyp1GUZRl";
    let request = request(signed);
    let good = "HTTP/1.1 200 OK\n\n[]\n";
    let all = [
        ("frontend.env", line),
        ("backend.env", line),
        ("request.http", request.as_str()),
        ("response.http", good),
    ];
    assert_eq!(
        errors(&all, &["FastAPI", "python-dotenv"]),
        Vec::<&str>::new()
    );
    assert_eq!(
        errors(&all[..3], &["FastAPI", "python-dotenv"]),
        Vec::<&str>::new()
    );
    assert_eq!(
        errors(&all[..2], &["FastAPI", "python-dotenv"]),
        Vec::<&str>::new()
    );
}

#[test]
fn settings_that_differ_are_named_without_a_token() {
    let front = format!("JWT_SECRET={SECRET}");
    let back = "JWT_SECRET=another-value-that-is-as-long-as-it";
    let files = [("frontend.env", front.as_str()), ("backend.env", back)];
    assert_eq!(errors(&files, &["Next.js", "FastAPI"]), ["secret-mismatch"]);
    let quoted = format!("JWT_SECRET=\"{SECRET}\"");
    let files = [("frontend.env", quoted.as_str()), ("backend.env", &quoted)];
    assert_eq!(
        errors(&files, &["Next.js", "FastAPI", "docker --env-file"]),
        ["env-quotes-literal"]
    );
    assert_eq!(errors(&files, &["Next.js", "FastAPI"]), Vec::<&str>::new());
}

#[test]
fn two_names_are_two_secrets_until_a_signature_is_refused() {
    let front = format!("NEXTAUTH_SECRET={SECRET}");
    let back = "JWT_SECRET=another-value-that-is-as-long-as-it";
    let files = [
        ("frontend.env", front.as_str()),
        ("backend.env", back),
        ("response.http", "HTTP/1.1 401 Unauthorized\n\n"),
    ];
    assert_eq!(errors(&files, &["Next.js", "Express"]), Vec::<&str>::new());
    let files = [
        ("frontend.env", front.as_str()),
        ("backend.env", back),
        ("response.http", REFUSED),
    ];
    assert_eq!(errors(&files, &["Next.js", "Express"]), ["secret-mismatch"]);
}

#[test]
fn a_failure_of_another_kind_leaves_secrets_alone() {
    let front = format!("JWT_SECRET={SECRET}");
    let back = "JWT_SECRET=another-value-that-is-as-long-as-it";
    let expired = "HTTP/1.1 401 Unauthorized\n\n{\"detail\":\"jwt expired\"}\n";
    let files = [
        ("frontend.env", front.as_str()),
        ("backend.env", back),
        ("response.http", expired),
    ];
    assert!(!errors(&files, &["Next.js", "FastAPI"]).contains(&"secret-mismatch"));
}

fn with_log(back: &str, log: &str, stack: &[&str]) -> Vec<&'static str> {
    errors(
        &[
            ("backend.env", back),
            ("log.txt", log),
            ("response.http", "HTTP/1.1 500 Internal Server Error\n\n"),
        ],
        stack,
    )
}

#[test]
fn a_variable_that_a_log_misses_is_followed() {
    let named = "JWT_SECRET_STAGING=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU";
    assert_eq!(
        with_log(named, "KeyError: 'JWT_SECRET_KEY'", &["FastAPI"]),
        ["env-var-name-mismatch"]
    );
    assert_eq!(
        with_log(
            "PORT=1",
            "RuntimeError: JWT_SECRET_KEY is not set",
            &["FastAPI"]
        ),
        ["secret-missing"]
    );
    let set = "JWT_SECRET_KEY=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU";
    assert_eq!(
        with_log(
            set,
            "jwt_secret_key\n  Field required [type=missing, input_value={}]",
            &["FastAPI"]
        ),
        ["env-file-not-loaded"]
    );
    assert_eq!(
        with_log(
            "AUTH_SYNC_SECRET=",
            "AUTH_SYNC_SECRET not configured, skipping user sync",
            &["FastAPI"]
        ),
        ["sync-secret-missing"]
    );
}

#[test]
fn the_secret_of_an_environment_needs_the_environment() {
    let back = "JWT_SECRET_STAGING=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU\nJWT_SECRET_KEY=another-value-that-is-as-long-as-it";
    let front = "JWT_SECRET_STAGING=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU";
    assert_eq!(
        two(front, back, SECRET.as_bytes(), PYTHON),
        ["environment-unset"]
    );
    let production = format!("{back}\nENVIRONMENT=production");
    assert_eq!(
        two(front, &production, SECRET.as_bytes(), PYTHON),
        ["environment-misdetected"]
    );
    let staging = format!("{back}\nENVIRONMENT=staging");
    assert_eq!(
        two(front, &staging, SECRET.as_bytes(), PYTHON),
        Vec::<&str>::new()
    );
}

#[test]
fn a_token_from_before_the_rotation_is_told() {
    let back = "# secret rotated 2027-01-16\nJWT_SECRET=another-value-that-is-as-long-as-it";
    let request = request(SECRET.as_bytes());
    let files = [
        ("backend.env", back),
        ("request.http", request.as_str()),
        ("response.http", REFUSED),
    ];
    assert_eq!(
        errors(&files, &["FastAPI"]),
        ["secret-rotated-stale-session"]
    );
}

#[test]
fn values_are_damaged_whatever_they_are_for() {
    let refused = "HTTP/1.1 401 Unauthorized\n\n";
    for (line, stack, cause) in [
        (
            "JWT_AUDIENCE=\"api \"",
            "FastAPI",
            "config-value-whitespace",
        ),
        (
            "JWT_ISSUER=\"https://id.example/\"",
            "docker --env-file",
            "env-quotes-literal",
        ),
        (
            "JWT_ISSUER=https://${HOST}/",
            "Express",
            "env-var-not-expanded",
        ),
    ] {
        let files = [("backend.env", line), ("response.http", refused)];
        assert_eq!(errors(&files, &[stack]), [cause], "{line}");
        let files = [
            ("backend.env", line),
            ("response.http", "HTTP/1.1 200 OK\n\n"),
        ];
        assert_eq!(errors(&files, &[stack]), Vec::<&str>::new(), "{line}");
    }
}

#[test]
fn a_sync_secret_is_needed_on_both_sides_and_alike() {
    let front = "AUTH_SYNC_SECRET=kT3vQ9xZm2Lw8RbN5yHc7JdF4sGa6PeU";
    let request = "POST /api/auth/sync-user HTTP/1.1\nHost: api.example\n\n{}";
    let answer = "HTTP/1.1 401 Unauthorized\n\n";
    for (back, cause) in [
        ("PORT=8000", "sync-secret-missing"),
        ("AUTH_SYNC_SECRET=", "sync-secret-missing"),
        (
            "AUTH_SYNC_SECRET=another-value-that-is-as-long-as-it",
            "sync-secret-mismatch",
        ),
    ] {
        let files = [
            ("frontend.env", front),
            ("backend.env", back),
            ("request.http", request),
            ("response.http", answer),
        ];
        assert_eq!(errors(&files, &["Next.js", "FastAPI"]), [cause], "{back}");
    }
    let files = [
        ("frontend.env", front),
        ("backend.env", front),
        ("request.http", request),
        ("response.http", answer),
    ];
    let found = errors(&files, &["Next.js", "FastAPI"]);
    assert!(found.iter().all(|slug| !slug.contains("sync")), "{found:?}");
}

#[test]
fn a_value_that_does_not_count_is_told_where_it_would_have_helped() {
    let claims = json!({"sub": "1", "aud": "https://api.example", "iat": 1_800_000_000, "exp": 1_800_003_600});
    let token = TestKey::hs(SECRET).token("HS256", &claims);
    let request = format!("GET / HTTP/1.1\nHost: api.example\nAuthorization: Bearer {token}\n\n");
    let first = "JWT_AUDIENCE=https://api.example\nJWT_AUDIENCE=https://old.example";
    let files = [
        ("backend.env", first),
        ("request.http", &request),
        ("response.http", "HTTP/1.1 401 Unauthorized\n\n"),
    ];
    assert_eq!(
        errors(&files, &["FastAPI"]).first(),
        Some(&"env-key-duplicated")
    );
}

#[test]
fn a_secret_that_is_drawn_at_start_is_told() {
    let log = "[INFO] Booting worker with pid: 7\n[INFO] Booting worker with pid: 8\nSECRET_KEY = os.environ.get(\"SECRET_KEY\", secrets.token_hex(32))\n";
    let request = request(SECRET.as_bytes());
    let files = [
        ("backend.env", "PORT=8000"),
        ("log.txt", log),
        ("request.http", request.as_str()),
        ("response.http", REFUSED),
    ];
    assert_eq!(
        errors(&files, &["Flask", "gunicorn"]).first(),
        Some(&"secret-random-per-process")
    );
}

#[test]
fn a_pem_that_a_loader_cut_is_told() {
    let cut = "JWT_PUBLIC_KEY=-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";
    let files = [
        ("backend.env", cut),
        ("response.http", "HTTP/1.1 500 Internal Server Error\n\n"),
    ];
    assert_eq!(errors(&files, &["Express"]), ["pem-damaged-in-env"]);
    let sound =
        "JWT_PUBLIC_KEY=\"-----BEGIN PUBLIC KEY-----\\nMIIB\\n-----END PUBLIC KEY-----\\n\"";
    let files = [
        ("backend.env", sound),
        ("response.http", "HTTP/1.1 500 Internal Server Error\n\n"),
    ];
    assert_eq!(errors(&files, &["Express"]), Vec::<&str>::new());
}
