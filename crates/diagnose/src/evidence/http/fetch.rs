//! `fetch("…", {…})` and `Invoke-WebRequest`, as browsers copy them.

use super::{CredentialsMode, Header, Request, bounded, raw};
use serde_json::Value;
use std::sync::Arc;

/// Reads `fetch("url", {…});` whose options are JSON, as browsers write them.
pub(super) fn read(source: &Arc<str>, text: &str, line: usize) -> Option<Request> {
    let after = text.trim_start();
    let after = after.strip_prefix("await ").unwrap_or(after);
    let inside = after.strip_prefix("fetch(")?.trim_start();
    let quote = inside
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let (target, rest) = inside.get(1..)?.split_once(quote)?;
    let options = rest.find('{').and_then(|at| {
        serde_json::Deserializer::from_str(rest.get(at..)?)
            .into_iter::<Value>()
            .next()?
            .ok()
    });
    let mut request = Request::new(source, "GET", target, line);
    let Some(options) = options else {
        written_by_hand(rest, &mut request);
        return Some(request);
    };
    if let Some(method) = options["method"].as_str() {
        method.clone_into(&mut request.method);
    }
    for (name, value) in options["headers"].as_object().into_iter().flatten() {
        let at = line_of(text, name).map_or(line, |at| line + at);
        request.headers.0.push(Header {
            name: name.clone(),
            value: value.as_str().unwrap_or_default().to_owned(),
            line: at,
        });
    }
    if let Some(referrer) = options["referrer"].as_str() {
        request.headers.0.push(Header {
            name: "Referer".to_owned(),
            value: referrer.to_owned(),
            line: line_of(text, "referrer").map_or(line, |at| line + at),
        });
    }
    request.credentials = options["credentials"].as_str().and_then(mode);
    request.body = bounded(options["body"].as_str().unwrap_or_default());
    Some(request)
}

/// Options as people write them, with bare names and single quotes: the method and what is said of cookies.
fn written_by_hand(options: &str, request: &mut Request) {
    let value = |name: &str| {
        let (_, after) = options.split_once(name)?;
        let after = after.trim_start_matches(['\'', '"']).trim_start();
        let after = after.strip_prefix(':')?.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        after.get(1..)?.split(quote).next()
    };
    if let Some(method) = value("method") {
        request.method = method.to_ascii_uppercase();
    }
    request.credentials = value("credentials").and_then(mode);
}

/// A credentials mode by its name.
pub(super) fn mode(name: &str) -> Option<CredentialsMode> {
    match name {
        "include" => Some(CredentialsMode::Include),
        "omit" => Some(CredentialsMode::Omit),
        "same-origin" => Some(CredentialsMode::SameOrigin),
        _ => None,
    }
}

/// How many lines further down `"name"` stands.
fn line_of(text: &str, name: &str) -> Option<usize> {
    let quoted = format!("\"{name}\"");
    text.lines().position(|line| line.contains(&quoted))
}

/// Reads `Invoke-WebRequest -Uri "…" -Method "…" -Headers @{ "name"="value" }`.
pub(super) fn read_power_shell(source: &Arc<str>, text: &str, line: usize) -> Option<Request> {
    let call = text
        .find("Invoke-WebRequest")
        .or_else(|| text.find("Invoke-RestMethod"))?;
    let command = text.get(call..)?;
    let target = quoted_after(command, "-Uri")?;
    let begins = line + text.get(..call)?.matches('\n').count();
    let method = quoted_after(command, "-Method").unwrap_or("GET");
    let mut request = Request::new(source, method, target, begins);
    let mut in_headers = false;
    for (at, text) in command.lines().enumerate() {
        if text.contains("-Headers @{") {
            in_headers = true;
        } else if text.trim_start().starts_with('}') {
            in_headers = false;
        }
        if let Some((name, value)) = text.trim().split_once("\"=\"").filter(|_| in_headers) {
            let name = name.rsplit('"').next().unwrap_or_default();
            let value = value.trim_end().trim_end_matches('"').replace("`\"", "\"");
            request
                .headers
                .0
                .extend(raw::header(begins + at, &format!("{name}: {value}")));
        }
    }
    let cookies = text
        .split("New-Object System.Net.Cookie(")
        .skip(1)
        .filter_map(|cookie| {
            let mut parts = cookie.split('"');
            Some(format!("{}={}", parts.nth(1)?, parts.nth(1)?))
        });
    let cookies: Vec<String> = cookies.collect();
    if !cookies.is_empty() {
        request.headers.0.extend(raw::header(
            begins,
            &format!("Cookie: {}", cookies.join("; ")),
        ));
    }
    request.body = bounded(quoted_after(command, "-Body").unwrap_or_default());
    Some(request)
}

fn quoted_after<'a>(command: &'a str, option: &str) -> Option<&'a str> {
    let rest = command.split_once(option)?.1.trim_start();
    match rest.strip_prefix('"') {
        Some(inside) => inside.split('"').next(),
        None => rest.split_ascii_whitespace().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_written_by_hand() {
        let text = "await fetch('https://api.example.org/me', { credentials: 'include', method: 'put', headers: { 'X-Tenant': '3', Authorization: `Bearer ${t}` } })";
        let request = read(&Arc::from("snippet.js"), text, 1).unwrap();
        assert_eq!(request.credentials, Some(CredentialsMode::Include));
        assert_eq!(request.method, "PUT");
    }

    #[test]
    fn what_chrome_copies_as_fetch() {
        let text = "fetch(\"https://api.example.org/me\", {\n  \"headers\": {\n    \"accept\": \"*/*\",\n    \"authorization\": \"Bearer x\"\n  },\n  \"referrer\": \"https://app.example.org/\",\n  \"body\": null,\n  \"method\": \"PATCH\",\n  \"mode\": \"cors\",\n  \"credentials\": \"omit\"\n});";
        let request = read(&Arc::from("request.http"), text, 1).unwrap();
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("PATCH", "https://api.example.org/me")
        );
        assert_eq!(request.headers.first("authorization").unwrap().line, 4);
        assert_eq!(
            request.headers.value("referer"),
            Some("https://app.example.org/")
        );
        assert_eq!(request.credentials, Some(CredentialsMode::Omit));
    }

    #[test]
    fn options_that_are_no_json_leave_the_address() {
        let request = read(&Arc::from("x"), "await fetch(`/api/x`, { method })", 3).unwrap();
        assert_eq!((request.target.as_str(), request.line), ("/api/x", 3));
    }

    #[test]
    fn what_chrome_copies_for_power_shell() {
        let text = "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.Cookies.Add((New-Object System.Net.Cookie(\"sid\", \"abc\", \"/\", \"a.example\")))\nInvoke-WebRequest -UseBasicParsing -Uri \"https://a.example/me\" `\n-WebSession $session `\n-Headers @{\n\"authority\"=\"a.example\"\n  \"authorization\"=\"Bearer x\"\n}";
        let request = read_power_shell(&Arc::from("x"), text, 1).unwrap();
        assert_eq!(request.target, "https://a.example/me");
        assert_eq!(request.headers.first("authorization").unwrap().line, 7);
        assert_eq!(request.cookies().next(), Some(("sid", "abc")));
    }
}
