//! JavaScript and TypeScript: `process.env`, `import.meta.env`, dotenv, and who sets the Authorization header.

use super::said::{Said, said};
use super::tree::{Text, arguments, is_assigned_to};
use super::{
    EnvRead, Fallback, LoadedPath, LoaderCall, LooksIn, SourceFacts, is_setting_name,
    names_a_secret, paths, wrappers,
};
use tree_sitter::Node;

mod calls;
mod frameworks;
mod sessions;
mod settings;
mod tokens;
mod web;

/// Names that runtimes and bundlers set themselves.
const GIVEN: &[&str] = &[
    "NODE_ENV",
    "MODE",
    "DEV",
    "PROD",
    "SSR",
    "BASE_URL",
    "CI",
    "PORT",
    "NEXT_RUNTIME",
    "VERCEL",
    "VERCEL_ENV",
    "VERCEL_URL",
    "HOME",
    "PATH",
];

pub(super) fn look(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    match node.kind() {
        "member_expression" => {
            member(text, node, facts);
            settings::dynamic_module(text, node, facts);
        }
        "subscript_expression" => subscript(text, node, facts),
        "variable_declarator" => declarator(text, node, facts),
        "pair" => {
            web::pair(text, node, facts);
            settings::pair(text, node, facts);
            settings::schema(text, node, facts);
            settings::runtime_config(text, node, facts);
        }
        "object" => {
            frameworks::strategy(text, node, facts);
            sessions::object(text, node, facts);
        }
        "import_statement" => settings::import(text, node, facts),
        "method_definition" => settings::getter(text, node, facts),
        "function_declaration" => settings::function(text, node, facts),
        "binary_expression" => web::host(text, node, facts),
        "call_expression" => {
            tokens::look(text, node, facts);
            frameworks::call(text, node, facts);
            sessions::call(text, node, facts);
            web::call(text, node, facts);
            loads(text, node, facts);
            wrapped(text, node, facts);
            calls::look(text, node, facts);
        }
        "assignment_expression" => calls::assignment(text, node, facts),
        "string" => {
            let written = text.string(node).unwrap_or_default();
            let is_here = ["http://localhost", "http://127.0.0.1"]
                .iter()
                .any(|start| written.starts_with(start));
            if is_here && facts.addresses.len() < 100 {
                facts.addresses.push(written.to_owned());
            }
        }
        _ => {}
    }
}

fn is_environment(text: &str) -> bool {
    matches!(
        text,
        "process.env" | "import.meta.env" | "Bun.env" | "globalThis.process.env"
    )
}

/// `process.env.NAME`
fn member(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    web::read_cookie(text, node, Some(text.field(node, "property")), facts);
    if is_environment(text.field(node, "object")) && !is_assigned_to(node) {
        let name = text.field(node, "property");
        push(text, node, name, fallback(text, node, name, facts), facts);
    }
}

/// `process.env["NAME"]`
fn subscript(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let index = node.child_by_field_name("index");
    web::read_cookie(
        text,
        node,
        index.and_then(|index| text.string(index)),
        facts,
    );
    if !is_environment(text.field(node, "object")) || is_assigned_to(node) {
        return;
    }
    let Some(index) = index else {
        return;
    };
    if let Some(name) = text.string(index) {
        let fallback = fallback(text, node, name, facts);
        push(text, node, name, fallback, facts);
        return;
    }
    let prefix = text.interpolated_prefix(index).unwrap_or_default();
    facts.dynamic.push(wrappers::dynamic(text, index, prefix));
}

fn push(text: &Text<'_>, node: Node<'_>, name: &str, fallback: Fallback, facts: &mut SourceFacts) {
    if !GIVEN.contains(&name) && !name.is_empty() {
        facts.reads.push(EnvRead {
            name: name.to_owned(),
            fallback,
            aliases: Vec::new(),
            spot: text.spot(node, name),
        });
    }
}

/// `const { NAME, OTHER = "x" } = process.env`, and secrets that are drawn.
fn declarator(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let (Some(name), Some(value)) = (
        node.child_by_field_name("name"),
        node.child_by_field_name("value"),
    ) else {
        return;
    };
    if is_environment(text.of(value)) && name.kind() == "object_pattern" {
        let mut cursor = name.walk();
        for part in name.named_children(&mut cursor) {
            let (read, fallback) = match part.kind() {
                "object_assignment_pattern" => (
                    text.field(part, "left"),
                    literal(text, part.child_by_field_name("right")),
                ),
                "pair_pattern" => (text.field(part, "key"), Fallback::None),
                "shorthand_property_identifier_pattern" => (text.of(part), Fallback::None),
                _ => continue,
            };
            push(text, part, read, fallback, facts);
        }
    }
    if name.kind() == "object_pattern" && !is_environment(text.of(value)) {
        let mut cursor = name.walk();
        for part in name.named_children(&mut cursor) {
            if part.kind() == "shorthand_property_identifier_pattern" {
                facts.constant(text.of(part), Said::Field(text.of(part).to_owned()));
            }
        }
    }
    if name.kind() == "identifier" {
        facts.constant(text.of(name), said(text, value));
    }
    let drawn =
        value.kind() == "call_expression" && draws(text.of(value)) && names_a_secret(text.of(name));
    if drawn && !is_in_function(node) {
        facts
            .drawn
            .push((text.of(name).to_owned(), text.spot(value, text.of(value))));
    }
}

fn is_in_function(node: Node<'_>) -> bool {
    let around = std::iter::successors(node.parent(), Node::parent).take(64);
    around
        .into_iter()
        .any(|node| node.kind().contains("function") || node.kind() == "method_definition")
}

fn draws(written: &str) -> bool {
    let written = written
        .trim_start_matches("require('crypto').")
        .trim_start_matches("require(\"crypto\").");
    [
        "crypto.randomBytes(",
        "randomBytes(",
        "crypto.randomUUID(",
        "randomUUID(",
        "nanoid(",
        "uuidv4(",
    ]
    .iter()
    .any(|call| written.starts_with(call))
}

fn literal(text: &Text<'_>, node: Option<Node<'_>>) -> Fallback {
    let Some(node) = node else {
        return Fallback::None;
    };
    let value = match node.kind() {
        "number" | "true" | "false" => Some(text.of(node)),
        _ => text.string(node),
    };
    value.map_or(Fallback::Computed, |value| {
        Fallback::Literal(value.to_owned())
    })
}

/// What stands behind `??` or `||`, and whether a missing value is refused.
fn fallback(text: &Text<'_>, read: Node<'_>, name: &str, facts: &mut SourceFacts) -> Fallback {
    let Some(parent) = read.parent() else {
        return Fallback::None;
    };
    match parent.kind() {
        "binary_expression" if matches!(text.field(parent, "operator"), "??" | "||") => {
            if parent.child_by_field_name("left") != Some(read) {
                return Fallback::Computed;
            }
            let right = parent.child_by_field_name("right");
            if let Some(right) =
                right.filter(|right| draws(text.of(*right)) && names_a_secret(name))
            {
                facts
                    .drawn
                    .push((name.to_owned(), text.spot(right, text.of(right))));
            }
            literal(text, right)
        }
        "non_null_expression" => Fallback::Required,
        "binary_expression"
        | "unary_expression"
        | "ternary_expression"
        | "if_statement"
        | "parenthesized_expression" => Fallback::Computed,
        _ => Fallback::None,
    }
}

/// `dotenv.config({ path: "../.env" })`, `import "dotenv/config"` comes as a string elsewhere.
fn loads(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(call, "function");
    let of_dotenv = text.mentions("from \"dotenv\"") || text.mentions("from 'dotenv'");
    let imported = function == "config" && of_dotenv;
    if !imported
        && !matches!(
            function,
            "dotenv.config"
                | "require('dotenv').config"
                | "require(\"dotenv\").config"
                | "loadEnvFile"
                | "process.loadEnvFile"
        )
    {
        return;
    }
    let path = match arguments(call).first() {
        None => LoadedPath::Default,
        Some(given) if given.kind() == "object" => property(text, *given, "path")
            .map_or(LoadedPath::Default, |path| paths::loaded(text, path)),
        Some(given) => paths::loaded(text, *given),
    };
    facts.loads.push(LoaderCall {
        path,
        from: LooksIn::WorkingFolder,
        spot: text.spot(call, text.of(call)),
    });
}

/// The value of a property of an object literal; of `{ key }` the name.
fn property<'n>(text: &Text<'_>, object: Node<'n>, key: &str) -> Option<Node<'n>> {
    let mut cursor = object.walk();
    object
        .named_children(&mut cursor)
        .find_map(|part| match part.kind() {
            "pair" if text.field(part, "key").trim_matches(['"', '\'']) == key => {
                part.child_by_field_name("value")
            }
            "shorthand_property_identifier" if text.of(part) == key => Some(part),
            _ => None,
        })
}

/// `requireEnv("NAME")`, `getEnv("NAME", "fallback")`, the `config.get` of `NestJS`: `config.get("NAME")`.
fn wrapped(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(call, "function");
    let last = function
        .rsplit('.')
        .next()
        .unwrap_or(function)
        .to_ascii_lowercase();
    let of_config = function.to_ascii_lowercase().contains("config")
        && matches!(last.as_str(), "get" | "getorthrow");
    let own = matches!(
        last.as_str(),
        "requireenv" | "getenv" | "env" | "mustenv" | "readenv" | "getrequiredenv"
    );
    if !own && !of_config {
        return;
    }
    let given = arguments(call);
    let Some((at, name)) = given.first().and_then(|at| Some((*at, text.string(*at)?))) else {
        return;
    };
    if !is_setting_name(name) {
        return;
    }
    let required = last.contains("require") || last.contains("must") || last.contains("throw");
    let fallback = match given.get(1) {
        Some(value) => literal(text, Some(*value)),
        None if required => Fallback::Required,
        None => Fallback::None,
    };
    push(text, at, name, fallback, facts);
}
