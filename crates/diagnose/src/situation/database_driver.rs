//! Drivers of PostgreSQL: which one reads a URL.

use super::Situation;
use crate::evidence::DatabaseUrl;
use crate::evidence::tongue::{self, Tongue};

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

impl Driver {
    /// The languages whose programs use it.
    const fn languages(self) -> &'static [Tongue] {
        match self {
            Self::Asyncpg | Self::AsyncpgBySqlAlchemy => &[Tongue::Python],
            Self::Go => &[Tongue::Go],
            Self::Jdbc => &[Tongue::Java],
            Self::Libpq => &[Tongue::Python, Tongue::Ruby, Tongue::Php],
            Self::NodePg | Self::PostgresJs | Self::Prisma => &[Tongue::JavaScript],
            Self::Rust => &[Tongue::Rust],
        }
    }
}

/// Products by their names, and the drivers that they use.
const PRODUCTS: &[(&str, Driver)] = &[
    ("prisma", Driver::Prisma),
    ("asyncpg", Driver::Asyncpg),
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
];

impl Situation<'_> {
    /// The driver that reads a URL, as far as scheme, products, the service's settings and messages tell.
    pub(crate) fn driver(&self, url: &DatabaseUrl) -> Option<Driver> {
        match url.driver() {
            Some("asyncpg") => return Some(Driver::AsyncpgBySqlAlchemy),
            Some(driver) if driver.starts_with("psycopg") || driver == "pg8000" => {
                return Some(Driver::Libpq);
            }
            _ => {}
        }
        match url.scheme.as_str() {
            "asyncpg" => return Some(Driver::Asyncpg),
            "psycopg" | "psycopg2" => return Some(Driver::Libpq),
            _ => {}
        }
        let is_alchemy =
            self.uses("sqlalchemy") || self.uses("sqlmodel") || self.says("sqlalchemy");
        let mut services = self.evidence.services.iter();
        let language = services
            .find(|service| service.name == url.service)
            .and_then(tongue::of_settings);
        let speaks = |driver: &Driver| {
            language.is_none_or(|language| driver.languages().contains(&language))
        };
        let products = PRODUCTS
            .iter()
            .filter(|(name, _)| self.uses(name) || self.says(name));
        let product = products
            .map(|(_, driver)| match driver {
                Driver::Asyncpg if is_alchemy => Driver::AsyncpgBySqlAlchemy,
                other => *other,
            })
            .find(speaks);
        let is_pg = || {
            let mut words = self.evidence.stack.iter().flat_map(|name| name.split(' '));
            words.any(|word| word.eq_ignore_ascii_case("pg"))
        };
        product
            .or_else(|| is_pg().then_some(Driver::NodePg).filter(speaks))
            .or_else(|| is_alchemy.then_some(Driver::Libpq).filter(speaks))
    }
}
