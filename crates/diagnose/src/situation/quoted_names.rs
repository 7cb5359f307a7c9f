//! Names of variables that quoted source reads: `grep` of a project in a log, a line of a stack trace.

use super::variables::other_name;
use super::{Outcome, Situation};
use crate::contract::{Purpose, purpose};
use crate::evidence::{EnvLine, Service, Spot, without_secrets};
use crate::finding::Finding;

/// How languages read a variable, in lower case.
const READS: &[&str] = &[
    "process.env",
    "import.meta.env",
    "env::var",
    "env!(",
    "getenv",
    "lookupenv",
    "environ",
    "env.fetch",
    "env[",
    "env(",
    "get_env",
    "fetch_env",
    "env.get",
    "environmentvariable",
    "config(",
];

/// What gives a variable a value where none is set, in lower case.
const OTHERWISE: &[&str] = &[
    "unwrap_or",
    "??",
    "||",
    " or ",
    ".ok()",
    "default",
    "option_env",
    "', '",
    "\", \"",
];

impl Situation<'_> {
    /// The program reads a secret under a name that nobody sets, and does not read the one that is set.
    pub(super) fn read_otherwise(&self) -> Option<Finding> {
        if self.outcome() != Outcome::Bad {
            return None;
        }
        let read = self.names_read();
        let set = |name: &str| {
            self.evidence
                .services
                .iter()
                .any(|service| service.setting(name).is_some())
        };
        let is_read = |name: &str| read.iter().any(|(known, ..)| known == name);
        let (name, _, spot) = read.iter().find(|(name, needed, _)| {
            *needed && is_secret(name) && !set(name) && !self.compose_text_has(name)
        })?;
        let unread = |line: &&EnvLine| {
            is_secret(&line.name) && !line.value.is_empty() && !is_read(&line.name)
        };
        let services = self
            .evidence
            .services
            .iter()
            .filter(|one| !one.is_front_end());
        let lines = services.flat_map(|service| {
            service
                .settings()
                .filter(unread)
                .map(move |line| (service, line))
        });
        let lines: Vec<(&Service, &EnvLine)> = lines.collect();
        // With one secret alone that nothing reads there is no doubt which one was meant.
        let same = |line: &EnvLine| purpose(name).is_some() && purpose(&line.name) == purpose(name);
        let of_purpose = lines.iter().find(|(_, line)| same(line));
        let (service, line) = of_purpose.or_else(|| lines.first().filter(|_| lines.len() == 1))?;
        Some(other_name(service, line, name, spot).weight(0.8))
    }

    /// The names, whether the program cannot do without, and where.
    fn names_read(&self) -> Vec<(String, bool, Spot)> {
        let mut found = Vec::new();
        for log in self.evidence.quoting() {
            for (at, line) in log.text.lines().enumerate() {
                let spot = || Spot::line(&log.source(), at + 1, without_secrets(line));
                found.extend(names_in(line).map(|(name, needed)| (name, needed, spot())));
            }
        }
        found
    }
}

fn is_secret(name: &str) -> bool {
    let secrets = [
        Purpose::SigningSecret,
        Purpose::CookieSecret,
        Purpose::RefreshSecret,
    ];
    let purpose = purpose(name);
    let named = ["SECRET", "SIGNING_KEY", "SECRET_KEY"]
        .iter()
        .any(|end| name.ends_with(end))
        && !name.contains("CLIENT");
    purpose.map_or(named, |purpose| secrets.contains(&purpose))
}

/// The names that a line of source reads, and whether nothing stands in for them.
fn names_in(line: &str) -> impl Iterator<Item = (String, bool)> {
    let lower = line.to_ascii_lowercase();
    let reads = READS.iter().any(|word| lower.contains(word));
    let needed = !OTHERWISE.iter().any(|word| lower.contains(word));
    let mut before = ' ';
    let words = line.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let names = words.filter_map(move |word| {
        let mark = std::mem::replace(&mut before, word.chars().last().unwrap_or(' '));
        let name = word.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let capital = name.len() > 3
            && name.contains('_')
            && name
                .bytes()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_');
        (reads && capital && matches!(mark, '"' | '\'' | '.' | '`'))
            .then(|| (name.to_owned(), needed))
    });
    names.collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::names_in;

    #[test]
    fn names_are_read_in_any_language() {
        for line in [
            "src/a.rs:3: let key = std::env::var(\"JWT_KEY\")?;",
            "a.go:2:\tkey := os.Getenv(\"JWT_KEY\")",
            "const key = process.env.JWT_KEY;",
            "key = os.environ['JWT_KEY']",
            "key = ENV.fetch(\"JWT_KEY\")",
        ] {
            let names: Vec<_> = names_in(line).collect();
            assert_eq!(names, [("JWT_KEY".to_owned(), true)], "{line}");
        }
        assert_eq!(
            names_in("const a = process.env.JWT_KEY ?? 'x'").collect::<Vec<_>>(),
            [("JWT_KEY".to_owned(), false)]
        );
        assert_eq!(names_in("error: JWT_KEY is not set").count(), 0);
    }
}
