//! The containers that compose files describe: what runs in them, and what they were set up with.

use super::Situation;
use crate::evidence::compose::yaml::{Entry, entries};
use crate::evidence::{DatabaseUrl, Dialect, DocumentKind, EnvLine, Service};

impl Situation<'_> {
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
            "docker logs ",
            "docker compose logs",
            "docker compose exec",
            "kubectl logs",
            "starting job container",
            "docker-entrypoint.sh",
        ]
        .iter()
        .any(|command| of_program(command))
    }

    /// The service of a compose file that runs one of these images.
    pub(crate) fn compose_image(&self, images: &[&str]) -> Option<String> {
        self.compose_entries()
            .find_map(|entry| match entry.path.as_slice() {
                [services, name, key] if services == "services" && key == "image" => {
                    let image = entry.value.to_ascii_lowercase();
                    images
                        .iter()
                        .any(|one| image.contains(one))
                        .then(|| name.clone())
                }
                _ => None,
            })
    }

    /// Whether there is a compose file, and it names none of the env files.
    pub(crate) fn compose_names_no_env_file(&self) -> bool {
        let mut entries = self.compose_entries().peekable();
        let given = entries.peek().is_some();
        given && entries.all(|entry| entry.path.iter().all(|key| key != "env_file"))
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
        // The program's own setting may be called alike.
        self.of_container(names)
            .filter(|line| line.spot != *url.password_place().1)
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

    fn compose_entries(&self) -> impl Iterator<Item = Entry> {
        self.evidence
            .of_kind(DocumentKind::Compose)
            .flat_map(|document| entries(&document.text))
    }
}
