//! `db-ssl-ca-untrusted`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbSslCaUntrusted,
    rule: None,
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
