//! Go: `os.Getenv`, godotenv, viper, tags of caarlos0/env and envconfig.

use super::tree::{Text, arguments};
use super::{
    DynamicRead, EnvRead, Fallback, LoadedPath, LoaderCall, LooksIn, SourceFacts, is_setting_name,
};
use tree_sitter::Node;

mod policy;

pub(super) fn look(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    match node.kind() {
        "call_expression" => {
            call(text, node, facts);
            policy::call(text, node, facts);
        }
        "composite_literal" => policy::literal(text, node, facts),
        "short_var_declaration" | "const_spec" | "var_spec" => policy::constant(text, node, facts),
        "field_declaration" => tag(text, node, facts),
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
            (None, Some(at)) => facts.dynamic.push(DynamicRead {
                prefix: String::new(),
                spot: text.spot(at, text.of(at)),
            }),
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
        _ => wrapped(text, function, &given, facts),
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

/// `` Secret string `env:"JWT_SECRET,required"` ``
fn tag(text: &Text<'_>, field: Node<'_>, facts: &mut SourceFacts) {
    let tag = text.field(field, "tag");
    let value = |key: &str| {
        let (_, rest) = tag.split_once(&format!("{key}:\""))?;
        rest.split_once('"').map(|(value, _)| value)
    };
    let Some(env) = value("env").or_else(|| value("envconfig")) else {
        return;
    };
    let mut parts = env.split(',');
    let name = parts.next().unwrap_or_default();
    if !is_setting_name(name) {
        return;
    }
    let default = value("envDefault").or_else(|| value("default"));
    let fallback = match default {
        Some(default) => Fallback::Literal(default.to_owned()),
        None if parts.any(|part| part == "required" || part == "notEmpty")
            || tag.contains("required:\"true\"") =>
        {
            Fallback::Required
        }
        None => Fallback::None,
    };
    facts.reads.push(EnvRead {
        name: name.to_owned(),
        fallback,
        spot: text.spot(field, name),
    });
}
