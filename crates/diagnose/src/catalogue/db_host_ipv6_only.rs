//! `db-host-ipv6-only`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbHostIpv6Only,
    rule: None,
    title: "The database's host has only an IPv6 address",
    what: "The name resolves to an IPv6 address alone, and from here no IPv6 address can be reached.",
    why: &[
        "Supabase's direct host (`db.<project>.supabase.co`) has no IPv4 address without the add-on.",
        "Docker's default network and several hosting services have no IPv6.",
    ],
    fix: Fix {
        summary: "Use the pooler's host, which has IPv4, or switch IPv6 on.",
        steps: &[
            run("See which addresses there are.", "getent ahosts db.example.supabase.co"),
            run("Take the pooler's address and user name from the dashboard, session mode.", "DATABASE_URL=postgresql://postgres.<project>:…@aws-0-<region>.pooler.supabase.com:5432/postgres"),
            say("Or give the container network IPv6 (`enable_ipv6: true` in compose)."),
        ],
    },
    example: Example::StartUp {
        message: "db.example.supabase.co has the address 2a05:d014::1 alone, and the network is unreachable",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("RFC 6724, section 2.1"),
    related: &[Cause::DbHostUnresolvable, Cause::DbPoolerUsername, Cause::DbPoolerHost, Cause::DbRefused],
};
