//! The databases that the programs are to use, and the drivers that read their addresses.

use super::Situation;
use crate::evidence::compose::yaml::entries;
use crate::evidence::{
    DatabaseUrl, Dialect, DocumentKind, Evidence, Service, Sighting, Spot, Symptom, database_parts,
};

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
