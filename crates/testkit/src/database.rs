//! Databases that go with the test.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::cluster::Cluster;

/// A database that is removed when this is dropped.
#[derive(Debug)]
pub struct TempDatabase {
    url: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Postgres { name: String },
    Sqlite { folder: TempDir },
}

type Templates = HashMap<&'static str, Arc<OnceCell<String>>>;

impl TempDatabase {
    /// A SQLite file that does not exist yet, in a folder of its own.
    ///
    /// # Panics
    /// If no temporary folder can be made.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("countersign-test.")
            .tempdir()
            .expect("the folder for temporary files can be written");
        Self {
            url: format!("sqlite:{}", folder.path().join("test.db").display()),
            kind: Kind::Sqlite { folder },
        }
    }

    /// An empty PostgreSQL database.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn postgres() -> Self {
        Self::on_postgres(Cluster::shared().create(None))
    }

    /// A clone of a PostgreSQL database that `prepare` has filled, once a test process.
    ///
    /// `prepare` gets the template's URL; it must close its connections before it returns.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    pub async fn postgres_from(template: &'static str, prepare: impl AsyncFnOnce(String)) -> Self {
        static TEMPLATES: Mutex<Option<Templates>> = Mutex::new(None);
        let cell = {
            let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
            let templates = templates.get_or_insert_default();
            Arc::clone(templates.entry(template).or_default())
        };
        let cluster = Cluster::shared();
        let template = cell
            .get_or_init(async || {
                let name = cluster.create(None);
                prepare(cluster.url(&name)).await;
                name
            })
            .await;
        Self::on_postgres(cluster.create(Some(template)))
    }

    fn on_postgres(name: String) -> Self {
        Self {
            url: Cluster::shared().url(&name),
            kind: Kind::Postgres { name },
        }
    }

    /// The database's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of a PostgreSQL database; none on SQLite.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Postgres { name } => Some(name),
            Kind::Sqlite { .. } => None,
        }
    }

    /// The folder of a SQLite file; none on PostgreSQL.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Postgres { .. } => None,
            Kind::Sqlite { folder } => Some(folder.path()),
        }
    }
}

impl Drop for TempDatabase {
    fn drop(&mut self) {
        if let Kind::Postgres { name } = &self.kind {
            let dropped = Cluster::shared().drop_database(name);
            // A panic within a panic would hide the first.
            assert!(dropped.is_ok() || std::thread::panicking(), "{dropped:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_file_goes_with_its_folder() {
        let database = TempDatabase::sqlite();
        let folder = database.folder().expect("a folder").to_owned();
        assert!(folder.is_dir());
        assert!(database.url().starts_with("sqlite:/"));
        drop(database);
        assert!(!folder.exists());
    }

    #[tokio::test]
    async fn a_template_is_prepared_once() {
        let prepared = std::sync::atomic::AtomicUsize::new(0);
        let mut urls = Vec::new();
        for _ in 0..2 {
            let database = TempDatabase::postgres_from("testkit", async |url| {
                assert!(url.starts_with("postgresql://"));
                prepared.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            })
            .await;
            urls.push(database.url().to_owned());
        }
        assert_eq!(prepared.into_inner(), 1);
        assert_ne!(urls[0], urls[1]);
    }
}
