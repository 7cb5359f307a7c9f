//! Calls over HTTP, and what gives them their credential.

use super::super::tree::{Text, arguments};
use super::super::{Call, SourceFacts};
use super::property;
use tree_sitter::Node;

/// A call of `fetch` or of plain axios, or one that sets the header of a shared client's requests.
pub(super) fn look(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(call, "function");
    let given = arguments(call);
    if function.ends_with("headers.set") && names_header(text, given.first().copied()) {
        if is_interceptor(text, call) {
            facts.authorises.push(text.spot(call, text.of(call)));
        }
        return;
    }
    asked_through_client(text, function, given.first().copied(), facts);
    let options = match function {
        "fetch" | "window.fetch" | "globalThis.fetch" | "axios.get" | "axios.delete" => {
            given.get(1)
        }
        "axios.post" | "axios.put" | "axios.patch" => given.get(2),
        _ => return,
    };
    let Some(target) = given.first() else { return };
    let authorised = has_credential(text, call, options.copied());
    let spot = text.spot(call, &format!("{function}("));
    if authorised && passes_its_target(text, call, *target) {
        facts.authorises.push(spot.clone());
    }
    facts.calls.push(Call {
        target: text.of(*target).chars().take(200).collect(),
        authorised,
        with_project_key: options.is_some_and(|options| has_project_key(text, *options)),
        spot,
    });
}

/// `client.get("/sessions")`, `` api.delete(`/sessions/${id}`) ``
fn asked_through_client(
    text: &Text<'_>,
    function: &str,
    first: Option<Node<'_>>,
    facts: &mut SourceFacts,
) {
    let verbs = ["get", "post", "put", "patch", "delete"];
    let asks = function
        .rsplit_once('.')
        .is_some_and(|(of, verb)| verbs.contains(&verb) && !of.ends_with("axios"));
    let Some(first) = first.filter(|_| asks && facts.client_paths.len() < 2_000) else {
        return;
    };
    let path = text
        .string(first)
        .or_else(|| text.interpolated_prefix(first))
        .unwrap_or_default();
    if path.starts_with('/') {
        facts.client_paths.push(path.to_owned());
    }
}

/// `config.headers.Authorization = …` in an interceptor, `axios.defaults.headers.common["Authorization"] = …`.
pub(super) fn assignment(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let left = text.field(node, "left");
    let sets = left.contains("headers") && left.contains("uthorization");
    if sets && (left.contains("defaults") || is_interceptor(text, node)) {
        facts.authorises.push(text.spot(node, left));
    }
}

fn names_header(text: &Text<'_>, node: Option<Node<'_>>) -> bool {
    node.and_then(|node| text.string(node))
        .is_some_and(|name| name.eq_ignore_ascii_case("authorization"))
}

fn around(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(node.parent(), Node::parent).take(64)
}

fn is_interceptor(text: &Text<'_>, node: Node<'_>) -> bool {
    around(node).any(|node| {
        node.kind() == "call_expression"
            && text
                .field(node, "function")
                .ends_with("interceptors.request.use")
    })
}

fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_declaration" | "function_expression" | "arrow_function" | "method_definition"
    )
}

/// Whether a call has a credential, or what it has cannot be told from the call.
fn has_credential(text: &Text<'_>, call: Node<'_>, options: Option<Node<'_>>) -> bool {
    let Some(options) = options else { return false };
    let plain = |node: Node<'_>| node.kind() == "object" && !text.of(node).contains("...");
    if !plain(options) || text.of(options).contains("uthorization") {
        return true;
    }
    let headers = property(text, options, "headers");
    let unclear =
        headers.is_some_and(|headers| !plain(headers)) || text.has_shorthand(options, "headers");
    unclear
        && around(call)
            .find(|node| is_function(*node))
            .is_none_or(|function| {
                let written = text.of(function);
                ["uthorization", "oken", "earer", "eaders("]
                    .iter()
                    .any(|word| written.contains(word))
            })
}

/// `Authorization: Bearer ${SUPABASE_ANON_KEY}`
fn has_project_key(text: &Text<'_>, options: Node<'_>) -> bool {
    let headers = property(text, options, "headers");
    let header = headers.and_then(|headers| {
        property(text, headers, "Authorization")
            .or_else(|| property(text, headers, "authorization"))
    });
    header.is_some_and(|header| {
        let written = text.of(header).to_ascii_uppercase().replace('_', "");
        written.contains("SUPABASE") && written.contains("ANONKEY")
    })
}

/// Whether the call goes where a parameter of its function says: then the function is the shared client.
fn passes_its_target(text: &Text<'_>, call: Node<'_>, target: Node<'_>) -> bool {
    let Some(function) = around(call).find(|node| is_function(*node)) else {
        return false;
    };
    let parameters = function
        .child_by_field_name("parameters")
        .or_else(|| function.child_by_field_name("parameter"));
    let Some(parameters) = parameters else {
        return false;
    };
    let words = text
        .of(parameters)
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let names: Vec<&str> = words.filter(|word| word.len() > 1).collect();
    let mut used = text
        .of(target)
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    used.any(|word| {
        names.contains(&word)
            && [
                "path", "url", "endpoint", "input", "route", "uri", "resource",
            ]
            .iter()
            .any(|part| word.to_ascii_lowercase().contains(part))
    })
}
