//! What runs beside the requests: the outbox, and what nodes learn of each other.

use countersign_domain::accounts::Role;
use countersign_domain::audit::AuditKind;
use countersign_domain::sessions::{SessionEnd, SessionEndReason};
use countersign_domain::{Email, MailId};
use countersign_server::App;
use countersign_server::jobs::{Jobs, Mailer, catch_up};
use countersign_server::token_keys::{new_row, overlap};
use countersign_store::{Alongside, OutgoingMail};
use countersign_testkit::TempDatabase;
use countersign_verify::{Alg, Cause};
use http::Method;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::authenticate::{by_bearer, cause, event, person};
use crate::harness::TestApp;

async fn write_mail(app: &App) {
    let mail = OutgoingMail {
        id: MailId::new(app.now(), &mut app.rng()),
        kind: "verify-email".into(),
        recipient: Email::parse("ada@example.com").expect("address"),
        subject: "Confirm your address".into(),
        text: "Open https://auth.example/verify?token=csl_secret".into(),
        html: None,
    };
    app.store()
        .enqueue_mail(mail, app.now())
        .await
        .expect("the outbox");
}

/// A mail server that takes one message, or refuses it.
async fn mail_server(accepts: bool) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "smtp://{}?tls=none",
        listener.local_addr().expect("address")
    );
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 test\r\n").await.expect("sent");
        let mut message = String::new();
        let mut in_data = false;
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match (in_data, line.get(..4).unwrap_or(&line)) {
                (true, ".") => {
                    in_data = false;
                    "250 queued\r\n"
                }
                (true, _) => {
                    message.push_str(&line);
                    message.push('\n');
                    continue;
                }
                (false, "DATA") => {
                    in_data = true;
                    "354 go on\r\n"
                }
                (false, "RCPT") if !accepts => "450 try\u{7} later\r\n",
                (false, "QUIT") => break,
                (false, _) => "250 fine\r\n",
            };
            if write.write_all(answer.as_bytes()).await.is_err() {
                break;
            }
        }
        message
    });
    (url, task)
}

#[tokio::test]
async fn mail_goes_out_and_its_text_is_forgotten() {
    let (url, server) = mail_server(true).await;
    let app = TestApp::with_environment(&[("SMTP_URL", &url)]).await;
    write_mail(&app.app).await;
    let mailer = Mailer::of(&app.app).expect("settings").expect("a mailer");
    mailer.round().await;
    let mails = app.mails().await;
    assert!(
        mails[0].sent_at.is_some() && mails[0].last_error.is_none(),
        "{:?}",
        mails[0]
    );
    assert!(
        !mails[0].mail.text.contains("csl_secret"),
        "the link is a secret"
    );
    drop(mailer);
    let message = server.await.expect("the mail server");
    assert!(
        message.contains("Subject: Confirm your address"),
        "{message}"
    );
    assert!(message.contains("To: ada@example.com"), "{message}");
    assert!(message.contains("csl_secret"), "{message}");
}

#[tokio::test]
async fn a_mail_server_that_refuses_is_asked_again_later() {
    let (url, _server) = mail_server(false).await;
    let app = TestApp::with_environment(&[("SMTP_URL", &url)]).await;
    write_mail(&app.app).await;
    let mailer = Mailer::of(&app.app).expect("settings").expect("a mailer");
    mailer.round().await;
    let mail = app.mails().await.remove(0);
    assert!(mail.sent_at.is_none());
    assert!(
        mail.next_attempt_at
            .is_some_and(|again| again > app.app.now()),
        "{mail:?}"
    );
    let error = mail.last_error.expect("what the server said");
    assert!(
        error.contains("later") && !error.contains('\u{7}'),
        "{error:?}"
    );
}

#[tokio::test]
async fn mail_that_is_off_is_given_up_and_mail_that_is_kept_is_not_sent() {
    let off = TestApp::with_environment(&[("SMTP_URL", "off")]).await;
    write_mail(&off.app).await;
    Mailer::of(&off.app)
        .expect("settings")
        .expect("a mailer")
        .round()
        .await;
    let mail = off.mails().await.remove(0);
    assert_eq!((mail.sent_at, mail.next_attempt_at), (None, None));
    let kept = TestApp::sqlite().await;
    assert!(Mailer::of(&kept.app).expect("settings").is_none());
}

#[tokio::test]
async fn what_one_node_ends_the_other_refuses() {
    let one = TestApp::start(TempDatabase::postgres(), &[], |_| ()).await;
    let other = one.second_node().await;
    let ada = person(&one.app, "ada@example.com", Role::User).await;
    assert!(by_bearer(&other.app, &ada.token).await.is_ok());
    let at = one.app.now();
    let end = SessionEnd {
        at,
        reason: SessionEndReason::RevokedByAdmin,
    };
    let ended = one
        .app
        .store()
        .end_session(ada.session.id, None, end, Alongside::nothing())
        .await;
    assert!(ended.expect("store"));
    catch_up(&other.app).await.expect("store");
    assert_eq!(
        cause(by_bearer(&other.app, &ada.token).await),
        Some(Cause::SessionRevoked)
    );
}

#[tokio::test]
async fn a_node_that_starts_late_knows_what_was_revoked_before() {
    let one = TestApp::sqlite().await;
    let ada = person(&one.app, "ada@example.com", Role::User).await;
    let at = one.app.now();
    let end = SessionEnd {
        at,
        reason: SessionEndReason::Logout,
    };
    let ended = one
        .app
        .store()
        .end_session(ada.session.id, None, end, Alongside::nothing())
        .await;
    assert!(ended.expect("store"));
    one.app.clock().advance(3000);
    let other = one.second_node().await;
    assert_eq!(
        cause(by_bearer(&other.app, &ada.token).await),
        Some(Cause::SessionRevoked)
    );
}

#[tokio::test]
async fn a_rotated_key_is_taken_up_by_the_first_token_it_signed() {
    let one = TestApp::with_environment(&[("SIGNING", "eddsa")]).await;
    let other = one.second_node().await;
    let ada = person(&one.app, "ada@example.com", Role::User).await;
    let sealing = countersign_domain::keys::RootKey::from_bytes([1; 32]).sealing_key();
    let sealing = sealing.expect("key");
    let now = one.app.now();
    let row = new_row(Alg::EdDsa, &sealing, now, &mut one.app.rng()).expect("row");
    let until = now + overlap(one.app.settings());
    let audit = event(&one.app, AuditKind::KeyRotated);
    one.app
        .store()
        .rotate_signing_key(row, until, audit.into())
        .await
        .expect("rotated");
    catch_up(&one.app).await.expect("store");
    let fresh = one
        .app
        .access_token(&ada.user, &ada.session)
        .expect("token")
        .token;
    assert!(
        by_bearer(&other.app, &fresh).await.is_ok(),
        "the key was read anew"
    );
    assert!(
        by_bearer(&other.app, &ada.token).await.is_ok(),
        "the old key verifies on"
    );
    one.app.clock().advance(7 * 86_400);
    catch_up(&one.app).await.expect("store");
    let mut client = one.client();
    let ask = client.ask(Method::GET, "/api/v1/auth/status");
    let refused = ask.bearer(&ada.token).send().await.json();
    assert_eq!(
        refused["cause"]["slug"], "secret-rotated-stale-session",
        "{refused}"
    );
}

#[tokio::test]
async fn a_stop_writes_what_is_queued() {
    let server = TestApp::sqlite().await;
    let jobs = Jobs::start(&server.app).expect("settings");
    for _ in 0..100 {
        server
            .app
            .audit(event(&server.app, AuditKind::CredentialRefused));
    }
    jobs.stop().await;
    let query = countersign_store::AuditQuery {
        limit: 1000,
        ..Default::default()
    };
    let events = server
        .app
        .store()
        .audit_events(query)
        .await
        .expect("the audit log");
    assert_eq!(events.len(), 100);
}
