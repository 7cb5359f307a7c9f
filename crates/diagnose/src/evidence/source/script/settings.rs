//! Settings that reach a program in JavaScript by other ways than `process.env`: modules of frameworks, the runtime
//! configuration of Nuxt, getters and fields of an object of its own.

use super::property;
use crate::evidence::source::said::{Said, said};
use crate::evidence::source::tree::{Text, each_below};
use crate::evidence::source::{EnvRead, Fallback, SourceFacts, is_setting_name};
use tree_sitter::Node;

/// Modules whose exports are settings.
const MODULES: &[&str] = &[
    "$env/static/private",
    "$env/static/public",
    "astro:env/server",
    "astro:env/client",
];

fn read(text: &Text<'_>, at: Node<'_>, name: &str, fallback: Fallback) -> EnvRead {
    EnvRead {
        name: name.to_owned(),
        fallback,
        aliases: Vec::new(),
        spot: text.spot(at, text.of(at)),
    }
}

/// `import { SESSION_COOKIE_NAME } from "$env/static/private"`
pub(super) fn import(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let from = node.child_by_field_name("source");
    let of_settings = from
        .and_then(|from| text.string(from))
        .is_some_and(|from| MODULES.contains(&from));
    if !of_settings {
        return;
    }
    each_below(node, &mut |one| {
        let name = text.field(one, "name");
        if one.kind() == "import_specifier" && is_setting_name(name) {
            // What a build bakes in may be set by whoever builds.
            facts.reads.push(read(text, one, name, Fallback::Computed));
            let alias = text.field(one, "alias");
            if !alias.is_empty() {
                facts.constant(alias, Said::Setting(name.to_owned()));
            }
        }
    });
}

/// `env.NAME` of `$env/dynamic/private`.
pub(super) fn dynamic_module(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let name = text.field(node, "property");
    if text.field(node, "object") == "env"
        && is_setting_name(name)
        && text.mentions("$env/dynamic/")
    {
        facts.reads.push(read(text, node, name, Fallback::None));
    }
}

/// `get tokenSecret() { return required("TOKEN_SECRET") }`
pub(super) fn getter(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    if text
        .of(node)
        .trim_start_matches("static ")
        .starts_with("get ")
    {
        facts.field(text.field(node, "name"), returned(text, node));
    }
}

/// `function secret() { return process.env.TOKEN_SECRET }`: the name with the call's parentheses stands for it.
pub(super) fn function(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let has_none = node
        .child_by_field_name("parameters")
        .is_some_and(|list| list.named_child_count() == 0);
    let name = text.field(node, "name");
    if has_none && !name.is_empty() {
        facts.constant(name, returned(text, node));
    }
}

/// What a function returns, where it returns one thing.
fn returned(text: &Text<'_>, function: Node<'_>) -> Said {
    let mut values: Vec<Said> = Vec::new();
    each_below(function, &mut |node| {
        if node.kind() == "return_statement"
            && let Some(value) = node.named_child(0)
        {
            values.push(said(text, value));
        }
    });
    match values.as_slice() {
        [one] => one.clone(),
        _ => Said::Unclear,
    }
}

/// `runtimeConfig: { apiKey: "", public: { apiBase: "" } }` of Nuxt: `NUXT_API_KEY`, `NUXT_PUBLIC_API_BASE`.
pub(super) fn runtime_config(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let value = node.child_by_field_name("value");
    let of_nuxt =
        text.field(node, "key") == "runtimeConfig" && text.source_name().contains("nuxt.config");
    if let Some(object) = value.filter(|value| of_nuxt && value.kind() == "object") {
        members(text, object, "NUXT", 4, facts);
    }
}

fn members(text: &Text<'_>, object: Node<'_>, above: &str, left: usize, facts: &mut SourceFacts) {
    let mut cursor = object.walk();
    for pair in object
        .named_children(&mut cursor)
        .filter(|one| one.kind() == "pair")
    {
        let key = text.field(pair, "key").trim_matches(['"', '\'']);
        let name = format!("{above}_{}", snake(key));
        let Some(value) = pair.child_by_field_name("value") else {
            continue;
        };
        if value.kind() == "object" {
            if left > 0 {
                members(text, value, &name, left - 1, facts);
            }
            continue;
        }
        let mut made = read(
            text,
            pair,
            &name,
            match text.string(value) {
                Some("") => Fallback::None,
                Some(value) => Fallback::Literal(value.to_owned()),
                None => Fallback::Computed,
            },
        );
        // What stands there is baked in when it is built, and counts where the name of Nuxt's own is not set.
        if let Said::Setting(built) = said(text, value)
            && built != name
        {
            made.aliases.push(built);
        }
        facts.reads.push(made);
        facts.field(key, Said::Setting(name));
    }
}

fn snake(key: &str) -> String {
    let mut made = String::new();
    for c in key.chars() {
        if c.is_uppercase() && !made.is_empty() {
            made.push('_');
        }
        made.extend(c.to_uppercase());
    }
    made
}

/// Schemas of environments: zod, valibot, joi, envalid.
pub(super) fn schema(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let (key, written) = (text.field(node, "key"), text.field(node, "value"));
    if !is_setting_name(key) || !text.mentions("env") && !text.mentions("Env") {
        return;
    }
    let joi = written.starts_with("Joi.");
    let envalid = text.mentions("envalid")
        && [
            "str(", "url(", "port(", "num(", "email(", "host(", "bool(", "json(",
        ]
        .iter()
        .any(|call| written.starts_with(call));
    let valibot = text.mentions("valibot") && written.starts_with("v.");
    if !(joi || envalid || valibot || written.starts_with("z.")) {
        return;
    }
    let optional = [
        ".default(", ".optional(", ".nullish(", ".catch(", "optional(", "default:", "devDefault:", "choices:",
    ]
    .iter()
    .any(|word| written.contains(word))
        // What joi is not told to require may be left out.
        || joi && !written.contains(".required(");
    let fallback = if optional {
        Fallback::Computed
    } else {
        Fallback::Required
    };
    let mut made = read(text, node, key, fallback);
    made.spot = text.spot(node, key);
    facts.reads.push(made);
}

/// `tokenSecret: required("TOKEN_SECRET")` of an object.
pub(super) fn pair(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    if let Some(value) = node.child_by_field_name("value") {
        facts.field(text.field(node, "key"), said(text, value));
    }
}

/// The value of the first of these properties that an object has.
pub(super) fn first_of<'n>(text: &Text<'_>, object: Node<'n>, keys: &[&str]) -> Option<Node<'n>> {
    keys.iter().find_map(|key| property(text, object, key))
}
