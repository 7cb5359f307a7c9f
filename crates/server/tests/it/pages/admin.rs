//! `/admin` and what is below it.

use countersign_diagnose::{TraceRecord, explain, title};
use countersign_store::StoredTrace;
use countersign_verify::{Cause, Check, Concern, Explained, Grade, Source, Trace, TraceId};

use super::assert_sound;
use super::person::{PASSWORD, Person};
use crate::api::people::promote;
use crate::harness::TestApp;

const ADA: &str = "ada@example.org";

/// Somebody with the role admin, signed in.
async fn admin(app: &TestApp) -> Person {
    let mut ada = Person::new(app);
    ada.register(ADA).await;
    ada.verify(ADA).await;
    promote(app, ADA).await;
    assert_eq!(ada.sign_in(ADA, PASSWORD).await.status, 303);
    ada
}

/// A trace of a refusal, not yet kept.
fn record(number: u8, cause: Cause) -> TraceRecord {
    let mut trace = Trace::new(TraceId::from_bytes([number; 16]));
    trace.passed(
        Check::Presented,
        "a bearer token in the Authorization header",
    );
    trace.failed(Check::Signature, "no key of this server made it");
    TraceRecord {
        trace,
        at: "2027-01-15T08:00:00.000000Z".into(),
        method: "GET".into(),
        path: format!("/api/{number}"),
        client: Some("192.0.2.7".into()),
        token: None,
        user: None,
        session: None,
        cause: Some(cause),
        detail: String::new(),
        findings: Vec::new(),
    }
}

async fn keep(app: &TestApp, record: &TraceRecord) -> String {
    let stored = StoredTrace {
        id: record.trace.id.to_string(),
        at: app.app.now(),
        cause: record.cause,
        document: serde_json::to_string(record).expect("JSON"),
    };
    let id = stored.id.clone();
    let kept = app.app.store().append_traces(vec![stored]).await;
    kept.expect("a write");
    format!("/admin/refusals/{id}")
}

#[tokio::test]
async fn strangers_sign_in_first_and_others_are_refused_by_the_role() {
    let app = TestApp::sqlite().await;
    let trace = keep(&app, &record(1, Cause::SecretMismatch)).await;
    let mut stranger = Person::new(&app);
    let mut eve = Person::signed_in(&app, "eve@example.org").await;
    assert!(!eve.open("/account").await.text().contains("/admin"));
    for path in ["/admin", "/admin?cause=token-expired", &trace] {
        let away = stranger.open(path).await;
        assert_eq!(away.status, 303, "{path}");
        let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
        assert_eq!(away.header("location"), format!("/login?next={next}"));
        let refused = eve.open(path).await;
        assert_eq!(refused.status, 403, "{path}");
        assert_sound(&refused);
        assert!(
            refused.text().contains("role-missing"),
            "{}",
            refused.text()
        );
        assert!(
            refused.text().contains("eve@example.org"),
            "still signed in"
        );
        assert!(
            !refused.text().contains("secret-mismatch"),
            "nothing is told"
        );
    }
}

#[tokio::test]
async fn a_refused_visit_is_kept_and_audited() {
    let app = TestApp::sqlite().await;
    let mut eve = Person::signed_in(&app, "eve@example.org").await;
    let refused = eve.open("/admin").await;
    app.flush().await;
    let id = refused.header("x-trace-id");
    assert!(refused.text().contains(id));
    let kept = app.app.store().trace(id).await.expect("a read");
    assert_eq!(kept.expect("a trace").cause, Some(Cause::RoleMissing));
    let audited = crate::api::people::audited(&app).await;
    assert!(
        audited.contains(&"credential.refused".to_owned()),
        "{audited:?}"
    );
}

async fn an_admin_goes_from_the_list_to_the_fix(app: TestApp) {
    let mut ada = admin(&app).await;
    assert!(
        ada.open("/account")
            .await
            .text()
            .contains("href=\"/admin\"")
    );
    let empty = ada.open("/admin").await;
    assert_eq!(empty.status, 200);
    assert_sound(&empty);
    let mut explained = record(2, Cause::SecretMismatch);
    explained.findings = vec![Explained {
        cause: Cause::SecretTrailingNewline,
        grade: Grade::Proved,
        confidence: 0.99,
        text: "it holds under JWT_SECRET with a line feed".into(),
        fix: Some("take the line feed out of `secrets/jwt`".into()),
        about: vec![Concern {
            name: "JWT_SECRET".into(),
            source: Source::Process,
            shown: "sha256:1f0c22ab".into(),
        }],
    }];
    let path = keep(&app, &explained).await;
    let list = ada.open("/admin").await;
    assert_sound(&list);
    for told in [
        path.as_str(),
        title(Cause::SecretMismatch),
        title(Cause::SecretTrailingNewline),
        "GET /api/2",
        "192.0.2.7",
        "<p class=\"figure\">1</p>",
        "/admin?cause=secret-mismatch",
    ] {
        assert!(list.text().contains(told), "{told}: {}", list.text());
    }
    let page = ada.open(&path).await;
    assert_eq!(page.status, 200);
    assert_sound(&page);
    for told in [
        "take the line feed out of <code>secrets/jwt</code>",
        "no key of this server made it",
        "proved, 99% sure",
        "sha256:1f0c22ab",
        "credentials-invalid",
        "countersign why 02020202",
        "aria-current=\"page\"",
    ] {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
}

#[tokio::test]
async fn an_admin_goes_from_the_list_to_the_fix_sqlite() {
    an_admin_goes_from_the_list_to_the_fix(TestApp::sqlite().await).await;
}

#[tokio::test]
async fn an_admin_goes_from_the_list_to_the_fix_postgres() {
    an_admin_goes_from_the_list_to_the_fix(TestApp::postgres().await).await;
}

#[tokio::test]
async fn the_page_of_a_real_refusal_says_what_why_says() {
    let app = TestApp::sqlite().await;
    let mut ada = admin(&app).await;
    let mut client = app.client();
    let ask = client.ask(http::Method::GET, "/api/settings");
    let answer = ask.bearer("not.a.token").send().await;
    app.flush().await;
    let id = answer.header("x-trace-id");
    let page = ada.open(&format!("/admin/refusals/{id}")).await;
    assert_eq!(page.status, 200);
    assert_sound(&page);
    let stored = app.app.store().trace(id).await.expect("a read");
    let kept: TraceRecord =
        serde_json::from_str(&stored.expect("a trace").document).expect("a record");
    let root = kept.root().expect("a cause");
    assert!(page.text().contains(root.code()), "{}", page.text());
    let what = explain(root).what.split('`').next().unwrap_or_default();
    assert!(page.text().contains(what), "{}", page.text());
    let fingerprint = kept.token.expect("a token").fingerprint;
    assert!(page.text().contains(&fingerprint), "{}", page.text());
    assert!(!page.text().contains("not.a.token"));
    assert!(page.text().contains("credential.refused"), "the audit log");
}

#[tokio::test]
async fn what_strangers_sent_is_text_and_nothing_else() {
    const EVIL: &str = "</code><script>alert(1)</script>\u{202e}\u{1b}[31m\r\n\u{2028}`\"'";
    let app = TestApp::sqlite().await;
    let mut ada = admin(&app).await;
    let mut evil = record(3, Cause::TokenMalformed);
    evil.path = format!("/{EVIL}");
    evil.method = EVIL.into();
    evil.client = Some(EVIL.into());
    evil.user = Some(EVIL.into());
    evil.session = Some(EVIL.into());
    evil.detail = format!("detail {EVIL}");
    evil.trace.noted(Check::Form, EVIL);
    evil.findings = vec![Explained {
        cause: Cause::TokenTampered,
        grade: Grade::Proved,
        confidence: 0.99,
        text: EVIL.into(),
        fix: Some(EVIL.into()),
        about: vec![Concern {
            name: EVIL.into(),
            source: Source::Process,
            shown: EVIL.into(),
        }],
    }];
    let path = keep(&app, &evil).await;
    for path in ["/admin", path.as_str()] {
        let page = ada.open(path).await;
        assert_eq!(page.status, 200);
        assert_sound(&page);
        let text = page.text();
        assert!(text.contains("&#60;script&#62;alert(1)"), "{text}");
        for steering in ['\u{202e}', '\u{1b}', '\u{2028}', '\r'] {
            assert!(!text.contains(steering), "{path} has {steering:?}");
        }
        assert!(text.contains("\\u{202e}"), "spelt out: {text}");
    }
}

#[tokio::test]
async fn a_long_path_is_cut_in_the_list_alone() {
    let app = TestApp::sqlite().await;
    let mut ada = admin(&app).await;
    let mut long = record(4, Cause::TokenExpired);
    long.path = format!("/{}", "é".repeat(900));
    let path = keep(&app, &long).await;
    let list = ada.open("/admin").await;
    assert!(list.text().contains("éé…"));
    assert!(!list.text().contains(&"é".repeat(200)));
    assert!(ada.open(&path).await.text().contains(&"é".repeat(900)));
}

#[tokio::test]
async fn the_list_has_pages_and_a_filter() {
    let app = TestApp::sqlite().await;
    let mut ada = admin(&app).await;
    for number in 0..60 {
        let cause = [Cause::TokenExpired, Cause::SecretMismatch][usize::from(number % 6 == 0)];
        keep(&app, &record(number, cause)).await;
        app.app.clock().advance(1);
    }
    let list = ada.open("/admin").await;
    let shown = |html: &str| html.matches("class=\"refusal\"").count();
    assert_eq!(shown(list.text()), 50);
    let next = list.text().split("rel=\"next\" href=\"").nth(1);
    let next = next.and_then(|rest| rest.split('"').next()).expect("older");
    let next = next.replace("&#38;", "&");
    let older = ada.open(&next).await;
    assert_sound(&older);
    assert_eq!(shown(older.text()), 10);
    assert!(!older.text().contains("rel=\"next\""));
    assert!(older.text().contains("Back to the newest"));
    for name in ["secret-mismatch", "CSN3002"] {
        let some = ada.open(&format!("/admin?cause={name}")).await;
        assert_sound(&some);
        assert_eq!(shown(some.text()), 10, "{name}");
        assert!(some.text().contains("value=\"secret-mismatch\" selected"));
    }
    let none = ada.open("/admin?cause=session-revoked").await;
    assert_eq!((none.status, shown(none.text())), (200, 0));
    assert!(none.text().contains("No refusal of this cause is kept"));
    assert_eq!(ada.open("/admin?cause=%3Cscript%3E").await.status, 404);
    assert_eq!(ada.open("/admin?before=x").await.status, 400);
}

#[tokio::test]
async fn a_trace_is_looked_up_by_its_id() {
    let app = TestApp::sqlite().await;
    let mut ada = admin(&app).await;
    let path = keep(&app, &record(0xab, Cause::TokenExpired)).await;
    let id = "ab".repeat(16);
    for typed in [id.clone(), format!("+%22{}%22,", id.to_uppercase())] {
        let found = ada.open(&format!("/admin?trace={typed}")).await;
        assert_eq!(
            (found.status, found.header("location")),
            (303, path.as_str())
        );
    }
    for (path, status) in [
        ("/admin?trace=%3Cb%3E", 422),
        ("/admin/refusals/00000000000000000000000000000000", 404),
        ("/admin/refusals/%3Cb%3E", 404),
        ("/admin/refusals/%ff", 404),
    ] {
        let page = ada.open(path).await;
        assert_eq!(page.status, status, "{path}");
        assert_sound(&page);
        assert!(page.text().contains("id=\"trace-error\""), "{path}");
        assert!(!page.text().contains("<b>"), "{path}");
    }
}

#[tokio::test]
async fn a_trace_of_another_version_does_not_take_the_list_along() {
    let app = TestApp::sqlite().await;
    let mut ada = admin(&app).await;
    let stored = StoredTrace {
        id: "ef".repeat(16),
        at: app.app.now(),
        cause: Some(Cause::TokenExpired),
        document: "{\"of\":\"another version\"}".into(),
    };
    let kept = app.app.store().append_traces(vec![stored]).await;
    kept.expect("a write");
    let list = ada.open("/admin").await;
    assert_eq!(list.status, 200);
    assert!(list.text().contains("another version of this program"));
    let page = ada
        .open(&format!("/admin/refusals/{}", "ef".repeat(16)))
        .await;
    assert_eq!(page.status, 500);
}
