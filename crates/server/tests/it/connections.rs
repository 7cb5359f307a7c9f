//! The server on a real socket.

use std::net::SocketAddr;

use countersign_server::http::{Shell, serve_connections};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::harness::TestApp;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<usize>,
}

async fn start(shell: Shell) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("address");
    let (stop, stopped) = oneshot::channel::<()>();
    let until = async move { stopped.await.expect("the test stops it") };
    let task = tokio::spawn(serve_connections(listener, shell, until));
    Running {
        address,
        stop,
        task,
    }
}

async fn ask(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connection");
    stream.write_all(request).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn requests_are_answered_and_the_stop_closes_the_port() {
    let app = TestApp::sqlite().await;
    let server = start(app.shell()).await;
    let answer = ask(
        server.address,
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(answer.contains("x-trace-id: "), "{answer}");
    server.stop.send(()).expect("running");
    assert_eq!(server.task.await.expect("task"), 0);
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn idle_connections_do_not_hold_up_the_stop() {
    let app = TestApp::sqlite().await;
    let server = start(app.shell()).await;
    let mut idle = TcpStream::connect(server.address)
        .await
        .expect("connection");
    idle.write_all(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("sent");
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.expect("answer");
    assert_eq!(&first, b"HTTP/1.1 404");
    server.stop.send(()).expect("running");
    assert_eq!(server.task.await.expect("task"), 0);
}

#[tokio::test]
async fn floods_and_garbage_are_refused_and_the_server_lives() {
    let app = TestApp::sqlite().await;
    let server = start(app.shell()).await;
    let mut flood = b"GET / HTTP/1.1\r\nHost: x\r\nX-Flood: ".to_vec();
    flood.resize(200_000, b'y');
    flood.extend_from_slice(b"\r\n\r\n");
    let mut stream = TcpStream::connect(server.address)
        .await
        .expect("connection");
    // The server closes without reading all of it, so that the 431 may be lost on the way.
    let sent = stream.write_all(&flood).await;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer);
    let lost = sent.is_err() || read.is_err() || text.is_empty();
    assert!(lost || text.starts_with("HTTP/1.1 431"), "{text}");
    for garbage in [
        &b"\x16\x03\x01\x02\x00\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ] {
        let answer = ask(server.address, garbage).await;
        let status = answer.get(9..12).unwrap_or("");
        assert!(matches!(status, "" | "400" | "505"), "{answer}");
    }
    let answer = ask(
        server.address,
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1"), "{answer}");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_as_clearly_as_all_else() {
    let app = TestApp::sqlite().await;
    let server = start(app.shell()).await;
    let many = "X-Flood: y\r\n".repeat(101);
    let cases = [
        (
            "G@T / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            "400",
            "request-malformed",
        ),
        (
            "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            "400",
            "request-malformed",
        ),
        (
            "GET /<script> HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            "400",
            "request-malformed",
        ),
        (
            "GET / HTTP/1.1\r\nX: a\0b\r\n\r\n".to_owned(),
            "400",
            "request-malformed",
        ),
        (
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            "400",
            "request-malformed",
        ),
        (
            format!("GET / HTTP/1.1\r\n{many}\r\n"),
            "431",
            "header-too-large",
        ),
    ];
    for (request, status, slug) in cases {
        let answer = ask(server.address, request.as_bytes()).await;
        assert_eq!(answer.get(9..12), Some(status), "{request:.30} {answer}");
        for part in [
            "x-trace-id: ",
            "x-content-type-options: nosniff",
            "connection: close",
            slug,
        ] {
            assert!(answer.contains(part), "{part}: {answer}");
        }
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{answer}"
        );
        let problem: serde_json::Value = serde_json::from_str(body).expect("a problem");
        let trace = problem["trace_id"].as_str().expect("a trace id");
        app.flush().await;
        let kept = app.app.store().trace(trace).await.expect("the store");
        assert!(kept.is_some(), "{slug}");
    }
}

#[tokio::test]
async fn an_answer_does_not_wait_for_the_rest_of_the_next_request() {
    let app = TestApp::sqlite().await;
    let server = start(app.shell()).await;
    let mut stream = TcpStream::connect(server.address)
        .await
        .expect("connection");
    stream
        .write_all(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nGET /no")
        .await
        .expect("sent");
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.expect("answer");
    assert_eq!(&first, b"HTTP/1.1 404");
}
