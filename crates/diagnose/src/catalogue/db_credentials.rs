//! `db-credentials`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::{DatabaseUrl, Dialect, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::{Situation, form_of};
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
        found.extend(behind_the_first(situation));
        found.extend(situation.silent_database(Cause::DbCredentials));
        return;
    };
    let url = situation.refusing_database(seen);
    let message = match url {
        Some(url) => format!("{} refuses user {} with this password", url.host, url.user),
        None => "the database refuses the user or the password".to_owned(),
    };
    let mut finding = Finding::new(Cause::DbCredentials, Strength::Likely, message);
    if let Some((url, set)) = url.and_then(|url| Some((url, situation.container_password(url)?)))
        && url.password.is_some()
        && !url.has_password(&set.value)
        && form_of(url, set).is_none()
    {
        let (name, spot) = url.password_place();
        finding = Finding::new(Cause::DbCredentials, Strength::Proved, format!("{name} and {} are different passwords", set.name))
            .at(spot.clone(), "signs in with this")
            .at(set.spot.clone(), "the database was set up with this")
            .fix("Use one password in both places.");
    }
    if let Some((url, role)) = url.and_then(|url| Some((url, situation.container_user(url)?)))
        && finding.strength != Strength::Proved
        && !url.user.is_empty()
        && *url.user != **role.value
        && url.user != "root"
    {
        let message = format!("{} is no user of this database, which was set up with {}", url.user, role.value.as_str());
        finding = Finding::new(Cause::DbCredentials, Strength::Proved, message)
            .at(url.spot.clone(), "signs in as this")
            .at(role.spot.clone(), "set up with this")
            .fix(format!("Sign in as {}, or make the other user.", role.value.as_str()));
    }
    if let Some(url) = url.filter(|url| url.dialect() == Dialect::Mongo && looks_elsewhere(url)) {
        finding = Finding::new(Cause::DbCredentials, Strength::Proved, format!("{} is looked for in the database {}, and is a user of admin", url.user, url.database))
            .at(url.spot.clone(), "no authSource")
            .why("MongoDB looks a user up in the database that the URL names, unless authSource says otherwise. The first user of a container, and those of most hosting services, are kept in `admin`.")
            .fix("Add `?authSource=admin` to the URL.");
    }
    if finding.clues.is_empty() && let Some(url) = url {
        finding = finding.at(url.spot.clone(), "");
    }
    found.push(finding.at(seen.spot.clone(), "said here"));
}

/// Whether a user of `MongoDB` is looked for in another database than `admin`.
fn looks_elsewhere(url: &DatabaseUrl) -> bool {
    !url.database.is_empty() && url.database != "admin" && url.parameter("authSource").is_none() && !url.scheme.ends_with("+srv")
}

/// Two passwords that differ, behind a connection that does not come about: it will be refused as soon as it does.
fn behind_the_first(situation: &Situation<'_>) -> Option<Finding> {
    let first = [Symptom::DatabaseConnectionRefused, Symptom::DatabaseHostUnknown, Symptom::DatabaseUrlRefused, Symptom::DatabaseUrlSplit, Symptom::DatabaseTlsRequired];
    situation.seen_any(&first)?;
    let databases = situation.databases.iter().filter(|url| url.dialect().is_database() && url.ends_early.is_none());
    let mut pairs = databases.filter_map(|url| Some((url, situation.container_password(url)?)));
    let (url, set) = pairs.find(|(url, set)| url.password.as_ref().is_some_and(|own| !own.is_empty()) && !set.value.is_empty() && !url.has_password(&set.value))?;
    let (name, spot) = url.password_place();
    Some(
        Finding::new(Cause::DbCredentials, Strength::Likely, format!("{name} and {} are different passwords", set.name))
            .weight(0.6)
            .at(spot.clone(), "signs in with this")
            .at(set.spot.clone(), "the database was set up with this")
            .fix("Use one password in both places."),
    )
}
