//! Accepting connections, and letting them end.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::Service;

use super::unreadable::Explaining;
use super::{Peer, Shell};

/// How long a client may take to send a request's head, and a connection may idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// Above this a head is refused without being read to its end (431); see `Rules::header_limit`
/// for the limit that explains itself.
const HEAD_BUFFER: usize = 64 * 1024;
/// How long requests have to end after the stop.
const GRACE: Duration = Duration::from_secs(10);
/// When the system has no descriptor left, accepting again at once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `listener` until `stop` ends; then finishes the requests that run, within ten seconds.
///
/// Returns how many connections had to be cut off.
pub async fn serve_connections(
    listener: TcpListener,
    shell: Shell,
    stop: impl Future<Output = ()>,
) -> usize {
    let http = http();
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => serve_one(&http, &graceful, stream, peer, &shell),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                if !is_of_one_connection(&error) {
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
    drop(listener);
    let open = graceful.count();
    tracing::info!(
        open,
        "stopping: no new connections, requests that run are finished"
    );
    let finished = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    if finished.is_ok() { 0 } else { open }
}

fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BUFFER);
    http
}

fn serve_one(
    http: &http1::Builder,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    peer: SocketAddr,
    shell: &Shell,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it was served");
        return;
    }
    let io = Explaining::new(TokioIo::new(stream), peer, shell.clone());
    let shell = shell.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        shell.clone().call(request)
    });
    let connection = http.serve_connection(io, service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke");
        }
    });
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
