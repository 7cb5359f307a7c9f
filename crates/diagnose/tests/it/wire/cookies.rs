//! Cookies that do not arrive, and such as do.

use super::check;

/// A sign-in that sets a cookie.
fn login(host: &str, origin: &str, cookie: &str) -> String {
    format!(
        "POST /login HTTP/1.1\nHost: {host}\nOrigin: {origin}\n\n###\nHTTP/1.1 200 OK\nSet-Cookie: {cookie}\n\n{{}}"
    )
}

/// A request of a page's script.
fn call(host: &str, origin: &str, more: &str) -> String {
    format!(
        "GET /api/data HTTP/1.1\nHost: {host}\nUser-Agent: Mozilla/5.0\nOrigin: {origin}\n{more}\n"
    )
}

const REFUSED: &str = "HTTP/1.1 401 Unauthorized\n\n";

/// One set-up of a sign-in, a call and its answer, with nothing but a bare 401.
fn bare(name: &str, expected: Option<&str>, host: &str, origin: &str, cookie: &str) {
    let (login, call) = (login(host, origin, cookie), call(host, origin, ""));
    check(&[(
        name,
        expected,
        &[
            ("login.http", &login),
            ("request.http", &call),
            ("response.http", REFUSED),
        ],
    )]);
}

/// Name, cause, host, origin of the page, cookie.
#[rustfmt::skip]
const BARE: &[(&str, &str, &str, &str, &str)] = &[
    ("lax across sites", "cookie-samesite-cross-site", "api.shop.example", "https://app.store.test", "sid=1; Path=/; Secure; SameSite=Lax"),
    ("no SameSite across sites", "cookie-samesite-cross-site", "api.shop.example", "https://app.store.test", "sid=1; Path=/; Secure"),
    ("two hosts of a public suffix", "cookie-samesite-cross-site", "b.vercel.app", "https://a.vercel.app", "sid=1; Path=/; Secure"),
    ("none without secure", "cookie-samesite-none-without-secure", "api.shop.example", "https://app.store.test", "sid=1; Path=/; SameSite=None"),
    ("none, secure, not included", "credentials-not-included", "api.shop.example", "https://app.store.test", "sid=1; Path=/; SameSite=None; Secure"),
    ("another port, not included", "credentials-not-included", "localhost:8000", "http://localhost:3000", "sid=1; Path=/; SameSite=Lax"),
    ("another domain", "cookie-domain-mismatch", "api.shop.example", "https://app.shop.example", "sid=1; Path=/; Domain=other.example"),
    ("a sibling as domain", "cookie-domain-mismatch", "api.shop.example", "https://app.shop.example", "sid=1; Path=/; Domain=app.shop.example"),
    ("a public suffix", "cookie-public-suffix", "api.fly.dev", "https://app.fly.dev", "sid=1; Path=/; Domain=.fly.dev; Secure; SameSite=None"),
    ("secure over http", "cookie-secure-over-http", "10.0.0.5:8080", "http://10.0.0.5:8080", "sid=1; Path=/; Secure"),
    ("localhost and its number", "origin-host-drift", "127.0.0.1:8000", "http://localhost:3000", "sid=1; Path=/; SameSite=Lax"),
    ("__Host- with a domain", "cookie-domain-mismatch", "api.shop.example", "https://api.shop.example", "__Host-sid=1; Path=/; Secure; Domain=shop.example"),
];

#[test]
fn a_bare_401_is_explained_by_the_cookie_that_was_set_before() {
    for (name, expected, host, origin, cookie) in BARE {
        bare(name, Some(expected), host, origin, cookie);
    }
    let large = format!("sid={}; Path=/", "x".repeat(4200));
    bare(
        "too large",
        Some("cookie-too-large"),
        "a.example",
        "https://a.example",
        &large,
    );
}

#[test]
fn cookies_that_arrive_are_no_error() {
    let sent = |host: &str, origin: &str, cookie: &str, status: &str| {
        let (login, call) = (
            login(host, origin, cookie),
            call(host, origin, "Cookie: sid=1\n"),
        );
        check(&[(
            "sent",
            None,
            &[
                ("login.http", &login),
                ("request.http", &call),
                ("response.http", status),
            ],
        )]);
        check(&[(
            "sent, without an answer",
            None,
            &[("login.http", &login), ("request.http", &call)],
        )]);
    };
    let ok = "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.shop.example\nAccess-Control-Allow-Credentials: true\n\n{}";
    sent(
        "api.shop.example",
        "https://app.shop.example",
        "sid=1; Path=/; SameSite=Lax; Secure",
        ok,
    );
    sent(
        "api.other.example",
        "https://app.shop.example",
        "sid=1; Path=/; SameSite=None; Secure",
        ok,
    );
    sent(
        "localhost:3000",
        "http://localhost:3000",
        "sid=1; Path=/; Secure",
        "HTTP/1.1 200 OK\n\n{}",
    );
}

#[test]
fn a_cookie_of_one_host_is_not_sent_to_another() {
    let login = "POST /login HTTP/1.1\nHost: www.a.example\n\n###\nHTTP/1.1 302 Found\nLocation: https://www.a.example/\nSet-Cookie: session=1; Path=/\n";
    let to = |host: &str| {
        format!("GET /account HTTP/1.1\nHost: {host}\nUser-Agent: Mozilla/5.0\nAccept: text/html\n")
    };
    let sent_away = "HTTP/1.1 302 Found\nLocation: /login?next=/account\n\n";
    for (host, expected) in [
        ("a.example", "origin-host-drift"),
        ("shop.a.example", "cookie-domain-mismatch"),
    ] {
        check(&[(
            host,
            Some(expected),
            &[
                ("login.http", login),
                ("request.http", &to(host)),
                ("response.http", sent_away),
            ],
        )]);
    }
}

#[test]
fn a_strict_cookie_stays_at_home_on_the_way_back() {
    let before = "GET /auth/start HTTP/1.1\nHost: app.a.example\n\n###\nHTTP/1.1 302 Found\nLocation: https://id.provider.test/authorize\nSet-Cookie: oauth_state=x; Path=/; Secure; SameSite=";
    let back = "GET /auth/callback?code=c&state=x HTTP/1.1\nHost: app.a.example\nUser-Agent: Mozilla/5.0\nReferer: https://id.provider.test/\n\n";
    let bad = "HTTP/1.1 400 Bad Request\n\n";
    let strict = format!("{before}Strict\n");
    check(&[(
        "strict",
        Some("cookie-samesite-strict-oauth"),
        &[
            ("login.http", &strict),
            ("request.http", back),
            ("response.http", bad),
        ],
    )]);
    let posted = "POST /auth/callback HTTP/1.1\nHost: app.a.example\nUser-Agent: Mozilla/5.0\nOrigin: https://id.provider.test\nSec-Fetch-Mode: navigate\nContent-Type: application/x-www-form-urlencoded\n\ncode=c&state=x";
    let lax = format!("{before}Lax\n");
    check(&[(
        "form_post",
        Some("cookie-samesite-cross-site"),
        &[
            ("login.http", &lax),
            ("request.http", posted),
            ("response.http", bad),
        ],
    )]);
}

#[test]
fn settings_speak_where_no_answer_shows_the_cookie() {
    let settings = "APP_ORIGIN=https://app.store.test\nCOOKIE_SAMESITE=lax\nCOOKIE_SECURE=true\n";
    let request = call("api.shop.example", "https://app.store.test", "");
    check(&[(
        "lax by setting",
        Some("cookie-samesite-cross-site"),
        &[
            ("backend.env", settings),
            ("request.http", &request),
            ("response.http", REFUSED),
        ],
    )]);
    let domain = "SESSION_COOKIE_DOMAIN=.old.example\n";
    let request = call("api.new.example", "https://app.new.example", "");
    check(&[(
        "an old domain",
        Some("cookie-domain-mismatch"),
        &[
            ("backend.env", domain),
            ("request.http", &request),
            ("response.http", REFUSED),
        ],
    )]);
    let url = "NEXTAUTH_URL=http://localhost:3000\n";
    let request =
        "GET /api/auth/session HTTP/1.1\nHost: 127.0.0.1:3000\nUser-Agent: Mozilla/5.0\n\n";
    check(&[(
        "two names",
        Some("origin-host-drift"),
        &[
            ("frontend.env", url),
            ("request.http", request),
            ("response.http", "HTTP/1.1 200 OK\n\n{}"),
        ],
    )]);
}

#[test]
fn a_request_with_a_bearer_token_misses_no_cookie() {
    let login = login(
        "api.a.example",
        "https://app.b.test",
        "refresh_token=1; Path=/auth; SameSite=Strict; Secure",
    );
    let call = call(
        "api.a.example",
        "https://app.b.test",
        "Authorization: Bearer abc\n",
    );
    check(&[(
        "bearer",
        None,
        &[("login.http", &login), ("request.http", &call)],
    )]);
}

#[test]
fn safari_keeps_no_secure_cookie_of_the_machine_itself() {
    let chrome =
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36";
    let safari =
        "Mozilla/5.0 AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.3 Safari/605.1.15";
    for (agent, expected) in [
        (chrome, "credential-missing"),
        (safari, "cookie-secure-over-http"),
    ] {
        let head =
            format!("Host: localhost:3000\nUser-Agent: {agent}\nReferer: http://localhost:3000/");
        let login = format!(
            "POST /login HTTP/1.1\n{head}\n\n###\nHTTP/1.1 200 OK\nSet-Cookie: sid=1; Path=/; Secure; SameSite=Lax\n\n"
        );
        let call = format!("GET /api/me HTTP/1.1\n{head}\n\n");
        check(&[(
            agent,
            Some(expected),
            &[
                ("login.http", &login),
                ("request.http", &call),
                ("response.http", REFUSED),
            ],
        )]);
    }
}

#[test]
fn a_value_that_was_too_large_leaves_the_old_one() {
    let head = "Host: a.example\nUser-Agent: Mozilla/5.0\nOrigin: https://a.example";
    let login = |cookie: &str| {
        format!(
            "POST /login HTTP/1.1\n{head}\nCookie: sid=old\n\n###\nHTTP/1.1 200 OK\nSet-Cookie: {cookie}; Path=/\n\n"
        )
    };
    let call = format!("GET /api/me HTTP/1.1\n{head}\nCookie: sid=old\n\n");
    let large = login(&format!("sid={}", "x".repeat(5000)));
    let small = login("sid=new");
    let files = |login| {
        [
            ("login.http", login),
            ("request.http", call.as_str()),
            ("response.http", REFUSED),
        ]
    };
    check(&[
        ("large", Some("cookie-too-large"), &files(large.as_str())),
        ("small", None, &files(small.as_str())),
    ]);
}
