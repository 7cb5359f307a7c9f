//! Sign-in at providers, and certificates.

use super::{check, errors};

#[test]
fn redirect_uris_of_the_wrong_scheme_are_found() {
    let start = "GET /login/google HTTP/1.1\nHost: app.shop.example\nX-Forwarded-Proto: https\nUser-Agent: Mozilla/5.0\n\n";
    let away = "HTTP/1.1 302 Found\nLocation: https://accounts.google.com/o/oauth2/auth?client_id=a&redirect_uri=http%3A%2F%2Fapp.shop.example%2Fcallback&state=1\n\n";
    let log = "Error 400: redirect_uri_mismatch";
    check(&[(
        "behind TLS",
        Some("redirect-uri-scheme"),
        &[
            ("request.http", start),
            ("response.http", away),
            ("log.txt", log),
        ],
    )]);
    check(&[(
        "behind TLS, without a message",
        Some("redirect-uri-scheme"),
        &[("request.http", start), ("response.http", away)],
    )]);
    let https = away.replace("http%3A", "https%3A");
    check(&[(
        "another address",
        Some("redirect-uri-mismatch"),
        &[
            ("request.http", start),
            ("response.http", &https),
            ("log.txt", log),
        ],
    )]);
    check(&[(
        "good",
        None,
        &[("request.http", start), ("response.http", &https)],
    )]);
    let local = "GET /login HTTP/1.1\nHost: localhost:3000\n\n";
    let away = "HTTP/1.1 302 Found\nLocation: https://github.com/login/oauth/authorize?redirect_uri=http://localhost:3000/cb\n\n";
    check(&[(
        "http on localhost",
        None,
        &[("request.http", local), ("response.http", away)],
    )]);
}

#[test]
fn callbacks_tell_what_the_provider_said() {
    let call = |query: &str, cookie: &str| {
        format!(
            "GET /auth/callback?{query} HTTP/1.1\nHost: app.shop.example\nUser-Agent: Mozilla/5.0\nReferer: https://id.test/\n{cookie}\n"
        )
    };
    let bad = "HTTP/1.1 400 Bad Request\n\n";
    let declined = call("error=access_denied&state=1", "");
    check(&[(
        "declined",
        Some("oauth-provider-error"),
        &[("request.http", &declined), ("response.http", bad)],
    )]);
    let other = call("code=c&state=aaaaaaaa", "Cookie: oauth_state=bbbbbbbb\n");
    check(&[(
        "another state",
        Some("oauth-state-mismatch"),
        &[("request.http", &other), ("response.http", bad)],
    )]);
    let lost = call("code=c&state=aaaaaaaa", "");
    let log = "[auth][error] InvalidCheck: state cookie was missing";
    check(&[(
        "no cookie",
        Some("oauth-state-mismatch"),
        &[
            ("request.http", &lost),
            ("response.http", bad),
            ("log.txt", log),
        ],
    )]);
    let fits = call("code=c&state=aaaaaaaa", "Cookie: oauth_state=aaaaaaaa\n");
    check(&[(
        "fits",
        None,
        &[
            ("request.http", &fits),
            ("response.http", "HTTP/1.1 302 Found\nLocation: /home\n\n"),
        ],
    )]);
}

#[test]
fn a_state_that_another_host_keeps_is_no_mismatch_of_its_own() {
    let before = "GET /login HTTP/1.1\nHost: 127.0.0.1:3000\n\n###\nHTTP/1.1 302 Found\nLocation: https://id.test/authorize\nSet-Cookie: oauth_state=aaaaaaaa; Path=/; HttpOnly; SameSite=Lax\n";
    let back = "GET /auth/callback?code=c&state=aaaaaaaa HTTP/1.1\nHost: localhost:3000\nUser-Agent: Mozilla/5.0\n\n";
    let found = errors(&[
        ("login.http", before),
        ("request.http", back),
        (
            "response.http",
            "HTTP/1.1 400 Bad Request\n\nstate mismatch",
        ),
    ]);
    assert_eq!(found, ["origin-host-drift"]);
}

#[test]
fn clients_that_the_provider_does_not_know_are_found() {
    let exchange =
        "POST /token HTTP/1.1\nHost: oauth2.googleapis.com\n\ngrant_type=authorization_code&code=x";
    let answer = "HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n{\"error\":\"invalid_client\"}";
    check(&[(
        "token endpoint",
        Some("oauth-client-invalid"),
        &[("request.http", exchange), ("response.http", answer)],
    )]);
    check(&[(
        "log",
        Some("oauth-client-invalid"),
        &[("log.txt", "AADSTS7000215: Invalid client secret provided.")],
    )]);
}

#[test]
fn certificates_that_are_refused_are_found() {
    check(&[(
        "expired",
        Some("tls-certificate-invalid"),
        &[(
            "log.txt",
            "requests.exceptions.SSLError: certificate verify failed: certificate has expired (_ssl.c:997)",
        )],
    )]);
    check(&[(
        "node",
        Some("tls-certificate-invalid"),
        &[(
            "log.txt",
            "FetchError: request to https://id.test failed, reason: unable to verify the first certificate, code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'",
        )],
    )]);
}
