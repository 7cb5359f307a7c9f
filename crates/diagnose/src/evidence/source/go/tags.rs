//! Go: struct tags of caarlos0/env, kelseyhightower/envconfig and sethvargo/go-envconfig, and their prefixes.

use crate::evidence::source::prefixed::Member;
use crate::evidence::source::tree::Text;
use crate::evidence::source::{Fallback, SourceFacts, is_setting_name};
use tree_sitter::Node;

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
pub(super) fn prefix(text: &Text<'_>, function: &str, given: &[Node<'_>], facts: &mut SourceFacts) {
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

/// `` `env:", prefix=DB_"` ``
fn prefix_in(tag: &str) -> Option<&str> {
    let (_, rest) = tag.split_once("prefix=")?;
    rest.split(['"', ',']).next()
}

/// A field whose type is a struct with a prefix of its own.
fn nested(text: &Text<'_>, field: Node<'_>, prefix: &str) -> Member {
    let of = text.field(field, "type").trim_start_matches('*');
    Member {
        holder: String::new(),
        field: String::new(),
        name: String::new(),
        bare_too: false,
        by_struct: true,
        nested: Some((of.to_owned(), prefix.to_owned())),
        fallback: Fallback::Computed,
        spot: text.spot(field, text.field(field, "name")),
    }
}

/// `` Secret string `env:"JWT_SECRET,required"` ``
pub(super) fn tag(text: &Text<'_>, field: Node<'_>, facts: &mut SourceFacts) {
    let tag = text.field(field, "tag");
    let value = |key: &str| {
        let (_, rest) = tag.split_once(&format!("{key}:\""))?;
        rest.split_once('"').map(|(value, _)| value)
    };
    let named = value("envconfig");
    let of_kelsey = text.mentions("kelseyhightower/envconfig") || named.is_some();
    let own = text.field(field, "name");
    if let Some(prefix) = value("envPrefix").or_else(|| prefix_in(tag)) {
        facts.members.push(nested(text, field, prefix));
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
    let must = parts.any(|part| part == "required" || part == "notEmpty")
        || tag.contains("required:\"true\"");
    let fallback = match value("envDefault").or_else(|| value("default")) {
        Some(default) => Fallback::Literal(default.to_owned()),
        None if must => Fallback::Required,
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
