//! Input that nobody meant: it is read without a panic and in a time that grows with its length.

use super::errors;

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "",
    "\u{feff}",
    "\r\n",
    "###",
    "HTTP/",
    "HTTP/1.1",
    "HTTP/1.1 ",
    "HTTP/1.1 999999 x",
    "GET",
    "GET ",
    "GET / HTTP/1.1",
    "Host:",
    ": x",
    "Host: [::1",
    "Host: é:99999",
    "Cookie: ;=;a;==",
    "Set-Cookie: =; Domain=.; Path; Max-Age=99999999999999999999",
    "Set-Cookie: é=ü; Expires=Mon, 99 Foo 0000 99:99:99",
    "Origin: null",
    "Origin: https://",
    "Authorization:",
    "Authorization: Bearer",
    "Location: ://",
    "> ",
    "< ",
    "> GET / HTTP/2",
    "< HTTP/2 307",
    "< location: http://é/",
    "curl",
    "curl '",
    "$ curl $'\\u12",
    "curl ^",
    "fetch(",
    "fetch(\"a",
    "fetch(\"a\", {\"headers\":{\"a\":1}",
    "Invoke-WebRequest -Uri \"",
    "{\"log\":{\"entries\":[{}]}}",
    "{\"log\":{\"entries\":[{\"request\":{\"url\":1}}]}}",
    "server {",
    "}}}}",
    "proxy_set_header \"",
    "<VirtualHost",
    "RewriteRule [",
    "redirect_uri=",
    "redirect_uri=%zz%",
    "X-CSRF-Token: %",
    "Cookie: csrftoken=é",
    "{{{{",
    "😀😀",
];

#[test]
fn no_input_ends_the_run() {
    let names = [
        "request.http",
        "response.http",
        "login.http",
        "log.txt",
        "nginx.conf",
        ".htaccess",
        "Caddyfile",
        "x",
    ];
    for (at, one) in PIECES.iter().enumerate() {
        for other in PIECES {
            let text = format!("{one}\n{other}\n\n{one}");
            let name = names[at % names.len()];
            errors(&[(name, &text), ("request.http", other), ("log.txt", &text)]);
        }
    }
}

#[test]
fn long_input_is_read() {
    let lines = "$ curl 'https://a.example/x' -H 'A: b\nfetch(\"x\n> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n< set-cookie: a=b\n".repeat(500);
    errors(&[("log.txt", &lines), ("request.http", &lines)]);
    let line = "a".repeat(500_000);
    errors(&[
        ("log.txt", &line),
        (
            "request.http",
            &format!("GET /{line} HTTP/1.1\nCookie: {line}\n"),
        ),
    ]);
    let conf = "server { listen 1;\n".repeat(5_000);
    errors(&[("nginx.conf", &conf)]);
}
