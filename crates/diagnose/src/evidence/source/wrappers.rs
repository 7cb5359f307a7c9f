//! Functions of a program's own that read the setting which their argument names: `required("JWT_SECRET")`.
//!
//! What they are called differs from program to program, so it is told by what they do: they look up a parameter.

use super::tree::{Text, arguments, function_around};
use super::{DynamicRead, EnvRead, Fallback, Language, SourceFacts, SourceFile, is_setting_name};
use crate::evidence::Spot;
use std::collections::{HashMap, HashSet};
use tree_sitter::Node;

/// How many calls of one file are kept.
const MOST: usize = 2_000;

/// How often one such function may stand in another.
const DEEPEST: usize = 4;

/// A function that looks up what its parameter names.
#[derive(Clone, Debug)]
pub(crate) struct Wrapper {
    /// Its name, in lower case.
    pub(crate) name: String,
    /// Whether it fails where nothing is set.
    pub(crate) fails: bool,
}

/// Calls with names of settings, by the functions that are called.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    named: Vec<Named>,
    /// Functions that hand their parameter on, with the name of the one that gets it.
    passed: Vec<(Wrapper, String)>,
    /// Functions that are called with what is worked out.
    unnamed: HashSet<String>,
}

#[derive(Debug)]
struct Named {
    function: String,
    read: EnvRead,
    has_default: bool,
}

/// A call: what it says of wrappers.
pub(super) fn look(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let function = last_name(text.field(call, "function"));
    let given = arguments(call);
    let Some(first) = given.first().filter(|_| !function.is_empty()) else {
        return;
    };
    let calls = &mut facts.calls_by_name;
    if let Some(name) = text.string(*first) {
        if is_setting_name(name) && calls.named.len() < MOST {
            let second = given.get(1).map(|second| {
                text.string(*second).map_or(Fallback::Computed, |value| {
                    Fallback::Literal(value.to_owned())
                })
            });
            calls.named.push(Named {
                function,
                has_default: second.is_some(),
                read: EnvRead {
                    name: name.to_owned(),
                    fallback: second.unwrap_or(Fallback::None),
                    aliases: Vec::new(),
                    spot: text.spot(*first, name),
                },
            });
        }
    } else if let Some(wrapper) = wrapper_of(text, *first) {
        if calls.passed.len() < MOST {
            calls.passed.push((wrapper, function));
        }
    } else if calls.unnamed.len() < MOST {
        calls.unnamed.insert(function);
    }
}

/// `config.required::<u16>` is `required`.
fn last_name(function: &str) -> String {
    let plain = function.split("::<").next().unwrap_or(function);
    let last = plain.rsplit(['.', ':']).next().unwrap_or(plain);
    if last.len() > 48 {
        return String::new();
    }
    last.to_ascii_lowercase()
}

/// The function around a node whose parameter the node is.
pub(super) fn wrapper_of(text: &Text<'_>, node: Node<'_>) -> Option<Wrapper> {
    if node.kind() != "identifier" {
        return None;
    }
    let (name, function) = function_around(text, node)?;
    let parameters = function
        .child_by_field_name("parameters")
        .or_else(|| function.child_by_field_name("parameter"))?;
    let wanted = text.of(node);
    let is_parameter = text
        .of(parameters)
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word == wanted);
    if !is_parameter || name.is_empty() {
        return None;
    }
    let body = text.of(function);
    let fails = [
        "throw ",
        "raise ",
        "panic!",
        "panic(",
        ".expect(",
        ".unwrap()",
        "map_err",
        "ok_or",
        "bail!",
        "Fatal",
        "exit(",
        "Errorf(",
        "errors.New(",
        "invariant(",
        "assert",
    ];
    Some(Wrapper {
        name,
        fails: fails.iter().any(|word| body.contains(word)),
    })
}

/// A name that is made at run time, unless it is the parameter of a function which is known.
pub(super) fn dynamic(text: &Text<'_>, name: Node<'_>, prefix: &str) -> DynamicRead {
    DynamicRead {
        prefix: prefix.to_owned(),
        spot: text.spot(name, text.of(name)),
        within: wrapper_of(text, name),
    }
}

/// Makes reads of the calls of wrappers, service by service, once every file is read.
pub(crate) fn settle(files: &mut [SourceFile]) {
    let services: HashSet<(String, Language)> = files
        .iter()
        .map(|file| (file.service.clone(), file.language))
        .collect();
    for (service, language) in services {
        let mut own: Vec<&mut SourceFile> = files
            .iter_mut()
            .filter(|file| file.service == service && file.language == language)
            .collect();
        let wrappers = wrappers(&own);
        if wrappers.is_empty() {
            continue;
        }
        let open = own.iter().any(|file| {
            let unnamed = &file.facts.calls_by_name.unnamed;
            wrappers.keys().any(|name| unnamed.contains(name))
        });
        let is_called = own.iter().any(|file| {
            let mut named = file.facts.calls_by_name.named.iter();
            named.any(|call| wrappers.contains_key(&call.function))
        });
        for file in &mut own {
            settle_file(&mut file.facts, &wrappers, open || !is_called);
        }
    }
}

/// The wrappers of a program: those that look up, and those that call one of them.
fn wrappers(files: &[&mut SourceFile]) -> HashMap<String, bool> {
    let mut found: HashMap<String, bool> = files
        .iter()
        .flat_map(|file| &file.facts.dynamic)
        .filter_map(|read| read.within.as_ref())
        .map(|wrapper| (wrapper.name.clone(), wrapper.fails))
        .collect();
    for _ in 0..DEEPEST {
        let mut more = Vec::new();
        for (outer, inner) in files
            .iter()
            .flat_map(|file| &file.facts.calls_by_name.passed)
        {
            if let Some(fails) = found.get(inner)
                && !found.contains_key(&outer.name)
            {
                more.push((outer.name.clone(), *fails || outer.fails));
            }
        }
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found
}

fn settle_file(facts: &mut SourceFacts, wrappers: &HashMap<String, bool>, open: bool) {
    let is_at = |spot: &Spot, other: &Spot| spot.line == other.line;
    for call in &facts.calls_by_name.named {
        let Some(fails) = wrappers.get(&call.function) else {
            continue;
        };
        let mut read = call.read.clone();
        if *fails && !call.has_default {
            read.fallback = Fallback::Required;
        }
        let known = facts
            .reads
            .iter_mut()
            .find(|known| known.name == read.name && is_at(&known.spot, &read.spot));
        match known {
            // What its name seemed to say counts less than what it does.
            Some(known) if !call.has_default => known.fallback = read.fallback,
            Some(_) => {}
            None => facts.reads.push(read),
        }
    }
    if !open {
        facts.dynamic.retain(|read| read.within.is_none());
    }
}
