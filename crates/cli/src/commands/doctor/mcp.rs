//! The doctor for coding assistants: Model Context Protocol over standard input and output.
//!
//! One message of JSON-RPC 2.0 a line. Files are read below the working directory, and below the
//! folders that were named on the command line, and nowhere else; nothing is written or fetched.

use std::io::{BufRead as _, Read as _, Write as _, stdin, stdout};
use std::path::{Path, PathBuf};

use countersign_diagnose::{Document, Evidence, Moment, Style, diagnose, entry, find};
use countersign_server::clock::Clock;
use serde_json::{Value, json};

use super::files::Gathered;
use crate::failure::Failure;

/// The versions of the protocol that are spoken, the newest first.
const VERSIONS: [&str; 3] = ["2025-06-18", "2025-03-26", "2024-11-05"];
/// The longest message, in bytes.
const LONGEST: u64 = 32 << 20;
/// The columns of texts.
const WIDTH: usize = 80;

// JSON-RPC 2.0, section 5.1.
const PARSE_ERROR: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;
const METHOD_NOT_FOUND: i32 = -32_601;
const INVALID_PARAMS: i32 = -32_602;

/// Answers messages until the input ends.
///
/// # Errors
///
/// [`Failure::Usage`] when a named folder is none or a stream is broken.
pub(super) fn serve(folders: &[PathBuf]) -> Result<(), Failure> {
    let mut roots = Vec::new();
    for folder in [PathBuf::from(".")].iter().chain(folders) {
        let root = folder.canonicalize().map_err(|error| {
            Failure::usage(
                format!("{} cannot be read: {error}", folder.display()),
                "name folders that exist, or none for the working directory alone",
            )
        })?;
        roots.push(root);
    }
    let server = Server {
        roots,
        clock: Clock::system(),
    };
    let mut input = stdin().lock();
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        let read = read.map_err(|error| broken("standard input", &error))?;
        if read == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Some(answer) = server.line(&line) {
            let mut out = stdout().lock();
            writeln!(out, "{answer}")
                .and_then(|()| out.flush())
                .map_err(|error| match error.kind() {
                    std::io::ErrorKind::BrokenPipe => Failure::PipeClosed,
                    _ => broken("standard output", &error),
                })?;
        }
    }
}

fn broken(stream: &str, error: &std::io::Error) -> Failure {
    Failure::usage(
        format!("{stream} is broken: {error}"),
        "start it from the assistant's settings, with both streams connected",
    )
}

/// A refusal of JSON-RPC.
type Refused = (i32, String);

struct Server {
    roots: Vec<PathBuf>,
    clock: Clock,
}

impl Server {
    /// The answer to a line; none for notifications.
    fn line(&self, line: &[u8]) -> Option<Value> {
        let Ok(message) = serde_json::from_slice::<Value>(line) else {
            return Some(refusal(&Value::Null, PARSE_ERROR, "this is no JSON"));
        };
        let Value::Array(batch) = message else {
            return self.message(&message);
        };
        let answers: Vec<Value> = batch.iter().filter_map(|one| self.message(one)).collect();
        (!answers.is_empty()).then_some(Value::Array(answers))
    }

    fn message(&self, message: &Value) -> Option<Value> {
        let method = message["method"].as_str();
        let Some(id) = message.get("id") else {
            // A notification is answered with nothing.
            return match method {
                Some(_) => None,
                None => Some(refusal(&Value::Null, INVALID_REQUEST, "no method")),
            };
        };
        let Some(method) = method else {
            return Some(refusal(id, INVALID_REQUEST, "no method"));
        };
        let parameters = &message["params"];
        let answer = match method {
            "initialize" => Ok(initialized(parameters)),
            "ping" => Ok(json!({})),
            "tools/list" => Ok(tools()),
            "tools/call" => self.call(parameters),
            other => Err((METHOD_NOT_FOUND, format!("there is no method {other}"))),
        };
        Some(match answer {
            Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
            Err((code, text)) => refusal(id, code, &text),
        })
    }

    fn call(&self, parameters: &Value) -> Result<Value, Refused> {
        let arguments = &parameters["arguments"];
        match parameters["name"].as_str() {
            Some("diagnose") => Ok(self.diagnose(arguments).unwrap_or_else(
                |text| json!({"content": [{"type": "text", "text": text}], "isError": true}),
            )),
            Some("explain_cause") => Ok(explained(arguments)),
            Some(other) => Err((INVALID_PARAMS, format!("there is no tool {other}"))),
            None => Err((INVALID_PARAMS, "name the tool".to_owned())),
        }
    }

    fn diagnose(&self, arguments: &Value) -> Result<Value, String> {
        let mut gathered = Gathered::default();
        for path in texts(&arguments["paths"]) {
            let path = self.allowed(Path::new(path))?;
            gathered
                .add(&path)
                .map_err(|_| format!("{} cannot be read", path.display()))?;
        }
        for file in arguments["files"].as_array().into_iter().flatten() {
            let (Some(name), Some(text)) = (file["name"].as_str(), file["text"].as_str()) else {
                return Err("each of `files` has a `name` and a `text`".to_owned());
            };
            gathered.documents.push(Document::new(name, text));
        }
        if gathered.documents.is_empty() {
            return Err(
                "give `paths` of files or folders, or `files` with name and text".to_owned(),
            );
        }
        let bundled = gathered.moment;
        let evidence = Evidence::read(gathered.documents)
            .noting(gathered.notes)
            .in_time(Moment {
                failed_at: arguments["now"].as_i64().or(bundled.failed_at),
                asked_at: bundled.asked_at.or(Some(self.clock.micros() / 1_000_000)),
            });
        let diagnosis = diagnose(&evidence);
        let text = diagnosis.human(Style::Plain, WIDTH);
        Ok(json!({
            "content": [{"type": "text", "text": text}],
            "structuredContent": diagnosis.json(0),
            "isError": false,
        }))
    }

    /// The path, if it lies below one of the folders, links followed.
    fn allowed(&self, path: &Path) -> Result<PathBuf, String> {
        let refused = || {
            format!(
                "{} is not below the folders that may be read; paste its text into `files`",
                path.display()
            )
        };
        let whole = path.canonicalize().map_err(|_| refused())?;
        let inside = self.roots.iter().any(|root| whole.starts_with(root));
        if inside { Ok(whole) } else { Err(refused()) }
    }
}

fn initialized(parameters: &Value) -> Value {
    let asked = parameters["protocolVersion"].as_str().unwrap_or_default();
    let version = VERSIONS.into_iter().find(|version| *version == asked);
    json!({
        "protocolVersion": version.unwrap_or(VERSIONS[0]),
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "countersign-doctor", "version": env!("CARGO_PKG_VERSION")},
        "instructions": "Finds the cause of failing authentication (401, 403, CORS, cookies, tokens, keys). Give `diagnose` what there is: env files of both sides, the failing request and its answer, logs. Secrets are never shown.",
    })
}

fn tools() -> Value {
    let text = json!({"type": "string"});
    let file = json!({
        "type": "object",
        "properties": {"name": text, "text": text},
        "required": ["name", "text"],
    });
    json!({"tools": [
        {
            "name": "diagnose",
            "description": "Finds the root cause of an authentication failure in files and pasted texts: env files (backend.env, frontend.env), request.http (raw HTTP or a curl command), response.http, log.txt, jwks.json, users.json, compose.yaml, nginx.conf.",
            "inputSchema": {"type": "object", "properties": {
                "paths": {"type": "array", "items": text, "description": "Files, or the folder of a project or case"},
                "files": {"type": "array", "items": file, "description": "Texts, each with the name that says what it is"},
                "now": {"type": "integer", "description": "The time of the failure, in seconds since 1970"},
            }},
        },
        {
            "name": "explain_cause",
            "description": "Explains a cause of the catalogue: what it means, how it comes about, what to change.",
            "inputSchema": {
                "type": "object",
                "properties": {"cause": {"type": "string", "description": "A code (CSN3002) or a slug (secret-mismatch)"}},
                "required": ["cause"],
            },
        },
    ]})
}

fn explained(arguments: &Value) -> Value {
    let name = arguments["cause"].as_str().unwrap_or_default();
    let (text, wrong) = match find(name) {
        Ok(cause) => (entry(cause).human(Style::Plain, WIDTH), false),
        Err(unknown) => (unknown.to_string(), true),
    };
    json!({"content": [{"type": "text", "text": text}], "isError": wrong})
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn refusal(id: &Value, code: i32, text: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": text}})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> (tempfile::TempDir, Server) {
        let folder = tempfile::tempdir().unwrap();
        let roots = vec![folder.path().canonicalize().unwrap()];
        let clock = Clock::system();
        (folder, Server { roots, clock })
    }

    fn ask(server: &Server, method: &str, parameters: &Value) -> Value {
        let message = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": parameters});
        let answer = server.message(&message).unwrap();
        assert_eq!(
            (&answer["jsonrpc"], &answer["id"]),
            (&json!("2.0"), &json!(7))
        );
        answer
    }

    #[test]
    fn it_introduces_itself_in_the_version_that_was_asked_for() {
        let (_folder, server) = server();
        for (asked, spoken) in [("2024-11-05", "2024-11-05"), ("1999-01-01", VERSIONS[0])] {
            let answer = ask(&server, "initialize", &json!({"protocolVersion": asked}));
            assert_eq!(answer["result"]["protocolVersion"], spoken);
            assert!(answer["result"]["capabilities"]["tools"].is_object());
        }
        assert_eq!(ask(&server, "ping", &json!({}))["result"], json!({}));
        let tools = ask(&server, "tools/list", &json!({}));
        assert_eq!(tools["result"]["tools"][0]["name"], "diagnose");
    }

    #[test]
    fn what_is_no_request_is_answered_as_json_rpc_says() {
        let (_folder, server) = server();
        let code = |line: &str| {
            server
                .line(line.as_bytes())
                .map(|one| one["error"]["code"].clone())
        };
        assert_eq!(code("nonsense"), Some(json!(PARSE_ERROR)));
        assert_eq!(code("{\"id\":1}"), Some(json!(INVALID_REQUEST)));
        assert_eq!(
            code("{\"id\":1,\"method\":\"x\"}"),
            Some(json!(METHOD_NOT_FOUND))
        );
        assert_eq!(code("{\"method\":\"notifications/initialized\"}"), None);
        let unknown = ask(&server, "tools/call", &json!({"name": "rm"}));
        assert_eq!(unknown["error"]["code"], INVALID_PARAMS);
    }

    #[test]
    fn pasted_texts_are_diagnosed() {
        let (_folder, server) = server();
        let request = "GET /me HTTP/1.1\nHost: api.example\nAuthorization: Bearer undefined\n\n";
        let files = json!([
            {"name": "request.http", "text": request},
            {"name": "response.http", "text": "HTTP/1.1 401 Unauthorized\n\n"},
        ]);
        let call = json!({"name": "diagnose", "arguments": {"files": files, "now": 1}});
        let result = &ask(&server, "tools/call", &call)["result"];
        assert_eq!(result["isError"], false);
        let first = &result["structuredContent"]["findings"][0];
        assert_eq!(first["slug"], "token-null-or-undefined", "{result}");
        assert!(
            result["content"][0]["text"]
                .as_str()
                .unwrap()
                .contains("CSN2002")
        );
    }

    #[test]
    fn files_outside_the_folders_are_not_read() {
        let (folder, server) = server();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("x.env"), "A=1").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
        std::fs::write(folder.path().join("backend.env"), "A=1").unwrap();
        let inside = folder.path().join("backend.env");
        for (path, wrong) in [
            (inside, false),
            (outside.path().join("x.env"), true),
            (folder.path().join("link/x.env"), true),
            (folder.path().join("../x.env"), true),
        ] {
            let call = json!({"name": "diagnose", "arguments": {"paths": [path]}});
            let result = &ask(&server, "tools/call", &call)["result"];
            assert_eq!(result["isError"], wrong, "{path:?}");
        }
    }

    #[test]
    fn causes_are_explained() {
        let (_folder, server) = server();
        for (cause, wrong) in [("secret-mismatch", false), ("secret-mismach", true)] {
            let call = json!({"name": "explain_cause", "arguments": {"cause": cause}});
            let result = &ask(&server, "tools/call", &call)["result"];
            assert_eq!(result["isError"], wrong);
            assert!(
                result["content"][0]["text"]
                    .as_str()
                    .unwrap()
                    .contains("secret-mismatch")
            );
        }
    }
}
