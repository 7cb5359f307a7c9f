//! Requests whose head cannot be read: the HTTP library answers them by itself, with an empty
//! response. Here it gets the headers, the problem document and the trace of every other refusal.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, to_bytes};
use axum::response::Response;
use countersign_verify::Cause;
use futures_util::FutureExt;
use http::{Method, Request, Uri};
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};

use super::{Peer, Refused, Shell};

/// Every answer of the shell has more bytes of security headers than this.
const SHORT: usize = 256;

/// A connection on which the library's own refusals explain themselves.
#[derive(Debug)]
pub(super) struct Explaining<T> {
    io: T,
    peer: SocketAddr,
    /// What is to be written in place of the library's answer.
    instead: Vec<u8>,
    /// What was read at first shows which protocol is spoken.
    spoken: Option<Spoken>,
    shell: Shell,
}

/// The protocol of a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Spoken {
    Http1,
    /// HTTP/2 without asking first, which the library closes without a word.
    Http2,
}

/// How every HTTP/2 connection begins (RFC 9113, section 3.4); no HTTP/1.1 request does.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

impl<T> Explaining<T> {
    /// Wraps the connection `io` from `peer`.
    pub(super) const fn new(io: T, peer: SocketAddr, shell: Shell) -> Self {
        Self {
            io,
            peer,
            instead: Vec::new(),
            spoken: None,
            shell,
        }
    }

    fn explain(&self, status: Status) -> Vec<u8> {
        let (cause, detail) = match status {
            Status::Malformed if self.spoken == Some(Spoken::Http2) => (
                Cause::RequestMalformed,
                "the client speaks HTTP/2 without asking first (RFC 9113, section 3.3), and this \
                 port speaks HTTP/1.1: let it use HTTP/1.1, or a proxy in front translate",
            ),
            Status::Malformed => (
                Cause::RequestMalformed,
                "the head of the request is not HTTP/1.1 (RFC 9112): its first line, the name or \
                 value of a header, or its lengths break the grammar; TLS sent to a port without \
                 TLS looks like this too",
            ),
            Status::TooLarge => (
                Cause::HeaderTooLarge,
                "the head of the request has more than 100 headers or 64 KiB; a request to this \
                 host gets cookies or headers from many places",
            ),
        };
        let answer = self
            .shell
            .refuse_unreadable(Refused::new(cause, detail), Peer(self.peer));
        answer.now_or_never().map_or_else(Vec::new, serialized)
    }
}

/// The response as bytes on a connection that ends with it (RFC 9112, section 9.6).
fn serialized(response: Response) -> Vec<u8> {
    let (head, body) = response.into_parts();
    // The body is in memory, so that nothing is waited for.
    let body = to_bytes(body, usize::MAX)
        .now_or_never()
        .and_then(Result::ok);
    let body = body.unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {}\r\n", head.status).into_bytes();
    for (name, value) in &head.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let end = format!(
        "content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    bytes.extend_from_slice(end.as_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

/// What the library refuses by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Status {
    Malformed,
    TooLarge,
}

impl Status {
    /// Reads a whole answer of the library; `None` for those of the shell.
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > SHORT || !bytes.ends_with(b"\r\n\r\n") {
            return None;
        }
        match bytes.get(..12)? {
            b"HTTP/1.1 400" | b"HTTP/1.0 400" => Some(Self::Malformed),
            b"HTTP/1.1 414" | b"HTTP/1.0 414" | b"HTTP/1.1 431" | b"HTTP/1.0 431" => {
                Some(Self::TooLarge)
            }
            _ => None,
        }
    }
}

impl Shell {
    /// Answers a request that could not be read, as far as a refusal can be an answer to it.
    async fn refuse_unreadable(&self, refused: Refused, peer: Peer) -> Response {
        let mut request = Request::new(Body::empty());
        if let Ok(method) = Method::from_bytes(b"UNREADABLE") {
            *request.method_mut() = method;
        }
        *request.uri_mut() = Uri::from_static("*");
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(refused);
        self.clone().answer(request).await
    }
}

impl<T: Write + Unpin> Explaining<T> {
    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(context, &self.instead))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.instead.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: Write + Unpin> Write for Explaining<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(status) = Status::of(bytes) {
            self.instead = self.explain(status);
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(context))?;
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(only) = parts.first().filter(|_| parts.len() == 1)
            && Status::of(only).is_some()
        {
            return self.poll_write(context, only);
        }
        Pin::new(&mut self.io).poll_write_vectored(context, parts)
    }
}

impl<T: Read + Unpin> Read for Explaining<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.spoken.is_some() || buffer.remaining() <= PREFACE.len() {
            return Pin::new(&mut self.io).poll_read(context, buffer);
        }
        let mut first = [0; PREFACE.len()];
        let mut read = ReadBuf::new(&mut first);
        ready!(Pin::new(&mut self.io).poll_read(context, read.unfilled()))?;
        let spoken = if read.filled() == PREFACE {
            // A space is no method: what the library refuses it answers, and we explain.
            buffer.put_slice(b" ");
            Spoken::Http2
        } else {
            Spoken::Http1
        };
        buffer.put_slice(read.filled());
        self.spoken = Some(spoken);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_librarys_own_answers_are_told_from_ours() {
        let own = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        let ours = format!("HTTP/1.1 400 Bad Request\r\nx: {}\r\n\r\n", "y".repeat(300));
        for (bytes, expected) in [
            (own("400 Bad Request"), Some(Status::Malformed)),
            (own("414 URI Too Long"), Some(Status::TooLarge)),
            (
                own("431 Request Header Fields Too Large"),
                Some(Status::TooLarge),
            ),
            (own("200 OK"), None),
            ("HTTP/1.1 100 Continue\r\n\r\n".to_owned(), None),
            ("HTTP/1.1 400".to_owned(), None),
            (ours, None),
            (String::new(), None),
        ] {
            assert_eq!(Status::of(bytes.as_bytes()), expected, "{bytes}");
        }
    }

    #[test]
    fn a_response_is_written_out_whole() {
        let response = http::Response::builder().status(400).header("x-y", "z");
        let bytes = serialized(response.body(Body::from("{}")).expect("a response"));
        let text = String::from_utf8(bytes).expect("text");
        assert_eq!(
            text,
            "HTTP/1.1 400 Bad Request\r\nx-y: z\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"
        );
    }
}
