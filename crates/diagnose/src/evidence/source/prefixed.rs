//! Settings that are bound to the fields of a struct, whose names begin with a prefix that is said elsewhere:
//! `envconfig.Process("app", &config)` of Go, `Env::prefixed("APP_")` and `envy::prefixed("APP_")` of Rust.

use super::said::Said;
use super::{EnvRead, Fallback, Language, SourceFile};
use crate::evidence::Spot;
use std::collections::HashSet;

/// What is bound to one field.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The struct.
    pub(crate) holder: String,
    /// The field.
    pub(crate) field: String,
    /// The name behind the prefix; what the field's own name makes where there is none.
    pub(crate) name: String,
    /// Whether the library also takes the name without the prefix.
    pub(crate) bare_too: bool,
    /// Whether it is bound although nothing says so beside it: only where the struct as a whole is bound.
    pub(crate) by_struct: bool,
    /// The type of the field, and the prefix of what is in it.
    pub(crate) nested: Option<(String, String)>,
    /// What counts where it is not set.
    pub(crate) fallback: Fallback,
    /// Where.
    pub(crate) spot: Spot,
}

/// Makes reads of the members, program by program, once every file is read.
pub(crate) fn settle(files: &mut [SourceFile]) {
    let services: HashSet<(String, Language)> = files
        .iter()
        .filter(|file| !file.facts.members.is_empty())
        .map(|file| (file.service.clone(), file.language))
        .collect();
    for (service, language) in services {
        let is_own = |file: &SourceFile| file.service == service && file.language == language;
        let own = || files.iter().filter(|file| is_own(file));
        let prefixes: HashSet<String> = own()
            .flat_map(|file| file.facts.prefixes.iter().cloned())
            .collect();
        let nested: Vec<(String, String)> = own()
            .flat_map(|file| &file.facts.members)
            .filter_map(|member| member.nested.clone())
            .collect();
        // A struct is bound as a whole where its file says the prefix, or where no file with a struct does.
        let told_beside = own().any(|file| {
            !file.facts.prefixes.is_empty() && file.facts.members.iter().any(|one| one.by_struct)
        });
        let prefix = match prefixes.len() {
            0 => Some(String::new()),
            1 => prefixes.iter().next().cloned(),
            _ => None,
        };
        let binds = !prefixes.is_empty();
        for file in files.iter_mut().filter(|file| is_own(file)) {
            let whole = binds && (!told_beside || !file.facts.prefixes.is_empty());
            bind(file, prefix.as_deref(), &nested, whole);
        }
    }
}

fn bind(file: &mut SourceFile, prefix: Option<&str>, nested: &[(String, String)], whole: bool) {
    let members = std::mem::take(&mut file.facts.members);
    for member in members {
        if member.by_struct && (!whole || member.nested.is_some()) {
            continue;
        }
        let within: Vec<&str> = nested
            .iter()
            .filter(|(holder, prefix)| *holder == member.holder && !prefix.is_empty())
            .map(|(_, prefix)| prefix.as_str())
            .collect();
        // Of two prefixes, or of a struct that is part of two others, which counts is not told.
        let (Some(prefix), true) = (prefix, within.len() < 2) else {
            continue;
        };
        if member.by_struct && nested.iter().any(|(holder, _)| *holder == member.holder) {
            continue;
        }
        let inner = within.first().copied().unwrap_or_default();
        let name = format!("{prefix}{inner}{}", member.name);
        let aliases = if member.bare_too && name != member.name {
            vec![member.name.clone()]
        } else {
            Vec::new()
        };
        file.facts.field(&member.field, Said::Setting(name.clone()));
        file.facts.reads.push(EnvRead {
            name,
            fallback: member.fallback,
            aliases,
            spot: member.spot,
        });
    }
}
