use super::test_server::{TestServer, answer};
use super::*;
use countersign_diagnose::{Style, diagnose};
use countersign_verify::Cause;
use std::sync::Arc;

mod certificates;

#[test]
fn what_is_shown_of_a_url_has_no_secret() {
    for (url, wanted) in [
        (
            "https://u:hunter2@api.example/x?key=hunter2#hunter2",
            "https://api.example/x",
        ),
        ("redis://:hunter2@cache:6380/0", "redis://cache:6380"),
        ("http://[::1]:8787", "http://[::1]:8787/"),
    ] {
        assert_eq!(address(url).map(|url| shown(&url)).as_deref(), Ok(wanted));
    }
    for wrong in ["ftp://x", "file:///etc/passwd", "api.example", ""] {
        assert!(address(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn nobody_is_asked_offline() {
    let arguments = ProbeArguments {
        url: vec!["http://127.0.0.1:1".parse().expect("a URL")],
        origin: None,
    };
    let terminal = Terminal::detect(crate::terminal::Format::Json);
    let evidence = arguments
        .add_to(
            Evidence::default(),
            Some("postgres://a:hunter2@h/d"),
            true,
            &terminal,
        )
        .expect("evidence");
    let checked = diagnose(&evidence).checked;
    assert_eq!(
        checked
            .iter()
            .filter(|check| check.why.contains("--offline"))
            .count(),
        2
    );
    assert!(!format!("{checked:?}").contains("hunter2"));
}

async fn of(url: &str, known: &Known) -> Vec<Probe> {
    let network = Network::system().expect("authorities");
    of_url(&network, &address(url).expect("a URL"), known).await
}

fn causes(probes: Vec<Probe>) -> Vec<Cause> {
    let findings = diagnose(&Evidence::default().probed(probes)).findings;
    findings
        .iter()
        .map(countersign_diagnose::Finding::cause)
        .collect()
}

fn by_page() -> Known {
    Known {
        origin: Some("https://app.example.org".to_owned()),
        ..Known::default()
    }
}

#[tokio::test]
async fn a_server_that_is_well_is_left_alone() {
    let server = TestServer::http(|head| {
        if head.starts_with("OPTIONS") {
            let allow = "Access-Control-Allow-Origin: https://app.example.org\r\nAccess-Control-Allow-Headers: authorization\r\n";
            return answer(204, allow, "");
        }
        match head.split(' ').nth(1) {
            Some("/health") => answer(200, "", r#"{"status":"UP"}"#),
            Some("/api") => answer(401, "WWW-Authenticate: Bearer\r\n", "{}"),
            _ => answer(404, "", "not here"),
        }
    })
    .await;
    let probes = of(&format!("http://127.0.0.1:{}/api", server.port), &by_page()).await;
    let result = |name: &str| {
        let found = probes.iter().find(|probe| probe.name == name);
        found
            .unwrap_or_else(|| panic!("{name}: {probes:?}"))
            .result
            .as_str()
    };
    for (name, wanted) in [
        ("reachability", "ok"),
        ("cors", "ok"),
        ("health", "ok"),
        ("refusal", "ok"),
        ("discovery", "skipped"),
        ("jwks", "skipped"),
        ("csrf", "skipped"),
        ("clock", "skipped"),
    ] {
        assert_eq!(result(name), wanted, "{name}: {probes:?}");
    }
    assert_eq!(causes(probes), []);
}

#[tokio::test]
async fn each_fault_of_a_server_is_named() {
    let server = TestServer::http(|head| match head.split(' ').nth(1) {
        Some("/moved") => answer(301, "Location: http://other.example/moved\r\n", ""),
        Some("/late") => answer(200, "Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n", ""),
        Some("/cookie") => answer(200, "Set-Cookie: sid=hunter2; SameSite=None\r\n", ""),
        Some("/api/health") if head.contains("x-never") => String::new(),
        Some("/sick/.well-known/openid-configuration") => answer(
            200,
            "",
            r#"{"issuer":"https://id.example","jwks_uri":"http://elsewhere.example/keys"}"#,
        ),
        _ => answer(404, "", ""),
    })
    .await;
    for (path, known, wanted) in [
        ("/moved", Known::default(), Cause::AuthHeaderLostOnRedirect),
        ("/late", Known::default(), Cause::ClockSkew),
        (
            "/cookie",
            Known::default(),
            Cause::CookieSamesiteNoneWithoutSecure,
        ),
        ("/sick", Known::default(), Cause::DiscoveryIssuerMismatch),
        ("/nothing", by_page(), Cause::CorsOriginNotAllowed),
    ] {
        let probes = of(&format!("http://127.0.0.1:{}{path}", server.port), &known).await;
        assert!(!format!("{probes:?}").contains("hunter2"));
        assert_eq!(causes(probes), [wanted], "{path}");
    }
}

#[tokio::test]
async fn nobody_else_is_asked() {
    // A second server, that answers and redirects name, and that must never be reached.
    let (asked, count) = {
        let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let server = TestServer::http(move |_| {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            answer(200, "", "{}")
        });
        (server.await, count)
    };
    let there = format!("http://127.0.0.1:{}", asked.port);
    let server = TestServer::http(move |head| match head.split(' ').nth(1) {
        Some("/.well-known/openid-configuration") => answer(
            200,
            "",
            &format!(r#"{{"issuer":"{there}","jwks_uri":"{there}/keys"}}"#),
        ),
        _ => answer(302, &format!("Location: {there}/x\r\n"), ""),
    })
    .await;
    let probes = of(&format!("http://127.0.0.1:{}/", server.port), &by_page()).await;
    assert!(
        probes
            .iter()
            .any(|probe| probe.name == "jwks" && probe.why.contains("another host"))
    );
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_key_set_is_evidence() {
    let server = TestServer::http(|_| answer(200, "", r#"{"keys":[]}"#)).await;
    let probes = of(
        &format!("http://127.0.0.1:{}/keys", server.port),
        &Known::default(),
    )
    .await;
    assert!(
        probes
            .iter()
            .any(|probe| probe.name == "jwks" && probe.documents.len() == 1),
        "{probes:?}"
    );
    let broken = TestServer::http(|head| match head.split(' ').nth(1) {
        Some("/.well-known/jwks.json") => answer(200, "", r#"{"kees":[]}"#),
        _ => answer(404, "", ""),
    });
    let broken = broken.await;
    let probes = of(
        &format!("http://127.0.0.1:{}/", broken.port),
        &Known::default(),
    )
    .await;
    assert_eq!(causes(probes), [Cause::JwksUnavailable]);
}

#[tokio::test]
async fn who_does_not_answer_is_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    for (scheme, cause) in [
        ("http", Cause::Unavailable),
        ("redis", Cause::RedisUnreachable),
        ("smtp", Cause::SmtpUnreachable),
    ] {
        let probes = of(&format!("{scheme}://127.0.0.1:{port}"), &Known::default()).await;
        assert_eq!(causes(probes), [cause], "{scheme}");
    }
    let probes = of("http://no-such-host.invalid", &Known::default()).await;
    assert!(probes[0].why.contains("does not resolve"), "{probes:?}");
}

#[tokio::test]
async fn redis_and_mail_are_spoken_to() {
    let redis = TestServer::lines("", |line| match line {
        "PING" => "+PONG\r\n",
        "sesame" => "+OK\r\n",
        "wrong" => "-WRONGPASS invalid\r\n",
        _ => "",
    })
    .await;
    let mail = TestServer::lines("220 mail ready\r\n", |line| match line {
        "EHLO countersign.invalid" => "250-mail\r\n250 SIZE 1000\r\n",
        _ => "500 what\r\n",
    })
    .await;
    let web = TestServer::lines("HTTP/1.1 400 Bad\r\n", |_| "").await;
    for (url, wanted) in [
        (format!("redis://127.0.0.1:{}", redis.port), Ok("PONG")),
        (
            format!("redis://:sesame@127.0.0.1:{}", redis.port),
            Ok("PONG"),
        ),
        (
            format!("redis://:wrong@127.0.0.1:{}", redis.port),
            Err("password is refused"),
        ),
        (format!("smtp://127.0.0.1:{}", mail.port), Ok("no TLS")),
        (format!("smtp://127.0.0.1:{}", web.port), Err("HTTP/1.1")),
        (format!("redis://127.0.0.1:{}", web.port), Err("HTTP/1.1")),
    ] {
        let probes = of(&url, &Known::default()).await;
        let probe = probes.first().expect("a probe");
        let good = probe.result.as_str() == "ok";
        let (Ok(says) | Err(says)) = wanted;
        assert!(
            good == wanted.is_ok() && probe.why.contains(says),
            "{url}: {probe:?}"
        );
        assert!(!format!("{probe:?}").contains("sesame"));
    }
    let wrong = format!("redis://:wrong@127.0.0.1:{}", redis.port);
    let probes = of(&wrong, &Known::default()).await;
    let told = diagnose(&Evidence::default().probed(probes));
    let told = told.human(Style::Plain, 80);
    assert!(told.contains("percent-encoded"), "{told}");
    assert!(!told.contains("Start Redis"), "{told}");
}

#[tokio::test]
async fn a_database_is_asked_through_the_store() {
    let database = countersign_testkit::TempDatabase::postgres();
    let probes = database::probe(database.url(), None).await;
    let names: Vec<_> = probes.iter().map(|probe| probe.name.as_str()).collect();
    assert!(
        names.contains(&"database names") && names.contains(&"database pooler"),
        "{names:?}"
    );
    assert_eq!(causes(probes), [Cause::DbNotMigrated]);
    let unescaped = database::probe("postgres://a:p@ss@h/d", None).await;
    assert_eq!(causes(unescaped), [Cause::DbUrlPasswordUnescaped]);
}
