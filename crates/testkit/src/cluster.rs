//! A PostgreSQL cluster of the test process's own.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use rand::Rng as _;

use crate::script::Script;

const SCRIPT: &str = include_str!("cluster.sh");
const PASSWORD: &str = "only-of-this-test";

/// A server on which databases can be made.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// The server's URL, up to the slash before the database's name.
    base: String,
    /// The query part of the URL, with its question mark, if it has one.
    query: String,
    maintenance: String,
    bin: PathBuf,
    /// Keeps the server running.
    _script: Option<Script>,
}

impl Cluster {
    /// The cluster of this process, started at its first use.
    pub(crate) fn shared() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(|| {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one switch of the tests, and there is no program to read it"
            )]
            let given = std::env::var("TEST_POSTGRES_URL");
            given.map_or_else(|_| Self::start(), |url| Self::given(&url))
        })
    }

    fn given(url: &str) -> Self {
        let (url, query) = url.split_once('?').unwrap_or((url, ""));
        let (base, database) = url
            .rsplit_once('/')
            .expect("TEST_POSTGRES_URL is postgres://USER:PASSWORD@HOST:PORT/DATABASE");
        Self {
            base: base.to_owned(),
            query: if query.is_empty() {
                String::new()
            } else {
                format!("?{query}")
            },
            maintenance: database.to_owned(),
            bin: programs(),
            _script: None,
        }
    }

    fn start() -> Self {
        let bin = programs();
        let folder = bin.to_str().expect("the folder's name is text");
        let script = Script::start(SCRIPT, &[folder, PASSWORD]);
        let port = script.port();
        Self {
            base: format!("postgresql://countersign:{PASSWORD}@127.0.0.1:{port}"),
            query: String::new(),
            maintenance: "postgres".to_owned(),
            bin,
            _script: Some(script),
        }
    }

    /// How a pooler reaches the server: as in libpq's connection strings (PostgreSQL's
    /// documentation, section 34.1.1.1).
    pub(crate) fn connection_string(&self) -> String {
        let (sign_in, host) = self
            .base
            .trim_start_matches("postgresql://")
            .trim_start_matches("postgres://")
            .rsplit_once('@')
            .expect("the server's URL has a user");
        let (user, password) = sign_in.split_once(':').unwrap_or((sign_in, ""));
        let (host, port) = host.split_once(':').unwrap_or((host, "5432"));
        format!("host={host} port={port} user={user} password={password}")
    }

    /// The URL of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.base, self.query)
    }

    /// Makes a database, empty or as a clone; gives its name.
    pub(crate) fn create(&self, template: Option<&str>) -> String {
        let name = format!(
            "test_{:016x}",
            rand::make_rng::<rand::rngs::StdRng>().next_u64()
        );
        let template = template.unwrap_or("template0");
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        // Copying files is seven times as fast as the default; PostgreSQL 14 knows no strategies.
        self.run(&format!("{create} STRATEGY file_copy"))
            .or_else(|_| self.run(&create))
            .unwrap_or_else(|problem| panic!("{problem}"));
        name
    }

    /// Drops a database, whoever is still connected to it.
    pub(crate) fn drop_database(&self, name: &str) -> Result<(), String> {
        self.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    }

    fn run(&self, sql: &str) -> Result<(), String> {
        let done = Command::new(self.bin.join("psql"))
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .arg(self.url(&self.maintenance))
            .output()
            .expect("psql is beside the server's programs");
        if done.status.success() {
            return Ok(());
        }
        Err(format!("{sql}: {}", String::from_utf8_lossy(&done.stderr)))
    }
}

/// A PostgreSQL server that is reached over TLS alone, with a certificate for `localhost` by an
/// authority that nobody trusts who is not given it. It ends when this is dropped.
#[derive(Debug)]
pub struct TlsServer {
    script: Script,
}

impl TlsServer {
    /// Starts the server.
    ///
    /// # Panics
    /// If PostgreSQL or openssl is not installed, or does not start.
    #[must_use]
    pub fn start() -> Self {
        let bin = programs();
        let folder = bin.to_str().expect("the folder's name is text");
        Self {
            script: Script::start(SCRIPT, &[folder, PASSWORD, "tls"]),
        }
    }

    /// The URL of an empty database; the server listens on 127.0.0.1.
    #[must_use]
    pub fn url(&self, host: &str) -> String {
        let port = self.script.port();
        format!("postgresql://countersign:{PASSWORD}@{host}:{port}/postgres")
    }

    /// The file with the authority's certificate.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.script.folder().join("ca.pem")
    }
}

/// The folder of the newest installed PostgreSQL.
pub(crate) fn programs() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            let bin = entry.path().join("bin");
            bin.join("initdb").exists().then_some((version, bin))
        })
        .collect();
    found.sort();
    found.pop().map_or_else(
        || panic!("PostgreSQL is not installed: apt-get install postgresql"),
        |(_, bin)| bin,
    )
}
