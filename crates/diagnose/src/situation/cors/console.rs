//! What the consoles of browsers say of an answer that they kept from the page.

use super::Blocked;
use crate::situation::Origin;

/// What a line of a console says of a blocked answer, with the page that asked.
pub(crate) fn of_console(line: &str) -> Option<(Blocked, Option<Origin>)> {
    // Firefox writes its quotes as ‘…’, Chrome as '…'.
    let line = line.replace(['‘', '’'], "'");
    let lower = line.to_ascii_lowercase();
    let safari = lower.contains("preflight response is not successful")
        || lower.contains("credentials flag is true, but");
    if !lower.contains("cors") && !lower.contains("access-control-allow") && !safari {
        return None;
    }
    let page = after(&line, "from origin '").or_else(|| {
        let (front, _) = line.split_once(" is not allowed by Access-Control-Allow-Origin")?;
        front.rsplit(' ').next()
    });
    let page = page.and_then(Origin::parse);
    let blocked = of_preflight(&line)
        .or_else(|| of_credentials(&lower))
        .or_else(|| of_origin(&line, page.as_ref()))?;
    Some((blocked, page))
}

/// What stands between some words and the next quote.
fn after<'l>(line: &'l str, words: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once(words)?;
    rest.split(['\'', '"']).next()
}

fn of_preflight(line: &str) -> Option<Blocked> {
    let says = |words: &str| line.contains(words);
    if says("does not have HTTP ok status")
        || says("Redirect is not allowed for a preflight")
        || says("preflight response did not succeed")
        || says("Preflight response is not successful")
        || says("external redirect not allowed")
    {
        return Some(Blocked::PreflightRefused(0));
    }
    let word = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    if says("Access-Control-Allow-Headers") {
        let name = after(line, "Request header field ").or_else(|| after(line, "missing token '"));
        return Some(Blocked::HeaderNotAllowed(word(name?)));
    }
    if says("Access-Control-Allow-Methods") {
        let name = after(line, "Method ").unwrap_or("the method");
        return Some(Blocked::MethodNotAllowed(word(name)));
    }
    None
}

fn of_credentials(line: &str) -> Option<Blocked> {
    let says = |words: &str| line.contains(words);
    if says("wildcard '*'")
        || says("not supported if the cors header")
        || says("cannot use wildcard in access-control-allow-origin")
    {
        return Some(Blocked::Wildcard);
    }
    (says("'access-control-allow-credentials' header in the response is ''")
        || says("expected 'true' in cors header 'access-control-allow-credentials'")
        || says("access-control-allow-credentials is not \"true\""))
    .then_some(Blocked::WithoutAllowCredentials)
}

fn of_origin(line: &str, page: Option<&Origin>) -> Option<Blocked> {
    let several = after(line, "header contains multiple values '");
    if let Some(values) = several {
        return Some(Blocked::OriginNotAllowed(Some(values.to_owned())));
    }
    let value = after(line, "header has a value '")
        .or_else(|| after(line, "'Access-Control-Allow-Origin' does not match '"));
    if let Some(value) = value {
        let allowed = Origin::parse(value);
        let same = page.is_none_or(|page| allowed.as_ref() == Some(page));
        let longer = allowed.is_some_and(|allowed| value.len() > allowed.to_string().len());
        return Some(if same && (longer || page.is_some()) {
            Blocked::TrailingSlash(value.to_owned())
        } else {
            Blocked::OriginNotAllowed(Some(value.to_owned()))
        });
    }
    let none = line.contains("No 'Access-Control-Allow-Origin' header")
        || line.contains("'Access-Control-Allow-Origin' missing")
        || line.contains("is not allowed by Access-Control-Allow-Origin");
    none.then_some(Blocked::OriginNotAllowed(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(line: &str) -> Option<Blocked> {
        of_console(line).map(|(blocked, _)| blocked)
    }

    #[test]
    fn three_browsers_word_one_thing_in_three_ways() {
        for (line, expected) in [
            (
                "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’",
                Blocked::Wildcard,
            ),
            (
                "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
                Blocked::Wildcard,
            ),
            (
                "(Reason: expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’).",
                Blocked::WithoutAllowCredentials,
            ),
            (
                "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".",
                Blocked::WithoutAllowCredentials,
            ),
            (
                "Preflight response is not successful. Status code: 401",
                Blocked::PreflightRefused(0),
            ),
            (
                "(Reason: missing token ‘authorization’ in CORS header ‘Access-Control-Allow-Headers’ from CORS preflight channel).",
                Blocked::HeaderNotAllowed("authorization".to_owned()),
            ),
            (
                "Request header field x-csrf is not allowed by Access-Control-Allow-Headers in preflight response.",
                Blocked::HeaderNotAllowed("x-csrf".to_owned()),
            ),
            (
                "blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
                Blocked::MethodNotAllowed("PUT".to_owned()),
            ),
            (
                "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://a.example/’).",
                Blocked::TrailingSlash("https://a.example/".to_owned()),
            ),
            (
                "Origin http://a.example is not allowed by Access-Control-Allow-Origin. Status code: 200",
                Blocked::OriginNotAllowed(None),
            ),
        ] {
            assert_eq!(blocked(line), Some(expected), "{line}");
        }
        assert_eq!(blocked("GET /api/cors 200"), None);
    }

    #[test]
    fn the_page_is_read_where_it_is_named() {
        let (_, page) = of_console("Access to fetch at 'https://b.example/' from origin 'https://a.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present").unwrap();
        assert_eq!(page.unwrap().to_string(), "https://a.example");
    }
}
