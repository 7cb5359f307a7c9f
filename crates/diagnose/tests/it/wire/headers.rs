//! The Authorization header on its way.

use super::check;

const JWT: &str =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const BARE: &str = "HTTP/1.1 401 Unauthorized\n\n";
const WANTS_BEARER: &str = "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer\n\n";

fn request(more: &str) -> String {
    format!("GET /api/me HTTP/1.1\nHost: api.shop.example\n{more}\n")
}

/// Name, cause, header (`JWT` stands for a token), the answer.
#[rustfmt::skip]
const FORMS: &[(&str, Option<&str>, &str, &str)] = &[
    ("bare token", Some("bearer-prefix-missing"), "JWT", BARE),
    ("twice", Some("bearer-prefix-duplicated"), "Bearer Bearer JWT", BARE),
    ("twice, with a colon", Some("bearer-prefix-duplicated"), "Bearer bearer: JWT", BARE),
    ("another scheme", Some("auth-scheme-mismatch"), "Token JWT", WANTS_BEARER),
    ("bearer where Token is asked", Some("auth-scheme-mismatch"), "Bearer 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b", "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Token\n\n"),
    ("basic kept by the browser", Some("authorization-header-conflict"), "Basic YTpi", WANTS_BEARER),
    ("bearer at a basic gate", Some("authorization-header-conflict"), "Bearer JWT", "HTTP/1.1 401 Unauthorized\nServer: nginx\nWWW-Authenticate: Basic realm=\"Restricted\"\n\n"),
    ("two in one", Some("authorization-header-conflict"), "Basic YTpi, Bearer JWT", BARE),
    ("good", None, "Bearer abc", "HTTP/1.1 200 OK\n\n{}"),
    ("a bare key that is accepted", None, "0123456789abcdef0123", "HTTP/1.1 200 OK\n\n{}"),
];

#[test]
fn the_form_of_the_header_is_looked_at() {
    for (name, expected, header, answer) in FORMS {
        let request = request(&format!("Authorization: {}\n", header.replace("JWT", JWT)));
        check(&[(
            name,
            *expected,
            &[("request.http", &request), ("response.http", answer)],
        )]);
    }
}

#[test]
fn a_setting_names_the_scheme() {
    let request = request(&format!("Authorization: Bearer {JWT}\n"));
    check(&[(
        "setting",
        Some("auth-scheme-mismatch"),
        &[
            ("backend.env", "AUTH_HEADER_TYPES=JWT"),
            ("request.http", &request),
            ("response.http", BARE),
        ],
    )]);
}

#[test]
fn a_token_in_a_cookie_is_not_read_where_the_header_is() {
    let cookie = request(&format!("Cookie: theme=dark; access_token={JWT}\n"));
    check(&[(
        "cookie",
        Some("bearer-missing-cookie-present"),
        &[("request.http", &cookie), ("response.http", WANTS_BEARER)],
    )]);
    let fastapi = "HTTP/1.1 403 Forbidden\n\n{\"detail\":\"Not authenticated\"}";
    check(&[(
        "fastapi",
        Some("bearer-missing-cookie-present"),
        &[("request.http", &cookie), ("response.http", fastapi)],
    )]);
    let session = request("Cookie: connect.sid=s%3Aabc.def\n");
    check(&[(
        "a session",
        None,
        &[("request.http", &session), ("response.http", BARE)],
    )]);
    let nothing = request("");
    check(&[(
        "nothing",
        Some("credential-missing"),
        &[("request.http", &nothing), ("response.http", WANTS_BEARER)],
    )]);
    let log = "api.interceptors.request.use(c => { c.headers.Authorization = `Bearer ${token}` })\nconst r = await fetch('/api/me', { method: 'GET' })\n";
    check(&[(
        "raw fetch",
        Some("raw-fetch-bypasses-client"),
        &[
            ("request.http", &nothing),
            ("response.http", WANTS_BEARER),
            ("log.txt", log),
        ],
    )]);
}

#[test]
fn redirects_that_drop_the_header_are_found() {
    let log = "> GET /items HTTP/2\n> Host: api.shop.example\n> authorization: Bearer x\n< HTTP/2 301\n< location: https://www.shop.example/items\n> GET /items HTTP/2\n> Host: www.shop.example\n< HTTP/2 401\n";
    check(&[(
        "another host",
        Some("auth-header-lost-on-redirect"),
        &[("log.txt", log)],
    )]);
    let server = "INFO: \"GET /items HTTP/1.1\" 307 Temporary Redirect\nINFO: \"GET /items/ HTTP/1.1\" 401 Unauthorized\n";
    let after = "GET /items/ HTTP/1.1\nHost: api.shop.example\n\n";
    check(&[(
        "a server's log",
        Some("auth-header-lost-on-redirect"),
        &[
            ("request.http", after),
            ("response.http", BARE),
            ("log.txt", server),
        ],
    )]);
    let kept = "> GET /items HTTP/2\n> Host: api.shop.example\n> authorization: Bearer x\n< HTTP/2 307\n< location: https://api.shop.example/items/\n> GET /items/ HTTP/2\n> Host: api.shop.example\n> authorization: Bearer x\n< HTTP/2 200\n";
    check(&[("kept on one origin", None, &[("log.txt", kept)])]);
}

#[test]
fn proxies_that_keep_the_header_are_found() {
    let plain = request("X-Forwarded-For: 203.0.113.7\n");
    let tail = [("request.http", plain.as_str()), ("response.http", BARE)];
    for (name, expected, file, text) in [
        (
            "mod_wsgi",
            "auth-header-stripped-by-proxy",
            "apache.conf",
            "<VirtualHost *:80>\nWSGIScriptAlias / /srv/app.wsgi\n</VirtualHost>",
        ),
        (
            "mod_wsgi, passed",
            "credential-missing",
            "apache.conf",
            "<VirtualHost *:80>\nWSGIScriptAlias / /srv/app.wsgi\nWSGIPassAuthorization On\n</VirtualHost>",
        ),
        (
            "php-fpm",
            "auth-header-stripped-by-proxy",
            "apache.conf",
            "<FilesMatch \\.php$>\nSetHandler \"proxy:unix:/run/php.sock|fcgi://localhost\"\n</FilesMatch>",
        ),
        (
            "php-fpm, rewritten",
            "credential-missing",
            ".htaccess",
            "RewriteEngine On\nRewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\nRewriteRule ^ index.php [L]",
        ),
        (
            "emptied",
            "auth-header-stripped-by-proxy",
            "nginx.conf",
            "location /api {\n  proxy_set_header Authorization \"\";\n  proxy_pass http://app;\n}",
        ),
        (
            "passed",
            "credential-missing",
            "nginx.conf",
            "location /api {\n  proxy_pass http://app;\n}",
        ),
        (
            "caddy",
            "auth-header-stripped-by-proxy",
            "Caddyfile",
            "a.example {\n  reverse_proxy app:80 {\n    header_up -Authorization\n  }\n}",
        ),
    ] {
        check(&[(name, Some(expected), &[tail[0], tail[1], (file, text)])]);
    }
    let log = "$ curl https://api.shop.example/api/me -H 'Authorization: Bearer x'\n";
    check(&[(
        "seen before and not behind",
        Some("auth-header-stripped-by-proxy"),
        &[tail[0], tail[1], ("log.txt", log)],
    )]);
    let moved = request("X-Forwarded-Authorization: Bearer x\nAuthorization: Bearer y\n");
    check(&[(
        "moved by a gateway",
        Some("auth-header-stripped-by-proxy"),
        &[("request.http", &moved), ("response.http", BARE)],
    )]);
}

#[test]
fn basic_at_the_proxy_is_right_where_it_is_consumed() {
    let request = request("Authorization: Basic YTpi\nCookie: sid=1\n");
    let conf = "location / {\n  auth_basic \"x\";\n  proxy_set_header Authorization \"\";\n  proxy_pass http://app;\n}";
    check(&[(
        "consumed",
        None,
        &[
            ("request.http", &request),
            ("response.http", "HTTP/1.1 200 OK\n\n{}"),
            ("nginx.conf", conf),
        ],
    )]);
    check(&[(
        "consumed, without an answer",
        None,
        &[("request.http", &request), ("nginx.conf", conf)],
    )]);
}

#[test]
fn netrc_takes_the_place_of_the_token() {
    let request = request("User-Agent: python-requests/2.32.3\nAuthorization: Basic YTpi\n");
    let log = "requests.get(url, headers={\"Authorization\": f\"Bearer {token}\"})\n";
    check(&[(
        "by source",
        Some("client-netrc-override"),
        &[
            ("request.http", &request),
            ("response.http", BARE),
            ("log.txt", log),
        ],
    )]);
    check(&[(
        "by challenge",
        Some("client-netrc-override"),
        &[("request.http", &request), ("response.http", WANTS_BEARER)],
    )]);
    check(&[(
        "basic that is wanted",
        None,
        &[
            ("request.http", &request),
            ("response.http", "HTTP/1.1 200 OK\n\n{}"),
        ],
    )]);
}

#[test]
fn headers_that_are_too_large_are_named() {
    let large = request(&format!("Cookie: sid={}\n", "x".repeat(9_000)));
    check(&[(
        "by size",
        Some("header-too-large"),
        &[
            ("request.http", &large),
            ("response.http", "HTTP/1.1 400 Bad Request\n\n"),
        ],
    )]);
    let small = request("");
    check(&[(
        "by status",
        Some("header-too-large"),
        &[
            ("request.http", &small),
            (
                "response.http",
                "HTTP/1.1 431 Request Header Fields Too Large\n\n",
            ),
        ],
    )]);
    check(&[(
        "by log",
        Some("header-too-large"),
        &[(
            "log.txt",
            "upstream sent too big header while reading response header from upstream",
        )],
    )]);
    check(&[(
        "large and good",
        None,
        &[
            ("request.http", &large),
            ("response.http", "HTTP/1.1 200 OK\n\n{}"),
        ],
    )]);
}

#[test]
fn a_session_under_another_name_is_found() {
    let call = |cookie: &str| {
        format!(
            "GET /documents HTTP/1.1\nHost: docs.shop.example\nUser-Agent: Mozilla/5.0\nCookie: {cookie}=x\n\n"
        )
    };
    let away = "HTTP/1.1 307 Temporary Redirect\nLocation: /login\n\n";
    let url = "NEXTAUTH_URL=https://docs.shop.example";
    let plain = call("next-auth.session-token");
    check(&[(
        "prefix",
        Some("cookie-name-mismatch"),
        &[
            ("frontend.env", url),
            ("request.http", &plain),
            ("response.http", away),
        ],
    )]);
    let secure = call("__Secure-next-auth.session-token");
    check(&[(
        "as derived",
        None,
        &[
            ("frontend.env", url),
            ("request.http", &secure),
            ("response.http", away),
        ],
    )]);
    let login = "POST /login HTTP/1.1\nHost: docs.shop.example\n\n###\nHTTP/1.1 200 OK\nSet-Cookie: sid=x; Path=/\n";
    let sid = call("sid");
    check(&[(
        "renamed",
        Some("cookie-name-mismatch"),
        &[
            ("backend.env", "SESSION_COOKIE_NAME=session"),
            ("login.http", login),
            ("request.http", &sid),
            ("response.http", BARE),
        ],
    )]);
}

#[test]
fn a_lost_scheme_is_found() {
    let told = "GET /account HTTP/1.1\nHost: app.shop.example\nReferer: https://app.shop.example/\nX-Forwarded-Proto: http\nCookie: theme=1\n\n";
    check(&[(
        "told http",
        Some("proxy-proto-lost"),
        &[("request.http", told), ("response.http", BARE)],
    )]);
    let circle = "GET /account HTTP/1.1\nHost: app.shop.example\nX-Forwarded-For: 203.0.113.7\n\n";
    let log = "ERR_TOO_MANY_REDIRECTS";
    let again = "HTTP/1.1 301 Moved Permanently\nLocation: https://app.shop.example/account\n\n";
    let settings = "APP_URL=https://app.shop.example";
    check(&[(
        "circle",
        Some("proxy-proto-lost"),
        &[
            ("backend.env", settings),
            ("request.http", circle),
            ("response.http", again),
            ("log.txt", log),
        ],
    )]);
    let good = "GET /account HTTP/1.1\nHost: app.shop.example\nReferer: https://app.shop.example/\nX-Forwarded-Proto: https\n\n";
    check(&[(
        "told https",
        None,
        &[
            ("request.http", good),
            ("response.http", "HTTP/1.1 200 OK\n\n{}"),
        ],
    )]);
}

#[test]
fn redirects_are_seen_in_what_a_terminal_or_a_server_printed() {
    let first = request("Authorization: Bearer x\n");
    let server = "INFO: \"GET /api/me HTTP/1.1\" 307 Temporary Redirect\nINFO: \"GET /api/me/ HTTP/1.1\" 403 Forbidden\n";
    check(&[(
        "the first request",
        Some("auth-header-lost-on-redirect"),
        &[
            ("request.http", &first),
            ("response.http", "HTTP/1.1 403 Forbidden\n\n"),
            ("log.txt", server),
        ],
    )]);
    let heads = |to: &str| {
        format!(
            "$ curl -sL -D - http://api.shop.example/api/me -H \"Authorization: Bearer $TOKEN\"\nHTTP/1.1 308 Permanent Redirect\nLocation: {to}\n\nHTTP/2 401\n"
        )
    };
    let log = heads("https://www.shop.example/api/me");
    check(&[(
        "printed heads",
        Some("auth-header-lost-on-redirect"),
        &[
            ("request.http", &first),
            ("response.http", BARE),
            ("log.txt", &log),
        ],
    )]);
}
