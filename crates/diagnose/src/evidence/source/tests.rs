use super::*;

fn facts(name: &str, text: &str) -> SourceFacts {
    let mut files = vec![read(&Document::new(name, text)).unwrap()];
    wrappers::settle(&mut files);
    prefixed::settle(&mut files);
    files.remove(0).facts
}

/// What is read, as `NAME`, `NAME!` (it must be there), `NAME=fallback`, `NAME~` (something else counts).
fn reads(name: &str, text: &str) -> Vec<String> {
    let shown = |read: EnvRead| match read.fallback {
        Fallback::Computed => format!("{}~", read.name),
        Fallback::Literal(value) => format!("{}={value}", read.name),
        Fallback::None => read.name,
        Fallback::Required => format!("{}!", read.name),
    };
    facts(name, text).reads.into_iter().map(shown).collect()
}

#[test]
fn python_reads_settings_in_many_ways() {
    for (text, wanted) in [
        ("import os\nX = os.environ['A_KEY']", vec!["A_KEY!"]),
        (
            "x = os.getenv('A', 'http://localhost:8000')",
            vec!["A=http://localhost:8000"],
        ),
        ("x = os.environ.get(\"A\", default=\"b\")", vec!["A=b"]),
        ("x = os.getenv('A') or os.getenv('B')", vec!["A~", "B~"]),
        ("os.environ['A'] = 'set, not read'", vec![]),
        (
            "A = config('A_URL', default='x')\nB = config('lower')",
            vec!["A_URL=x"],
        ),
        ("B = env.str('JWT_SECRET')", vec!["JWT_SECRET!"]),
        ("x = os.getenv(", vec![]),
        (
            "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_file='.env', env_prefix='APP_')\n    jwt_secret: str\n    port: int = 8000\n    db: str = Field(..., alias='DATABASE_URL')\n    _x: int = 1\n",
            vec!["APP_JWT_SECRET!", "APP_PORT=8000", "DATABASE_URL!"],
        ),
    ] {
        assert_eq!(reads("a.py", text), wanted, "{text}");
    }
}

#[test]
fn scripts_read_settings_in_many_ways() {
    for (text, wanted) in [
        ("const a = process.env.JWT_SECRET!", vec!["JWT_SECRET!"]),
        (
            "const a = process.env['API_URL'] ?? 'http://localhost:8002';",
            vec!["API_URL=http://localhost:8002"],
        ),
        ("const a = process.env.A || process.env.B", vec!["A~", "B~"]),
        (
            "const { A, B = 'x', C: c } = process.env;",
            vec!["A", "B=x", "C"],
        ),
        (
            "const a: string = import.meta.env.VITE_API_URL as string",
            vec!["VITE_API_URL"],
        ),
        (
            "process.env.A = 'set'; if (process.env.NODE_ENV) {}",
            vec![],
        ),
        ("const a = requireEnv('JWT_SECRET')", vec!["JWT_SECRET!"]),
        (
            "const a = this.configService.get<string>('JWT_SECRET')",
            vec!["JWT_SECRET"],
        ),
        (
            "const a = <div>{process.env.NEXT_PUBLIC_NAME}</div>",
            vec!["NEXT_PUBLIC_NAME"],
        ),
    ] {
        assert_eq!(reads("a.tsx", text), wanted, "{text}");
    }
}

#[test]
fn rust_and_go_read_settings_in_many_ways() {
    for (name, text, wanted) in [
        (
            "a.rs",
            "fn f() { let a = std::env::var(\"JWT_SECRET\").expect(\"set\"); }",
            vec!["JWT_SECRET!"],
        ),
        (
            "a.rs",
            "fn f() -> R { let a = env::var(\"A\")?; }",
            vec!["A!"],
        ),
        (
            "a.rs",
            "fn f() { env::var(\"A\").unwrap_or_else(|_| \"b\".to_owned()); }",
            vec!["A=b"],
        ),
        (
            "a.go",
            "package a\nfunc f() { s := os.Getenv(\"JWT_SECRET\") }",
            vec!["JWT_SECRET"],
        ),
        (
            "a.go",
            "package a\nvar x = getEnv(\"API_URL\", \"http://localhost:8080\")",
            vec!["API_URL=http://localhost:8080"],
        ),
        (
            "a.go",
            "package a\ntype C struct {\n S string `env:\"JWT_SECRET,required\"`\n}",
            vec!["JWT_SECRET!"],
        ),
    ] {
        assert_eq!(reads(name, text), wanted, "{text}");
    }
}

#[test]
fn names_made_at_run_time_keep_their_beginning() {
    let prefix = |name, text| {
        facts(name, text)
            .dynamic
            .into_iter()
            .map(|read| read.prefix)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        prefix("a.py", "os.environ[f'JWT_SECRET_{env.upper()}']"),
        ["JWT_SECRET_"]
    );
    assert_eq!(prefix("a.py", "os.getenv(name)"), [""]);
    assert_eq!(prefix("a.ts", "process.env[`JWT_${x}`]"), ["JWT_"]);
    assert_eq!(
        prefix("a.go", "package a\nfunc f(k string) { os.Getenv(k) }"),
        [""]
    );
}

#[test]
fn loaders_say_which_file() {
    let paths = |name, text| {
        facts(name, text)
            .loads
            .into_iter()
            .map(|load| (load.path, load.from))
            .collect::<Vec<_>>()
    };
    let literal = |path: &str| LoadedPath::Literal(path.to_owned());
    assert_eq!(
        paths("a.py", "load_dotenv()"),
        [(LoadedPath::Default, LooksIn::FoldersAbove)]
    );
    assert_eq!(
        paths("a.py", "load_dotenv(BASE / '.env')"),
        [(LoadedPath::Unknown, LooksIn::WorkingFolder)]
    );
    assert_eq!(
        paths(
            "a.py",
            "x = SettingsConfigDict(env_file=('.env', '.env.local'))"
        )
        .len(),
        2
    );
    assert_eq!(
        paths(
            "a.py",
            "class S(BaseSettings):\n  class Config:\n    env_file = '../.env'\n"
        )[0]
        .0,
        literal("../.env")
    );
    assert_eq!(
        paths("a.ts", "dotenv.config({ path: '../.env' })"),
        [(literal("../.env"), LooksIn::WorkingFolder)]
    );
    assert_eq!(
        paths("a.go", "package a\nfunc f() { godotenv.Load() }"),
        [(LoadedPath::Default, LooksIn::WorkingFolder)]
    );
}

#[test]
fn secrets_drawn_at_start_are_seen_and_others_are_not() {
    let drawn = |name, text| {
        facts(name, text)
            .drawn
            .into_iter()
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        drawn("a.py", "SECRET_KEY = secrets.token_hex(32)"),
        ["SECRET_KEY"]
    );
    assert_eq!(
        drawn(
            "a.py",
            "S = os.environ.get('JWT_SECRET', secrets.token_urlsafe())"
        ),
        ["JWT_SECRET"]
    );
    assert_eq!(
        drawn(
            "a.ts",
            "const s = process.env.JWT_SECRET || crypto.randomBytes(32).toString('hex')"
        ),
        ["JWT_SECRET"]
    );
    assert_eq!(
        drawn("a.ts", "const jwtSecret = crypto.randomBytes(32)"),
        ["jwtSecret"]
    );
    assert!(
        drawn(
            "a.py",
            "def make():\n    secret_key = secrets.token_hex(32)\n"
        )
        .is_empty()
    );
    assert!(drawn("a.ts", "function f() { const secretKey = randomBytes(32) }").is_empty());
    assert!(drawn("a.py", "csrf = secrets.token_hex(32)").is_empty());
}

#[test]
fn calls_with_and_without_a_credential() {
    let calls = |text| {
        facts("a.ts", text)
            .calls
            .into_iter()
            .map(|call| call.authorised)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        calls("fetch(`${API}/sessions`, { method: 'POST', headers: { 'Content-Type': 'a' } })"),
        [false]
    );
    assert_eq!(
        calls("fetch(`${API}/sessions`, { headers: { Authorization: `Bearer ${t}` } })"),
        [true]
    );
    assert_eq!(calls("fetch(url, { ...options })"), [true]);
    assert_eq!(
        calls(
            "async function f() { const headers = { Authorization: t }; await fetch(u, { headers }) }"
        ),
        [true]
    );
    assert_eq!(calls("axios.post(`${API}/x`, body)"), [false]);
}

#[test]
fn shared_clients_are_known_by_the_header_they_set() {
    let count = |text| facts("a.ts", text).authorises.len();
    assert_eq!(
        count(
            "api.interceptors.request.use((config) => { config.headers.Authorization = `Bearer ${t}`; return config })"
        ),
        1
    );
    assert_eq!(
        count(
            "export async function api(path: string) { return fetch(`${BASE}${path}`, { headers: { Authorization: t } }) }"
        ),
        1
    );
    assert_eq!(
        count(
            "async function one() { return fetch(`${BASE}/one`, { headers: { Authorization: t } }) }"
        ),
        0
    );
}

#[test]
fn other_files_and_long_ones_are_not_read() {
    assert!(read(&Document::new("a.rb", "ENV['A']")).is_none());
    assert!(read(&Document::new("a.py", "x".repeat(LARGEST + 1))).is_none());
}

#[test]
fn shown_lines_have_no_secret() {
    let facts = facts(
        "a.py",
        "S = os.getenv('JWT_SECRET', 'a8f5f167f44f4964e6c998dee827110c')",
    );
    assert!(
        !facts.reads[0].spot.shown.contains("a8f5"),
        "{}",
        facts.reads[0].spot.shown
    );
}

#[test]
fn half_written_code_and_deep_nesting_are_read_without_panic() {
    let deep = "(".repeat(50_000);
    for name in ["a.py", "a.tsx", "a.rs", "a.go"] {
        for text in [
            "os.environ[",
            "process.env.",
            "env::var(",
            "os.Getenv(\"",
            "\u{0}é'\"`${",
            "fetch(`${",
            deep.as_str(),
        ] {
            let text = format!("env os. {text}");
            let _ = facts(name, &text);
        }
    }
}

#[test]
fn functions_that_look_up_their_parameter_are_told_by_what_they_do() {
    for (name, text, wanted) in [
        (
            "a.ts",
            "function need(n: string) { const v = process.env[n]; if (!v) throw new Error(n); return v }\nneed('JWT_SECRET')",
            vec!["JWT_SECRET!"],
        ),
        (
            "a.ts",
            "const opt = (n: string, d: string) => process.env[n] ?? d;\nopt('API_URL', 'http://a')",
            vec!["API_URL=http://a"],
        ),
        (
            "a.rs",
            "fn text(n: &str) -> R { env::var(n).map_err(|e| e.to_string()) }\nfn number(n: &str) -> R { text(n)?.parse() }\nfn f() { number(\"LIFE_MINUTES\")?; }",
            vec!["LIFE_MINUTES!"],
        ),
        (
            "a.py",
            "def need(n):\n    v = os.environ.get(n)\n    if not v:\n        raise RuntimeError(n)\n    return v\nS = need('JWT_SECRET')\nlabel('NOT_READ')\n",
            vec!["JWT_SECRET!"],
        ),
    ] {
        assert_eq!(reads(name, text), wanted, "{text}");
        assert!(facts(name, text).dynamic.is_empty(), "{text}");
    }
    let open = "const get = (n) => process.env[n];\nget('A_B'); get(other)";
    assert_eq!(facts("a.js", open).dynamic.len(), 1);
}

#[test]
fn prefixes_are_put_before_the_names_of_fields() {
    let kelsey = "package a\nimport \"github.com/kelseyhightower/envconfig\"\ntype C struct {\n Issuer string `required:\"true\"`\n Key string `envconfig:\"JWT_SECRET\" required:\"true\"`\n MaxAge int `split_words:\"true\" default:\"5\"`\n}\nfunc f() { envconfig.MustProcess(\"app\", &c) }";
    assert_eq!(
        reads("a.go", kelsey),
        ["APP_ISSUER!", "APP_JWT_SECRET!", "APP_MAX_AGE=5"]
    );
    let nested = "package a\ntype D struct {\n URL string `env:\"URL,required\"`\n}\ntype C struct {\n D D `envPrefix:\"DB_\"`\n L string `env:\"LEVEL\"`\n}\nfunc f() { env.ParseWithOptions(&c, env.Options{Prefix: \"W_\"}) }";
    assert_eq!(reads("a.go", nested), ["W_DB_URL!", "W_LEVEL"]);
    let figment = "#[derive(Deserialize)]\npub struct Config { pub secret: String, pub hours: Option<i64> }\nfn f() { Figment::new().merge(Env::prefixed(\"JOURNAL_\")).extract() }";
    assert_eq!(reads("a.rs", figment), ["JOURNAL_SECRET!", "JOURNAL_HOURS"]);
    let clap = "#[derive(Parser)]\nstruct Args { #[arg(env = \"APP_SECRET_KEY\")] secret: String }";
    assert_eq!(reads("a.rs", clap), ["APP_SECRET_KEY!"]);
}

fn path(name: &str, text: &str) -> Option<LoadedPath> {
    let loads = facts(name, text).loads;
    loads.into_iter().next().map(|load| load.path)
}

fn of_project(path: &str) -> LoadedPath {
    LoadedPath::Project(path.to_owned())
}

#[test]
fn paths_of_python_start_where_the_source_lies() {
    for (text, wanted) in [
        (
            "BASE = Path(__file__).resolve().parent\nload_dotenv(BASE / '.env')",
            "api/app/.env",
        ),
        (
            "load_dotenv(Path(__file__).resolve().parents[1] / '.env')",
            "api/.env",
        ),
        (
            "load_dotenv(os.path.join(os.path.dirname(__file__), '..', '.env'))",
            "api/.env",
        ),
        (
            "load_dotenv(f'{Path(__file__).parent}/.env')",
            "api/app/.env",
        ),
    ] {
        assert_eq!(
            path("api/app/a.py", text),
            Some(of_project(wanted)),
            "{text}"
        );
    }
    assert_eq!(
        path("a/b.py", "load_dotenv(elsewhere)"),
        Some(LoadedPath::Unknown)
    );
}

#[test]
fn paths_of_scripts_and_packages_start_where_they_lie() {
    for (text, wanted) in [
        (
            "dotenv.config({ path: path.join(__dirname, '../.env') })",
            "api/.env",
        ),
        (
            "dotenv.config({ path: `${__dirname}/.env` })",
            "api/src/.env",
        ),
        (
            "const here = path.dirname(fileURLToPath(import.meta.url));\ndotenv.config({ path: path.resolve(here, '..', '.env') })",
            "api/.env",
        ),
        (
            "dotenv.config({ path: new URL('../.env', import.meta.url).pathname })",
            "api/.env",
        ),
    ] {
        assert_eq!(
            path("api/src/a.ts", text),
            Some(of_project(wanted)),
            "{text}"
        );
    }
    assert_eq!(
        path(
            "api/src/a.ts",
            "dotenv.config({ path: path.resolve(process.cwd(), '.env') })"
        ),
        Some(LoadedPath::Literal(".env".to_owned()))
    );
    assert_eq!(
        path(
            "api/src/main.rs",
            "fn f() { dotenvy::from_path(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/.env\")).ok(); }"
        ),
        Some(LoadedPath::Package("/.env".to_owned()))
    );
}
