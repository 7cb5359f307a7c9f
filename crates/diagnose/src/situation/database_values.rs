//! What a loader did to the password of a database on its way from the file to the program.

use super::Situation;
use super::agreement::difference;
use crate::evidence::{DatabaseUrl, EnvLine, Service, Symptom};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

impl Situation<'_> {
    /// Passwords of databases of which a loader kept a part alone, where a server refuses them.
    pub(crate) fn cut_database_passwords(&self, wanted: Cause) -> Vec<Finding> {
        let classes = [
            Symptom::DatabaseCredentialsRefused,
            Symptom::DatabaseUrlRefused,
            Symptom::DatabaseUrlSplit,
            Symptom::DatabaseHostUnknown,
            Symptom::DatabaseConnectionRefused,
        ];
        let by_container = self
            .differs_by_form(wanted)
            .or_else(|| self.expanded_by_shell(wanted));
        if let Some(finding) = by_container {
            return vec![finding];
        }
        if let Some(finding) = self.url_cut_at_its_password(wanted) {
            return vec![finding];
        }
        let Some(seen) = self.seen_any(&classes) else {
            return Vec::new();
        };
        let databases = self
            .databases
            .iter()
            .filter(|url| url.dialect().is_database());
        let lines = databases.filter_map(|url| Some((url, self.password_line(url)?)));
        let found = lines.filter_map(|(url, line)| {
            let (cause, what, fix) = cut(line)?;
            let message = format!("{} of {} loses {what}", line.name, url.service);
            (cause == wanted).then(|| {
                Finding::new(cause, Strength::Likely, message)
                    .weight(0.85)
                    .at(line.spot.clone(), "written so, and read otherwise")
                    .at(seen.spot.clone(), "refused here")
                    .fix(fix)
                    .explains(&[
                        Cause::DbCredentials,
                        Cause::DbPasswordVolumeStale,
                        Cause::DbUrlPasswordUnescaped,
                        Cause::DbUrlDriverParameter,
                        Cause::DbHostUnresolvable,
                        Cause::DbRefused,
                    ])
            })
        });
        found.collect()
    }

    /// The program's password and that of the database's container differ by what a loader did to one of them.
    fn differs_by_form(&self, wanted: Cause) -> Option<Finding> {
        let seen = self.seen_any(&[Symptom::DatabaseCredentialsRefused])?;
        let databases = self
            .databases
            .iter()
            .filter(|url| url.dialect().is_database());
        databases.into_iter().find_map(|url| {
            let set = self.container_password(url)?;
            if form_of(url, set)? != wanted {
                return None;
            }
            let (name, spot) = url.password_place();
            let message = format!("{name} and {} are one password in two forms", set.name);
            Some(
                Finding::new(wanted, Strength::Proved, message)
                    .at(spot.clone(), "signs in with this")
                    .at(set.spot.clone(), "the database was set up with this")
                    .at(seen.spot.clone(), "refused here")
                    .fix("Write it without the quotes, the `$` or the `#` that its reader treats in its own way.")
                    .explains(&[Cause::DbCredentials, Cause::DbPasswordVolumeStale]),
            )
        })
    }

    /// A URL of which a loader kept what stands before the `#` of its password alone: no driver can use that.
    fn url_cut_at_its_password(&self, wanted: Cause) -> Option<Finding> {
        if wanted != Cause::EnvCommentTruncated {
            return None;
        }
        let lines = self.evidence.services.iter().flat_map(Service::settings);
        let line = lines.into_iter().find(|line| {
            let raw = line.raw.trim();
            let behind = raw.split_once('#').map(|(_, behind)| behind);
            raw.contains("://")
                && behind.is_some_and(|behind| behind.contains('@'))
                && line.value.contains("://")
                && !line.value.contains('@')
        })?;
        let message = format!(
            "{} ends at the # of its password: the loader takes it for a comment",
            line.name
        );
        Some(
            Finding::new(wanted, Strength::Proved, message)
                .at(line.spot.clone(), "cut here")
                .fix("Put the URL between double quotes, and write `%23` for the `#` in it.")
                .explains(&[
                    Cause::DbUrlPasswordUnescaped,
                    Cause::DbUrlDriverParameter,
                    Cause::DbHostUnresolvable,
                    Cause::DbRefused,
                    Cause::DbCredentials,
                ]),
        )
    }

    /// A command that sets a value with a `$` in it, which the shell took for a variable of its own.
    fn expanded_by_shell(&self, wanted: Cause) -> Option<Finding> {
        const SETTERS: &[&str] = &[
            "config:set ",
            "secrets set ",
            "variables set ",
            "variables --set ",
            "env add ",
            "export ",
            "env:set ",
            "docker run ",
            "run -e ",
            "set-env-vars",
            "secret create ",
            "app:config ",
            "env set ",
        ];
        if wanted != Cause::EnvDollarExpanded {
            return None;
        }
        let seen = self.seen_any(&[
            Symptom::DatabaseCredentialsRefused,
            Symptom::SignatureRefused,
            Symptom::LoginRefused,
            Symptom::RedisFailed,
            Symptom::SmtpFailed,
        ])?;
        let spot = self.log_line(|line| {
            let command = line
                .trim_start()
                .trim_start_matches(['$', '#', '>'])
                .trim_start();
            SETTERS.iter().any(|setter| command.contains(setter))
                && command.split_whitespace().any(has_open_dollar)
        })?;
        let mut spot = spot;
        spot.shown = spot
            .shown
            .split_whitespace()
            .map(|word| {
                word.split_once('=')
                    .map_or_else(|| word.to_owned(), |(name, _)| format!("{name}=…"))
            })
            .collect::<Vec<_>>()
            .join(" ");
        Some(
            Finding::new(wanted, Strength::Likely, "the shell took the $ of a value for a variable of its own before the command saw it")
                .weight(0.85)
                .at(spot, "set here")
                .at(seen.spot.clone(), "refused here")
                .fix("Put the value between single quotes in the command: `NAME='va$lue'`.")
                .explains(&[Cause::DbCredentials, Cause::SecretMismatch, Cause::CredentialsInvalid, Cause::RedisUnreachable, Cause::SmtpUnreachable]),
        )
    }

    fn password_line(&self, url: &DatabaseUrl) -> Option<&EnvLine> {
        let services = &self.evidence.services;
        let service = services.iter().find(|one| one.name == url.service)?;
        service.setting(url.password_place().0)
    }
}

/// Whether a word of a command is `NAME=value` with a `$` that a shell expands.
fn has_open_dollar(word: &str) -> bool {
    let Some((name, value)) = word.trim_start_matches(['"', '-']).split_once('=') else {
        return false;
    };
    let named = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    // `$NAME` as a whole is a reference that was meant.
    let inside = value.find('$').is_some_and(|at| at > 0);
    let next = value
        .split_once('$')
        .and_then(|(_, after)| after.chars().next());
    named
        && inside
        && !value.starts_with('\'')
        && next.is_some_and(|c| c == '$' || c == '!' || c.is_ascii_alphanumeric())
}

/// What a loader did to one of two passwords that were meant to be one.
pub(crate) fn form_of(url: &DatabaseUrl, set: &EnvLine) -> Option<Cause> {
    let own = url.password.as_ref()?;
    let (cause, _) = difference::between(own.as_bytes(), set.value.as_bytes())?;
    let forms = [
        Cause::EnvQuotesLiteral,
        Cause::EnvDollarExpanded,
        Cause::EnvCommentTruncated,
    ];
    forms.contains(&cause).then_some(cause)
}

/// What was lost of a value, and why.
fn cut(line: &EnvLine) -> Option<(Cause, &'static str, &'static str)> {
    let raw = line.raw.trim();
    let value = line.value.as_str();
    if let Some(before) = lost_dollar(raw, value) {
        return (!before.is_empty()).then_some((
            Cause::EnvDollarExpanded,
            "what its $ begins: the loader takes it for the name of a variable",
            "Write `$$` for `$` in compose files, `\\$` for Next.js, or single quotes where the loader leaves them alone; or choose a password without `$`.",
        ));
    }
    let unquoted = !raw.starts_with(['"', '\'', '`']);
    if unquoted && value == raw && value.contains(" #") && !value.contains("://") {
        return Some((
            Cause::EnvCommentTruncated,
            "nothing of its comment: this loader takes `#` and what stands behind it for a part of the value",
            "Put the comment on a line of its own.",
        ));
    }
    let kept = raw.split('#').next().unwrap_or_default().trim_end();
    if unquoted && raw.contains('#') && kept == value && !kept.is_empty() {
        let comment = raw.contains(" #");
        return (!comment).then_some((
            Cause::EnvCommentTruncated,
            "what stands behind its #: the loader takes it for a comment",
            "Put the value between double quotes.",
        ));
    }
    None
}

/// What stands before a `$` that was expanded to nothing; none if nothing was lost, or a reference was meant.
fn lost_dollar<'r>(raw: &'r str, value: &str) -> Option<&'r str> {
    let inner = raw.trim_matches(['"', '\'']);
    let mut from = 0;
    while let Some(at) = inner.get(from..)?.find('$').map(|at| from + at) {
        let before = inner.get(..at)?;
        let after = inner.get(at + 1..)?;
        if after.starts_with(['$', '{', '(']) || before.ends_with('\\') {
            from = at + 2;
            continue;
        }
        let end = after
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(after.len());
        let name = after.get(..end)?;
        // `$DB_PASSWORD` was meant as a reference.
        let meant = name.len() > 2
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let word = format!("${name}");
        if !name.is_empty() && !meant && !value.contains(&word) {
            let password = before.rsplit([':', '=', ';']).next().unwrap_or(before);
            return Some(if password.is_empty() {
                before
            } else {
                password
            });
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_that_was_expanded_is_told_from_a_reference_and_from_one_that_was_kept() {
        assert_eq!(lost_dollar("hello$world77", "hello"), Some("hello"));
        assert_eq!(lost_dollar("ab$$cd", "ab$cd"), None);
        assert_eq!(lost_dollar("ab$cd", "ab$cd"), None);
        assert_eq!(
            lost_dollar("postgres://$DB_USER:$DB_PASS@db/x", "postgres://a:b@db/x"),
            None
        );
        assert_eq!(lost_dollar("${DB_PASS}", ""), None);
    }
}
