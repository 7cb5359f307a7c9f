//! Servers on loopback that answer as a test says.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A server that answers each connection once; it ends when this is dropped.
pub(super) struct TestServer {
    pub(super) port: u16,
    task: JoinHandle<()>,
}

impl TestServer {
    /// Answers HTTP requests by their head with what `answer` gives, whole.
    pub(super) async fn http(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::answering(None, answer).await
    }

    /// The same over TLS.
    pub(super) async fn https(
        tls: TlsAcceptor,
        answer: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        Self::answering(Some(tls), answer).await
    }

    async fn answering(
        tls: Option<TlsAcceptor>,
        answer: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, answer) = (tls.clone(), Arc::clone(&answer));
                tokio::spawn(async move {
                    match tls {
                        None => answer_once(stream, &*answer).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                answer_once(stream, &*answer).await;
                            }
                        }
                    }
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
        Self::conversing(None, greeting, answer).await
    }

    /// The same over TLS: from the first byte, or where `begins` says so from the line `STARTTLS` on.
    pub(super) async fn lines_over_tls(
        tls: TlsAcceptor,
        begins: Begins,
        greeting: &'static str,
        answer: impl Fn(&str) -> &'static str + Send + Sync + 'static,
    ) -> Self {
        Self::conversing(Some((tls, begins)), greeting, answer).await
    }

    async fn conversing(
        tls: Option<(TlsAcceptor, Begins)>,
        greeting: &'static str,
        answer: impl Fn(&str) -> &'static str + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                match &tls {
                    None => {
                        converse(&mut stream, greeting, &answer).await;
                    }
                    Some((tls, begins)) => {
                        if *begins == Begins::ByStarttls {
                            converse(&mut stream, greeting, &answer).await;
                        }
                        // Whoever does not trust the certificate hangs up.
                        if let Ok(mut stream) = tls.accept(stream).await {
                            let greeting = greeting.get(begins.greeted()).unwrap_or_default();
                            converse(&mut stream, greeting, &answer).await;
                        }
                    }
                }
            }
        });
        Self { port, task }
    }
}

/// When a server begins with TLS.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Begins {
    AtOnce,
    ByStarttls,
}

impl Begins {
    /// From where on the greeting is said over TLS: RFC 3207, section 4.2, has none after `STARTTLS`.
    const fn greeted(self) -> std::ops::RangeFrom<usize> {
        match self {
            Self::AtOnce => 0..,
            Self::ByStarttls => usize::MAX..,
        }
    }
}

/// Reads the head of a request, and answers it.
async fn answer_once<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    answer: &(impl Fn(&str) -> String + ?Sized),
) {
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
}

/// Answers lines until the other side hangs up or begins with TLS.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    greeting: &str,
    answer: &impl Fn(&str) -> &'static str,
) {
    let _ = stream.write_all(greeting.as_bytes()).await;
    let mut line = Vec::new();
    while let Ok(byte) = stream.read_u8().await {
        line.push(byte);
        if byte == b'\n' {
            let said = String::from_utf8_lossy(&line).trim_end().to_owned();
            let _ = stream.write_all(answer(&said).as_bytes()).await;
            line.clear();
            if said == "STARTTLS" {
                return;
            }
        }
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
