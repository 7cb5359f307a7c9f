//! `db-pooler-username`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::Symptom;
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbPoolerUsername,
    rule: Some(find),
    title: "The pooler wants the project in the user name",
    what: "A shared pooler serves many projects under one host and tells them apart by the user: `role.project-ref`. The URL has the role alone, so the pooler answers that it knows no such tenant.",
    why: &[
        "The URL of the direct connection was changed to the pooler's host, and the user was left as it was.",
        "The project's reference is misspelt, or that of another region.",
    ],
    fix: Fix {
        summary: "Write the user as `role.project-ref`.",
        steps: &[
            run("Copy the connection string for the pooler from the dashboard, or change the user.", "DATABASE_URL=postgresql://postgres.<project>:…@aws-0-<region>.pooler.supabase.com:5432/postgres"),
            run("Try it by itself.", "psql \"$DATABASE_URL\" -c 'select 1'"),
        ],
    },
    example: Example::StartUp {
        message: "aws-0-eu-central-1.pooler.supabase.com:5432 refuses user postgres: Tenant or user not found",
        source: "DATABASE_URL",
        line: None,
    },
    standard: None,
    related: &[Cause::DbPoolerHost, Cause::DbCredentials, Cause::DbHostIpv6Only],
};

/// The shared pooler is told apart by the user, which must name the project.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let project = situation.supabase_project();
    for url in situation.postgres().filter(|url| url.is_supavisor()) {
        let named = url.user.split_once('.').map(|(_, reference)| reference);
        let seen = situation.seen_any(&[Symptom::DatabaseTenantUnknown]);
        let (strength, message) = match (named, &project) {
            (None, _) => (Strength::Proved, format!("the pooler {} is asked for user {}, without the project", url.host, shown(&url.user))),
            (Some(named), Some(project)) if named != project && seen.is_some() => {
                (Strength::Likely, format!("the user names the project {named}, and the services use the project {project}"))
            }
            (Some(_), _) => continue,
        };
        let reference = project.as_deref().unwrap_or("PROJECT-REF");
        let role = url.user.split('.').next().filter(|role| !role.is_empty()).unwrap_or("postgres");
        let mut finding = Finding::new(Cause::DbPoolerUsername, strength, message)
            .at(url.user_spot(), "the project is missing")
            .why("A shared pooler serves many projects under one host, and tells them apart by the user: `role.project-ref`.")
            .fix(format!("Write the user as `{role}.{reference}`."))
            .explains(&[Cause::DbCredentials]);
        if let Some(seen) = seen {
            finding = finding.at(seen.spot.clone(), "said here");
        }
        found.push(finding);
    }
}

fn shown(user: &str) -> &str {
    if user.is_empty() { "(none)" } else { user }
}
