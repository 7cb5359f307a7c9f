//! The databases that the programs are to use, and the drivers that read their addresses.

use super::Situation;
use crate::evidence::compose::yaml::{Entry, entries};
use crate::evidence::{
    DatabaseUrl, Dialect, DocumentKind, EnvLine, Evidence, Service, Sighting, Spot, Symptom,
    database_parts,
};

/// A driver of PostgreSQL, by how it reads a URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Driver {
    /// `asyncpg` itself, which knows `sslmode`.
    Asyncpg,
    /// `create_async_engine` of `SQLAlchemy`, which hands parameters to `asyncpg.connect` as arguments.
    AsyncpgBySqlAlchemy,
    /// JDBC.
    Jdbc,
    /// libpq: psycopg, psycopg2, psql, Django, Ruby's pg, PHP.
    Libpq,
    /// `pg` of npm, which takes `sslmode=require` for a checked certificate.
    NodePg,
    /// `postgres` of npm (postgres.js).
    PostgresJs,
    /// Prisma's own engine.
    Prisma,
    /// Go's pgx or lib/pq.
    Go,
    /// Rust's sqlx or tokio-postgres.
    Rust,
}

impl Driver {
    /// What people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Asyncpg => "asyncpg",
            Self::AsyncpgBySqlAlchemy => "SQLAlchemy with asyncpg",
            Self::Jdbc => "the JDBC driver",
            Self::Libpq => "libpq",
            Self::NodePg => "pg (node-postgres)",
            Self::PostgresJs => "postgres.js",
            Self::Prisma => "Prisma",
            Self::Go => "Go's driver",
            Self::Rust => "Rust's driver",
        }
    }
}

/// Every address of a database, a cache or a mail server: those of settings first, then those by themselves.
pub(super) fn databases(evidence: &Evidence) -> Vec<DatabaseUrl> {
    let mut found: Vec<DatabaseUrl> = Vec::new();
    let likely = likely_dialect(evidence);
    for service in &evidence.services {
        let mut own: Vec<DatabaseUrl> = Vec::new();
        for line in service.settings() {
            own.extend(DatabaseUrl::parse(
                &line.name,
                &service.name,
                &line.value,
                line.spot.clone(),
            ));
        }
        for url in &mut own {
            database_parts::complete(url, service);
        }
        // Where there is a URL, it is what is read.
        let with_url: Vec<Dialect> = own.iter().map(DatabaseUrl::dialect).collect();
        let same =
            |one: Dialect, other: Dialect| one == other || one.is_database() && other.is_database();
        let in_parts = database_parts::of_service(service, likely).into_iter();
        own.extend(in_parts.filter(|url| {
            let dialect = url.dialect();
            !with_url.iter().any(|known| same(*known, dialect))
        }));
        found.extend(own);
    }
    for document in evidence.of_kind(DocumentKind::DatabaseUrl) {
        let source = document.source();
        let lines = document
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        for (at, line) in lines {
            let line = line
                .trim()
                .strip_prefix("DATABASE_URL=")
                .unwrap_or(line)
                .trim_matches(['"', '\'', ' ']);
            let url = DatabaseUrl::parse("", "", line, Spot::line(&source, at + 1, ""));
            found.extend(url.filter(|url| found.iter().all(|known| known.shown() != url.shown())));
        }
    }
    found
}

/// The dialect of a database where neither the names nor the values of its settings tell it.
fn likely_dialect(evidence: &Evidence) -> Dialect {
    let mut words: Vec<String> = evidence.stack.clone();
    let files = evidence.of_kind(DocumentKind::Compose);
    let images = files.flat_map(|file| entries(&file.text));
    words.extend(
        images
            .filter(|entry| entry.path.last().is_some_and(|key| key == "image"))
            .map(|entry| entry.value),
    );
    let has = |name: &str| {
        words
            .iter()
            .any(|word| word.to_ascii_lowercase().contains(name))
    };
    if has("postgres") || has("postgis") || has("supabase") {
        Dialect::Postgres
    } else if has("mysql") || has("mariadb") || has("wordpress") || has("laravel") {
        Dialect::MySql
    } else if has("mongo") {
        Dialect::Mongo
    } else {
        Dialect::Postgres
    }
}

impl Situation<'_> {
    /// The addresses of databases of a dialect.
    pub(crate) fn databases_of(&self, dialect: Dialect) -> impl Iterator<Item = &DatabaseUrl> {
        self.databases
            .iter()
            .filter(move |url| url.dialect() == dialect)
    }

    /// The addresses of PostgreSQL databases.
    pub(crate) fn postgres(&self) -> impl Iterator<Item = &DatabaseUrl> {
        self.databases_of(Dialect::Postgres)
    }

    /// A message about the way to a server that names the host of a cache or a mail server, or that can be of no
    /// other one.
    pub(crate) fn seen_of_server(&self, dialect: Dialect) -> Option<&Sighting> {
        let classes = [
            Symptom::DatabaseTlsUntrusted,
            Symptom::DatabaseTlsUnsupported,
            Symptom::DatabaseHostUnknown,
            Symptom::DatabaseConnectionRefused,
            Symptom::DatabaseNetworkUnreachable,
            Symptom::TlsRefused,
        ];
        let own: Vec<&DatabaseUrl> = self.databases_of(dialect).collect();
        let alone = !own.is_empty() && own.len() == self.databases.len();
        let mut seen = self
            .sightings()
            .iter()
            .filter(|seen| classes.contains(&seen.symptom));
        seen.find(|seen| {
            let names =
                |url: &&DatabaseUrl| url.host.len() > 3 && seen.text.contains(url.host.as_str());
            let remote = own.iter().any(|url| !url.is_local());
            own.iter().any(names)
                || alone && remote && seen.symptom != Symptom::DatabaseConnectionRefused
        })
    }

    /// The first sighting of one of these classes.
    pub(crate) fn seen_any(&self, classes: &[Symptom]) -> Option<&Sighting> {
        self.sightings()
            .iter()
            .find(|sighting| classes.contains(&sighting.symptom))
    }

    /// The lines of logs and of the answer that contain a text, in any case, each with its place.
    pub(crate) fn lines_with(&self, part: &str) -> Vec<(String, Spot)> {
        let part = part.to_ascii_lowercase();
        let mut found = Vec::new();
        for log in &self.evidence.logs {
            let source = log.source();
            for (at, line) in log.text.lines().enumerate() {
                if line.to_ascii_lowercase().contains(&part) {
                    found.push((
                        line.to_owned(),
                        Spot::line(&source, at + 1, line).mark(&part),
                    ));
                }
            }
        }
        if let Some(answer) = self
            .response()
            .filter(|answer| answer.body.to_ascii_lowercase().contains(&part))
        {
            found.push((answer.body.clone(), answer.status_spot()));
        }
        found
    }

    /// Whether a text stands in a log or in the answer, in any case.
    pub(crate) fn says(&self, part: &str) -> bool {
        !self.lines_with(part).is_empty()
    }

    /// The driver that reads a URL, as far as scheme, products and messages tell.
    pub(crate) fn driver(&self, url: &DatabaseUrl) -> Option<Driver> {
        let by_scheme = match url.driver() {
            Some("asyncpg") => Some(Driver::AsyncpgBySqlAlchemy),
            Some(driver) if driver.starts_with("psycopg") || driver == "pg8000" => {
                Some(Driver::Libpq)
            }
            _ => None,
        };
        let is_alchemy =
            self.uses("sqlalchemy") || self.uses("sqlmodel") || self.says("sqlalchemy");
        by_scheme.or_else(|| {
            let mut known = [
                ("prisma", Driver::Prisma),
                (
                    "asyncpg",
                    if is_alchemy {
                        Driver::AsyncpgBySqlAlchemy
                    } else {
                        Driver::Asyncpg
                    },
                ),
                ("psycopg", Driver::Libpq),
                ("django", Driver::Libpq),
                ("rails", Driver::Libpq),
                ("laravel", Driver::Libpq),
                ("postgres.js", Driver::PostgresJs),
                ("postgres-js", Driver::PostgresJs),
                ("node-postgres", Driver::NodePg),
                ("typeorm", Driver::NodePg),
                ("sequelize", Driver::NodePg),
                ("knex", Driver::NodePg),
                ("kysely", Driver::NodePg),
                ("better auth", Driver::NodePg),
                ("pgx", Driver::Go),
                ("lib/pq", Driver::Go),
                ("gorm", Driver::Go),
                ("sqlx", Driver::Rust),
                ("tokio-postgres", Driver::Rust),
                ("spring", Driver::Jdbc),
                ("jdbc", Driver::Jdbc),
                ("hikari", Driver::Jdbc),
                ("drizzle", Driver::PostgresJs),
            ]
            .into_iter();
            let product = known
                .find(|(name, _)| self.uses(name) || self.says(name))
                .map(|(_, driver)| driver);
            let is_pg = || {
                self.evidence.stack.iter().any(|name| {
                    name.to_ascii_lowercase()
                        .split(' ')
                        .any(|word| word == "pg")
                })
            };
            product
                .or_else(|| is_pg().then_some(Driver::NodePg))
                .or_else(|| is_alchemy.then_some(Driver::Libpq))
        })
    }

    /// Whether the program runs in a container, as far as compose files, products and messages tell.
    pub(crate) fn in_container(&self) -> bool {
        self.evidence
            .of_kind(DocumentKind::Compose)
            .next()
            .is_some()
            || ["docker", "compose", "kubernetes", "podman", "devcontainer"]
                .iter()
                .any(|name| self.uses(name))
            || self.runs_in_container_by_log()
    }

    /// Whether a log starts the program in a container. A container of a database says nothing of the program.
    fn runs_in_container_by_log(&self) -> bool {
        let images = [
            "postgres", "postgis", "mysql", "mariadb", "mongo", "redis", "valkey",
        ];
        let of_program = |command: &str| {
            let lines = self.lines_with(command).into_iter();
            let mut lines = lines.map(|(line, _)| line.to_ascii_lowercase());
            lines.any(|line| !images.iter().any(|image| line.contains(image)))
        };
        [
            "docker run ",
            "podman run ",
            "docker compose up",
            "docker-compose up",
        ]
        .iter()
        .any(|command| of_program(command))
    }

    /// Whether a compose file holds a text.
    pub(crate) fn compose_text_has(&self, part: &str) -> bool {
        self.evidence
            .of_kind(DocumentKind::Compose)
            .any(|document| document.text.contains(part))
    }

    /// The names of the services in compose files.
    pub(crate) fn compose_services(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .compose_entries()
            .filter_map(|entry| match entry.path.as_slice() {
                [services, name, _, ..] if services == "services" => Some(name.clone()),
                _ => None,
            })
            .collect();
        names.dedup();
        names
    }

    /// The port of the machine on which compose files publish a port of a container.
    pub(crate) fn published_port(&self, inside: u16) -> Option<u16> {
        let mut ports = self
            .compose_entries()
            .filter(|entry| entry.path.iter().any(|key| key == "ports"));
        ports.find_map(|entry| {
            let (outside, of_container) = entry.value.rsplit_once(':')?;
            let is_it = of_container.split('/').next()?.parse() == Ok(inside);
            is_it
                .then(|| outside.rsplit(':').next()?.parse().ok())
                .flatten()
        })
    }

    /// Whether a compose file keeps a database in a volume.
    pub(crate) fn has_database_volume(&self) -> bool {
        let data = ["/var/lib/postgresql", "/var/lib/mysql", "/bitnami"];
        self.compose_entries().any(|entry| {
            entry.path.iter().any(|key| key == "volumes")
                && data.iter().any(|folder| entry.value.contains(folder))
        })
    }

    /// The password that the container of this database was given for its first start.
    pub(crate) fn container_password(&self, url: &DatabaseUrl) -> Option<&EnvLine> {
        let root = url.user == "root";
        let names: &[&str] = match url.dialect() {
            Dialect::Postgres => &["POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD"],
            Dialect::MySql if root => &["MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD"],
            Dialect::MySql => &["MYSQL_PASSWORD", "MARIADB_PASSWORD"],
            Dialect::Mongo => &["MONGO_INITDB_ROOT_PASSWORD"],
            _ => &[],
        };
        self.of_container(names)
    }

    /// The user that the container of this database was given for its first start.
    pub(crate) fn container_user(&self, url: &DatabaseUrl) -> Option<&EnvLine> {
        let names: &[&str] = match url.dialect() {
            Dialect::Postgres => &["POSTGRES_USER", "POSTGRESQL_USERNAME"],
            Dialect::MySql => &["MYSQL_USER", "MARIADB_USER"],
            Dialect::Mongo => &["MONGO_INITDB_ROOT_USERNAME"],
            _ => &[],
        };
        self.of_container(names)
    }

    /// A setting of a database's container: of a service of a compose file that has no address of a database
    /// itself, else of any.
    fn of_container(&self, names: &[&str]) -> Option<&EnvLine> {
        let connects = |service: &Service| {
            let mut urls = self.databases.iter();
            urls.any(|url| url.service == service.name)
        };
        let of = |service: &'_ &Service| names.iter().any(|name| service.setting(name).is_some());
        let services = &self.evidence.services;
        let own = services.iter().filter(of).find(|one| !connects(one));
        let service = own.or_else(|| services.iter().find(of))?;
        names.iter().find_map(|name| service.setting(name))
    }

    /// Whether a service of a compose file that has no address of a database takes the project's folder in, its
    /// env file with it.
    fn takes_the_folder_in(&self) -> bool {
        let connects = |name: &str| self.databases.iter().any(|url| url.service == name);
        self.compose_entries().any(|entry| {
            let folder = entry.value.split(':').next().unwrap_or_default();
            match entry.path.as_slice() {
                [services, name, key, ..] if services == "services" => {
                    key == "volumes"
                        && matches!(folder, "." | "./" | "${PWD}" | "$PWD")
                        && !connects(name)
                }
                _ => false,
            }
        })
    }

    /// The database whose refusal a message tells: the one whose user or host it names, else the first.
    pub(crate) fn refusing_database(&self, seen: &Sighting) -> Option<&DatabaseUrl> {
        let databases = || {
            self.databases
                .iter()
                .filter(|url| url.dialect().is_database())
        };
        let named = databases().find(|url| {
            [&url.user, &url.host]
                .iter()
                .any(|name| name.len() > 2 && seen.text.contains(name.as_str()))
        });
        named.or_else(|| databases().next())
    }

    /// Whether a program with this address runs in a container, as far as compose files tell: it is a service of
    /// one, or its env file is named there. Without a compose file it may run anywhere.
    pub(crate) fn runs_inside(&self, url: &DatabaseUrl) -> bool {
        let containers = self.compose_services();
        if containers.is_empty() || url.service.is_empty() || containers.contains(&url.service) {
            return true;
        }
        let named = self
            .compose_entries()
            .filter(|entry| entry.path.iter().any(|key| key == "env_file"));
        let source = url.spot.source.as_ref();
        self.takes_the_folder_in()
            || named
                .map(|entry| entry.value.trim_start_matches("./").to_owned())
                .any(|path| {
                    !path.is_empty() && (source == path || source.ends_with(&format!("/{path}")))
                })
    }

    fn compose_entries(&self) -> impl Iterator<Item = Entry> {
        self.evidence
            .of_kind(DocumentKind::Compose)
            .flat_map(|document| entries(&document.text))
    }

    /// The reference of the Supabase project that the services name: of `https://REF.supabase.co`.
    pub(crate) fn supabase_project(&self) -> Option<String> {
        let services = self.evidence.services.iter();
        let mut lines = services.flat_map(Service::settings);
        lines.find_map(|line| {
            let host = line.value.split_once("://")?.1.split(['/', ':']).next()?;
            let reference = host.strip_suffix(".supabase.co")?;
            (!reference.contains('.')).then(|| reference.to_owned())
        })
    }
}
