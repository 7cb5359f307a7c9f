//! `countersign serve` that cannot start: one clear message, exit 2, nothing half-made.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::support::{Countersign, Request, Serving, folder};

/// A secret that is good in itself; it may be in no output.
const SECRET: &str = "gull-harbour-4711-lantern-moss-riverbed-Q7";

struct Case {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    variables: &'static [(&'static str, &'static str)],
    /// The code of the one message.
    code: &'static str,
    /// What else it says: file and line, the value, the fix.
    says: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        name: "an unknown setting",
        files: &[(
            "countersign.toml",
            "# ours\npublc_url = \"http://localhost:1\"\n",
        )],
        variables: &[],
        code: "CSN8010",
        says: &["countersign.toml:2", "publc_url", "public_url"],
    },
    Case {
        name: "a malformed configuration file",
        files: &[("countersign.toml", "listen = \"127.0.0.1:1\"\n= 1\n")],
        variables: &[],
        code: "CSN8011",
        says: &["countersign.toml:2"],
    },
    Case {
        name: "a malformed setting in an env file",
        files: &[(".env", "# lives\nACCESS_TOKEN_TTL=soon\n")],
        variables: &[],
        code: "CSN8011",
        says: &[".env:2", "ACCESS_TOKEN_TTL=soon", "^^^^", "15m"],
    },
    Case {
        name: "a malformed setting in the process environment",
        files: &[],
        variables: &[("SESSION_LIMIT", "many")],
        code: "CSN8011",
        says: &["SESSION_LIMIT", "process environment"],
    },
    Case {
        name: "a broken env file",
        files: &[(
            ".env.local",
            "A=1\nJWT_SECRET=\"gull-harbour-4711-lantern-moss-riverbed-Q7\n",
        )],
        variables: &[],
        code: "CSN8012",
        says: &[".env.local:2"],
    },
    Case {
        name: "a public address without an environment",
        files: &[(".env", "PUBLIC_URL=https://auth.example.com\n")],
        variables: &[],
        code: "CSN8001",
        says: &[".env:1", "ENVIRONMENT"],
    },
    Case {
        name: "production over plain http",
        files: &[],
        variables: &[
            ("ENVIRONMENT", "production"),
            ("PUBLIC_URL", "http://auth.example.com"),
            ("JWT_SECRET", SECRET),
            ("SMTP_URL", "off"),
        ],
        code: "CSN8015",
        says: &["http://auth.example.com", "https"],
    },
    Case {
        name: "production without a signing secret",
        files: &[],
        variables: &[
            ("ENVIRONMENT", "production"),
            ("PUBLIC_URL", "https://auth.example.com"),
            ("SMTP_URL", "off"),
        ],
        code: "CSN3001",
        says: &["JWT_SECRET_PRODUCTION", "SIGNING=asymmetric"],
    },
    Case {
        name: "production with a short secret",
        files: &[],
        variables: &[
            ("ENVIRONMENT", "production"),
            ("PUBLIC_URL", "https://auth.example.com"),
            ("JWT_SECRET", "gull-harbour-4711"),
            ("SMTP_URL", "off"),
        ],
        code: "CSN3012",
        says: &["JWT_SECRET", "32"],
    },
    Case {
        name: "production without mail",
        files: &[],
        variables: &[
            ("ENVIRONMENT", "production"),
            ("PUBLIC_URL", "https://auth.example.com"),
            ("JWT_SECRET", SECRET),
        ],
        code: "CSN8016",
        says: &["SMTP_URL"],
    },
    Case {
        name: "a data folder that cannot be",
        files: &[("taken", "a file, not a folder")],
        variables: &[("DATA_DIR", "taken/data")],
        code: "CSN8014",
        says: &["taken/data"],
    },
    Case {
        name: "a database that does not listen",
        files: &[],
        variables: &[(
            "DATABASE_URL",
            "postgres://ada:lantern-moss-riverbed@127.0.0.1:1/auth",
        )],
        // db-refused, or in a container db-host-localhost-in-container.
        code: "CSN90",
        says: &["127.0.0.1:1"],
    },
    Case {
        name: "a database file that is none",
        files: &[(
            "notes.txt",
            "This is not a database, and long enough to be looked at. ____________________________________________________",
        )],
        variables: &[("DATABASE_URL", "sqlite:notes.txt")],
        code: "CSN9022",
        says: &["notes.txt"],
    },
];

#[test]
fn whatever_stops_the_start_is_one_message_and_leaves_nothing_behind() {
    for case in CASES {
        let folder = folder();
        for (name, text) in case.files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let before = tree(folder.path());
        let mut command = Countersign::new(folder.path(), ["serve", "--listen", "127.0.0.1:0"]);
        for (name, value) in case.variables {
            command = command.env(name, value);
        }
        let said = command.run().wrong();
        assert_eq!(said.matches("error[").count(), 1, "{}: {said}", case.name);
        assert!(
            said.contains(&format!("error[{}", case.code)),
            "{}: {said}",
            case.name
        );
        assert!(said.contains("fix: "), "{}: {said}", case.name);
        for words in case.says {
            assert!(
                said.contains(words),
                "{}: no {words:?} in {said}",
                case.name
            );
        }
        for secret in [SECRET, "gull-harbour", "lantern-moss"] {
            assert!(!said.contains(secret), "{}: {said}", case.name);
        }
        assert_eq!(tree(folder.path()), before, "{}: {said}", case.name);
    }
}

#[test]
fn a_port_in_use_is_named_and_nothing_is_made() {
    let folder = folder();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let said = Countersign::new(folder.path(), ["serve", "--listen", &address])
        .run()
        .wrong();
    assert!(
        said.contains("error[CSN8013]") && said.contains(&address),
        "{said}"
    );
    assert_eq!(tree(folder.path()), BTreeSet::new(), "{said}");
}

#[test]
fn a_start_says_what_it_serves_and_where_each_setting_came_from() {
    let folder = folder();
    fs::write(
        folder.path().join(".env"),
        format!("JWT_SECRET={SECRET}\nSESSION_LIMIT=3\n"),
    )
    .unwrap();
    let server = Serving::start_with(folder.path(), &[], &[("LOG_LEVEL", "warn")]);
    let said = &server.summary;
    let expected = [
        "development",
        "SESSION_LIMIT",
        ".env:2",
        "sha256:",
        "/dev/mail",
        "admin",
    ];
    for words in expected {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
    assert!(!said.contains(SECRET), "{said}");
    let health = server.send(&Request::get("/api/health")).expect(200);
    assert_eq!(health.json()["status"], "healthy");
    let (_, code) = server.terminate();
    assert_eq!(code, Some(0));
}

#[test]
fn a_start_makes_its_secrets_once() {
    let folder = folder();
    Serving::start(folder.path()).kill();
    let first = tree(folder.path());
    let server = Serving::start(folder.path());
    assert!(first.is_subset(&tree(folder.path())), "{first:?}");
    server.kill();
    // Who may read the machine's files is not who may read these.
    for path in first.iter().filter(|path| path.is_file()) {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}: {mode:o}", path.display());
    }
}

#[test]
fn production_starts_once_it_is_migrated_and_shows_no_development_pages() {
    let folder = folder();
    let variables = [
        ("ENVIRONMENT", "production"),
        ("PUBLIC_URL", "https://auth.example.com"),
        ("SIGNING", "asymmetric"),
        ("SMTP_URL", "off"),
    ];
    let run = |arguments: &[&str]| {
        let mut command = Countersign::new(folder.path(), arguments);
        for (name, value) in variables {
            command = command.env(name, value);
        }
        command.run()
    };
    let said = run(&["serve", "--listen", "127.0.0.1:0"]).wrong();
    assert!(said.contains("error[CSN9015]"), "{said}");
    run(&["migrate"]).good();
    let server = Serving::start_with(folder.path(), &[], &variables);
    assert!(!server.summary.contains("/dev/mail"), "{}", server.summary);
    server.send(&Request::get("/api/health")).expect(200);
    server.send(&Request::get("/dev/mail")).expect(404);
    let refused = server.send(&Request::get("/api/v1/auth/me")).expect(401);
    assert!(refused.json()["explanation"].is_null(), "{refused:?}");
}

#[test]
fn a_server_whose_summary_nobody_reads_serves_all_the_same() {
    let folder = folder();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let listen = address.to_string();
    let mut server = Countersign::new(folder.path(), ["serve", "--listen", &listen])
        .into_command()
        .stdout(writer)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let healthy = || {
        Request::get("/api/health")
            .send(address)
            .is_ok_and(|answer| answer.status == 200)
    };
    let mut answered = false;
    while !answered && server.try_wait().unwrap().is_none() {
        answered = healthy();
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(answered, "the server ended by itself");
}

/// Every file and folder below.
fn tree(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path.clone());
            }
            found.insert(path);
        }
    }
    found
}
