//! `db-pooler-username`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbPoolerUsername,
    rule: None,
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
