//! The scopes that messages ask for.

/// The scope that stands before the word: `Missing openid scope`, `requires the read:x scope`.
fn scope_named_before(message: &str) -> Option<String> {
    let words: Vec<&str> = message
        .split(|c: char| c.is_whitespace() || "\"',;.()".contains(c))
        .collect();
    words.windows(3).find_map(|three| match three {
        [before, name, after] if after.to_ascii_lowercase().starts_with("scope") => {
            let asks = ["missing", "the", "requires", "needs", "required"]
                .contains(&before.to_ascii_lowercase().as_str());
            let is_word = [
                "required",
                "the",
                "of",
                "a",
                "any",
                "necessary",
                "following",
            ]
            .contains(&name.to_ascii_lowercase().as_str());
            (asks && !is_word && name.len() > 2).then(|| (*name).to_owned())
        }
        _ => None,
    })
}

/// The scopes that a message asks for: `scope="read:reports"`, `required scope: read:reports`.
pub(crate) fn scopes_in(message: &str) -> Vec<String> {
    let message = message.replace("\\\"", "\"");
    let lower = message.to_ascii_lowercase();
    if let Some(name) = scope_named_before(&message) {
        return vec![name];
    }
    let starts = [
        "scope=\"",
        "scope='",
        "required scope: ",
        "required scopes: ",
        "requires scope ",
        "missing scope: ",
        "missing scope ",
        "missing required scope: ",
        "missing required scope ",
        "requires the scope ",
        "required_scope\":\"",
        "scope required: ",
        "scope=",
        "required: ",
        "requires: ",
    ];
    let Some(rest) = starts
        .iter()
        .find_map(|start| message.get(lower.find(start)? + start.len()..))
    else {
        return Vec::new();
    };
    let end = rest
        .find(['"', ')', ']', '}', ';'])
        .filter(|end| *end > 0)
        .unwrap_or(rest.len());
    let words = rest
        .get(..end)
        .unwrap_or_default()
        .split(|c: char| c.is_whitespace() || ",'[".contains(c));
    words
        .filter(|word| word.len() > 1)
        .take(6)
        .map(|word| word.trim_end_matches('.').to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scopes_that_are_asked_for_are_read() {
        let challenge = r#"Bearer error="insufficient_scope", scope="read:reports write:reports""#;
        assert_eq!(scopes_in(challenge), ["read:reports", "write:reports"]);
        assert_eq!(
            scopes_in("Missing required scope: admin.read"),
            ["admin.read"]
        );
        assert_eq!(scopes_in("Missing openid scope"), ["openid"]);
        assert!(scopes_in("Insufficient scope").is_empty());
        assert!(scopes_in("missing required scope").is_empty());
    }
}
