//! Variables that a configuration names and nobody sets, where another of almost that name is set.

use super::Situation;
use crate::contract::purpose;
use crate::evidence::{EnvLine, Service, Spot, without_secrets};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

impl Situation<'_> {
    /// `key: $SUPABASE_ANON_KEY` in a quoted configuration, where `ANON_KEY` is set.
    pub(super) fn unset_reference(&self) -> Option<Finding> {
        let set = |name: &str| {
            let mut services = self.evidence.services.iter();
            services.any(|service| service.setting(name).is_some())
        };
        for log in &self.evidence.logs {
            let source = log.source();
            for (at, line) in log.text.lines().enumerate() {
                let unset = names_in(line).find(|name| purpose(name).is_some() && !set(name));
                let near = unset.and_then(|name| Some((name, self.near(name)?)));
                if let Some((name, (service, other))) = near {
                    let spot = Spot::line(&source, at + 1, without_secrets(line)).mark(name);
                    return Some(misnamed(service, other, name).at(spot, "read here, set nowhere"));
                }
            }
        }
        None
    }

    /// The setting whose name is the end of this one, or the reverse.
    fn near(&self, name: &str) -> Option<(&Service, &EnvLine)> {
        let ends = |one: &str, other: &str| one.ends_with(&format!("_{other}"));
        self.evidence.services.iter().find_map(|service| {
            let mut lines = service.settings();
            let near = lines.find(|line| {
                !line.value.is_empty() && (ends(name, &line.name) || ends(&line.name, name))
            });
            Some((service, near?))
        })
    }
}

/// A setting under another name than is read.
pub(super) fn misnamed(service: &Service, line: &EnvLine, name: &str) -> Finding {
    let message = format!(
        "{name} is read, and {} of {} is what is set",
        line.name, service.name
    );
    Finding::new(Cause::EnvVarNameMismatch, Strength::Likely, message)
        .weight(0.7)
        .at(
            line.spot.clone().mark(&line.name),
            format!("{name} is read"),
        )
        .fix(format!("Call it {name} in {}.", line.spot.source))
        .explains(&[
            Cause::SecretMissing,
            Cause::SecretMismatch,
            Cause::AlgMismatch,
            Cause::KidNotInJwks,
            Cause::IdpInstanceMismatch,
        ])
}

/// The names behind `$` and in `${…}` that stand as values: after a colon or an equals sign.
fn names_in(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('$').filter_map(|(at, _)| {
        let before = line.get(..at)?.trim_end_matches(['"', '\'', ' ']);
        let rest = line.get(at + 1..)?.trim_start_matches('{');
        let end = rest
            .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
            .unwrap_or(rest.len());
        let name = rest.get(..end)?;
        (before.ends_with([':', '=']) && name.len() > 3).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::names_in;

    #[test]
    fn names_that_stand_as_values_are_read() {
        let names: Vec<&str> = names_in("- key: $SUPABASE_ANON_KEY").collect();
        assert_eq!(names, ["SUPABASE_ANON_KEY"]);
        let names: Vec<&str> = names_in("JWT_SECRET: \"${AUTH_JWT_SECRET}\"").collect();
        assert_eq!(names, ["AUTH_JWT_SECRET"]);
        assert_eq!(
            names_in("curl -H \"Authorization: Bearer $TOKEN\"").count(),
            0
        );
    }
}
