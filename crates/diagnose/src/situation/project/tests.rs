use crate::diagnosis::diagnose;
use crate::evidence::{Document, DocumentKind, Evidence};
use crate::report::Severity;

/// What the doctor says of a project: the slugs, those of warnings with a `?`.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let documents = files
        .iter()
        .map(|(name, text)| Document::new(*name, *text))
        .collect();
    slugs(documents)
}

fn slugs(documents: Vec<Document>) -> Vec<String> {
    let diagnosis = diagnose(&Evidence::read(documents));
    let shown = diagnosis.findings.iter().map(|finding| {
        let doubt = if finding.severity() == Severity::Error {
            ""
        } else {
            "?"
        };
        format!("{}{doubt}", finding.cause().slug())
    });
    shown.collect()
}

const SECRET: &str = "q3vB9xT1mK7pW2sY8dF4hJ6nL0cR5gZa";
const OTHER: &str = "Zt8Yw2Lk5Qp9Vn3Xb6Mc1Rj4Hd7Fg0Ts";

#[test]
fn a_secret_under_another_name_than_the_one_that_is_read() {
    let auth = (
        "auth/app.py",
        "import os\nKEY = os.environ['JWT_SECRET_KEY']\n",
    );
    let env = format!("JWT_SECRET_STAGING={SECRET}\nPORT=8001\n");
    let files = [
        auth,
        ("auth/requirements.txt", "pyjwt\npython-dotenv\n"),
        ("auth/.env", &env),
    ];
    assert_eq!(found(&files)[0], "env-var-name-mismatch");
    let read = (
        "auth/app.py",
        "import os\nKEY = os.environ['JWT_SECRET_STAGING']\n",
    );
    assert!(found(&[read, files[1], files[2]]).is_empty());
    let computed = (
        "auth/app.py",
        "import os\nKEY = os.environ[f'JWT_SECRET_{ENV}']\nX = os.getenv('JWT_SECRET_KEY')\n",
    );
    assert!(!found(&[computed, files[1], files[2]]).contains(&"secret-missing".to_owned()));
}

#[test]
fn two_services_that_look_up_two_names() {
    let backend = (
        "backend/app.py",
        "import os\nKEY = os.environ['JWT_SECRET_STAGING']\n",
    );
    let auth = (
        "auth/app.py",
        "import os\nKEY = os.environ['JWT_SECRET_KEY']\n",
    );
    let both = format!("JWT_SECRET_STAGING={SECRET}\nJWT_SECRET_KEY={OTHER}\n");
    let files = [
        backend,
        auth,
        ("backend/requirements.txt", "pyjwt"),
        ("auth/requirements.txt", "pyjwt"),
        ("backend/.env", &both),
        ("auth/.env", &both),
    ];
    // Both files hold both; what each reads is of two names, which only a refused signature makes an error.
    assert!(!found(&files).iter().any(|slug| slug.ends_with("missing")));
}

#[test]
fn a_sync_secret_that_only_the_front_end_has() {
    let files = [
        (
            "frontend/package.json",
            "{\"dependencies\":{\"next\":\"15\"}}",
        ),
        (
            "frontend/auth.ts",
            "const s = process.env.AUTH_SYNC_SECRET\nconst a = process.env.AUTH_SECRET",
        ),
        (
            "frontend/.env.local",
            &format!("AUTH_SECRET={SECRET}\nAUTH_SYNC_SECRET={OTHER}\n"),
        ),
        (
            "backend/pyproject.toml",
            "[project]\ndependencies=['fastapi','pydantic-settings']",
        ),
        (
            "backend/app/config.py",
            "class Settings(BaseSettings):\n    auth_secret: str\n    auth_sync_secret: str\n",
        ),
        ("backend/.env", &format!("AUTH_SECRET={SECRET}\n")),
    ];
    assert_eq!(found(&files), ["sync-secret-missing"]);
    let mut healthy = files;
    let both = format!("AUTH_SECRET={SECRET}\nAUTH_SYNC_SECRET={OTHER}\n");
    healthy[5].1 = &both;
    assert!(found(&healthy).is_empty(), "{:?}", found(&healthy));
}

#[test]
fn an_env_file_above_the_folder_that_the_loader_looks_in() {
    let root = format!("JWT_SECRET={SECRET}\n");
    let settings = "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_file='.env')\n    jwt_secret: str\n";
    let files = [
        ("backend/pyproject.toml", "[project]"),
        ("backend/core/config.py", settings),
        (".env", root.as_str()),
    ];
    assert_eq!(found(&files), ["env-file-not-loaded?"]);
    let above = settings.replace("'.env'", "'../.env'");
    assert!(found(&[files[0], ("backend/core/config.py", &above), files[2]]).is_empty());
    let walks = (
        "backend/core/config.py",
        "load_dotenv()\nX = os.environ['JWT_SECRET']\n",
    );
    assert!(found(&[files[0], walks, files[2]]).is_empty());
}

#[test]
fn fallbacks_that_differ_between_files() {
    let one = (
        "web/src/lib/api.ts",
        "export const BASE = process.env.NEXT_PUBLIC_API_URL || 'http://localhost:8000'",
    );
    let two = (
        "web/src/app/page.tsx",
        "const base = process.env.NEXT_PUBLIC_API_URL ?? 'http://localhost:8002'",
    );
    let package = ("web/package.json", "{\"dependencies\":{\"next\":\"15\"}}");
    assert_eq!(found(&[package, one, two]), ["base-url-drift?"]);
    assert_eq!(
        found(&[package, one, two, ("web/.env.local", "OTHER=1\n")]),
        ["base-url-drift"]
    );
    assert_eq!(
        found(&[
            package,
            one,
            two,
            (
                "web/.env.local",
                "NEXT_PUBLIC_API_URL=https://api.example.com\n"
            )
        ]),
        ["base-url-drift?"]
    );
    let same = (
        "web/src/app/page.tsx",
        "const base = process.env.NEXT_PUBLIC_API_URL ?? 'http://localhost:8000/'",
    );
    assert!(found(&[package, one, same]).is_empty());
}

const CLIENT: (&str, &str) = (
    "web/src/lib/api.ts",
    "const api = axios.create({ baseURL: process.env.NEXT_PUBLIC_API_URL });\napi.interceptors.request.use((config) => { config.headers.Authorization = `Bearer ${t()}`; return config; });\n",
);

#[test]
fn a_raw_fetch_past_the_shared_client() {
    let raw = (
        "web/src/app/generate.tsx",
        "await fetch(`${process.env.NEXT_PUBLIC_API_URL}/api/v1/sessions`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, credentials: 'include' })",
    );
    let package = ("web/package.json", "{}");
    assert_eq!(
        found(&[package, CLIENT, raw]),
        ["raw-fetch-bypasses-client?"]
    );
    let failing = Document::new(
        "request.http",
        "POST /api/v1/sessions HTTP/1.1\nHost: api.example.com\nContent-Type: application/json\n",
    )
    .of_kind(DocumentKind::Exchange);
    let answer = Document::new("response.http", "HTTP/1.1 403 Forbidden\nContent-Type: application/json\n\n{\"detail\":\"Not authenticated\"}").of_kind(DocumentKind::Exchange);
    let mut documents: Vec<Document> = [package, CLIENT, raw]
        .iter()
        .map(|(name, text)| Document::new(*name, *text))
        .collect();
    documents.extend([failing, answer]);
    assert_eq!(slugs(documents)[0], "raw-fetch-bypasses-client");
}

#[test]
fn calls_without_a_credential_that_need_none() {
    for call in [
        "fetch(`${process.env.NEXT_PUBLIC_API_URL}/api/v1/auth/login`, { method: 'POST' })",
        "fetch('/api/session')",
        "fetch('https://api.github.com/user')",
        "fetch(`${process.env.NEXT_PUBLIC_API_URL}/x`, { headers: { Authorization: t } })",
        "fetch(`${process.env.NEXT_PUBLIC_API_URL}/health`)",
    ] {
        assert!(
            found(&[("web/package.json", "{}"), CLIENT, ("web/src/a.ts", call)]).is_empty(),
            "{call}"
        );
    }
}

#[test]
fn secrets_drawn_at_start_unless_they_are_set() {
    let code = (
        "api/app.py",
        "import os, secrets\nKEY = os.environ.get('JWT_SECRET', secrets.token_hex(32))\n",
    );
    let package = ("api/requirements.txt", "flask");
    assert_eq!(found(&[package, code]), ["secret-random-per-process?"]);
    assert_eq!(
        found(&[package, code, ("api/.env", "PORT=1\n")]),
        ["secret-random-per-process"]
    );
    assert!(
        found(&[
            package,
            code,
            ("api/.env", &format!("JWT_SECRET={SECRET}\n"))
        ])
        .is_empty()
    );
    let plain = (
        "api/app.py",
        "import secrets\nSECRET_KEY = secrets.token_hex(32)\n",
    );
    assert_eq!(found(&[package, plain]), ["secret-random-per-process"]);
}

#[test]
fn env_files_that_git_keeps() {
    let of_git = |text: &str| {
        slugs(vec![
            Document::new("api/.env", text).of_git(),
            Document::new("api/app.py", "x = 1"),
        ])
    };
    assert_eq!(
        of_git(&format!("JWT_SECRET={SECRET}\n")),
        ["secret-file-in-git"]
    );
    assert!(
        of_git("JWT_SECRET=change-me-in-production-please\n")
            .iter()
            .all(|slug| !slug.starts_with("secret-file-in-git"))
    );
    assert!(
        of_git("PORT=8000\nDATABASE_URL=postgres://postgres:postgres@localhost:5432/x\n")
            .is_empty()
    );
    assert!(
        found(&[
            ("api/.env", &format!("JWT_SECRET={SECRET}\n")),
            ("api/app.py", "x = 1")
        ])
        .is_empty()
    );
}

#[test]
fn a_healthy_monorepo_is_silent() {
    let files = [
        ("package.json", "{\"workspaces\":[\"apps/*\"]}"),
        (
            "apps/web/package.json",
            "{\"dependencies\":{\"next\":\"15\"}}",
        ),
        (
            "apps/web/src/lib/api.ts",
            "export const API = process.env.NEXT_PUBLIC_API_URL ?? 'http://localhost:8000';\nconst auth = process.env.AUTH_SECRET!",
        ),
        (
            "apps/web/.env.local",
            &format!("NEXT_PUBLIC_API_URL=http://localhost:8000\nAUTH_SECRET={SECRET}\n"),
        ),
        (
            "apps/web/.env.example",
            "AUTH_SECRET=change-me\nNEXT_PUBLIC_API_URL=\n",
        ),
        (
            "apps/api/pyproject.toml",
            "[project]\ndependencies=['pydantic-settings']",
        ),
        (
            "apps/api/app/settings.py",
            "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_file='.env')\n    auth_secret: str\n    database_url: str\n    debug: bool = False\n",
        ),
        (
            "apps/api/.env",
            &format!(
                "AUTH_SECRET={SECRET}\nDATABASE_URL=postgresql://postgres:postgres@localhost:5432/app\n"
            ),
        ),
        (
            "apps/worker/go.mod",
            "module worker\nrequire github.com/joho/godotenv v1.5.1\n",
        ),
        (
            "apps/worker/main.go",
            "package main\nfunc main() { godotenv.Load(\"../api/.env\"); s := os.Getenv(\"AUTH_SECRET\") }",
        ),
        (
            "tools/build.rs",
            "fn main() { let p = std::env::var(\"OUT_DIR\").unwrap(); }",
        ),
    ];
    assert!(found(&files).is_empty(), "{:?}", found(&files));
}

#[test]
fn settings_that_come_from_elsewhere_are_no_fault() {
    let files = [
        ("api/Cargo.toml", "[package]\nname='api'"),
        (
            "api/src/main.rs",
            "fn main() { let s = std::env::var(\"JWT_SECRET\").expect(\"JWT_SECRET\"); }",
        ),
        ("web/package.json", "{}"),
        ("web/src/a.ts", "const s = process.env.SESSION_SECRET!"),
    ];
    assert!(found(&files).is_empty(), "{:?}", found(&files));
}
