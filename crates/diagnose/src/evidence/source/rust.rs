//! Rust: `std::env::var`, `env!`, dotenvy.

use super::said::{Said, said};
use super::tree::{Text, arguments};
use super::{EnvRead, Fallback, LoadedPath, LoaderCall, LooksIn, SourceFacts, paths, wrappers};
use tree_sitter::Node;

mod policy;
mod structs;

pub(super) fn look(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    if matches!(
        node.kind(),
        "const_item" | "let_declaration" | "static_item"
    ) {
        constant(text, node, facts);
    }
    match node.kind() {
        "field_initializer" => {
            if let Some(value) = node.child_by_field_name("value") {
                facts.field(text.field(node, "field"), said(text, value));
            }
        }
        "shorthand_field_initializer" => {
            let name = text.of(node).to_owned();
            facts.field(&name, Said::Name(name.clone()));
        }
        "field_declaration" => structs::field(text, node, facts),
        _ => {}
    }
    if node.kind() != "call_expression" {
        return;
    }
    structs::prefix(text, node, facts);
    policy::call(text, node, facts);
    call(text, node, facts);
}

/// `env::var("NAME")`, `dotenvy::dotenv()`
fn call(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(node, "function");
    let given = arguments(node);
    match function {
        "env::var" | "std::env::var" | "env::var_os" | "std::env::var_os" | "dotenvy::var"
        | "dotenv::var" => {
            let Some(name) = given.first() else { return };
            match text.string(*name) {
                Some(written) => facts.reads.push(EnvRead {
                    name: written.to_owned(),
                    fallback: fallback(text, node),
                    aliases: Vec::new(),
                    spot: text.spot(*name, written),
                }),
                None => facts.dynamic.push(wrappers::dynamic(text, *name, "")),
            }
        }
        "dotenvy::dotenv" | "dotenv::dotenv" | "dotenv" | "dotenvy::dotenv_override" => {
            load(
                text,
                node,
                LoadedPath::Default,
                LooksIn::FoldersAbove,
                facts,
            );
        }
        "dotenvy::from_filename"
        | "dotenvy::from_path"
        | "dotenv::from_filename"
        | "dotenv::from_path" => {
            let path = given
                .first()
                .map_or(LoadedPath::Unknown, |path| paths::loaded(text, *path));
            let from = if function.ends_with("filename") {
                LooksIn::FoldersAbove
            } else {
                LooksIn::WorkingFolder
            };
            load(text, node, path, from, facts);
        }
        _ => {}
    }
}

/// `const AUDIENCE: &str = "a"`, and fields: `jwt_secret: env::var("JWT_SECRET")?`
fn constant(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let name = ["name", "pattern"]
        .iter()
        .map(|field| text.field(node, field))
        .find(|name| !name.is_empty());
    if let (Some(name), Some(value)) = (name, node.child_by_field_name("value")) {
        facts.constant(name, said(text, value));
    }
}

fn load(text: &Text<'_>, call: Node<'_>, path: LoadedPath, from: LooksIn, facts: &mut SourceFacts) {
    facts.loads.push(LoaderCall {
        path,
        from,
        spot: text.spot(call, text.of(call)),
    });
}

/// What the chain of calls after `env::var(…)` says: `?` and `expect` fail, `unwrap_or` has a value.
fn fallback(text: &Text<'_>, read: Node<'_>) -> Fallback {
    let Some(parent) = read.parent() else {
        return Fallback::Computed;
    };
    match parent.kind() {
        "try_expression" => Fallback::Required,
        "field_expression" => match text.field(parent, "field") {
            "expect" | "unwrap" => Fallback::Required,
            "unwrap_or" | "unwrap_or_else" => {
                let call = parent
                    .parent()
                    .filter(|call| call.kind() == "call_expression");
                let value = call.and_then(|call| first_string(text, call));
                value.map_or(Fallback::Computed, Fallback::Literal)
            }
            "unwrap_or_default" | "ok" => Fallback::None,
            _ => Fallback::Computed,
        },
        _ => Fallback::Computed,
    }
}

/// The only string in the arguments: `|_| "x".to_owned()`.
fn first_string(text: &Text<'_>, call: Node<'_>) -> Option<String> {
    let written = text.of(call.child_by_field_name("arguments")?);
    let (_, rest) = written.split_once('"')?;
    let (value, after) = rest.split_once('"')?;
    (!after.contains('"')).then(|| value.to_owned())
}
