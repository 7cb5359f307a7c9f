//! `/api/docs`: the OpenAPI document (version 3.1), readable without a script.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use axum::{Router, routing::get};
use countersign_verify::Cause;
use serde_json::Value;

use super::frame::Frame;
use super::prose::Prose;
use super::visit::{Turned, Visit};
use crate::http::Refused;
use crate::{App, api};

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/docs", get(docs))
}

async fn docs(visit: Visit) -> Result<Response, Turned> {
    let document = serde_json::to_value(api::description()).map_err(|error| {
        Refused::new(
            Cause::InternalError,
            format!("the description of the API: {error}"),
        )
    })?;
    visit.show(&page(visit.frame("The API", ""), &document))
}

/// The page of a document. What the document does not say is left out.
fn page(frame: Frame, document: &Value) -> ApiDocsPage {
    let info = &document["info"];
    ApiDocsPage {
        frame,
        title: text(&info["title"]),
        description: text(&info["description"]),
        version: text(&info["version"]),
        groups: groups(document),
    }
}

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// The operations by tag, tags in the order in which the document declares them.
fn groups(document: &Value) -> Vec<Group> {
    let mut by_tag: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let tag = operation["tags"][0].as_str().unwrap_or("other");
                by_tag
                    .entry(tag.into())
                    .or_default()
                    .push(Operation::read(document, path, method, operation));
            }
        }
    }
    let declared = document["tags"].as_array().into_iter().flatten();
    let mut groups: Vec<_> = declared
        .filter_map(|tag| {
            let operations = by_tag.remove(tag["name"].as_str()?)?;
            Some(Group {
                name: text(&tag["name"]),
                description: text(&tag["description"]),
                operations,
            })
        })
        .collect();
    groups.extend(by_tag.into_iter().map(|(name, operations)| Group {
        name,
        description: String::new(),
        operations,
    }));
    groups
}

struct Group {
    name: String,
    description: String,
    operations: Vec<Operation>,
}

struct Operation {
    method: &'static str,
    path: String,
    summary: String,
    description: Vec<String>,
    security: String,
    tables: Vec<Table>,
}

impl Operation {
    fn read(document: &Value, path: &str, method: &'static str, operation: &Value) -> Self {
        let mut tables = Vec::new();
        tables.extend(parameters(document, &operation["parameters"]));
        tables.extend(body(document, "Request body", &operation["requestBody"]));
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            tables.extend(body(document, &format!("Answer {status}"), response));
        }
        Self {
            method,
            path: path.into(),
            summary: text(&operation["summary"]),
            description: text(&operation["description"])
                .split("\n\n")
                .filter(|paragraph| !paragraph.trim().is_empty())
                .map(str::to_owned)
                .collect(),
            security: security(&operation["security"]),
            tables,
        }
    }
}

fn security(requirements: &Value) -> String {
    let schemes: Vec<_> = requirements
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|all| match all.len() {
            0 => "none".to_owned(),
            _ => all.keys().cloned().collect::<Vec<_>>().join(" and "),
        })
        .collect();
    schemes.join(", or ")
}

struct Table {
    title: String,
    note: String,
    heads: [&'static str; 3],
    rows: Vec<Row>,
}

struct Row {
    name: String,
    kind: String,
    text: String,
}

fn parameters(document: &Value, list: &Value) -> Option<Table> {
    let rows: Vec<_> = list
        .as_array()?
        .iter()
        .map(|parameter| {
            let parameter = resolve(document, parameter);
            Row {
                name: text(&parameter["name"]),
                kind: format!(
                    "{}, in {}",
                    kind(document, &parameter["schema"]),
                    text(&parameter["in"])
                ),
                text: text(&parameter["description"]),
            }
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        title: "Parameters".into(),
        note: String::new(),
        heads: ["Name", "Kind", "Meaning"],
        rows,
    })
}

/// The table of a request body or of an answer: one row a field.
fn body(document: &Value, title: &str, body: &Value) -> Option<Table> {
    let body = resolve(document, body);
    if body.is_null() {
        return None;
    }
    let (media, schema) = match body["content"]
        .as_object()
        .and_then(|all| all.iter().next())
    {
        Some((media, content)) => (media.as_str(), resolve(document, &content["schema"])),
        None => ("", &Value::Null),
    };
    let note = [text(&body["description"]), media.to_owned()];
    let note: Vec<_> = note.into_iter().filter(|part| !part.is_empty()).collect();
    Some(Table {
        title: title.into(),
        note: note.join(" · "),
        heads: ["Field", "Kind", "Meaning"],
        rows: fields(document, schema),
    })
}

fn fields(document: &Value, schema: &Value) -> Vec<Row> {
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| resolve(document, part));
        return parts.flat_map(|part| fields(document, part)).collect();
    }
    if let Some(choices) = choices(schema) {
        let choices = choices.iter().map(|choice| resolve(document, choice));
        return choices
            .flat_map(|choice| fields(document, choice))
            .collect();
    }
    let required: Vec<_> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, property)| Row {
            name: name.clone(),
            kind: if required.contains(&name.as_str()) {
                kind(document, property)
            } else {
                format!("{}, optional", kind(document, property))
            },
            text: text(&property["description"]),
        })
        .collect()
}

/// The kind of a value in a word or two.
fn kind(document: &Value, schema: &Value) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        let of = kind(document, resolve(document, schema));
        return if of == "object" { name.into() } else { of };
    }
    if let Some(choices) = choices(schema) {
        let kinds: Vec<_> = choices
            .iter()
            .filter(|choice| choice["type"] != "null")
            .map(|choice| kind(document, choice))
            .collect();
        return kinds.join(" or ");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        return values.join(" | ");
    }
    // OpenAPI 3.1 says "or null" by a list of types.
    let types = schema["type"].as_array();
    let is_a =
        |name: &str| schema["type"] == name || types.is_some_and(|all| all.contains(&name.into()));
    if is_a("array") {
        return format!("list of {}", kind(document, &schema["items"]));
    }
    match &schema["type"] {
        Value::String(name) => match schema["format"].as_str() {
            Some(format) => format!("{name} ({format})"),
            None => name.clone(),
        },
        Value::Array(names) => {
            let names: Vec<_> = names
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| *name != "null")
                .collect();
            names.join(" or ")
        }
        _ => "any".into(),
    }
}

fn choices(schema: &Value) -> Option<&Vec<Value>> {
    schema["oneOf"]
        .as_array()
        .or_else(|| schema["anyOf"].as_array())
}

/// Follows one reference into the document itself; there are none to elsewhere.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"]
        .as_str()
        .and_then(|path| document.pointer(path.strip_prefix('#')?))
        .unwrap_or(value)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().into()
}

#[derive(Template)]
#[template(path = "api_docs.html")]
struct ApiDocsPage {
    frame: Frame,
    title: String,
    description: String,
    version: String,
    groups: Vec<Group>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document() -> Value {
        json!({
            "info": {"title": "T", "version": "1"},
            "tags": [{"name": "sessions", "description": "Who is in."}, {"name": "unused"}],
            "paths": {
                "/a": {
                    "get": {"tags": ["extra"], "responses": {"200": {"description": "fine"}}},
                    "post": {
                        "tags": ["sessions"],
                        "summary": "Opens",
                        "description": "One.\n\nTwo.",
                        "security": [{"bearer": []}, {"cookie": [], "csrf": []}],
                        "parameters": [{"name": "id", "in": "path", "schema": {"type": "string", "format": "uuid"}}],
                        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}},
                        "responses": {"201": {"description": "made", "content": {"application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/In"}]}}}}}
                    }
                }
            },
            "components": {"schemas": {
                "In": {"type": "object", "required": ["email"], "properties": {
                    "email": {"type": "string", "description": "Where"},
                    "name": {"type": ["string", "null"]},
                    "role": {"$ref": "#/components/schemas/Role"},
                    "tags": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Inner"}},
                    "inner": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Inner"}]}
                }},
                "Inner": {"type": "object", "properties": {}},
                "Role": {"type": "string", "enum": ["admin", "user"]}
            }}
        })
    }

    #[test]
    fn operations_stand_under_their_tags_and_none_is_lost() {
        let groups = groups(&document());
        let names: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["sessions", "extra"]);
        let post = &groups[0].operations[0];
        assert_eq!((post.method, post.path.as_str()), ("post", "/a"));
        assert_eq!(post.description, ["One.", "Two."]);
        assert_eq!(post.security, "bearer, or cookie and csrf");
        assert_eq!(groups[1].operations[0].tables[0].note, "fine");
    }

    #[test]
    fn fields_are_read_through_references() {
        let groups = groups(&document());
        let tables = &groups[0].operations[0].tables;
        let titles: Vec<_> = tables.iter().map(|table| table.title.as_str()).collect();
        assert_eq!(titles, ["Parameters", "Request body", "Answer 201"]);
        assert_eq!(tables[0].rows[0].kind, "string (uuid), in path");
        let kinds: BTreeMap<_, _> = tables[1]
            .rows
            .iter()
            .map(|row| (row.name.as_str(), row.kind.as_str()))
            .collect();
        assert_eq!(kinds["email"], "string");
        assert_eq!(kinds["name"], "string, optional");
        assert_eq!(kinds["role"], "admin | user, optional");
        assert_eq!(kinds["tags"], "list of Inner, optional");
        assert_eq!(kinds["inner"], "Inner, optional");
        assert_eq!(tables[2].rows.len(), tables[1].rows.len());
    }

    #[test]
    fn an_empty_document_is_an_empty_page() {
        assert!(groups(&Value::Null).is_empty());
    }
}
