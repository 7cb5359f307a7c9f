//! What messages say that they expected.

/// What stands behind `expected` in a message, or behind `ValidAudience` and `ValidIssuer`.
pub(crate) fn expected_in(message: &str) -> Vec<String> {
    let message = message.replace("\\\"", "\"");
    let lower = message.to_ascii_lowercase();
    let starts = [
        "expected",
        "validissuer:",
        "validaudience:",
        "should be",
        "must be",
    ];
    let Some(after) = starts.iter().find_map(|start| {
        let at = lower.find(start)?;
        message.get(at + start.len()..)
    }) else {
        return Vec::new();
    };
    let ends = [
        " but got",
        " got",
        ", got",
        " but was",
        " received",
        " but found",
        " actual",
    ];
    let after = ends
        .iter()
        .fold(after, |text, end| text.split(end).next().unwrap_or(text));
    let words = after.split(|c: char| c.is_whitespace() || "'\"`,;[]()<>{}".contains(c));
    let values = words.map(|word| word.trim_end_matches(['.', ':', '!']));
    values
        .filter(|word| {
            word.contains("://") || (word.len() > 4 && word.contains(['.', '-', '_', '|']))
        })
        .take(4)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_expected_is_read() {
        for (message, value) in [
            (
                "jwt audience invalid. expected: https://api.example.org",
                "https://api.example.org",
            ),
            (
                r#"{"error":"jwt issuer invalid. expected: https://id.example/"}"#,
                "https://id.example/",
            ),
            (
                r#"Expected "https://securetoken.google.com/one" but got "https://securetoken.google.com/two"."#,
                "https://securetoken.google.com/one",
            ),
            (
                "IDX10205: Issuer validation failed. Issuer: 'https://a/'. Did not match: validationParameters.ValidIssuer: 'https://b/' or",
                "https://b/",
            ),
            (
                r#"oidc: id token issued by a different provider, expected "http://idp:8080/r" got "http://localhost:8080/r""#,
                "http://idp:8080/r",
            ),
        ] {
            assert_eq!(expected_in(message), [value], "{message}");
        }
        assert!(expected_in("jwt audience invalid").is_empty());
        assert!(expected_in("unexpected \"aud\" claim value").is_empty());
    }
}
