//! Go: `os.Getenv`, godotenv, viper, tags of caarlos0/env and envconfig.

use super::said::said;
use super::tree::{Text, arguments};
use super::{
    EnvRead, Fallback, LoadedPath, LoaderCall, LooksIn, SourceFacts, is_setting_name, wrappers,
};
use tree_sitter::Node;

mod policy;
mod tags;

pub(super) fn look(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    match node.kind() {
        "call_expression" => {
            call(text, node, facts);
            policy::call(text, node, facts);
        }
        "composite_literal" => policy::literal(text, node, facts),
        "short_var_declaration" | "const_spec" | "var_spec" => policy::constant(text, node, facts),
        "field_declaration" => tags::tag(text, node, facts),
        "keyed_element" => keyed(text, node, facts),
        _ => {}
    }
}

fn call(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(node, "function");
    let given = arguments(node);
    let first = given.first().copied();
    let name = first.and_then(|first| text.string(first));
    match function {
        "os.Getenv" | "os.LookupEnv" | "syscall.Getenv" => match (name, first) {
            (Some(name), Some(at)) => push(text, at, name, Fallback::None, facts),
            (None, Some(at)) => facts.dynamic.push(wrappers::dynamic(text, at, "")),
            (_, None) => {}
        },
        "godotenv.Load" | "godotenv.Overload" => loads(text, node, &given, facts),
        _ if function.starts_with("viper.Get") || function == "viper.BindEnv" => {
            let env = given
                .last()
                .filter(|_| function == "viper.BindEnv")
                .and_then(|last| text.string(*last))
                .or(name);
            if let (Some(env), Some(at)) = (env, first) {
                push(
                    text,
                    at,
                    &env.to_ascii_uppercase(),
                    Fallback::Computed,
                    facts,
                );
            }
        }
        _ => {
            tags::prefix(text, function, &given, facts);
            wrapped(text, function, &given, facts);
        }
    }
}

/// `getEnv("NAME", "fallback")`: a function of the program's own that is named for what it does.
fn wrapped(text: &Text<'_>, function: &str, given: &[Node<'_>], facts: &mut SourceFacts) {
    let last = function
        .rsplit('.')
        .next()
        .unwrap_or(function)
        .to_ascii_lowercase();
    let reads = last.starts_with("getenv")
        || last.starts_with("env")
        || last.starts_with("mustgetenv")
        || last.starts_with("lookupenv");
    let Some((at, name)) = given.first().and_then(|at| Some((*at, text.string(*at)?))) else {
        return;
    };
    if !reads || !is_setting_name(name) {
        return;
    }
    let fallback = match given.get(1) {
        Some(value) => text.string(*value).map_or(Fallback::Computed, |value| {
            Fallback::Literal(value.to_owned())
        }),
        None if last.starts_with("must") => Fallback::Required,
        None => Fallback::None,
    };
    push(text, at, name, fallback, facts);
}

fn push(text: &Text<'_>, at: Node<'_>, name: &str, fallback: Fallback, facts: &mut SourceFacts) {
    facts.reads.push(EnvRead {
        name: name.to_owned(),
        fallback,
        aliases: Vec::new(),
        spot: text.spot(at, text.of(at)),
    });
}

fn loads(text: &Text<'_>, call: Node<'_>, given: &[Node<'_>], facts: &mut SourceFacts) {
    let paths: Vec<LoadedPath> = match given {
        [] => vec![LoadedPath::Default],
        given => {
            let paths = given.iter().map(|path| text.string(*path));
            paths
                .map(|path| {
                    path.map_or(LoadedPath::Unknown, |path| {
                        LoadedPath::Literal(path.to_owned())
                    })
                })
                .collect()
        }
    };
    let spot = text.spot(call, text.of(call));
    facts.loads.extend(paths.into_iter().map(|path| LoaderCall {
        path,
        from: LooksIn::WorkingFolder,
        spot: spot.clone(),
    }));
}

/// `Secret: os.Getenv("JWT_SECRET")` of a literal, and the prefix of `env.Options{Prefix: "APP_"}`.
fn keyed(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let (Some(key), Some(value)) = (node.named_child(0), node.named_child(1)) else {
        return;
    };
    let value = value.named_child(0).unwrap_or(value);
    let key = text.of(key);
    facts.field(key, said(text, value));
    let of = std::iter::successors(node.parent(), Node::parent)
        .take(3)
        .find(|node| node.kind() == "composite_literal")
        .map(|literal| text.field(literal, "type"));
    if key == "Prefix"
        && of == Some("env.Options")
        && let Some(prefix) = text.string(value)
    {
        facts.prefixes.push(prefix.to_owned());
    }
}
