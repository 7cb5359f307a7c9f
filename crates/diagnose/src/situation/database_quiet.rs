//! Databases that cannot be reached as they are set, where the program fails and says nothing of it.

use super::{Driver, Situation};
use crate::evidence::{DatabaseUrl, Dialect, Response};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// Ends of host names of services that take connections over TLS alone.
const TLS_ALONE: &[&str] = &[
    ".neon.tech",
    ".psdb.cloud",
    ".tidbcloud.com",
    ".postgres.database.azure.com",
    ".mysql.database.azure.com",
    ".compute-1.amazonaws.com",
    ".render.com",
    ".aivencloud.com",
    ".db.ondigitalocean.com",
    ".cockroachlabs.cloud",
];

/// Platforms without IPv6.
const IPV4_ALONE: &[&str] = &[
    "vercel",
    "render",
    "github actions",
    "heroku",
    "railway",
    "netlify",
    "docker",
    "app runner",
    "cloud run",
];

impl Situation<'_> {
    /// The answer of a program that failed itself, without a word in it or in a log.
    pub(crate) fn silent_failure(&self) -> Option<&Response> {
        let answer = self.response().filter(|answer| answer.status >= 500)?;
        self.sightings().is_empty().then_some(answer)
    }

    /// What must fail of the databases as they are set, where a program fails without a word.
    pub(crate) fn silent_database(&self, wanted: Cause) -> Option<Finding> {
        let answer = self.silent_failure()?;
        let databases = self
            .databases
            .iter()
            .filter(|url| url.dialect().is_database() && url.ends_early.is_none());
        let mut found = databases.filter_map(|url| Some((url, self.obstacle(url)?)));
        let (url, (_, message, fix)) = found.find(|(_, (cause, _, _))| *cause == wanted)?;
        Some(
            Finding::new(wanted, Strength::Likely, message)
                .weight(0.6)
                .at(url.spot.clone(), "as it is set")
                .at(answer.status_spot(), "the program fails")
                .fix(fix),
        )
    }

    /// The first thing that keeps a program from this database.
    fn obstacle(&self, url: &DatabaseUrl) -> Option<(Cause, String, String)> {
        let containers = self.compose_services();
        let inside = !containers.is_empty()
            && containers.contains(&url.service)
            && !self.compose_text_has("network_mode");
        let beside = self.server_beside(url);
        if let Some(name) = beside.as_ref().filter(|_| inside && url.is_local()) {
            return Some((
                Cause::DbHostLocalhostInContainer,
                format!(
                    "{} runs in a container, where {} is the container itself",
                    url.service, url.host
                ),
                format!("Write the name of the service as the host: `{name}`."),
            ));
        }
        let unknown = !url.host.contains('.') && !url.is_local() && !containers.contains(&url.host);
        if inside && unknown && beside.is_some() && !self.compose_text_has(&url.host_in_text()) {
            return Some((
                Cause::DbHostUnresolvable,
                format!("{} is no service of the compose file", url.host),
                format!(
                    "Write the service's name: `{}`.",
                    beside.unwrap_or_default()
                ),
            ));
        }
        let other = self.container_password(url).filter(|set| {
            let own = url.password.as_ref().is_some_and(|own| !own.is_empty());
            own && !set.value.is_empty() && !url.has_password(&set.value)
        });
        if let Some(set) = other.filter(|_| inside) {
            let (name, _) = url.password_place();
            return Some((
                Cause::DbCredentials,
                format!("{name} and {} are different passwords", set.name),
                "Use one password in both places.".to_owned(),
            ));
        }
        self.obstacle_on_the_way(url)
    }

    /// What keeps a program from a database of a hosting service.
    fn obstacle_on_the_way(&self, url: &DatabaseUrl) -> Option<(Cause, String, String)> {
        let plain = url.parameter("sslmode").is_none() && url.parameter("ssl").is_none();
        let asks_not = match url.dialect() {
            Dialect::MySql => !self.uses("jdbc") && !self.uses("spring"),
            Dialect::Postgres => {
                matches!(self.driver(url), Some(Driver::NodePg | Driver::PostgresJs))
            }
            _ => false,
        };
        if plain && asks_not && TLS_ALONE.iter().any(|end| url.host.ends_with(end)) {
            return Some((
                Cause::DbSslRequired,
                format!("{} takes connections over TLS alone, and this driver does not ask for it by itself", url.host),
                "Ask for TLS in the URL (`?sslmode=require`, MySQL: `?ssl={\"rejectUnauthorized\":true}`).".to_owned(),
            ));
        }
        let no_ipv6 = IPV4_ALONE.iter().any(|platform| self.uses(platform));
        if url.supabase_direct().is_some() && no_ipv6 {
            return Some((
                Cause::DbHostIpv6Only,
                format!(
                    "{} has an IPv6 address alone, and this platform has no IPv6",
                    url.host
                ),
                "Connect through the pooler, which has IPv4.".to_owned(),
            ));
        }
        None
    }

    /// The service of the compose file that runs a server of this dialect.
    fn server_beside(&self, url: &DatabaseUrl) -> Option<String> {
        let images: &[&str] = match url.dialect() {
            Dialect::Postgres => &[
                "postgres",
                "postgis",
                "timescale",
                "pgvector",
                "supabase/postgres",
            ],
            Dialect::MySql => &["mysql", "mariadb", "percona"],
            Dialect::Mongo => &["mongo"],
            _ => return None,
        };
        self.compose_image(images)
    }
}
