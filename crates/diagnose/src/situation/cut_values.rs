//! Values of any setting that were damaged on their way: hashes of which a `$` took a part, secrets with a line end,
//! addresses that a bundle was built with.

use super::{Origin, Outcome, Situation};
use crate::evidence::{EnvLine, Service, Spot, Symptom, without_secrets};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// How hashes of passwords begin, as crypt writes them.
const HASHES: &[&str] = &[
    "$2a$", "$2b$", "$2y$", "$argon2", "$apr1$", "$1$", "$5$", "$6$", "$scrypt$", "$pbkdf2",
];

impl Situation<'_> {
    /// Values of which a `$` took a part: hashes, and what compose says it has no variable for.
    pub(crate) fn cut_values(&self) -> Vec<Finding> {
        if self.outcome() == Outcome::Good {
            return Vec::new();
        }
        let unset = self.names_that_compose_misses();
        let all = self.evidence.services.iter().flat_map(|service| {
            let lines = service.all_lines();
            lines.map(move |(_, line)| (service, line))
        });
        let found = all.filter_map(|(service, line)| {
            let told = unset.iter().find(|(name, _)| is_cut_at(line, name));
            let hash = is_cut_hash(line);
            if told.is_none() && !hash {
                return None;
            }
            let refused = self
                .response()
                .is_some_and(|answer| matches!(answer.status, 401 | 403));
            let strength = match (told, refused || !self.sightings().is_empty()) {
                (Some(_), _) | (None, true) => Strength::Likely,
                (None, false) => Strength::Risk,
            };
            Some(cut_finding(
                service,
                line,
                strength,
                told.map(|(_, spot)| spot.clone()),
            ))
        });
        found.collect()
    }

    /// The names that compose says it has no variable for, each with its place.
    fn names_that_compose_misses(&self) -> Vec<(String, Spot)> {
        let lines = self.lines_with("variable is not set").into_iter();
        let names = lines.filter_map(|(line, spot)| {
            let before = line.split("variable is not set").next()?;
            let before = before.trim_end().trim_end_matches(['"', '\'', '\\']);
            let name = before.rsplit(['"', '\'', ' ']).next()?;
            (!name.is_empty()).then(|| (name.to_owned(), spot))
        });
        names.collect()
    }

    /// A program or a message says that a secret ends with a line end.
    pub(crate) fn newline_told(&self) -> Option<Finding> {
        let told = self.log_line(|line| {
            let line = line.to_ascii_lowercase();
            line.contains("trailing newline")
                || line.contains("trailing whitespace")
                || line.contains("ends with a newline")
        });
        let refused = self.seen_any(&[
            Symptom::DatabaseCredentialsRefused,
            Symptom::DatabaseMissing,
            Symptom::DatabaseHostUnknown,
            Symptom::DatabaseUrlRefused,
            Symptom::DatabaseUrlSplit,
            Symptom::RedisFailed,
            Symptom::SmtpFailed,
            Symptom::SignatureRefused,
        ]);
        let shown = refused.filter(|seen| {
            ["\\n\"", "\\n'", "\\n`", "\\n\\\"", "%0A"]
                .iter()
                .any(|end| seen.text.contains(end))
        });
        let encoded = self.log_line(|line| {
            line.contains("base64")
                && line.contains("echo ")
                && !line.contains("echo -n")
                && !line.contains("-d")
                || line.contains("<<<") && line.contains("base64")
        });
        // What is encoded there is the secret.
        let encoded = encoded.map(|mut spot| {
            spot.shown = String::from("… | base64");
            spot.columns = 0..0;
            spot
        });
        let told = told.filter(|_| self.outcome() == Outcome::Bad);
        let spot = told
            .or_else(|| shown.map(|seen| seen.spot.clone()))
            .or_else(|| refused.and(encoded.clone()))?;
        let mut finding = Finding::new(Cause::SecretTrailingNewline, Strength::Likely, "a value ends with a line end, which its reader takes for a part of it")
            .weight(0.9)
            .at(spot, "told here")
            .fix("Write the value without a line end: `printf '%s' VALUE > FILE`, `echo -n VALUE | base64`.")
            .explains(&[
                Cause::DbCredentials,
                Cause::DbMissing,
                Cause::DbHostUnresolvable,
                Cause::DbPasswordVolumeStale,
                Cause::DbUrlDriverParameter,
                Cause::DbUrlPasswordUnescaped,
                Cause::RedisUnreachable,
                Cause::SmtpUnreachable,
            ]);
        if let Some(spot) = encoded {
            finding = finding.at(spot, "adds one");
        }
        Some(finding)
    }

    /// A page in production that calls the developer's machine, while the setting says otherwise.
    pub(crate) fn baked_address(&self) -> Option<Finding> {
        let (called, spot) = self.called_by_the_browser()?;
        let lines = self.evidence.services.iter().flat_map(Service::settings);
        let (line, set) = lines
            .filter(|line| {
                let prefixes = [
                    "NEXT_PUBLIC_",
                    "VITE_",
                    "REACT_APP_",
                    "EXPO_PUBLIC_",
                    "NUXT_PUBLIC_",
                    "PUBLIC_",
                    "VUE_APP_",
                    "GATSBY_",
                ];
                prefixes.iter().any(|prefix| line.name.starts_with(prefix))
            })
            .find_map(|line| Some((line, Origin::parse(line.value.trim())?)))?;
        (called.is_loopback() && !set.is_loopback()).then(|| {
            Finding::new(Cause::BaseUrlDrift, Strength::Likely, format!("the page calls {called}, and {} says {set}: the bundle was built with another value", line.name))
                .weight(0.8)
                .at(line.spot.clone(), "set here")
                .at(spot, "called here")
                .fix("Build the front end anew with this value: what browsers get is written in when it is built.")
        })
    }

    /// The address that a browser's console says it could not reach.
    fn called_by_the_browser(&self) -> Option<(Origin, Spot)> {
        let words = [
            "net::err_",
            "failed to fetch",
            "networkerror",
            "mixed content",
            "blocked by cors",
        ];
        self.evidence.logs.iter().find_map(|log| {
            let (at, line, origin) = log.text.lines().enumerate().find_map(|(at, line)| {
                let lower = line.to_ascii_lowercase();
                words
                    .iter()
                    .any(|word| lower.contains(word))
                    .then_some(())?;
                let mut parts = line.split(|c: char| c.is_whitespace() || "\"'`<>,".contains(c));
                let origin = parts.find_map(|word| {
                    Origin::parse(word)
                        .filter(|origin| word.starts_with("http") && origin.is_loopback())
                })?;
                Some((at, line, origin))
            })?;
            Some((
                origin,
                Spot::line(&log.source(), at + 1, without_secrets(line)),
            ))
        })
    }
}

fn cut_finding(
    service: &Service,
    line: &EnvLine,
    strength: Strength,
    told: Option<Spot>,
) -> Finding {
    let message = format!(
        "{} of {} loses what its $ begins: compose takes it for the name of a variable",
        line.name, service.name
    );
    let mut finding = Finding::new(Cause::EnvDollarExpanded, strength, message)
        .weight(0.85)
        .at(line.spot.clone(), "written so, and read otherwise");
    if let Some(spot) = told {
        finding = finding.at(spot, "said here");
    }
    finding
        .fix("Write `$$` for every `$` in compose files and in the `.env` that compose reads, or put the value between single quotes in the `.env`.")
        .explains(&[Cause::CredentialsInvalid, Cause::DbCredentials, Cause::AuthorizationHeaderConflict, Cause::AuthSchemeMismatch, Cause::SecretMismatch, Cause::EnvFileNotLoaded])
}

/// Whether a line has this name behind a `$`, as a part of a value and not as a reference that was meant.
fn is_cut_at(line: &EnvLine, name: &str) -> bool {
    let meant = name.len() > 2
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && line.raw.matches('$').count() == 1;
    !meant && line.raw.contains(&format!("${name}")) && !line.raw.contains(&format!("$${name}"))
}

/// Whether a hash lost a part of itself.
fn is_cut_hash(line: &EnvLine) -> bool {
    let raw = line.raw.trim().trim_matches(['"', '\'']);
    // `user:$apr1$…` of htpasswd.
    let hash = raw.split_once(':').map_or(raw, |(_, hash)| hash);
    let is_hash = HASHES.iter().any(|start| hash.starts_with(start));
    is_hash && line.value.len() < raw.len() && !line.value.contains(hash)
}
