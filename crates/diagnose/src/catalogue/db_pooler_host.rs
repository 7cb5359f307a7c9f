//! `db-pooler-host`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{DatabaseUrl, Spot, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbPoolerHost,
    rule: Some(find),
    title: "The pooler's host or port is not that of this project",
    what: "Each project lives on one cluster of poolers, which its region and its age decide. Any other pooler knows nothing of it, and answers that there is no such tenant or user.",
    why: &[
        "The host was typed from memory, or copied from another project: `aws-0` in place of `aws-1`, or another region.",
        "The project was moved to another region, and the URL was not.",
    ],
    fix: Fix {
        summary: "Copy the whole connection string of the pooler from the project's dashboard.",
        steps: &[
            say("Open the project's Connect page, and choose the pooler's mode: session (port 5432) or transaction (port 6543)."),
            run("Set it as it is, with the password filled in and percent-encoded.", "DATABASE_URL=postgresql://postgres.<project>:…@aws-1-<region>.pooler.supabase.com:6543/postgres"),
            run("Try it by itself.", "psql \"$DATABASE_URL\" -c 'select 1'"),
        ],
    },
    example: Example::StartUp {
        message: "aws-0-us-east-2.pooler.supabase.com:6543 refuses user postgres.vaejtqxkplhwrzsnomye: Tenant or user not found",
        source: "DATABASE_URL",
        line: None,
    },
    standard: None,
    related: &[Cause::DbPoolerUsername, Cause::DbCredentials, Cause::DbHostUnresolvable],
};

/// The project is on another cluster than the URL names.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let seen = situation.seen_any(&[Symptom::DatabaseTenantUnknown]);
    let poolers: Vec<&DatabaseUrl> = situation.postgres().filter(|url| url.is_supavisor()).collect();
    for url in &poolers {
        let shown = other_host(situation, url);
        let other = poolers.iter().find(|other| other.host != url.host && same_project(other, url));
        let names_project = url.user.contains('.');
        let (strength, message) = match (&shown, other, seen) {
            (Some((host, _)), _, _) => (Strength::Proved, format!("the project's pooler is {host}, and the URL names {}", url.host)),
            (None, Some(other), Some(_)) => (Strength::Likely, format!("one project is asked for at two poolers: {} and {}", url.host, other.host)),
            (None, None, Some(_)) if names_project => (Strength::Likely, format!("the pooler {} does not know the project of {}", url.host, url.user)),
            (None, _, _) => continue,
        };
        let mut finding = Finding::new(Cause::DbPoolerHost, strength, message)
            .at(url.host_spot(), "not this project's pooler")
            .explains(&[Cause::DbCredentials]);
        if let Some((host, spot)) = shown {
            finding = finding.at(spot, "the project's own").fix(format!("Write the host `{host}`."));
        }
        if let Some(seen) = seen {
            finding = finding.at(seen.spot.clone(), "said here");
        }
        found.push(finding);
        return;
    }
}

fn same_project(a: &DatabaseUrl, b: &DatabaseUrl) -> bool {
    let project = |url: &DatabaseUrl| url.user.split_once('.').map(|(_, project)| project.to_owned());
    project(a).is_some() && project(a) == project(b)
}

/// A pooler's host that a log or a dashboard's output shows, and that is not the URL's.
fn other_host(situation: &Situation<'_>, url: &DatabaseUrl) -> Option<(String, Spot)> {
    let lines = situation.lines_with(".pooler.supabase.com");
    let hosts = lines.into_iter().flat_map(|(line, spot)| {
        let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.'));
        let hosts = words.filter(|word| word.ends_with(".pooler.supabase.com")).map(str::to_ascii_lowercase);
        hosts.map(move |host| (host, spot.clone())).collect::<Vec<_>>()
    });
    // A line that speaks of the failing connection names the wrong host itself.
    hosts.into_iter().find(|(host, _)| *host != url.host)
}
