//! Commands that send a request, alone in a file or among the lines of a terminal session.

use super::words::Shell;
use super::{Request, curl, fetch, raw};
use std::sync::Arc;

/// The most commands that are read of one document.
const MOST: usize = 500;

/// Whether a text begins with a command that is read as a request.
pub(crate) fn is_command(text: &str) -> bool {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    begins(first).is_some()
        || first.starts_with("$session = New-Object")
        || first.starts_with("Invoke-WebRequest")
        || first.starts_with("Invoke-RestMethod")
}

/// A line without its prompt, if a command begins in it.
fn begins(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.split_once(['$', '%', '#', '>']) {
        Some((prompt, rest))
            if prompt.len() <= 40 && rest.starts_with(' ') && !rest.contains("> ") =>
        {
            rest.trim_start()
        }
        _ => line,
    };
    let is_curl = line.starts_with("curl ") || line.starts_with("curl.exe ") || line == "curl \\";
    let is_fetch = ["fetch(\"", "fetch('", "fetch(`", "await fetch("]
        .iter()
        .any(|start| line.starts_with(start));
    (is_curl || is_fetch).then_some(line)
}

/// Reads every command of a text.
pub(super) fn read(source: &Arc<str>, text: &str) -> Vec<Request> {
    if text.contains("Invoke-WebRequest") || text.contains("Invoke-RestMethod") {
        return fetch::read_power_shell(source, text, 1)
            .into_iter()
            .collect();
    }
    let mut requests = Vec::new();
    let mut offset = 0;
    let mut skip_until = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let start = offset;
        offset += line.len();
        if at < skip_until || requests.len() >= MOST {
            continue;
        }
        let Some(command) = begins(line) else {
            continue;
        };
        let begin = start + (line.len() - command.len());
        let rest = super::bounded(text.get(begin..).unwrap_or_default());
        let rest = rest.as_str();
        let request = if command.contains("fetch(") {
            fetch::read(source, rest, at + 1)
        } else {
            let lines = joined_lines(rest);
            skip_until = at + lines.matches('\n').count();
            let after = rest.get(lines.len()..).unwrap_or_default();
            curl::read(source, lines, at + 1).map(|read| as_sent(read, after, skip_until))
        };
        requests.extend(request);
    }
    requests
}

/// Headers in which the shell put something, as the lines behind the command show them sent: `> Name: value`.
fn as_sent(mut request: Request, after: &str, at: usize) -> Request {
    let shown = after
        .lines()
        .take_while(|line| line.starts_with(['>', '<', '*', '{', '}']));
    for (offset, line) in shown.enumerate() {
        let sent = line.strip_prefix("> ");
        let Some(sent) = sent.and_then(|text| raw::header(at + offset + 1, text)) else {
            continue;
        };
        let open = request.headers.0.iter_mut().find(|header| {
            header.name.eq_ignore_ascii_case(&sent.name) && header.value.contains('$')
        });
        if let Some(header) = open {
            *header = sent;
        }
    }
    request
}

/// The lines that belong to a curl command: those that end with a backslash or caret go on, and so do
/// open quotes.
fn joined_lines(text: &str) -> &str {
    let caret = Shell::of(text) == Shell::Cmd;
    let mut end = 0;
    let mut open = None;
    for line in text.split_inclusive('\n').take(500) {
        end += line.len();
        let mut escaped = false;
        for c in line.chars() {
            match (open, c) {
                _ if escaped => escaped = false,
                (None | Some('"'), '\\') => escaped = true,
                (None, '"') => open = Some('"'),
                (None, '\'') if !caret => open = Some('\''),
                (Some(quote), c) if c == quote => open = None,
                _ => {}
            }
        }
        let goes_on = line.trim_end().ends_with(if caret { '^' } else { '\\' });
        if !goes_on && (open.is_none() || caret) {
            break;
        }
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_behind_prompts() {
        let text = "some log\n$ curl -H 'A: b' \\\n  https://a.example/x\nann@host:~$ curl https://a.example/y\nfetch('/z')\n";
        let read = read(&Arc::from("log.txt"), text);
        let found: Vec<(&str, usize)> = read.iter().map(|r| (r.target.as_str(), r.line)).collect();
        assert_eq!(
            found,
            [
                ("https://a.example/x", 2),
                ("https://a.example/y", 4),
                ("/z", 5)
            ]
        );
        assert_eq!(read[0].headers.value("a"), Some("b"));
    }

    #[test]
    fn what_the_shell_put_in_is_read_of_what_was_sent() {
        let text = "$ curl -si https://a.example -H \"Authorization: Bearer $(pbpaste)\"  # as the app\n> Authorization: Bearer eyJ\n< HTTP/1.1 401\n";
        let read = read(&Arc::from("log.txt"), text);
        let header = read[0].headers.first("authorization").unwrap();
        assert_eq!((header.value.as_str(), header.line), ("Bearer eyJ", 2));
    }

    #[test]
    fn prose_that_names_curl_is_no_command() {
        assert!(!is_command("I called curl and it failed"));
        assert!(is_command("curl https://a.example"));
        assert!(is_command("fetch(\"https://a.example\", {"));
    }
}
