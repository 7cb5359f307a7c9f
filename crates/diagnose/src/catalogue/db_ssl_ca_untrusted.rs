//! `db-ssl-ca-untrusted`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{Dialect, Service, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Driver;
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbSslCaUntrusted,
    rule: Some(find),
    title: "The database server's certificate is not trusted",
    what: "The connection was encrypted, but the certificate of the server is signed by nobody that this program trusts, or is for another host name. It does not go on: anybody could be at the other end.",
    why: &[
        "The hosting service signs with a CA of its own (Supabase, RDS, Cloud SQL), and that CA is not given.",
        "`sslrootcert` names a file that is not there, or holds another certificate.",
        "The host in the URL is an address, or an alias that is not in the certificate.",
    ],
    fix: Fix {
        summary: "Give the CA of the database, and use the host name that is in the certificate.",
        steps: &[
            run("Download the CA certificate from the hosting service, and name it.", "DATABASE_URL=postgresql://…/app?sslmode=verify-full&sslrootcert=/etc/ssl/db-ca.crt"),
            run("See what the server shows.", "openssl s_client -starttls postgres -connect db.example.org:5432 -showcerts </dev/null"),
            say("Do not turn the check off (`sslmode=require` does that): the password goes to whoever answers."),
        ],
    },
    example: Example::StartUp {
        message: "db.example.org:5432 shows a certificate of an unknown authority",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("RFC 5280, section 6; ASVS V11.6.2"),
    related: &[Cause::DbSslRequired, Cause::TlsCertificateInvalid],
};

/// The server's certificate comes from an authority that the client does not know.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.sightings().iter().find(|seen| seen.symptom == Symptom::DatabaseTlsUntrusted && !is_of_another(&seen.text));
    let Some(seen) = seen else {
        return;
    };
    let Some(url) = situation.postgres().next().or_else(|| situation.databases_of(Dialect::MySql).next()) else {
        // A certificate of something else than a database, unless the message names one.
        let by_database = ["prisma", "postgres", "asyncpg", "psycopg", "p1011", "pg-pool", "sequelize", "database"];
        if by_database.iter().any(|word| situation.says(word)) || by_database.iter().any(|word| situation.uses(word)) && only_by_tls(situation) {
            found.push(finding(Strength::Likely, "the database").at(seen.spot.clone(), "said here"));
        }
        return;
    };
    let checks = url.parameter("sslmode").is_some_and(|mode| mode.starts_with("verify")) || url.parameter("sslmode") == Some("require");
    let mut finding = finding(if checks { Strength::Proved } else { Strength::Likely }, &url.host);
    finding = finding.at(url.spot.clone(), "").at(seen.spot.clone(), "said here");
    if situation.driver(url) == Some(Driver::NodePg) && url.parameter("sslmode") == Some("require") {
        finding = finding.fix("Give the provider's CA certificate to the driver (`ssl: { ca }` or `?sslrootcert=FILE&sslmode=verify-full`). In pg, unlike libpq, `sslmode=require` checks the certificate.");
    }
    found.push(finding);
}

fn finding(strength: Strength, host: &str) -> Finding {
    Finding::new(Cause::DbSslCaUntrusted, strength, format!("the certificate of {host} comes from an authority that this client does not trust"))
        .why("Hosting services sign their databases' certificates with an authority of their own, which is not among those of the system.")
        .fix("Download the provider's CA certificate and name it to the driver: `?sslmode=verify-full&sslrootcert=FILE` (libpq), `ssl: { ca }` (pg), `connect_args={\"ssl\": ssl.create_default_context(cafile=FILE)}` (asyncpg). Do not switch the check off.")
}

/// Whether no setting names another address that is reached by TLS.
fn only_by_tls(situation: &Situation<'_>) -> bool {
    let services = situation.evidence.services.iter();
    let mut settings = services.flat_map(Service::settings);
    !settings.any(|line| ["https://", "rediss://", "smtps://", "ldaps://", "wss://"].iter().any(|scheme| line.value.contains(scheme)))
}

/// Whether a line is about an address of the web, a cache or a mail server.
fn is_of_another(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["http", "fetch", "jwk", "curl", "openid", "redis", "smtp", "ldap"].iter().any(|word| line.contains(word))
}
