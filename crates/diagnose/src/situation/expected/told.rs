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

/// The addresses that a line prints as expected: `issuer: https://…`, `Valid audiences = api://…`. A line about a
/// token or a refusal may name what was presented, and an audience is asked for by clients as well, so that one has
/// to be called expected.
pub(super) fn printed_in<'l>(line: &'l str, labels: &[&str]) -> Vec<&'l str> {
    let lower = line.to_ascii_lowercase();
    let of_token = [
        "token",
        "claim",
        "payload",
        "invalid",
        "mismatch",
        "match",
        "unexpected",
        " got",
        "received",
        "but was",
        "refused",
        "reject",
        "untrusted",
        "error",
        "fail",
        "\"iss\"",
        "decoded",
        "certificate",
        "subject",
    ];
    if line.starts_with(['$', '>', '<']) || of_token.iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let wanted = [
        "expected", "valid", "allowed", "accepted", "required", "trusted",
    ];
    let called = wanted.iter().any(|word| lower.contains(word));
    let found = labels.iter().find_map(|label| {
        let at = lower
            .find(label)
            .filter(|_| called || label.starts_with("issuer"))?;
        let after = line.get(at + label.len()..)?;
        let after = after.trim_start_matches(['s', '"', '\'', ' ', '\t', ')']);
        after.strip_prefix([':', '='])
    });
    let words = found.unwrap_or_default().trim_start();
    let words = words.split(|c: char| c.is_whitespace() || "'\"`,;[](){}".contains(c));
    words
        .filter(|word| !word.is_empty())
        .take_while(|word| word.contains("://"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_prints_as_expected_is_read() {
        let labels = &["issuer", "issuers"];
        for line in [
            "INFO fastapi_azure_auth issuer:      https://id.example/v2.0",
            "JwtBearer: ValidIssuers = [https://id.example/v2.0]",
            "jwt auth ready (issuer=https://id.example/v2.0)",
        ] {
            assert_eq!(
                printed_in(line, labels),
                ["https://id.example/v2.0"],
                "{line}"
            );
        }
        for line in [
            "token issuer: https://id.example/v2.0",
            "invalid issuer: https://id.example/v2.0",
            "issuer: C=DE, O=Let's Encrypt",
        ] {
            assert!(printed_in(line, labels).is_empty(), "{line}");
        }
        let asked = "auth0 audience: https://api.example";
        assert!(printed_in(asked, &["audience"]).is_empty());
    }

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
