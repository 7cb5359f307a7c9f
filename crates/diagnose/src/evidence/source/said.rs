//! What source puts somewhere, as far as it can be told without running it.

use super::is_setting_name;
use super::tree::{Text, arguments};
use tree_sitter::Node;

/// How many calls and casts may stand around a value.
const DEEPEST: usize = 8;

/// What stands in one place of the source.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Said {
    /// This very text. Never shown unless it is no secret.
    Text(String),
    /// The value of this setting.
    Setting(String),
    /// What a constant of this name holds.
    Name(String),
    /// What a field of this name holds: `settings.jwt_secret`.
    Field(String),
    /// Nothing that can be told.
    Unclear,
}

/// What an expression stands for; casts, wrappers and defaults aside.
pub(super) fn said(text: &Text<'_>, node: Node<'_>) -> Said {
    within(text, node, DEEPEST)
}

/// The members of a list, or the one value.
pub(super) fn listed(text: &Text<'_>, node: Node<'_>) -> Vec<Said> {
    let node = if node.kind() == "reference_expression" {
        node.child_by_field_name("value").unwrap_or(node)
    } else {
        node
    };
    let list = match node.kind() {
        "composite_literal" => node.child_by_field_name("body"),
        "list" | "tuple" | "set" | "array" | "array_expression" | "parenthesized_expression" => {
            Some(node)
        }
        "macro_invocation" => return quoted(text.of(node)),
        _ => None,
    };
    let Some(list) = list else {
        return vec![said(text, node)];
    };
    let mut cursor = list.walk();
    list.named_children(&mut cursor)
        .filter(|one| !one.kind().contains("comment"))
        .map(|one| said(text, inside(one)))
        .collect()
}

/// Elements of Go's literals are wrapped once.
fn inside(node: Node<'_>) -> Node<'_> {
    match node.kind() {
        "literal_element" => node.named_child(0).unwrap_or(node),
        _ => node,
    }
}

/// The quoted texts of `vec!["a", "b"]`, whose inside is no tree.
fn quoted(text: &str) -> Vec<Said> {
    let parts = text.split('"').enumerate();
    parts
        .filter(|(at, _)| at % 2 == 1)
        .map(|(_, part)| Said::Text(part.to_owned()))
        .collect()
}

fn within(text: &Text<'_>, node: Node<'_>, left: usize) -> Said {
    if left == 0 {
        return Said::Unclear;
    }
    if let Some(string) = text.string(node) {
        return Said::Text(string.to_owned());
    }
    let child = |name: &str| node.child_by_field_name(name);
    let next =
        |node: Option<Node<'_>>| node.map_or(Said::Unclear, |node| within(text, node, left - 1));
    match node.kind() {
        "integer" | "number" | "integer_literal" | "int_literal" | "float" => {
            Said::Text(text.of(node).to_owned())
        }
        "identifier" | "constant" | "shorthand_property_identifier" => {
            Said::Name(text.of(node).to_owned())
        }
        "attribute" => Said::Field(text.field(node, "attribute").to_owned()),
        "member_expression" => member(text, node),
        "field_expression" | "selector_expression" => {
            Said::Field(text.field(node, "field").to_owned())
        }
        "scoped_identifier" => Said::Name(text.field(node, "name").to_owned()),
        "subscript" | "subscript_expression" => subscript(text, node),
        "non_null_expression"
        | "as_expression"
        | "satisfies_expression"
        | "await"
        | "await_expression"
        | "parenthesized_expression"
        | "keyword_argument"
        | "literal_element"
        | "try_expression" => next(node.named_child(0)),
        "reference_expression" => next(child("value")),
        // What is set counts over what stands in for it.
        "binary_expression" | "boolean_operator" => next(child("left")),
        "call" | "call_expression" | "new_expression" => call(text, node, left),
        "type_conversion_expression" => next(child("operand")),
        _ => Said::Unclear,
    }
}

fn member(text: &Text<'_>, node: Node<'_>) -> Said {
    let name = text.field(node, "property").to_owned();
    match text.field(node, "object") {
        "process.env" | "import.meta.env" | "Bun.env" => Said::Setting(name),
        _ => Said::Field(name),
    }
}

/// `os.environ["NAME"]`, `process.env["NAME"]`, `app.config["NAME"]`
fn subscript(text: &Text<'_>, node: Node<'_>) -> Said {
    let index = node
        .child_by_field_name("subscript")
        .or_else(|| node.child_by_field_name("index"));
    let name = index.and_then(|index| text.string(index));
    let of = ["value", "object"]
        .iter()
        .find_map(|field| node.child_by_field_name(field))
        .map_or("", |of| text.of(of));
    let made: fn(String) -> Said = if of.ends_with("config") {
        // `app.config["NAME"]` holds what the program put there.
        Said::Name
    } else {
        Said::Setting
    };
    name.filter(|name| is_setting_name(name))
        .map_or(Said::Unclear, |name| made(name.to_owned()))
}

/// A call that reads a setting, or one around or behind a value: `encode(x)`, `x.encode()`.
fn call(text: &Text<'_>, node: Node<'_>, left: usize) -> Said {
    let given = arguments(node);
    let setting = given
        .first()
        .and_then(|first| text.string(*first))
        .filter(|name| is_setting_name(name));
    if let Some(name) = setting {
        return Said::Setting(name.to_owned());
    }
    let function = node
        .child_by_field_name("function")
        .or_else(|| node.child_by_field_name("constructor"));
    // `text("NAME")?.parse::<u64>()`
    let function = function.map(|function| match function.kind() {
        "generic_function" => function.child_by_field_name("function").unwrap_or(function),
        _ => function,
    });
    let receiver = function.and_then(|function| {
        ["object", "value", "operand"]
            .iter()
            .find_map(|field| function.child_by_field_name(field))
    });
    let behind = receiver.filter(|receiver| {
        given
            .iter()
            .all(|one| text.string(*one).is_some() || one.kind().contains("closure"))
            && !matches!(receiver.kind(), "new_expression" | "this")
    });
    match (behind, given.as_slice()) {
        (Some(receiver), _) => within(text, receiver, left - 1),
        (None, [one] | [one, _]) => within(text, *one, left - 1),
        // `secret()` stands for what the function of that name gives.
        (None, []) if function.is_some_and(|function| function.kind() == "identifier") => {
            Said::Name(
                function
                    .map(|function| text.of(function).to_owned())
                    .unwrap_or_default(),
            )
        }
        (None, _) => Said::Unclear,
    }
}

/// A number that is written out, alone or as a product: `60 * 60 * 24`.
pub(super) fn number(written: &str) -> Option<i64> {
    let parts = written.trim().trim_matches(['(', ')']).split('*');
    parts
        .map(|part| part.trim().replace('_', "").parse::<i64>().ok())
        .try_fold(1_i64, |product, part| product.checked_mul(part?))
}
