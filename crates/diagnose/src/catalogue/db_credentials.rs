//! `db-credentials`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::{Dialect, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbCredentials,
    rule: Some(find),
    title: "The database refuses the user or the password",
    what: "The server answered: this user with this password may not in (SQLSTATE 28P01 or 28000).",
    why: &[
        "The password was changed in one place, and not in the URL.",
        "The URL is that of another environment.",
        "`pg_hba.conf` has no line for this user, database and address.",
        "The volume of a container was set up with another password; `POSTGRES_PASSWORD` counts only the first time.",
    ],
    fix: Fix {
        summary: "Put the right user and password into `DATABASE_URL`.",
        steps: &[
            run("See which URL is in use, without its password, and where it comes from.", "countersign config show"),
            run("Try it by itself.", "psql \"$DATABASE_URL\" -c 'select current_user'"),
            run("Set the password anew, as an administrator of the database, and then in the URL (percent-encoded).", "ALTER ROLE app PASSWORD '…';"),
        ],
    },
    example: Example::StartUp {
        message: "db.example.org:5432 refuses user app: password authentication failed",
        source: "DATABASE_URL",
        line: None,
    },
    standard: Some("PostgreSQL documentation, appendix A (class 28)"),
    related: &[Cause::DbUrlPasswordUnescaped, Cause::DbPasswordVolumeStale, Cause::DbPoolerUsername, Cause::DbMissing],
};

/// The server refuses the user or the password.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.seen_any(&[Symptom::DatabaseCredentialsRefused]) else {
        return;
    };
    let url = situation.databases.iter().find(|url| matches!(url.dialect(), Dialect::Postgres | Dialect::MySql));
    let message = match url {
        Some(url) => format!("{} refuses user {} with this password", url.host, url.user),
        None => "the database refuses the user or the password".to_owned(),
    };
    let mut finding = Finding::new(Cause::DbCredentials, Strength::Likely, message);
    if let Some((url, set)) = url.and_then(|url| Some((url, situation.container_password()?))) {
        let same = url.password.as_ref().is_some_and(|password| password.as_str() == set.value.as_str());
        if !same {
            finding = Finding::new(Cause::DbCredentials, Strength::Proved, format!("{} and {} are different passwords", url.setting, set.name))
                .at(url.spot.clone(), "signs in with this")
                .at(set.spot.clone(), "the database was set up with this")
                .fix("Use one password in both places.");
        }
    }
    if finding.clues.is_empty() && let Some(url) = url {
        finding = finding.at(url.spot.clone(), "");
    }
    found.push(finding.at(seen.spot.clone(), "said here"));
}
