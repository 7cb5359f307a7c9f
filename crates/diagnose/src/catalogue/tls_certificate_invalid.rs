//! `tls-certificate-invalid`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::contract::Purpose;
use crate::evidence::DocumentKind;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::TlsCertificateInvalid,
    rule: Some(find),
    title: "A certificate is not valid",
    what: "A program refuses to speak with an address because its certificate has expired, is for another name, is signed by itself or by an authority that the program does not know, or comes without the intermediate certificate.",
    why: &[
        "The certificate was not renewed, or the server was not reloaded after it.",
        "The server sends its own certificate and not the intermediate one; browsers find it elsewhere, programs do not.",
        "The address is reached under a name that the certificate does not have.",
        "A company's proxy signs with an authority of its own, which the container does not know.",
    ],
    fix: Fix {
        summary: "Install a certificate for this name with its whole chain, or teach the client the authority.",
        steps: &[
            run("See what the server sends.", "openssl s_client -connect api.example.org:443 -servername api.example.org -showcerts </dev/null"),
            say("Install `fullchain.pem` rather than `cert.pem`, and reload the server after each renewal."),
            run("For an authority of your own, name its certificate; never switch verification off.", "NODE_EXTRA_CA_CERTS=/etc/ssl/company-ca.pem\nREQUESTS_CA_BUNDLE=/etc/ssl/company-ca.pem"),
        ],
    },
    example: Example::StartUp {
        message: "certificate verify failed: certificate has expired",
        source: "https://id.example.org/.well-known/jwks.json",
        line: None,
    },
    standard: Some("RFC 5280, section 6; RFC 9525, section 6"),
    related: &[Cause::TlsCertificateExpiring, Cause::DbSslCaUntrusted],
};

/// A message says so, and it is not the database's connection.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let database = has_database(situation);
    let says = |line: &str| is_refused(line) && (!database || is_of_the_web(line));
    let Some(spot) = situation.log_line(says) else { return };
    let finding = Finding::new(Cause::TlsCertificateInvalid, Strength::Likely, "a program refuses the certificate of an address");
    found.push(finding.at(spot, "says why").explains(&[Cause::JwksUnavailable, Cause::OauthProviderError]));
}

/// Where there is a database, a line has to say that it is about another address.
fn has_database(situation: &Situation<'_>) -> bool {
    let products = ["postgres", "supabase", "prisma", "asyncpg", "psycopg", "mysql", "drizzle"];
    situation.settings(Purpose::DatabaseUrl).next().is_some()
        || situation.evidence.of_kind(DocumentKind::DatabaseUrl).next().is_some()
        || products.iter().any(|product| situation.uses(product))
}

fn is_of_the_web(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["http", "fetch", "jwks", "net::err", "curl", "openid"].iter().any(|word| line.contains(word))
}

fn is_refused(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let database = ["postgres", "psycopg", "asyncpg", "pg_hba", "sqlalchemy", "sslmode", "prisma", "mysql", "redis", "smtp"];
    if database.iter().any(|word| line.contains(word)) {
        return false;
    }
    [
        "certificate has expired", "cert_has_expired", "certificate verify failed", "unable_to_verify_leaf_signature", "self_signed_cert_in_chain",
        "depth_zero_self_signed_cert", "unable to get local issuer certificate", "unable to verify the first certificate", "err_tls_cert_altname_invalid",
        "x509: certificate", "err_cert_", "net::err_cert", "pkix path building failed", "hostname/ip does not match certificate", "sec_error_unknown_issuer",
        "ssl certificate problem", "self-signed certificate", "self signed certificate", "invalid peer certificate",
    ]
    .iter()
    .any(|words| line.contains(words))
}
