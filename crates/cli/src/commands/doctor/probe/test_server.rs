//! Servers on loopback that answer as a test says.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A server that answers each connection once; it ends when this is dropped.
pub(super) struct TestServer {
    pub(super) port: u16,
    task: JoinHandle<()>,
}

impl TestServer {
    /// Answers HTTP requests by their head with what `answer` gives, whole.
    pub(super) async fn http(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => head.push(byte),
                            Err(_) => return,
                        }
                    }
                    let text = answer(&String::from_utf8_lossy(&head));
                    let _ = stream.write_all(text.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { port, task }
    }

    /// Says `greeting`, and answers each line with what `answer` gives.
    pub(super) async fn lines(
        greeting: &'static str,
        answer: impl Fn(&str) -> &'static str + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.write_all(greeting.as_bytes()).await;
                let mut line = Vec::new();
                while let Ok(byte) = stream.read_u8().await {
                    line.push(byte);
                    if byte == b'\n' {
                        let text = answer(String::from_utf8_lossy(&line).trim_end());
                        let _ = stream.write_all(text.as_bytes()).await;
                        line.clear();
                    }
                }
            }
        });
        Self { port, task }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A whole answer with JSON.
pub(super) fn answer(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}
