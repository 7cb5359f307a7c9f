//! Rust: structs that serde fills from the environment (figment, envy, config), and clap's `env`.

use crate::evidence::source::prefixed::Member;
use crate::evidence::source::said::Said;
use crate::evidence::source::tree::{Text, arguments};
use crate::evidence::source::{EnvRead, Fallback, SourceFacts};
use tree_sitter::Node;

/// `Env::prefixed("APP_")`, `envy::prefixed("APP_")`, `Environment::with_prefix("APP")`, `envy::from_env()`
pub(super) fn prefix(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(call, "function");
    let function = function.split("::<").next().unwrap_or(function);
    let first = arguments(call)
        .first()
        .and_then(|first| text.string(*first));
    let made = match (function, first) {
        (
            "Env::prefixed" | "envy::prefixed" | "figment::providers::Env::prefixed",
            Some(prefix),
        ) => prefix.to_owned(),
        ("Environment::with_prefix" | "config::Environment::with_prefix", Some(prefix)) => {
            format!("{prefix}_")
        }
        ("envy::from_env" | "Env::raw", None) => String::new(),
        _ => return,
    };
    facts.prefixes.push(made.to_ascii_uppercase());
}

/// The attributes before a field or a struct.
fn attributes<'t>(text: &Text<'t>, node: Node<'_>) -> Vec<&'t str> {
    let before = std::iter::successors(node.prev_named_sibling(), Node::prev_named_sibling);
    before
        .take_while(|node| node.kind().contains("attribute") || node.kind().contains("comment"))
        .take(16)
        .map(|node| text.of(node))
        .collect()
}

fn quoted_after<'t>(written: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = written.split_once(key)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    rest.strip_prefix('"')?.split('"').next()
}

/// A field of a struct that the environment fills.
pub(super) fn field(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let name = text.field(node, "name");
    let of = text.field(node, "type");
    let Some(holder) = std::iter::successors(node.parent(), Node::parent)
        .take(3)
        .find(|node| node.kind() == "struct_item")
    else {
        return;
    };
    let written = attributes(text, node);
    let optional = of.starts_with("Option<");
    if by_clap(text, node, &written, optional, facts) {
        return;
    }
    let derives = attributes(text, holder);
    if !derives.iter().any(|one| one.contains("Deserialize")) {
        return;
    }
    let has_default = written
        .iter()
        .chain(&derives)
        .any(|one| one.contains("default"));
    let renamed = written.iter().find_map(|one| quoted_after(one, "rename"));
    let is_own = of.chars().next().is_some_and(char::is_uppercase)
        && !optional
        && ![
            "String",
            "Vec<",
            "PathBuf",
            "Duration",
            "Url",
            "Secret",
            "HashMap",
            "SocketAddr",
            "IpAddr",
        ]
        .iter()
        .any(|known| of.starts_with(known));
    facts.members.push(Member {
        holder: text.field(holder, "name").to_owned(),
        field: name.to_owned(),
        name: renamed.unwrap_or(name).to_ascii_uppercase(),
        bare_too: false,
        by_struct: true,
        nested: is_own.then(|| (of.to_owned(), String::new())),
        fallback: match (has_default, optional) {
            (true, _) => Fallback::Computed,
            (false, true) => Fallback::None,
            (false, false) => Fallback::Required,
        },
        spot: text.spot(node, name),
    });
}

/// `#[arg(long, env = "JWT_SECRET")]`, `#[clap(env)]`
fn by_clap(
    text: &Text<'_>,
    node: Node<'_>,
    written: &[&str],
    optional: bool,
    facts: &mut SourceFacts,
) -> bool {
    let of_clap = |one: &&&str| one.starts_with("#[arg(") || one.starts_with("#[clap(");
    let Some(attribute) = written.iter().find(of_clap) else {
        return false;
    };
    let field = text.field(node, "name");
    let words = || attribute.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let env = match quoted_after(attribute, "env") {
        Some(name) => name.to_owned(),
        None if words().any(|word| word == "env") => field.to_ascii_uppercase(),
        None => return true,
    };
    let default = quoted_after(attribute, "default_value");
    let fallback = match default {
        Some(value) => Fallback::Literal(value.to_owned()),
        None if attribute.contains("default_value") => Fallback::Computed,
        None if optional => Fallback::None,
        // What is not set may be given as an argument.
        None if attribute.contains("long") || attribute.contains("short") => Fallback::Computed,
        None => Fallback::Required,
    };
    facts.field(field, Said::Setting(env.clone()));
    facts.reads.push(EnvRead {
        spot: text.spot(node, field),
        name: env,
        fallback,
        aliases: Vec::new(),
    });
    true
}
