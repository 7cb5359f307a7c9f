//! Answers that browsers keep from the page, and such as they let pass.

use super::check;

const ORIGIN: &str = "https://app.shop.example";

fn preflight(headers: &str) -> String {
    format!(
        "OPTIONS /api/me HTTP/1.1\nHost: api.shop.example\nOrigin: {ORIGIN}\nAccess-Control-Request-Method: GET\nAccess-Control-Request-Headers: {headers}\n\n"
    )
}

fn call(more: &str) -> String {
    format!(
        "GET /api/me HTTP/1.1\nHost: api.shop.example\nUser-Agent: Mozilla/5.0\nOrigin: {ORIGIN}\nSec-Fetch-Mode: cors\n{more}\n"
    )
}

/// Name, cause, headers that are asked for, the answer.
#[rustfmt::skip]
const PREFLIGHTS: &[(&str, Option<&str>, &str, &str)] = &[
    ("refused by a guard", Some("cors-preflight-rejected"), "authorization", "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer\n\n"),
    ("sent to the sign-in", Some("cors-preflight-rejected"), "authorization", "HTTP/1.1 302 Found\nLocation: /login\n\n"),
    ("no such method", Some("cors-preflight-rejected"), "authorization", "HTTP/1.1 405 Method Not Allowed\n\n"),
    ("starlette refuses the origin", Some("cors-origin-not-allowed"), "authorization", "HTTP/1.1 400 Bad Request\n\nDisallowed CORS origin"),
    ("no allowed origin", Some("cors-origin-not-allowed"), "authorization", "HTTP/1.1 204 No Content\nAccess-Control-Allow-Headers: authorization\n\n"),
    ("a header is left out", Some("cors-header-not-allowed"), "authorization,content-type", "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.shop.example\nAccess-Control-Allow-Headers: Content-Type\n\n"),
    ("a slash", Some("cors-origin-trailing-slash"), "content-type", "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.shop.example/\nAccess-Control-Allow-Headers: Content-Type\n\n"),
    ("any origin with cookies", Some("cors-wildcard-with-credentials"), "content-type", "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Headers: Content-Type\n\n"),
    ("answered right", None, "authorization", "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: https://app.shop.example\nAccess-Control-Allow-Headers: Authorization\n\n"),
    ("any origin without cookies", None, "authorization", "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: *\n\n"),
];

#[test]
fn preflights_are_judged_as_browsers_do() {
    for (name, expected, headers, answer) in PREFLIGHTS {
        let request = preflight(headers);
        check(&[(
            name,
            *expected,
            &[("request.http", &request), ("response.http", answer)],
        )]);
    }
}

#[test]
fn an_earlier_preflight_may_be_the_failure() {
    let before = format!(
        "{}\n###\nHTTP/1.1 401 Unauthorized\n",
        preflight("authorization")
    );
    let request = call("Authorization: Bearer x\n");
    check(&[(
        "preflight.http",
        Some("cors-preflight-rejected"),
        &[("preflight.http", &before), ("request.http", &request)],
    )]);
    let log = "INFO: 10.0.0.1 - \"OPTIONS /api/me HTTP/1.1\" 401 Unauthorized\n";
    check(&[(
        "a log alone",
        Some("cors-preflight-rejected"),
        &[("log.txt", log)],
    )]);
}

#[test]
fn answers_to_calls_are_judged_as_browsers_do() {
    let cookie = call("Cookie: sid=1\n");
    for (name, expected, answer) in [
        (
            "any origin",
            Some("cors-wildcard-with-credentials"),
            "Access-Control-Allow-Origin: *",
        ),
        (
            "another origin",
            Some("cors-origin-not-allowed"),
            "Access-Control-Allow-Origin: https://old.shop.example\nAccess-Control-Allow-Credentials: true",
        ),
        (
            "twice",
            Some("cors-origin-not-allowed"),
            "Access-Control-Allow-Origin: https://app.shop.example\nAccess-Control-Allow-Origin: https://app.shop.example",
        ),
        (
            "no credentials",
            Some("credentials-not-included"),
            "Access-Control-Allow-Origin: https://app.shop.example",
        ),
        (
            "right",
            None,
            "Access-Control-Allow-Origin: https://app.shop.example\nAccess-Control-Allow-Credentials: true",
        ),
    ] {
        let answer = format!("HTTP/1.1 200 OK\n{answer}\n\n{{}}");
        check(&[(
            name,
            expected,
            &[("request.http", &cookie), ("response.http", &answer)],
        )]);
    }
}

#[test]
fn settings_say_which_origins_are_allowed() {
    let refused = "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{}";
    let request = call("");
    for (name, expected, settings) in [
        (
            "a slash",
            Some("cors-origin-trailing-slash"),
            "CORS_ORIGINS=https://app.shop.example/",
        ),
        (
            "another port",
            Some("cors-origin-not-allowed"),
            "BACKEND_CORS_ORIGINS=[\"http://localhost:3000\",\"https://www.shop.example\"]",
        ),
        ("listed", None, "ALLOWED_ORIGINS=https://app.shop.example"),
    ] {
        let with_header =
            "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.shop.example\n\n{}";
        let answer = if expected.is_some() {
            refused
        } else {
            with_header
        };
        check(&[(
            name,
            expected,
            &[
                ("backend.env", settings),
                ("request.http", &request),
                ("response.http", answer),
            ],
        )]);
    }
    let settings = "ALLOWED_ORIGINS=https://app.shop.example";
    check(&[(
        "listed, without an answer",
        None,
        &[("backend.env", settings), ("request.http", &request)],
    )]);
}

#[test]
fn the_console_of_a_browser_is_understood() {
    let console = "Access to fetch at 'https://api.shop.example/api/me' from origin 'https://app.shop.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let settings = "CORS_ORIGINS=https://shop.example";
    let request = call("");
    check(&[(
        "console",
        Some("cors-origin-not-allowed"),
        &[
            ("backend.env", settings),
            ("request.http", &request),
            ("log.txt", console),
        ],
    )]);
    let source = "app.use(cors({ origin: 'https://app.shop.example/' }))\n".to_owned() + console;
    check(&[(
        "source",
        Some("cors-origin-trailing-slash"),
        &[("request.http", &request), ("log.txt", &source)],
    )]);
}

#[test]
fn programs_know_no_cors() {
    let request = format!(
        "GET /api/me HTTP/1.1\nHost: api.shop.example\nUser-Agent: curl/8.5.0\nOrigin: {ORIGIN}\n\n"
    );
    check(&[(
        "curl",
        None,
        &[
            ("request.http", &request),
            ("response.http", "HTTP/1.1 200 OK\n\n{}"),
        ],
    )]);
}

/// What Chrome and Firefox write, and the cause.
#[rustfmt::skip]
const CONSOLE: &[(&str, &str)] = &[
    ("Access to XMLHttpRequest at 'https://api.a.example/me' from origin 'https://app.a.example' has been blocked by CORS policy: The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.", "cors-wildcard-with-credentials"),
    ("Access to fetch at 'https://api.a.example/me' from origin 'https://app.a.example' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.", "cors-preflight-rejected"),
    ("Access to fetch at 'https://api.a.example/me' from origin 'https://app.a.example' has been blocked by CORS policy: Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.", "cors-header-not-allowed"),
    ("Access to fetch at 'https://api.a.example/me' from origin 'https://app.a.example' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'https://app.a.example/' that is not equal to the supplied origin.", "cors-origin-trailing-slash"),
    ("Access to fetch at 'https://api.a.example/me' from origin 'https://app.a.example' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'https://old.a.example' that is not equal to the supplied origin.", "cors-origin-not-allowed"),
    ("Access to fetch at 'https://api.a.example/me' from origin 'https://app.a.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.", "cors-origin-not-allowed"),
];

#[test]
fn the_console_alone_is_enough() {
    for (line, cause) in CONSOLE {
        check(&[(line, Some(cause), &[("log.txt", line)])]);
    }
}
