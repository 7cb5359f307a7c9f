//! `db-host-ipv6-only`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbHostIpv6Only,
    rule: Some(find),
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

/// The host has an IPv6 address alone, and the program's network has none.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    found.extend(situation.silent_database(Cause::DbHostIpv6Only));
    let classes = [
        Symptom::DatabaseNetworkUnreachable,
        Symptom::DatabaseHostUnknown,
        Symptom::DatabaseConnectionRefused,
    ];
    let unreachable = situation.seen_any(&[Symptom::DatabaseNetworkUnreachable]);
    let direct = situation.postgres().find(|url| url.supabase_direct().is_some());
    // The direct host of a Supabase project has had no IPv4 address since 2024, unless one is paid for.
    if let (Some(url), Some(seen)) = (direct, situation.seen_any(&classes)) {
        let strength = if unreachable.is_some() { Strength::Proved } else { Strength::Likely };
        let project = url.supabase_direct().unwrap_or_default();
        let message = format!("{} has an IPv6 address alone, and this network has no IPv6", url.host);
        found.push(
            Finding::new(Cause::DbHostIpv6Only, strength, message)
                .at(url.host_spot(), "IPv6 only")
                .at(seen.spot.clone(), "said here")
                .why("The direct host of a project resolves to IPv6; GitHub's runners, Vercel, Render, Docker's default network and many offices have IPv4 alone.")
                .fix(format!("Connect through the pooler, which has IPv4: host `aws-…-REGION.pooler.supabase.com`, user `postgres.{project}`, as the dashboard's Connect page shows it."))
                .explains(&[Cause::DbHostUnresolvable, Cause::DbRefused]),
        );
        return;
    }
    if let Some((seen, _)) = unreachable.zip(situation.sightings().iter().find(|seen| has_ipv6(&seen.spot.shown))) {
        let message = "the host has an IPv6 address alone, and this network has no IPv6";
        found.push(
            Finding::new(Cause::DbHostIpv6Only, Strength::Likely, message)
                .at(seen.spot.clone(), "said here")
                .explains(&[Cause::DbHostUnresolvable, Cause::DbRefused]),
        );
    }
}

/// Whether a line holds an IPv6 address.
fn has_ipv6(line: &str) -> bool {
    line.split(|c: char| !(c.is_ascii_hexdigit() || c == ':')).any(|word| {
        word.matches(':').count() >= 3 && word.parse::<std::net::Ipv6Addr>().is_ok_and(|address| !address.is_loopback())
    })
}
