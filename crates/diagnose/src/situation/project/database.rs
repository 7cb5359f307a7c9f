//! What the source says of the database that the settings name.

use super::Program;
use crate::evidence::compose::yaml;
use crate::evidence::{DocumentKind, Evidence};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// asyncpg prepares its statements by name, and the settings lead to a pooler.
pub(super) fn judge(evidence: &Evidence, program: &Program<'_>, found: &mut Vec<Finding>) {
    let mentions = |word: &str| {
        program
            .sources
            .iter()
            .any(|file| file.facts.mentions.contains(&word))
    };
    let by_name = [
        "create_async_engine(",
        "asyncpg.create_pool(",
        "asyncpg.connect(",
    ]
    .into_iter()
    .any(mentions);
    if !by_name || mentions("statement_cache_size") || !uses_asyncpg(evidence, program) {
        return;
    }
    let line = program.own_lines().find(|line| {
        let url = line.value.to_ascii_lowercase();
        url.starts_with("postgres")
            && url.contains("pgbouncer")
            && !url.contains("statement_cache_size")
    });
    let Some(line) = line else { return };
    let strength = match pool_mode(evidence).as_deref() {
        Some("transaction" | "statement") => Strength::Likely,
        Some(_) => return,
        // What the image does by itself is not said here.
        None => Strength::Risk,
    };
    let message = format!(
        "{} prepares statements by name with asyncpg, and {} leads to pgbouncer",
        program.name, line.name
    );
    let finding = Finding::new(Cause::DbPgbouncerPreparedStatements, strength, message)
        .weight(0.6)
        .at(line.spot.clone(), "");
    found.push(finding.fix("Pass `statement_cache_size=0` to asyncpg (SQLAlchemy: `connect_args={\"statement_cache_size\": 0}` and NullPool), or connect to the database itself."));
}

fn uses_asyncpg(evidence: &Evidence, program: &Program<'_>) -> bool {
    let named = evidence
        .of_kind(DocumentKind::Packages)
        .any(|document| document.text.contains("asyncpg"));
    named
        || program
            .own_lines()
            .any(|line| line.value.contains("+asyncpg"))
}

/// The mode that a compose file gives the pooler.
fn pool_mode(evidence: &Evidence) -> Option<String> {
    let files = evidence.of_kind(DocumentKind::Compose);
    let modes = files
        .flat_map(|file| yaml::entries(&file.text))
        .filter_map(|entry| {
            let name = entry.path.last()?;
            let listed = entry
                .value
                .split_once("POOL_MODE=")
                .map(|(_, mode)| mode.to_owned());
            let mapped = name.ends_with("POOL_MODE").then(|| entry.value.clone());
            listed.or(mapped)
        });
    modes
        .last()
        .map(|mode| mode.trim_matches(['"', '\'']).to_ascii_lowercase())
}
