//! Paths that are made of where the source lies: `Path(__file__).resolve().parent / ".env"`,
//! `path.join(__dirname, "../.env")`, `concat!(env!("CARGO_MANIFEST_DIR"), "/.env")`.

use super::LoadedPath;
use super::tree::{Text, arguments};
use crate::evidence::project::{folder_of, resolve};
use tree_sitter::Node;

/// How many expressions may stand in one another.
const DEEPEST: usize = 12;

/// How many nodes are looked at for the place where a name is given a value.
const MOST_NODES: usize = 20_000;

/// A path, as far as it is known from where it starts.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Place {
    /// Within the project.
    Project(String),
    /// Below the folder of the package.
    Package(String),
    /// Below the folder that the program is started in; a text alone is that.
    Working(String),
}

/// What a loader is told to load.
pub(super) fn loaded(text: &Text<'_>, node: Node<'_>) -> LoadedPath {
    match place(text, node, DEEPEST) {
        Some(Place::Project(path)) => LoadedPath::Project(path),
        Some(Place::Package(path)) => LoadedPath::Package(path),
        Some(Place::Working(path)) => LoadedPath::Literal(path),
        None => LoadedPath::Unknown,
    }
}

impl Place {
    fn join(&self, rest: &str) -> Option<Self> {
        let rest = rest.trim_start_matches("./");
        Some(match self {
            Self::Project(folder) => Self::Project(resolve(folder, rest.trim_start_matches('/'))?),
            Self::Package(folder) => {
                Self::Package(format!("{folder}/{}", rest.trim_start_matches('/')))
            }
            Self::Working(folder) if folder.is_empty() => Self::Working(rest.to_owned()),
            Self::Working(folder) => Self::Working(format!("{folder}/{rest}")),
        })
    }

    fn parent(&self) -> Option<Self> {
        match self {
            Self::Project(path) if path.is_empty() => None,
            Self::Project(path) => Some(Self::Project(folder_of(path).to_owned())),
            Self::Package(path) => Some(Self::Package(format!("{path}/.."))),
            Self::Working(path) => Some(Self::Working(format!("{path}/.."))),
        }
    }

    fn above(&self, steps: usize) -> Option<Self> {
        (0..steps).try_fold(self.clone(), |path, _| path.parent())
    }
}

fn place(text: &Text<'_>, node: Node<'_>, left: usize) -> Option<Place> {
    let left = left.checked_sub(1)?;
    if let Some(written) = text.string(node) {
        return (!written.starts_with('/')).then(|| Place::Working(written.to_owned()));
    }
    let of = |name: &str| {
        node.child_by_field_name(name)
            .and_then(|node| place(text, node, left))
    };
    match node.kind() {
        "identifier" => named(text, node, left),
        "call" | "call_expression" | "new_expression" => call(text, node, left),
        "member_expression" | "attribute" => member(text, node, left),
        "subscript" => parents(text, node, left),
        // `BASE / ".env"` of Python, `dir + "/.env"`
        "binary_operator" | "binary_expression" => {
            let rest = node.child_by_field_name("right")?;
            of("left")?.join(text.string(rest)?)
        }
        "template_string" | "string" => template(text, node, left),
        "macro_invocation" => cargo(text, node),
        "reference_expression" => of("value"),
        "as_expression"
        | "non_null_expression"
        | "parenthesized_expression"
        | "await_expression" => place(text, node.named_child(0)?, left),
        _ => None,
    }
}

fn here(text: &Text<'_>) -> Place {
    Place::Project(text.source_name().to_owned())
}

/// `__file__`, `__dirname`, or what a constant of the file stands for.
fn named(text: &Text<'_>, node: Node<'_>, left: usize) -> Option<Place> {
    match text.of(node) {
        "__file__" | "__filename" => return Some(here(text)),
        "__dirname" => return here(text).parent(),
        _ => {}
    }
    let root = std::iter::successors(Some(node), Node::parent).last()?;
    let name = text.of(node);
    let mut cursor = root.walk();
    let mut depth = 0_usize;
    for _ in 0..MOST_NODES {
        let one = cursor.node();
        let (left_side, value) = match one.kind() {
            "assignment" => ("left", "right"),
            "variable_declarator" | "const_item" => ("name", "value"),
            "let_declaration" => ("pattern", "value"),
            _ => ("", ""),
        };
        if !value.is_empty() && text.field(one, left_side) == name {
            return place(text, one.child_by_field_name(value)?, left);
        }
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if depth == 0 || !cursor.goto_parent() {
                return None;
            }
            depth -= 1;
        }
    }
    None
}

fn call(text: &Text<'_>, node: Node<'_>, left: usize) -> Option<Place> {
    let function = node
        .child_by_field_name("function")
        .or_else(|| node.child_by_field_name("constructor"))?;
    let written = text.of(function);
    let given = arguments(node);
    let first = || place(text, *given.first()?, left);
    let receiver = || {
        let of = ["object", "value"]
            .iter()
            .find_map(|field| function.child_by_field_name(field))?;
        place(text, of, left)
    };
    match written.rsplit(['.', ':']).next().unwrap_or(written) {
        "Path" if given.is_empty() => Some(Place::Working(String::new())),
        "Path" | "str" | "String" | "abspath" | "realpath" | "fileURLToPath" | "fspath"
        | "PurePath" | "normpath" | "new" => first(),
        "URL" => {
            let base = place(text, *given.get(1)?, left)?.parent()?;
            base.join(text.string(*given.first()?)?)
        }
        "dirname" => first()?.parent(),
        "cwd" | "getcwd" | "current_dir" => Some(Place::Working(String::new())),
        "resolve" | "absolute" | "expanduser" | "toString" | "to_path_buf" | "as_posix"
        | "unwrap"
            if given.is_empty() =>
        {
            receiver()
        }
        "join" | "resolve"
            if written.starts_with("path")
                || written.starts_with("os.path")
                || is_plain(function) =>
        {
            joined(text, &given, left)
        }
        "join" | "joinpath" => {
            let rest = given.iter().map(|part| text.string(*part));
            let start = receiver()?;
            rest.into_iter()
                .try_fold(start, |path, part| path.join(part?))
        }
        "with_name" => receiver()?.parent()?.join(text.string(*given.first()?)?),
        "parent" => receiver()?.parent(),
        _ => None,
    }
}

fn is_plain(function: Node<'_>) -> bool {
    function.kind() == "identifier"
}

fn joined(text: &Text<'_>, given: &[Node<'_>], left: usize) -> Option<Place> {
    let (first, rest) = given.split_first()?;
    let mut path = place(text, *first, left)?;
    for part in rest {
        let written = match *part {
            part if matches!(text.of(part), "os.pardir" | "path.pardir") => "..",
            part => text.string(part)?,
        };
        path = path.join(written)?;
    }
    Some(path)
}

/// `….parent`, `import.meta.dirname`, `import.meta.url`
fn member(text: &Text<'_>, node: Node<'_>, left: usize) -> Option<Place> {
    match text.of(node) {
        "import.meta.url" | "import.meta.filename" | "import.meta.path" => return Some(here(text)),
        "import.meta.dirname" | "import.meta.dir" => return here(text).parent(),
        _ => {}
    }
    let of = node
        .child_by_field_name("object")
        .and_then(|of| place(text, of, left));
    let name = node
        .child_by_field_name("attribute")
        .or_else(|| node.child_by_field_name("property"))?;
    match text.of(name) {
        "parent" => of?.parent(),
        "pathname" | "href" => of,
        _ => None,
    }
}

/// `….parents[1]`
fn parents(text: &Text<'_>, node: Node<'_>, left: usize) -> Option<Place> {
    let value = node.child_by_field_name("value")?;
    if text.field(value, "attribute") != "parents" {
        return None;
    }
    let steps: usize = text.field(node, "subscript").parse().ok()?;
    place(text, value.child_by_field_name("object")?, left)?.above(steps + 1)
}

/// `` `${__dirname}/../.env` ``, `f"{BASE}/.env"`: one part that is worked out, at the front.
fn template(text: &Text<'_>, node: Node<'_>, left: usize) -> Option<Place> {
    let mut cursor = node.walk();
    let mut parts = node
        .named_children(&mut cursor)
        .filter(|part| matches!(part.kind(), "interpolation" | "template_substitution"));
    let part = parts.next()?;
    if parts.next().is_some() {
        return None;
    }
    let written = text.of(node);
    let shown = text.of(part);
    let (before, after) = written.split_once(shown)?;
    let is_front = before.trim_start_matches(['f', 'F']).len() <= 3;
    let rest = after.trim_end_matches(['"', '\'', '`']);
    place(text, part.named_child(0)?, left)
        .filter(|_| is_front)?
        .join(rest.strip_prefix('/')?)
}

/// `concat!(env!("CARGO_MANIFEST_DIR"), "/.env")`, `env!("CARGO_MANIFEST_DIR")`
fn cargo(text: &Text<'_>, node: Node<'_>) -> Option<Place> {
    let written = text.of(node);
    let (_, rest) = written.split_once("CARGO_MANIFEST_DIR\"")?;
    let rest = rest
        .split_once('"')
        .and_then(|(_, rest)| rest.split('"').next());
    Some(Place::Package(rest.unwrap_or_default().to_owned()))
}
