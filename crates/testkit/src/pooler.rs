//! A pooler in front of the temporary databases.

use crate::TempDatabase;
use crate::cluster::Cluster;
use crate::script::Script;

const SCRIPT: &str = include_str!("pooler.sh");

/// A pgbouncer in transaction mode with two connections a database; it ends when this is dropped.
#[derive(Debug)]
pub struct Pooler {
    script: Script,
}

impl Pooler {
    /// Starts a pooler in front of the PostgreSQL of the temporary databases.
    ///
    /// # Panics
    /// If pgbouncer is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        assert!(
            std::path::Path::new("/usr/sbin/pgbouncer").exists(),
            "pgbouncer is not installed: apt-get install pgbouncer"
        );
        let server = Cluster::shared().connection_string();
        Self {
            script: Script::start(SCRIPT, &[&server]),
        }
    }

    /// The URL of a temporary database through the pooler.
    ///
    /// # Panics
    /// If the database is not on PostgreSQL.
    #[must_use]
    pub fn url(&self, database: &TempDatabase) -> String {
        let name = database.name().expect("a database on PostgreSQL");
        format!(
            "postgresql://anybody@127.0.0.1:{}/{name}?pgbouncer=true",
            self.script.port()
        )
    }
}
