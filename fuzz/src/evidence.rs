//! Targets: what the doctor reads. Whatever it is given, it answers, and its bundles hold what they promise.

use countersign_diagnose::{Document, Evidence, Style, diagnose, redact};

/// Between the files of a case: this, a name, and a line end.
const FILE: &str = "\u{1}file ";

/// Env files of two services.
pub fn doctor_env(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (first, second) = text.split_once(FILE).unwrap_or((&text, ""));
    run(&[("backend.env", first), ("frontend/.env.local", second)]);
}

/// A request with its answer: raw HTTP, commands, recordings.
pub fn doctor_exchange(data: &[u8]) {
    run(&[("request.http", &String::from_utf8_lossy(data))]);
}

/// Logs.
pub fn doctor_log(data: &[u8]) {
    run(&[("log.txt", &String::from_utf8_lossy(data))]);
}

/// Compose files and configurations of proxies.
pub fn doctor_proxy(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    run(&[
        ("compose.yaml", &text),
        ("nginx.conf", &text),
        ("apache.conf", &text),
        ("Caddyfile", &text),
    ]);
}

/// Key sets, secrets in files, tokens and URLs of databases.
pub fn doctor_keys(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    run(&[
        ("jwks.json", &text),
        ("jwt_secret.txt", &text),
        ("database_url.txt", &text),
    ]);
}

/// Rows of users, and a request of one of them.
pub fn doctor_users(data: &[u8]) {
    let request = "GET / HTTP/1.1\nHost: a.example\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA\n\n";
    run(&[
        ("users.json", &String::from_utf8_lossy(data)),
        ("request.http", request),
        ("case.toml", "now = 1800000000\n"),
    ]);
}

/// Sources of each language.
pub fn doctor_source(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for name in ["api/a.py", "api/a.ts", "api/a.rs", "api/a.go"] {
        run(&[
            (name, &text),
            ("api/.env", "JWT_SECRET=x7Gq2pZx7Gq2pZx7Gq2pZ\n"),
        ]);
    }
}

/// A whole case.
pub fn doctor_case(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let files: Vec<(&str, &str)> = text
        .split(FILE)
        .take(12)
        .map(|file| file.split_once('\n').unwrap_or(("log.txt", file)))
        .collect();
    run(&files);
}

fn run(files: &[(&str, &str)]) {
    let documents: Vec<Document> = files
        .iter()
        .map(|(name, text)| Document::new(*name, *text))
        .collect();
    let diagnosis = diagnose(&Evidence::read(documents.clone()));
    let human = diagnosis.human(Style::Plain, 80);
    assert!(!human.is_empty(), "nothing was said");
    let json = diagnosis.json(0);
    assert!(json["findings"].is_array() && diagnosis.sarif()["runs"].is_array());
    let _ = diagnosis.github();

    let made = redact(&documents, &[7; 32]).documents;
    assert_eq!(made.len(), documents.len(), "a file was lost");
    for (was, is) in documents.iter().zip(&made) {
        assert!(
            !is.name
                .split('/')
                .any(|part| matches!(part, "" | "." | "..")),
            "{:?} leaves its folder",
            is.name
        );
        if !was.name.ends_with("case.toml") {
            assert_eq!(
                was.text.lines().count(),
                is.text.lines().count(),
                "{}: the lines stay",
                was.name
            );
        }
    }
    let _ = diagnose(&Evidence::read(made));
}

pub(crate) fn env_seeds() -> Vec<Vec<u8>> {
    bytes(&[
        "JWT_SECRET=\"a$b c\" # x\nexport AUTH_URL='https://app.parcelo.example'\n\u{1}file JWT_SECRET=a\nDATABASE_URL=postgres://u:p%40@db.parcelo.example:5432/x?sslmode=require\n",
        "KEY=\"-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEA\\n-----END PUBLIC KEY-----\\n\"\nA=${B:-c}\nB=`d`\n",
        "PK=pk_test_Y2xlcmsuZXhhbXBsZS5jb20k\nS=$2b$12$abcdefghijklmnopqrstuv\nCORS_ORIGINS=[\"https://a.example\",\"*\"]\n",
    ])
}

pub(crate) fn exchange_seeds() -> Vec<Vec<u8>> {
    bytes(&[
        "GET /a?token=x7Gq2pZ8 HTTP/1.1\nHost: api.parcelo.example\nCookie: sid=s%3Aabc.def; a=b\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA\n\n###\nHTTP/1.1 401 Unauthorized\nSet-Cookie: sid=1; Domain=.parcelo.example; SameSite=None\n\n{\"detail\":\"no\"}",
        "curl 'https://api.parcelo.example/me' -H 'Authorization: Basic dXNlcjpwYXNz' -b 'a=b' --data-raw '{\"password\":\"\\u00e4x\"}'",
        "curl \"https://a.example\" ^\n  -H \"Cookie: a=^%b\" ^\n",
        "{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"https://a.example/\",\"headers\":[{\"name\":\"Cookie\",\"value\":\"a=b\"}]},\"response\":{\"status\":401,\"headers\":[],\"content\":{\"text\":\"x\"}}}]}}",
    ])
}

pub(crate) fn log_seeds() -> Vec<Vec<u8>> {
    bytes(&[
        "jwt.exceptions.InvalidAudienceError: Audience doesn't match\n2026-11-21T13:10:45Z POST /login 302 Set-Cookie: a=b\n",
        "> GET / HTTP/1.1\n> Host: a.example\n< HTTP/1.1 401\n< \nFATAL: password authentication failed for user \"u\" 2a05:d018:1::5 81.2.69.142\n",
        "$ curl -sS https://a.example -H 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA'\nurn:x 550e8400-e29b-41d4-a716-446655440000 ann@parcelo.example\n",
    ])
}

pub(crate) fn proxy_seeds() -> Vec<Vec<u8>> {
    bytes(&[
        "services:\n  api:\n    env_file: .env\n    environment:\n      - JWT_SECRET=a$b\n      A: \"b\"\n",
        "server {\n  listen 80;\n  server_name api.parcelo.example;\n  location / { proxy_pass http://api:8000; proxy_set_header Authorization \"\"; }\n}\n",
        "<VirtualHost *:80>\nWSGIPassAuthorization Off\n</VirtualHost>\n",
        "a.example {\n  reverse_proxy api:8000 {\n    header_up -Authorization\n  }\n}\n",
    ])
}

pub(crate) fn keys_seeds() -> Vec<Vec<u8>> {
    bytes(&[
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        "postgresql+asyncpg://postgres.abcdefghijklmnopqrst:p@s/s#w@aws-0-eu-west-1.pooler.supabase.com:6543/postgres?pgbouncer=true",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n",
        "server=tcp:db.example,1433;User Id=sa;Password=x7Gq2pZ8;",
    ])
}

pub(crate) fn users_seeds() -> Vec<Vec<u8>> {
    bytes(&[
        "[{\"id\":1,\"email\":\"ann@parcelo.example\",\"role\":\"admin\",\"totp_secret\":\"JBSWY3DPEHPK3PXPJBSWY3DP\",\"password_hash\":\"$2b$12$abcdefghijklmnopqrstuv\"}]",
        "{\"users\":[{\"sub\":\"1\",\"name\":\"Ann Miller\"}]}",
    ])
}

pub(crate) fn source_seeds() -> Vec<Vec<u8>> {
    bytes(&[
        "import os\nSECRET = os.environ.get('JWT_SECRET', 'dev')\nclass S(BaseSettings):\n    jwt_secret: str = 'x'\n",
        "const s = process.env.JWT_SECRET ?? 'dev'; fetch(`${API}/me`, {headers: {Authorization: t}})\n",
        "fn main() { let s = std::env::var(\"JWT_SECRET\").unwrap_or_else(|_| \"x\".into()); }\n",
        "package a\nimport \"os\"\nvar s = os.Getenv(\"JWT_\" + env)\n",
    ])
}

pub(crate) fn case_seeds() -> Vec<Vec<u8>> {
    bytes(&[
        "backend.env\nJWT_SECRET=secret-of-parcelo-0123456789abcdef\n\u{1}file request.http\nGET / HTTP/1.1\nHost: api.parcelo.example\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA\n\n\u{1}file response.http\nHTTP/1.1 401 Unauthorized\n\n\u{1}file case.toml\nnow = 7\nstack = [\"Flask\"]\n\u{1}file log.txt\njwt expired\n",
    ])
}

fn bytes(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
