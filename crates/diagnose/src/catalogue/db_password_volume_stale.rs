//! `db-password-volume-stale`

use crate::cause_doc::{CauseDoc, Example, Fix, run, say};
use crate::evidence::{DatabaseUrl, Dialect, EnvLine, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Situation;
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbPasswordVolumeStale,
    rule: Some(find),
    title: "The database's volume still has the old password",
    what: "The program and the database's container are given the same password, and the database refuses it. The image sets user and password only when it makes an empty data folder; the volume is from before the change.",
    why: &[
        "`POSTGRES_PASSWORD` or `POSTGRES_USER` was changed after the first start.",
        "The volume is left from another try, or from another project with the same folder name.",
    ],
    fix: Fix {
        summary: "Set the password inside the database, or start from an empty volume.",
        steps: &[
            run("Keep the data: set the password where it counts.", "docker compose exec db psql -U postgres -c \"ALTER ROLE app PASSWORD '…'\""),
            say("Or, where the data may go: `docker compose down --volumes`, and start anew."),
        ],
    },
    example: Example::StartUp {
        message: "db:5432 refuses user app: password authentication failed, and POSTGRES_PASSWORD is the same",
        source: "compose.yaml",
        line: None,
    },
    standard: None,
    related: &[Cause::DbCredentials, Cause::DbUrlPasswordUnescaped],
};

/// Both sides hold the same password, and it is refused.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let Some(seen) = situation.seen_any(&[Symptom::DatabaseCredentialsRefused]) else {
        return;
    };
    let skipped = situation.lines_with("skipping initialization").into_iter().next();
    let urls = situation.databases.iter().filter(|url| url.dialect().is_database());
    let pairs: Vec<(&DatabaseUrl, &EnvLine)> = urls.filter_map(|url| Some((url, situation.container_password(url)?))).collect();
    if pairs.is_empty() {
        if let Some((_, spot)) = skipped {
            let message = "the database's volume was initialised before, with another password";
            found.push(Finding::new(Cause::DbPasswordVolumeStale, Strength::Likely, message).at(spot, "initialised before").at(seen.spot.clone(), "refused here").explains(&[Cause::DbCredentials]));
        }
        return;
    }
    // The pooler's own way of signing in is another matter than the password.
    if seen.text.to_ascii_lowercase().contains("password type") {
        return;
    }
    for (url, set) in pairs {
        let other_user = situation.container_user(url).is_some_and(|role| *url.user != **role.value && url.user != "root");
        let elsewhere = url.dialect() == Dialect::Mongo && url.database != "admin" && url.parameter("authSource").is_none();
        if elsewhere || !url.has_password(&set.value) || url.ends_early.is_some() || other_user {
            continue;
        }
        let strength = if skipped.is_some() || situation.says("volume") || situation.has_database_volume() { Strength::Proved } else { Strength::Likely };
        let (name, spot) = url.password_place();
        let message = format!("{name} and {} are one password, and the database refuses it: its volume is from before", set.name);
        let mut finding = Finding::new(Cause::DbPasswordVolumeStale, strength, message)
            .at(set.spot.clone(), "counts for an empty volume alone")
            .at(spot.clone(), "the same password")
            .at(seen.spot.clone(), "refused here")
            .explains(&[Cause::DbCredentials]);
        if let Some((_, spot)) = &skipped {
            finding = finding.at(spot.clone(), "initialised before");
        }
        found.push(finding);
        return;
    }
}
