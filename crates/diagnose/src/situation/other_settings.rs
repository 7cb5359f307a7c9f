//! A program that does not have the values of its env file: it signs in as somebody else, at another host, or has
//! no address at all.

use super::Situation;
use crate::evidence::{DatabaseUrl, Service, Sighting, Symptom};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

impl Situation<'_> {
    /// What messages tell of the connection is not what the settings say, so the settings are not read.
    pub(crate) fn settings_not_read(&self) -> Option<Finding> {
        let set: Vec<&DatabaseUrl> = self
            .databases
            .iter()
            .filter(|url| url.dialect().is_database())
            .filter(|url| !url.user.is_empty() || url.password.is_some())
            .collect();
        let first = set.first()?;
        // What is damaged on its way has another cause.
        let damaged = set.iter().any(|url| {
            url.ends_early.is_some()
                || url.user.is_empty()
                || url.password.as_ref().is_some_and(|own| own.is_empty())
        });
        let (seen, what) = self.sightings().iter().find_map(|seen| {
            let what = self.told_otherwise(seen, &set, damaged)?;
            Some((seen, what))
        })?;
        let message = format!(
            "{} is set in {}, and the program does not have it: {what}",
            first.name(),
            first.spot.source
        );
        Some(
            Finding::new(Cause::EnvFileNotLoaded, Strength::Likely, message)
                .weight(0.85)
                .at(first.spot.clone(), "set here")
                .at(seen.spot.clone(), "another connection")
                .why("A driver without settings falls back to its own: the user of the operating system or of a sample, localhost, no password.")
                .fix("Load the file before the settings are read (its full path, the right working directory), or clear what was cached of them; then start the program again.")
                .explains(&[
                    Cause::DbCredentials,
                    Cause::DbPasswordVolumeStale,
                    Cause::DbRefused,
                    Cause::DbMissing,
                    Cause::DbHostLocalhostInContainer,
                    Cause::DbUrlDriverParameter,
                ]),
        )
    }

    /// What a message says that the settings do not.
    fn told_otherwise(
        &self,
        seen: &Sighting,
        set: &[&DatabaseUrl],
        damaged: bool,
    ) -> Option<String> {
        let text = seen.text.as_str();
        match seen.symptom {
            Symptom::DatabaseAddressUndefined => Some("its address is undefined".to_owned()),
            Symptom::DatabaseHostUnknown => {
                let nothing = ["undefined", "null", "None", "nil"];
                let mut words = text
                    .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')));
                words
                    .any(|word| nothing.contains(&word))
                    .then(|| "its host is undefined".to_owned())
            }
            Symptom::DatabaseCredentialsRefused if !damaged => {
                let lower = text.to_ascii_lowercase();
                let without = [
                    "using password: no",
                    "client password must be a string",
                    "no password supplied",
                    "no password was provided",
                    "no password has been provided",
                ];
                let has_password = set.iter().all(|url| url.password.is_some());
                if has_password && without.iter().any(|words| lower.contains(words)) {
                    return Some("it comes without a password".to_owned());
                }
                let user = user_in(text)?;
                let known = |url: &&DatabaseUrl| {
                    let own = url.user.as_str();
                    // Poolers and some clouds put a project or a server behind the role.
                    own.eq_ignore_ascii_case(user)
                        || own.split(['.', '@']).next() == Some(user)
                        || user.split(['.', '@']).next() == Some(own)
                };
                (user != "root" && !set.iter().any(known)).then(|| format!("it signs in as {user}"))
            }
            Symptom::DatabaseConnectionRefused => {
                let local = [
                    "127.0.0.1:",
                    "::1:",
                    "[::1]:",
                    "localhost:",
                    "127.0.0.1, port",
                    "localhost\"",
                ];
                let asks = local.iter().any(|host| text.contains(host));
                let none_local = set
                    .iter()
                    .all(|url| !url.is_local() && url.host.contains('.'));
                let ours = set.iter().any(|url| {
                    url.port_number()
                        .is_some_and(|port| text.contains(&port.to_string()))
                });
                (asks && none_local && ours && !self.in_container())
                    .then(|| "it asks this machine itself".to_owned())
            }
            _ => None,
        }
    }

    /// A variable that compose itself does not have, and that stands for a whole value in its file.
    pub(crate) fn unset_in_compose(&self, wanted: Cause) -> Option<Finding> {
        let (name, spot) = self
            .lines_with("variable is not set")
            .into_iter()
            .find_map(|(line, spot)| {
                let name = line.split("variable is not set").next()?;
                let name = name.trim_end().trim_end_matches(['"', '\'', '\\']);
                let name = name.rsplit(['"', '\'', ' ']).next()?;
                let in_braces = self.compose_text_has(&format!("${{{name}"));
                let alone = name.len() > 2
                    && name
                        .chars()
                        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
                (in_braces || alone && self.compose_text_has(&format!("${name}")))
                    .then(|| (name.to_owned(), spot))
            })?;
        let other = self
            .evidence
            .services
            .iter()
            .flat_map(Service::settings)
            .find(|line| {
                line.name != name
                    && !line.value.is_empty()
                    && strsim::normalized_damerau_levenshtein(&line.name, &name) >= 0.8
            });
        let finding = match (wanted, other) {
            (Cause::EnvVarNameMismatch, Some(line)) => Finding::new(wanted, Strength::Likely, format!("compose looks for {name}, and {} is what is set", line.name))
                .at(line.spot.clone(), format!("{name} is looked for"))
                .fix(format!("Call it {name}.")),
            (Cause::EnvFileNotLoaded, None) => Finding::new(wanted, Strength::Likely, format!("compose does not have {name}: the `.env` that it reads is the one beside its first file"))
                .why("Compose takes the values for `${…}` from its own environment and from the `.env` in the folder of the first compose file (`--project-directory`); `env_file:` of a service is for the container alone.")
                .fix("Put the `.env` beside the compose file, or name it: `docker compose --env-file PATH …`."),
            _ => return None,
        };
        Some(finding.weight(0.85).at(spot, "said here").explains(&[
            Cause::DbCredentials,
            Cause::DbPasswordVolumeStale,
            Cause::DbUrlDriverParameter,
            Cause::SecretMissing,
            Cause::SecretTooShort,
            Cause::EnvDollarExpanded,
        ]))
    }

    /// A restart that keeps the old environment, where the file's own secret signs what is refused.
    pub(crate) fn kept_environment(&self) -> Option<Finding> {
        let (spot, fix) = KEEPERS.iter().find_map(|(words, fix)| {
            let (_, spot) = self.lines_with(words).into_iter().next()?;
            Some((spot, *fix))
        })?;
        let refused = self.seen_any(&[
            Symptom::SignatureRefused,
            Symptom::TokenRefused,
            Symptom::SecretAbsent,
            Symptom::DatabaseCredentialsRefused,
        ])?;
        let genuine = self.tokens.iter().any(|token| {
            self.verifiers()
                .iter()
                .any(|service| token.signature.fits_service(service))
        });
        if !genuine && refused.symptom == Symptom::SignatureRefused {
            return None;
        }
        Some(
            Finding::new(Cause::EnvFileShadowed, Strength::Likely, "the program was restarted with the environment of its first start, which counts over the file")
                .weight(0.8)
                .at(spot, "keeps the environment")
                .at(refused.spot.clone(), "refused here")
                .fix(fix)
                .explains(&[Cause::SecretMismatch, Cause::SecretMissing, Cause::DbCredentials, Cause::EnvFileNotLoaded, Cause::SecretRotatedStaleSession, Cause::SecretBase64VsRaw]),
        )
    }
}

/// Ways to restart a program that keep its environment, and what to do instead.
const KEEPERS: &[(&str, &str)] = &[
    (
        "--update-env",
        "Restart with `pm2 restart NAME --update-env`, or delete the process and start it anew.",
    ),
    (
        "pm2 restart",
        "Restart with `pm2 restart NAME --update-env`, or delete the process and start it anew.",
    ),
    ("pm2 reload", "Reload with `pm2 reload NAME --update-env`."),
    (
        "docker compose restart",
        "Make the container anew: `docker compose up -d`. `restart` keeps the environment of the first start.",
    ),
    (
        "docker-compose restart",
        "Make the container anew: `docker compose up -d`. `restart` keeps the environment of the first start.",
    ),
    (
        "docker restart",
        "Remove the container and run it anew: `docker restart` keeps its environment.",
    ),
    (
        "docker start ",
        "Remove the container and run it anew: `docker start` keeps its environment.",
    ),
    (
        "config:cache",
        "Clear the cached configuration: `php artisan config:clear`.",
    ),
    (
        "supervisorctl restart",
        "Let supervisor read its files again: `supervisorctl reread && supervisorctl update`.",
    ),
];

/// The user that a refusal names.
fn user_in(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let at = ["for user ", "for `", "login failed for user ", "role "]
        .iter()
        .find_map(|start| {
            let at = lower.find(start)? + start.len();
            Some(if start.ends_with('`') { at - 1 } else { at })
        })?;
    let rest = text.get(at..)?.trim_start_matches('\\');
    let quote = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inner = rest.get(1..)?;
    let end = inner.find([quote, '\\'])?;
    inner.get(..end).filter(|user| !user.is_empty())
}

#[cfg(test)]
mod tests {
    use super::user_in;

    #[test]
    fn the_user_of_a_refusal_is_read() {
        for (line, user) in [
            (
                "Access denied for user 'forge'@'localhost' (using password: NO)",
                Some("forge"),
            ),
            (
                "FATAL: password authentication failed for user \"app\"",
                Some("app"),
            ),
            (
                r#"error="pq: password authentication failed for user \"coder\"""#,
                Some("coder"),
            ),
            ("credentials for `app` are not valid", Some("app")),
            ("Authentication failed.", None),
        ] {
            assert_eq!(user_in(line), user, "{line}");
        }
    }
}
