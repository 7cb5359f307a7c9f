//! Checks against forged requests.

use super::check;

const FORBIDDEN: &str = "HTTP/1.1 403 Forbidden\n\n";

fn post(origin: &str, headers: &str) -> String {
    format!(
        "POST /tickets/12/close HTTP/1.1\nHost: shop.example\nUser-Agent: Mozilla/5.0\nOrigin: {origin}\n{headers}\n{{}}"
    )
}

const HEX: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn tokens_that_are_missing_or_differ_are_found() {
    let own = "https://shop.example";
    for (name, expected, headers) in [
        ("no header", Some("csrf-token-missing"), "Cookie: sid=1; csrf_token=abcdefgh\n".to_owned()),
        ("another token", Some("csrf-token-mismatch"), "Cookie: sid=1; csrf_token=abcdefgh\nX-CSRF-Token: abcdefgx\n".to_owned()),
        ("the same token", None, "Cookie: sid=1; csrf_token=abcdefgh\nX-CSRF-Token: abcdefgh\n".to_owned()),
        ("token and hash", None, format!("Cookie: sid=1; next-auth.csrf-token={HEX}%7C{HEX}{HEX}\nX-CSRF-Token: {HEX}\n")),
        ("another token and hash", Some("csrf-token-mismatch"), format!("Cookie: sid=1; next-auth.csrf-token={HEX}%7C{HEX}{HEX}\nX-CSRF-Token: {}\n", "f".repeat(32))),
        ("masked by rails", None, "Cookie: _app_session=abc\nX-CSRF-Token: qZ2vJ3mW0aB4cD5eF6gH7iJ8kL9mN0oP1qR2sT3uV4wX5yZ6aB7cD8eF9gH0iJ1kL2mN3oP4qR5sT6uV7wX8yZ==\n".to_owned()),
        ("twice", Some("csrf-cookie-duplicate-path"), "Cookie: _csrf=aaaaaaaa; _csrf=bbbbbbbb\nX-CSRF-Token: aaaaaaaa-cccccccccccccccccccccccccccc\n".to_owned()),
    ] {
        let request = post(own, &headers);
        check(&[(name, expected, &[("request.http", &request), ("response.http", FORBIDDEN)])]);
    }
}

#[test]
fn a_message_alone_tells_a_missing_token() {
    let request = post("https://shop.example", "Cookie: laravel_session=1\n");
    check(&[(
        "laravel",
        Some("csrf-token-missing"),
        &[
            ("request.http", &request),
            (
                "response.http",
                "HTTP/1.1 419 unknown status\n\n{\"message\":\"CSRF token mismatch.\"}",
            ),
        ],
    )]);
    let plain = post("https://shop.example", "Cookie: sid=1\n");
    check(&[(
        "a rightful 403",
        None,
        &[
            ("request.http", &plain),
            (
                "response.http",
                "HTTP/1.1 403 Forbidden\n\n{\"detail\":\"role admin required\"}",
            ),
        ],
    )]);
}

#[test]
fn good_answers_and_bearer_tokens_need_no_csrf_token() {
    let cookie = post(
        "https://shop.example",
        "Cookie: sid=1; csrf_token=abcdefgh\n",
    );
    check(&[(
        "good",
        None,
        &[
            ("request.http", &cookie),
            ("response.http", "HTTP/1.1 204 No Content\n\n"),
        ],
    )]);
    check(&[("without an answer", None, &[("request.http", &cookie)])]);
}

#[test]
fn origins_that_the_program_does_not_trust_are_found() {
    let page = "https://shop.example";
    let tokens = "Cookie: sid=1; csrftoken=abcdefgh\nX-CSRFToken: abcdefgh\n";
    let behind = format!(
        "POST /x HTTP/1.1\nHost: app:8000\nUser-Agent: Mozilla/5.0\nOrigin: {page}\n{tokens}\n"
    );
    check(&[(
        "the proxy hides the host",
        Some("csrf-origin-untrusted"),
        &[("request.http", &behind), ("response.http", FORBIDDEN)],
    )]);
    let scheme = post(page, &format!("X-Forwarded-Proto: http\n{tokens}"));
    check(&[(
        "the proxy hides the scheme",
        Some("csrf-origin-untrusted"),
        &[("request.http", &scheme), ("response.http", FORBIDDEN)],
    )]);
    let django = "Forbidden (Origin checking failed - https://shop.example does not match any trusted origins.): /x";
    check(&[(
        "django says so",
        Some("csrf-origin-untrusted"),
        &[
            ("request.http", &behind),
            ("response.http", FORBIDDEN),
            ("log.txt", django),
        ],
    )]);
    let trusted = "CSRF_TRUSTED_ORIGINS=https://shop.example";
    check(&[(
        "trusted",
        None,
        &[
            ("backend.env", trusted),
            ("request.http", &behind),
            ("response.http", FORBIDDEN),
        ],
    )]);
}

#[test]
fn libraries_leave_the_header_out_across_origins() {
    let request = post(
        "https://www.shop.example",
        "Cookie: sid=1; XSRF-TOKEN=abcdefgh\n",
    );
    check(&[(
        "another origin",
        Some("csrf-header-not-sent-cross-origin"),
        &[("request.http", &request), ("response.http", FORBIDDEN)],
    )]);
    let same = post(
        "https://shop.example",
        "Cookie: sid=1; XSRF-TOKEN=abcdefgh\n",
    );
    check(&[(
        "the same origin",
        Some("csrf-token-missing"),
        &[("request.http", &same), ("response.http", FORBIDDEN)],
    )]);
}

#[test]
fn a_lost_cookie_is_the_cause_and_not_the_token() {
    let before = "GET /csrf HTTP/1.1\nHost: api.shop.example\nOrigin: https://app.store.test\n\n###\nHTTP/1.1 200 OK\nSet-Cookie: csrftoken=abcdefgh; Path=/; SameSite=Lax; Secure\n";
    let request = "POST /login HTTP/1.1\nHost: api.shop.example\nOrigin: https://app.store.test\nX-CSRFToken: abcdefgh\n\n{}";
    check(&[(
        "held back",
        Some("cookie-samesite-cross-site"),
        &[
            ("login.http", before),
            ("request.http", request),
            (
                "response.http",
                "HTTP/1.1 403 Forbidden\n\nCSRF cookie not set.",
            ),
        ],
    )]);
}
