//! A parsed text, and the walk over it: bounded, and without recursion.

use super::{Language, SourceFacts, go, python, rust, script, spot, wrappers};
use crate::evidence::Spot;
use std::ops::ControlFlow;
use std::sync::Arc;
use tree_sitter::{Node, ParseOptions, ParseState, Parser};

/// How often the parser may report progress before it is stopped: it does so about every hundred steps.
const MOST_STEPS: usize = 200_000;

/// How many nodes of one file are looked at.
const MOST_NODES: usize = 2_000_000;

/// One text with its lines.
pub(super) struct Text<'t> {
    source: Arc<str>,
    whole: &'t str,
    lines: Vec<&'t str>,
}

/// Parses a text and looks at every node.
pub(super) fn look(source: &Arc<str>, text: &str, language: Language, facts: &mut SourceFacts) {
    if !language.words().iter().any(|word| text.contains(word)) {
        return;
    }
    let mut parser = Parser::new();
    if parser.set_language(&language.grammar()).is_err() {
        return;
    }
    let mut steps = 0_usize;
    let mut progress = |_: &ParseState| {
        steps += 1;
        if steps > MOST_STEPS {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let bytes = text.as_bytes();
    let mut give = |at: usize, _| bytes.get(at..).unwrap_or_default();
    let options = ParseOptions::new().progress_callback(&mut progress);
    let Some(tree) = parser.parse_with_options(&mut give, None, Some(options)) else {
        return;
    };
    let text = Text {
        source: Arc::clone(source),
        whole: text,
        lines: text.lines().collect(),
    };
    let mut cursor = tree.walk();
    for _ in 0..MOST_NODES {
        let node = cursor.node();
        if node.is_named() {
            if matches!(node.kind(), "call" | "call_expression") {
                wrappers::look(&text, node, facts);
            }
            match language {
                Language::Go => go::look(&text, node, facts),
                Language::Python => python::look(&text, node, facts),
                Language::Rust => rust::look(&text, node, facts),
                Language::Script => script::look(&text, node, facts),
            }
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

impl<'t> Text<'t> {
    /// The text of a node.
    pub(super) fn of(&self, node: Node<'_>) -> &'t str {
        self.whole.get(node.byte_range()).unwrap_or_default()
    }

    /// The text of a field of a node, empty where there is none.
    pub(super) fn field(&self, node: Node<'_>, name: &str) -> &'t str {
        node.child_by_field_name(name)
            .map_or("", |node| self.of(node))
    }

    /// The last part of the name of what a call calls.
    pub(super) fn last_of(&self, call: Node<'_>) -> &'t str {
        let function = self.field(call, "function");
        function.rsplit('.').next().unwrap_or(function)
    }

    /// The place of a node, with `mark` underlined in its line.
    pub(super) fn spot(&self, node: Node<'_>, mark: &str) -> Spot {
        let row = node.start_position().row;
        spot(
            &self.source,
            row + 1,
            self.lines.get(row).copied().unwrap_or_default(),
            mark,
        )
    }

    /// The text of a string without its quotes; none where it is no string or has parts that are worked out.
    pub(super) fn string(&self, node: Node<'_>) -> Option<&'t str> {
        if !node.kind().contains("string") || interpolation(node).is_some() {
            return None;
        }
        let text = self
            .of(node)
            .trim_start_matches(['r', 'b', 'u', 'f', 'R', 'B', 'U', 'F', '#']);
        let quotes: &[char] = &['"', '\'', '`', '#'];
        Some(text.trim_matches(quotes))
    }

    /// The name of the file.
    pub(super) fn source_name(&self) -> &str {
        &self.source
    }

    /// Whether the file has these words anywhere.
    pub(super) fn mentions(&self, words: &str) -> bool {
        self.whole.contains(words)
    }

    /// Whether an object of JavaScript has `{ key }`.
    pub(super) fn has_shorthand(&self, object: Node<'_>, key: &str) -> bool {
        let mut cursor = object.walk();
        object
            .named_children(&mut cursor)
            .any(|part| part.kind() == "shorthand_property_identifier" && self.of(part) == key)
    }

    /// How a string begins that has parts which are worked out.
    pub(super) fn interpolated_prefix(&self, node: Node<'_>) -> Option<&'t str> {
        let part = interpolation(node)?;
        let head = self.whole.get(node.start_byte()..part.start_byte())?;
        Some(head.trim_start_matches(['f', 'F', 'r', '"', '\'', '`']))
    }
}

/// The function around a node, with its name in lower case; for one without a name, that of what it is given to.
pub(super) fn function_around<'n>(text: &Text<'_>, node: Node<'n>) -> Option<(String, Node<'n>)> {
    let mut around = std::iter::successors(node.parent(), Node::parent).take(64);
    let function = around.find(|node| {
        node.kind().contains("function")
            || matches!(node.kind(), "method_definition" | "method_declaration")
    })?;
    let name = |node: Node<'_>| text.field(node, "name").to_ascii_lowercase();
    let own = name(function);
    let given = function.parent().map(name).unwrap_or_default();
    Some((if own.is_empty() { given } else { own }, function))
}

/// The name of the function around a node, in lower case; empty where there is none.
pub(super) fn name_around(text: &Text<'_>, node: Node<'_>) -> String {
    function_around(text, node)
        .map(|(name, _)| name)
        .unwrap_or_default()
}

/// Looks at every named node below one, within bounds.
pub(super) fn each_below(top: Node<'_>, look: &mut impl FnMut(Node<'_>)) {
    const MOST: usize = 20_000;
    let mut cursor = top.walk();
    let mut depth = 0_usize;
    for _ in 0..MOST {
        if cursor.node().is_named() {
            look(cursor.node());
        }
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if depth == 0 || !cursor.goto_parent() {
                return;
            }
            depth -= 1;
        }
        if depth == 0 {
            return;
        }
    }
}

/// The arguments of a call, without comments.
pub(super) fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let Some(list) = call.child_by_field_name("arguments") else {
        return Vec::new();
    };
    let mut cursor = list.walk();
    list.named_children(&mut cursor)
        .filter(|node| node.kind() != "comment")
        .take(32)
        .collect()
}

/// Whether a node is what its parent assigns to.
pub(super) fn is_assigned_to(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| {
        parent.kind().contains("assignment") && parent.child_by_field_name("left") == Some(node)
    })
}

/// The first part of a string that is worked out at run time.
fn interpolation(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .find(|child| matches!(child.kind(), "interpolation" | "template_substitution"))
}
