//! `db-url-password-unescaped`

use crate::cause_doc::{CauseDoc, Example, Fix, run};
use crate::evidence::{DatabaseUrl, Service, Symptom};
use crate::finding::{Finding, Strength};
use crate::situation::Driver;
use crate::situation::Situation;
use countersign_verify::Cause;
use zeroize::Zeroizing;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::DbUrlPasswordUnescaped,
    rule: Some(find),
    title: "The database password contains a character that ends it",
    what: "The URL cannot be taken apart as it stands: the password contains `@`, `/`, `:`, `#`, `?` or `%`, which have a meaning in a URL. Seen from the program, host or password are now something else.",
    why: &[
        "The password was pasted into the URL as the hosting service showed it.",
        "A generated password contains such characters now and then, and this time it does.",
    ],
    fix: Fix {
        summary: "Percent-encode the password in the URL.",
        steps: &[
            run("Encode it. `@` becomes `%40`, `/` `%2F`, `:` `%3A`, `#` `%23`, `?` `%3F`, `%` `%25`.", "python3 -c 'import urllib.parse as u, getpass; print(u.quote(getpass.getpass(), safe=\"\"))'"),
            run("Put the result between the colon and the `@`.", "DATABASE_URL=postgresql://app:p%40ss%2Fword@db.example.org:5432/app"),
        ],
    },
    example: Example::StartUp {
        message: "DATABASE_URL has two @ signs: the password is not percent-encoded",
        source: "backend/.env",
        line: Some((4, "DATABASE_URL=postgresql://app:…@…@db.example.org/app", "@…@")),
    },
    standard: Some("RFC 3986, section 2.1"),
    related: &[Cause::DbCredentials, Cause::DbHostUnresolvable, Cause::SettingInvalid],
};

/// A character of the password ends it, for the driver.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let broken = [
        Symptom::DatabaseUrlRefused,
        Symptom::DatabaseUrlSplit,
        Symptom::DatabaseHostUnknown,
        Symptom::DatabaseCredentialsRefused,
        Symptom::DatabaseConnectionRefused,
        Symptom::DatabaseMissing,
    ];
    for url in &situation.databases {
        let Some(character) = url.ends_early else {
            continue;
        };
        // Some drivers take the last @ for the end, and a colon for a part of the password.
        let forgiven = matches!(character, '@' | ':') && situation.driver(url).is_none_or(splits_at_the_last_sign);
        let strength = match (forgiven, situation.seen_any(&broken)) {
            (_, Some(_)) | (false, None) => Strength::Proved,
            (true, None) => Strength::Risk,
        };
        let message = format!(
            "the password in {} contains {character}, which {}",
            setting(url),
            meaning(character)
        );
        let encoded = format!("%{:02X}", u32::from(character));
        let fix = format!("Percent-encode the password: write `{encoded}` for `{character}`, and so for every reserved character in it.");
        found.push(
            Finding::new(Cause::DbUrlPasswordUnescaped, strength, message)
                .at(url.spot.clone(), "")
                .why("A URL is taken apart at `@`, `/`, `:`, `?`, `#` and `%`. With the password cut there, the program signs in with another password, at another host, or cannot read the URL at all.")
                .fix(fix)
                .explains(&[Cause::DbCredentials, Cause::DbHostUnresolvable, Cause::DbRefused, Cause::DbMissing, Cause::DbUrlDriverParameter]),
        );
    }
    found.extend(taken_for_escapes(situation));
    found.extend(once_put_in(situation));
    let split = situation.sighting(Symptom::DatabaseUrlSplit).filter(|_| situation.databases.iter().all(|url| url.ends_early.is_none()));
    if let Some(seen) = split {
        let finding = Finding::new(Cause::DbUrlPasswordUnescaped, Strength::Likely, "a character of the password or of the user ends it in the URL").weight(0.8).at(seen.spot.clone(), "said here");
        found.push(finding.explains(&[Cause::DbUrlDriverParameter]).fix("Percent-encode the password: `%40` for `@`, `%2F` for `/`, `%3A` for `:`, `%23` for `#`, `%3F` for `?`, `%25` for `%`."));
    }
}

/// The database was given the very text that stands in the URL, where its `%` begins an escape.
fn taken_for_escapes(situation: &Situation<'_>) -> Option<Finding> {
    let (url, set) = situation.databases.iter().find_map(|url| {
        let set = situation.container_password(url).filter(|set| url.takes_for_escapes(&set.value))?;
        Some((url, set))
    })?;
    let message = format!("the password in {} has a `%`, which the driver decodes, and the database was given it as it stands", setting(url));
    let finding = Finding::new(Cause::DbUrlPasswordUnescaped, Strength::Proved, message)
        .at(url.spot.clone(), "decoded by the driver")
        .at(set.spot.clone(), "the database was set up with this");
    let explained = &[Cause::DbCredentials, Cause::DbPasswordVolumeStale];
    Some(finding.fix("Write `%25` for the `%` in the URL.").explains(explained))
}

/// A reference stands for the password, and the value that it stands for would end it once it is put in.
fn once_put_in(situation: &Situation<'_>) -> Option<Finding> {
    situation.evidence.services.iter().find_map(|service| {
        service.settings().find_map(|line| {
            let whole = with_references(service, &line.value)?;
            let url = DatabaseUrl::parse(&line.name, &service.name, &whole, line.spot.clone())?;
            let character = url.ends_early?;
            let driver = situation.driver(&url);
            if matches!(character, '@' | ':') && driver.is_none_or(splits_at_the_last_sign) {
                return None;
            }
            let message = format!("the password that belongs into {} contains {character}, which {}", line.name, meaning(character));
            let fix = format!("Put the password in with `%{:02X}` for `{character}`.", u32::from(character));
            let finding = Finding::new(Cause::DbUrlPasswordUnescaped, Strength::Likely, message).weight(0.8).later(true);
            Some(finding.at(line.spot.clone(), "breaks once the value is put in").fix(fix))
        })
    })
}

/// The value with the service's own settings in place of the references in it; none if there are none.
fn with_references(service: &Service, value: &str) -> Option<Zeroizing<String>> {
    let mut whole = Zeroizing::new(String::new());
    let mut rest = value;
    let mut put_in = false;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}')?;
        let name = name.split(":-").next().unwrap_or(name);
        whole.push_str(before);
        whole.push_str(&service.setting(name)?.value);
        put_in = true;
        rest = behind;
    }
    whole.push_str(rest);
    put_in.then_some(whole)
}

fn setting(url: &DatabaseUrl) -> &str {
    if url.setting.is_empty() { "the database URL" } else { &url.setting }
}

const fn meaning(character: char) -> &'static str {
    match character {
        '@' => "ends user and password",
        ':' => "ends the user",
        '/' => "ends the host",
        '?' => "begins the parameters",
        '#' => "begins a fragment that is cut off",
        _ => "begins an escape that is none here",
    }
}

/// WHATWG URL, Python's urlsplit and Rust's url split at the last @; libpq and `SQLAlchemy` at the first.
const fn splits_at_the_last_sign(driver: Driver) -> bool {
    match driver {
        Driver::Asyncpg | Driver::NodePg | Driver::PostgresJs | Driver::Prisma | Driver::Go | Driver::Rust => true,
        Driver::AsyncpgBySqlAlchemy | Driver::Jdbc | Driver::Libpq => false,
    }
}
