//! The floor peer: bare hyper on one thread that checks one token a request
//! (signature and expiry) and answers a small fixed body. No router, no trace,
//! no session: what is left is what any server pays for HTTP and the check.

mod token;

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Parser;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use token::{Alg, Checker};

/// Serves `GET /` on loopback until it is stopped.
#[derive(Parser)]
struct Options {
    /// Port on 127.0.0.1.
    #[arg(long)]
    port: u16,
    /// The signature to check.
    #[arg(long, value_enum)]
    alg: Alg,
    /// Remember tokens whose signature was good.
    #[arg(long)]
    cached: bool,
    /// Where to write tokens to present, one a line.
    #[arg(long)]
    tokens: PathBuf,
    /// How many tokens to write.
    #[arg(long, default_value_t = 64)]
    count: usize,
}

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let checker = Checker::new(options.alg, options.cached)?;
    std::fs::write(&options.tokens, checker.mint(options.count)?.join("\n"))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let local = tokio::task::LocalSet::new();
    runtime.block_on(local.run_until(accept(options.port, Rc::new(checker))))
}

async fn accept(port: u16, checker: Rc<Checker>) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let checker = Rc::clone(&checker);
        tokio::task::spawn_local(async move {
            let service = service_fn(move |request| {
                let answer = answer(&checker, &request);
                async move { Ok::<_, Infallible>(answer) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            // A client that goes away in the middle is no news here.
            drop(connection.await);
        });
    }
}

fn answer(checker: &Checker, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let good = request.uri().path() == "/health" || authorised(checker, request);
    let mut response = Response::new(Full::new(Bytes::from_static(if good {
        b"{\"authenticated\":true}"
    } else {
        b"{\"authenticated\":false}"
    })));
    if !good {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn authorised(checker: &Checker, request: &Request<Incoming>) -> bool {
    request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .is_some_and(|token| checker.check(token))
}
