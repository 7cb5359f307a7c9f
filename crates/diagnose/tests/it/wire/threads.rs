//! Set-ups as people report them: several files, a log, little said.

use super::check;

#[test]
fn sessions_that_are_not_kept() {
    // express-session behind nginx without trust proxy: no Set-Cookie at all.
    check(&[(
        "trust proxy",
        Some("proxy-proto-lost"),
        &[
            (
                "backend.env",
                "NODE_ENV=production\nSESSION_COOKIE_SECURE=true\nAPP_URL=https://app.shop.example\n",
            ),
            (
                "login.http",
                "POST /api/login HTTP/1.1\nHost: app.shop.example\nX-Forwarded-Proto: https\nX-Forwarded-For: 203.0.113.9\nContent-Type: application/json\n\n{\"user\":\"a\"}\n###\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"ok\":true}",
            ),
            (
                "request.http",
                "GET /api/me HTTP/1.1\nHost: app.shop.example\nUser-Agent: Mozilla/5.0\nX-Forwarded-Proto: https\n\n",
            ),
            (
                "response.http",
                "HTTP/1.1 401 Unauthorized\n\n{\"message\":\"no session\"}",
            ),
        ],
    )]);
    // An API that asks for a bearer token, called by a page that has it in a cookie only.
    check(&[(
        "cookie only",
        Some("bearer-missing-cookie-present"),
        &[
            (
                "request.http",
                "POST /api/v1/sessions HTTP/1.1\nHost: localhost:8000\nOrigin: http://localhost:3000\nUser-Agent: Mozilla/5.0\nContent-Type: application/json\nCookie: access_token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; client_token=x\n\n{}",
            ),
            (
                "response.http",
                "HTTP/1.1 403 Forbidden\nAccess-Control-Allow-Origin: http://localhost:3000\nAccess-Control-Allow-Credentials: true\n\n{\"detail\":\"Not authenticated\"}",
            ),
        ],
    )]);
    // A fetch without credentials, seen in the log alone.
    check(&[(
        "fetch without credentials",
        Some("credentials-not-included"),
        &[
            (
                "login.http",
                "POST /login HTTP/1.1\nHost: localhost:4000\nOrigin: http://localhost:5173\n\n{}\n###\nHTTP/1.1 200 OK\nAccess-Control-Allow-Origin: http://localhost:5173\nAccess-Control-Allow-Credentials: true\nSet-Cookie: connect.sid=s%3Aabc; Path=/; HttpOnly; SameSite=Lax\n\n{}",
            ),
            (
                "request.http",
                "GET /me HTTP/1.1\nHost: localhost:4000\nOrigin: http://localhost:5173\nUser-Agent: Mozilla/5.0\n\n",
            ),
            (
                "response.http",
                "HTTP/1.1 401 Unauthorized\nAccess-Control-Allow-Origin: http://localhost:5173\nAccess-Control-Allow-Credentials: true\n\n",
            ),
            (
                "log.txt",
                "const res = await fetch('http://localhost:4000/me')\n",
            ),
        ],
    )]);
}

#[test]
fn cookies_of_several_services() {
    check(&[(
        "cookie of the API, needed by the page's server",
        Some("cookie-domain-mismatch"),
        &[
            (
                "login.http",
                "POST /login HTTP/1.1\nHost: api.shop.example\nOrigin: https://app.shop.example\n\n###\nHTTP/1.1 200 OK\nSet-Cookie: token=abc; Path=/; HttpOnly; Secure; SameSite=Lax\n",
            ),
            (
                "request.http",
                "GET /dashboard HTTP/1.1\nHost: app.shop.example\nUser-Agent: Mozilla/5.0\nAccept: text/html\n\n",
            ),
            (
                "response.http",
                "HTTP/1.1 307 Temporary Redirect\nLocation: /login\n\n",
            ),
        ],
    )]);
    check(&[(
        "chunked cookies are within the limit",
        None,
        &[
            (
                "login.http",
                "POST /api/auth/callback/credentials HTTP/1.1\nHost: app.shop.example\n\n###\nHTTP/1.1 302 Found\nLocation: /\nSet-Cookie: __Secure-authjs.session-token.0=aaaa; Path=/; Secure; HttpOnly; SameSite=Lax\nSet-Cookie: __Secure-authjs.session-token.1=bbbb; Path=/; Secure; HttpOnly; SameSite=Lax\n",
            ),
            (
                "request.http",
                "GET /dashboard HTTP/1.1\nHost: app.shop.example\nUser-Agent: Mozilla/5.0\nCookie: __Secure-authjs.session-token.0=aaaa; __Secure-authjs.session-token.1=bbbb\n\n",
            ),
            ("response.http", "HTTP/1.1 200 OK\n\n<html>"),
        ],
    )]);
}

/// Controls, each with its files.
#[rustfmt::skip]
const CONTROLS: &[(&str, &[(&str, &str)])] = &[
        (
            "basic gate and a session",
            &[
                (
                    "nginx.conf",
                    "server {\n  listen 443 ssl;\n  location / {\n    auth_basic \"staff\";\n    proxy_set_header Authorization \"\";\n    proxy_set_header X-Forwarded-Proto $scheme;\n    proxy_pass http://app:3000;\n  }\n}\n",
                ),
                (
                    "request.http",
                    "GET / HTTP/1.1\nHost: app.shop.example\nAuthorization: Basic YTpi\nCookie: sid=1\n\n",
                ),
            ],
        ),
        (
            "a page on a sibling host with a Lax cookie",
            &[
                (
                    "backend.env",
                    "CORS_ORIGINS=https://app.shop.example\nCOOKIE_DOMAIN=.shop.example\nCOOKIE_SAMESITE=lax\nCOOKIE_SECURE=true\n",
                ),
                (
                    "login.http",
                    "POST /login HTTP/1.1\nHost: api.shop.example\nOrigin: https://app.shop.example\n\n###\nHTTP/1.1 200 OK\nSet-Cookie: sid=1; Domain=shop.example; Path=/; Secure; SameSite=Lax\n",
                ),
                (
                    "request.http",
                    "GET /me HTTP/1.1\nHost: api.shop.example\nOrigin: https://app.shop.example\nUser-Agent: Mozilla/5.0\nCookie: sid=1\n\n",
                ),
            ],
        ),
        (
            "a masked token of Django",
            &[
                (
                    "request.http",
                    "POST /x HTTP/1.1\nHost: shop.example\nOrigin: https://shop.example\nUser-Agent: Mozilla/5.0\nCookie: sessionid=1; csrftoken=abcdefghijklmnopqrstuvwxyzABCDEF\nX-CSRFToken: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbcdefghijklmnopqrstuvwxyzABCDEFG\n\n",
                ),
                (
                    "response.http",
                    "HTTP/1.1 403 Forbidden\n\n{\"detail\":\"You do not have permission to perform this action.\"}",
                ),
            ],
        ),
        (
            "a redirect that keeps the header",
            &[(
                "log.txt",
                "$ curl -Lv https://api.shop.example/items -H 'Authorization: Bearer x'\n> GET /items HTTP/2\n> Host: api.shop.example\n> authorization: Bearer x\n< HTTP/2 307\n< location: https://api.shop.example/items/\n> GET /items/ HTTP/2\n> Host: api.shop.example\n> authorization: Bearer x\n< HTTP/2 200\n",
            )],
        ),
        (
            "an app on localhost with a Secure cookie",
            &[
                (
                    "login.http",
                    "POST /login HTTP/1.1\nHost: localhost:3000\nOrigin: http://localhost:3000\n\n###\nHTTP/1.1 200 OK\nSet-Cookie: sid=1; Path=/; Secure; SameSite=Lax\n",
                ),
                (
                    "request.http",
                    "GET /me HTTP/1.1\nHost: localhost:3000\nUser-Agent: Mozilla/5.0\nReferer: http://localhost:3000/\nCookie: sid=1\n\n",
                ),
            ],
        ),
        (
            "a proxy before the app, seen behind it",
            &[
                (
                    "backend.env",
                    "NEXTAUTH_URL=https://app.shop.example\nAUTH_TRUST_HOST=true\n",
                ),
                (
                    "request.http",
                    "GET /api/auth/session HTTP/1.1\nHost: app.shop.example\nX-Forwarded-Proto: https\nUser-Agent: Mozilla/5.0\nCookie: __Secure-next-auth.session-token=x\n\n",
                ),
                (
                    "response.http",
                    "HTTP/1.1 200 OK\n\n{\"user\":{\"name\":\"a\"}}",
                ),
            ],
        ),
];

#[test]
fn controls_stay_clean_without_answer_and_log() {
    for (name, files) in CONTROLS {
        check(&[(name, None, files)]);
    }
}

#[test]
fn redirects_of_the_failing_request_itself() {
    let request = "POST /items HTTP/1.1\nHost: api.shop.example\nAuthorization: Bearer x\n\n{}";
    let settings = "PUBLIC_URL=https://api.shop.example\n";
    for (name, expected, location) in [
        (
            "to http",
            Some("auth-header-lost-on-redirect"),
            "http://api.shop.example/items/",
        ),
        (
            "to another host",
            Some("auth-header-lost-on-redirect"),
            "https://www.shop.example/items",
        ),
        ("to a slash", None, "https://api.shop.example/items/"),
        ("to a path", None, "/items/"),
    ] {
        let answer = format!("HTTP/1.1 307 Temporary Redirect\nLocation: {location}\n\n");
        check(&[(
            name,
            expected,
            &[
                ("backend.env", settings),
                ("request.http", request),
                ("response.http", &answer),
            ],
        )]);
    }
}

#[test]
fn names_of_services_and_machines_that_differ() {
    let request = "GET /me HTTP/1.1\nHost: app.shop.example\nUser-Agent: Mozilla/5.0\nCookie: app_session=x\n\n";
    check(&[(
        "two services",
        Some("cookie-name-mismatch"),
        &[
            ("frontend.env", "SESSION_COOKIE_NAME=app_session\n"),
            ("backend.env", "SESSION_COOKIE_NAME=shop_session\n"),
            ("request.http", request),
            ("response.http", "HTTP/1.1 401 Unauthorized\n\n"),
        ],
    )]);
    check(&[(
        "by number",
        Some("origin-host-drift"),
        &[
            ("frontend.env", "NEXTAUTH_URL=http://localhost:3000\n"),
            (
                "request.http",
                "GET /account HTTP/1.1\nHost: 192.168.1.7:3000\nUser-Agent: Mozilla/5.0\n\n",
            ),
            (
                "response.http",
                "HTTP/1.1 307 Temporary Redirect\nLocation: /login\n\n",
            ),
        ],
    )]);
    check(&[(
        "a library says the size",
        Some("cookie-too-large"),
        &[(
            "log.txt",
            "Error: iron-session: Cookie length is too big (4812 bytes), browsers will refuse it",
        )],
    )]);
    check(&[(
        "form actions behind a proxy",
        Some("csrf-origin-untrusted"),
        &[
            ("case.toml", "stack = [\"SvelteKit\"]\n"),
            (
                "request.http",
                "POST /login?/signin HTTP/1.1\nHost: app.shop.example\nOrigin: https://app.shop.example\nUser-Agent: Mozilla/5.0\nContent-Type: application/x-www-form-urlencoded\n\nuser=a",
            ),
            ("response.http", "HTTP/1.1 403 Forbidden\n\n"),
        ],
    )]);
}
