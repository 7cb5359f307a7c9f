//! Go: `os.Getenv`, godotenv, viper, tags of caarlos0/env and envconfig.

use super::prefixed::Member;
use super::said::said;
use super::tree::{Text, arguments};
use super::{
    EnvRead, Fallback, LoadedPath, LoaderCall, LooksIn, SourceFacts, is_setting_name, wrappers,
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
            prefix(text, function, &given, facts);
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

/// What kelseyhightower/envconfig makes of a field's name: `JWTSecret`, with `split_words` `JWT_SECRET`.
fn field_name(field: &str, splits: bool) -> String {
    let mut made = String::new();
    let chars: Vec<char> = field.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let next_is_small = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase()
            && before.is_some_and(|before| !before.is_uppercase() || next_is_small);
        if splits && begins {
            made.push('_');
        }
        made.extend(c.to_uppercase());
    }
    made
}

/// The name of the struct around a field.
fn holder(text: &Text<'_>, field: Node<'_>) -> String {
    let mut around = std::iter::successors(field.parent(), Node::parent).take(8);
    let spec = around.find(|node| node.kind() == "type_spec");
    spec.map(|spec| text.field(spec, "name").to_owned())
        .unwrap_or_default()
}

/// `envconfig.Process("app", &config)`, `envconfig.PrefixLookuper("APP_", …)`
fn prefix(text: &Text<'_>, function: &str, given: &[Node<'_>], facts: &mut SourceFacts) {
    let Some(prefix) = given.first().and_then(|first| text.string(*first)) else {
        return;
    };
    match function {
        "envconfig.Process" | "envconfig.MustProcess" => facts.prefixes.push(match prefix {
            "" => String::new(),
            prefix => format!("{}_", prefix.to_ascii_uppercase()),
        }),
        "envconfig.PrefixLookuper" => facts.prefixes.push(prefix.to_owned()),
        _ => {}
    }
}

/// `` Secret string `env:"JWT_SECRET,required"` ``
fn tag(text: &Text<'_>, field: Node<'_>, facts: &mut SourceFacts) {
    let tag = text.field(field, "tag");
    let value = |key: &str| {
        let (_, rest) = tag.split_once(&format!("{key}:\""))?;
        rest.split_once('"').map(|(value, _)| value)
    };
    let named = value("envconfig");
    let of_kelsey = text.mentions("kelseyhightower/envconfig") || named.is_some();
    let own = text.field(field, "name");
    let nested = value("envPrefix").or_else(|| {
        let (_, rest) = tag.split_once("prefix=")?;
        Some(rest.split(['"', ',']).next().unwrap_or_default())
    });
    if let Some(prefix) = nested {
        facts.members.push(Member {
            holder: String::new(),
            field: String::new(),
            name: String::new(),
            bare_too: false,
            by_struct: true,
            nested: Some((
                text.field(field, "type").trim_start_matches('*').to_owned(),
                prefix.to_owned(),
            )),
            fallback: Fallback::Computed,
            spot: text.spot(field, own),
        });
        return;
    }
    let said = value("env").or(named);
    let by_library = ["required", "split_words", "default"]
        .iter()
        .any(|key| value(key).is_some());
    if said.is_none() && !(of_kelsey && by_library) || own.is_empty() {
        return;
    }
    let made = field_name(own, value("split_words") == Some("true"));
    let mut parts = said.unwrap_or(&made).split(',');
    let name = parts.next().unwrap_or_default();
    let name = if of_kelsey {
        name.to_ascii_uppercase()
    } else {
        name.to_owned()
    };
    if !is_setting_name(&name) {
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
    let mark = if text.of(field).contains(&name) {
        &name
    } else {
        own
    };
    facts.members.push(Member {
        holder: holder(text, field),
        field: own.to_owned(),
        bare_too: named.is_some(),
        by_struct: false,
        nested: None,
        fallback,
        spot: text.spot(field, mark),
        name,
    });
}
