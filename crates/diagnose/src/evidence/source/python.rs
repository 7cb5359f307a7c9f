//! Python: `os.environ`, `os.getenv`, pydantic settings, python-dotenv, python-decouple, django-environ.

use super::said::Said;
use super::tree::{Text, arguments, is_assigned_to};
use super::{
    EnvRead, Fallback, LoadedPath, LoaderCall, LooksIn, SourceFacts, is_setting_name,
    names_a_secret, paths, wrappers,
};
use tree_sitter::Node;

mod policy;
mod sessions;

pub(super) fn look(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    match node.kind() {
        "subscript" => {
            subscript(text, node, facts);
            policy::subscript(text, node, facts);
        }
        "call" => {
            call(text, node, facts);
            policy::call(text, node, facts);
        }
        "assignment" => {
            assignment(text, node, facts);
            policy::assignment(text, node, facts);
        }
        "class_definition" => class(text, node, facts),
        "module" => sessions::module(text, node, facts),
        "function_definition" => sessions::function(text, node, facts),
        _ => {}
    }
}

/// `os.environ["NAME"]`
fn subscript(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let of = text.field(node, "value");
    if !matches!(of, "os.environ" | "environ") || is_assigned_to(node) {
        return;
    }
    if let Some(name) = node.child_by_field_name("subscript") {
        named(text, name, Fallback::Required, facts);
    }
}

fn call(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let function = text.field(node, "function");
    let last = function.rsplit('.').next().unwrap_or(function);
    match function {
        "os.getenv" | "getenv" | "os.environ.get" | "environ.get" | "os.environ.setdefault" => {
            read(text, node, Fallback::None, facts);
        }
        "config" | "env" | "decouple.config" => upper_read(text, node, facts),
        _ if function.starts_with("env.") || function.starts_with("self.env.") => {
            upper_read(text, node, facts);
        }
        _ if matches!(
            last,
            "get_env" | "getenv" | "env_var" | "require_env" | "get_env_var"
        ) =>
        {
            upper_read(text, node, facts);
        }
        _ if matches!(last, "load_dotenv" | "dotenv_values" | "read_env") => {
            loads(text, node, facts);
        }
        "SettingsConfigDict" => settings_file(text, node, facts),
        _ => {}
    }
}

/// The keyword argument of a name.
fn keyword<'n>(text: &Text<'_>, call: Node<'n>, names: &[&str]) -> Option<Node<'n>> {
    let given = arguments(call).into_iter();
    let mut fitting = given.filter(|node| {
        node.kind() == "keyword_argument" && names.contains(&text.field(*node, "name"))
    });
    fitting.next()?.child_by_field_name("value")
}

fn positional(call: Node<'_>, at: usize) -> Option<Node<'_>> {
    let mut given = arguments(call)
        .into_iter()
        .filter(|node| node.kind() != "keyword_argument");
    given.nth(at)
}

fn read(text: &Text<'_>, call: Node<'_>, absent: Fallback, facts: &mut SourceFacts) {
    let Some(name) = positional(call, 0) else {
        return;
    };
    let fallback = keyword(text, call, &["default"]).or_else(|| positional(call, 1));
    let mut fallback = fallback.map_or(absent, |node| fallback_of(text, node));
    if fallback == Fallback::None && is_alternative(call) {
        fallback = Fallback::Computed;
    }
    if let Some(given) = keyword(text, call, &["default"])
        .or_else(|| positional(call, 1))
        .filter(|given| draws(text, *given))
    {
        draw(text, name, given, facts);
    }
    named(text, name, fallback, facts);
}

/// `config("NAME")` of decouple and `env.str("NAME")` fail where the name is not set.
fn upper_read(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let name = positional(call, 0).and_then(|node| text.string(node));
    if name.is_some_and(is_setting_name) {
        read(text, call, Fallback::Required, facts);
    }
}

/// `os.getenv("A") or os.getenv("B")`
fn is_alternative(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| {
        matches!(
            parent.kind(),
            "boolean_operator"
                | "conditional_expression"
                | "not_operator"
                | "comparison_operator"
                | "if_statement"
        )
    })
}

fn fallback_of(text: &Text<'_>, node: Node<'_>) -> Fallback {
    match node.kind() {
        "none" => Fallback::None,
        "ellipsis" => Fallback::Required,
        "integer" | "float" | "true" | "false" => Fallback::Literal(text.of(node).to_owned()),
        _ => text.string(node).map_or(Fallback::Computed, |value| {
            Fallback::Literal(value.to_owned())
        }),
    }
}

fn named(text: &Text<'_>, name: Node<'_>, fallback: Fallback, facts: &mut SourceFacts) {
    if let Some(name_text) = text.string(name) {
        let spot = text.spot(name, name_text);
        facts.reads.push(EnvRead {
            name: name_text.to_owned(),
            fallback,
            aliases: Vec::new(),
            spot,
        });
        return;
    }
    let prefix = text.interpolated_prefix(name).unwrap_or_default();
    facts.dynamic.push(wrappers::dynamic(text, name, prefix));
}

/// Whether an expression draws a value at random.
fn draws(text: &Text<'_>, node: Node<'_>) -> bool {
    let written = text.of(node);
    node.kind() != "identifier"
        && [
            "secrets.token_",
            "os.urandom(",
            "token_hex(",
            "token_urlsafe(",
            "uuid4(",
            "Fernet.generate_key(",
            "get_random_secret_key(",
        ]
        .iter()
        .any(|call| written.contains(call))
}

fn draw(text: &Text<'_>, name: Node<'_>, at: Node<'_>, facts: &mut SourceFacts) {
    let name = text.string(name).unwrap_or_else(|| text.of(name));
    if names_a_secret(name) {
        facts
            .drawn
            .push((name.to_owned(), text.spot(at, text.of(at))));
    }
}

/// `SECRET_KEY = secrets.token_hex(32)` of a module or a class: it is drawn when the program starts.
fn assignment(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let (Some(left), Some(right)) = (
        node.child_by_field_name("left"),
        node.child_by_field_name("right"),
    ) else {
        return;
    };
    let own = right.kind() == "call" && draws(text, right) && !text.of(right).contains("env");
    if own && !is_in_function(node) {
        draw(text, left, right, facts);
    }
}

fn is_in_function(node: Node<'_>) -> bool {
    std::iter::successors(node.parent(), Node::parent)
        .take(64)
        .any(|node| node.kind() == "function_definition")
}

/// `load_dotenv()`, `load_dotenv("../.env")`, `load_dotenv(dotenv_path=…)`
fn loads(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let given = keyword(text, call, &["dotenv_path", "env_file"]).or_else(|| positional(call, 0));
    let path = given.map_or(LoadedPath::Default, |node| {
        if text.of(node).contains("find_dotenv(") {
            LoadedPath::Default
        } else {
            paths::loaded(text, node)
        }
    });
    let from = if path == LoadedPath::Default {
        LooksIn::FoldersAbove
    } else {
        LooksIn::WorkingFolder
    };
    facts.loads.push(LoaderCall {
        path,
        from,
        spot: text.spot(call, text.of(call)),
    });
}

/// `SettingsConfigDict(env_file=".env")` looks in the working folder alone.
fn settings_file(text: &Text<'_>, call: Node<'_>, facts: &mut SourceFacts) {
    let Some(given) = keyword(text, call, &["env_file"]) else {
        return;
    };
    let mut cursor = given.walk();
    let several: Vec<Node<'_>> = match given.kind() {
        "tuple" | "list" => given.named_children(&mut cursor).collect(),
        _ => vec![given],
    };
    for one in several {
        let path = paths::loaded(text, one);
        facts.loads.push(LoaderCall {
            path,
            from: LooksIn::WorkingFolder,
            spot: text.spot(one, text.of(one)),
        });
    }
}

/// The fields of pydantic's `BaseSettings` are settings.
fn class(text: &Text<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    if !text.field(node, "superclasses").contains("BaseSettings") {
        return;
    }
    let Some(body) = node.child_by_field_name("body") else {
        return;
    };
    let prefix = env_prefix(text.of(body));
    let mut cursor = body.walk();
    for statement in body.named_children(&mut cursor) {
        let Some(field) = statement
            .named_child(0)
            .filter(|field| field.kind() == "assignment")
        else {
            nested_config(text, statement, facts);
            continue;
        };
        let has_type = field.child_by_field_name("type").is_some();
        let name = text.field(field, "left");
        if has_type && !name.starts_with('_') && name != "model_config" {
            settings_field(text, field, &prefix, facts);
        }
    }
}

/// `env_file = ".env"` of the inner class `Config`, as pydantic 1 has it.
fn nested_config(text: &Text<'_>, statement: Node<'_>, facts: &mut SourceFacts) {
    if statement.kind() != "class_definition" || text.field(statement, "name") != "Config" {
        return;
    }
    let Some(body) = statement.child_by_field_name("body") else {
        return;
    };
    let mut cursor = body.walk();
    for line in body.named_children(&mut cursor) {
        let Some(set) = line
            .named_child(0)
            .filter(|set| text.field(*set, "left") == "env_file")
        else {
            continue;
        };
        if let Some(right) = set.child_by_field_name("right") {
            let path = paths::loaded(text, right);
            facts.loads.push(LoaderCall {
                path,
                from: LooksIn::WorkingFolder,
                spot: text.spot(set, text.of(set)),
            });
        }
    }
}

fn settings_field(text: &Text<'_>, field: Node<'_>, prefix: &str, facts: &mut SourceFacts) {
    let name = text.field(field, "left");
    let right = field.child_by_field_name("right");
    let call = right.filter(|right| right.kind() == "call");
    let alias = call.and_then(|call| keyword(text, call, &["validation_alias", "alias", "env"]));
    // `AliasChoices("A", "B")`: any of the names will do.
    let choices: Vec<&str> = alias
        .filter(|alias| text.field(*alias, "function").ends_with("AliasChoices"))
        .map(|alias| {
            let names = arguments(alias).into_iter();
            names.filter_map(|one| text.string(one)).collect()
        })
        .unwrap_or_default();
    let is_unclear = alias.is_some_and(|alias| text.string(alias).is_none()) && choices.is_empty();
    if is_unclear {
        return;
    }
    let alias = alias
        .and_then(|alias| text.string(alias))
        .or(choices.first().copied());
    let aliases = choices.iter().skip(1).map(|name| (*name).to_owned());
    let aliases = aliases.collect();
    let read_as = alias.map_or_else(
        || format!("{prefix}{name}").to_ascii_uppercase(),
        str::to_owned,
    );
    let default = match call {
        Some(call) if text.field(call, "function").ends_with("Field") => {
            keyword(text, call, &["default", "default_factory"]).or_else(|| positional(call, 0))
        }
        _ => right,
    };
    let fallback = match default {
        None => Fallback::Required,
        Some(default) => fallback_of(text, default),
    };
    let drawn = default.filter(|default| draws(text, *default) && names_a_secret(&read_as));
    if let Some(drawn) = drawn {
        let spot = text.spot(drawn, text.of(drawn));
        facts.drawn.push((read_as.clone(), spot));
    }
    facts.field(name, Said::Setting(read_as.clone()));
    facts.reads.push(EnvRead {
        name: read_as,
        fallback,
        aliases,
        spot: text.spot(field, name),
    });
}

/// `env_prefix="APP_"` in the class's text.
fn env_prefix(body: &str) -> String {
    let after = body.split_once("env_prefix").map_or("", |(_, rest)| rest);
    let value = after.trim_start_matches([' ', '=', '"', '\'', ':']);
    value
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}
