//! Lines of servers' logs that name a request and how it was answered.

use super::{Evidence, Spot, without_secrets};

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// One logged request.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    /// The path without its query.
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) spot: Spot,
}

/// Reads every log.
pub(crate) fn read(evidence: &Evidence) -> Vec<Logged> {
    let mut found = Vec::new();
    for log in &evidence.logs {
        let source = log.source();
        for (at, line) in log.text.lines().enumerate() {
            if line.starts_with(['>', '<', '$']) {
                continue;
            }
            if let Some((path, status)) = request(line) {
                found.push(Logged {
                    path,
                    status,
                    spot: Spot::line(&source, at + 1, without_secrets(line)),
                });
            }
        }
    }
    found
}

/// `"GET /x HTTP/1.1" 401`, `GET /x 401`, `GET /x -> 401`.
fn request(line: &str) -> Option<(String, u16)> {
    let part = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '[' | ']' | '(' | ')' | ',' | '=' | '|')
    };
    let mut words = line.split(part).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if !METHODS.contains(&word) {
            continue;
        }
        let Some(target) = words.next().filter(|target| target.starts_with('/')) else {
            continue;
        };
        let status = words
            .by_ref()
            .take(6)
            .filter(|word| word.len() == 3)
            .find_map(|word| word.parse::<u16>().ok())
            .filter(|status| (100..600).contains(status))?;
        let path = target.split('?').next().unwrap_or_default();
        return Some((path.to_owned(), status));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_many_servers_are_read() {
        for line in [
            "INFO:     10.0.0.1:5 - \"POST /eval_sets HTTP/1.1\" 307 Temporary Redirect",
            "10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] \"POST /eval_sets?x=1 HTTP/1.1\" 307 12",
            "POST /eval_sets 307 3.1 ms - 12",
            "2026-11-21T13:11:09Z POST /eval_sets -> 307",
        ] {
            assert_eq!(
                request(line),
                Some(("/eval_sets".to_owned(), 307)),
                "{line}"
            );
        }
        assert_eq!(request("GET the token from /x 401"), None);
    }
}
