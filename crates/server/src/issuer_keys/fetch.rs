//! One GET with limits: https, the address that was checked, few redirects, few bytes.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::header::{ACCEPT, AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, HOST, LOCATION, USER_AGENT};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use url::{Position, Url};

use super::address::{check_scheme, is_allowed};
use super::{KeysError, documents};
use crate::settings::Reach;

/// The most bytes of an answer.
pub(super) const MOST_BYTES: usize = 256 * 1024;
/// The most redirects that are followed.
const MOST_REDIRECTS: usize = 3;

/// What was answered.
#[derive(Debug)]
pub(super) struct Fetched {
    pub body: Vec<u8>,
    pub max_age: Option<Duration>,
    /// The clock of whoever answered, in seconds since the epoch.
    pub date: Option<i64>,
}

/// Asks for `url`. The caller sets the time limit.
pub(super) async fn get(url: &Url, reach: Reach) -> Result<Fetched, KeysError> {
    get_redirected(url, reach, MOST_REDIRECTS).await
}

/// Asks for `url`, following so many redirects at most. The caller sets the time limit.
pub(super) async fn get_redirected(
    url: &Url,
    reach: Reach,
    most_redirects: usize,
) -> Result<Fetched, KeysError> {
    let mut at = url.clone();
    for _ in 0..=most_redirects {
        // The connections live as long as this set: an abandoned request leaves none behind.
        let mut connections = JoinSet::new();
        let response = ask(&at, reach, &mut connections).await?;
        let status = response.status();
        if status == StatusCode::OK {
            return read(&at, response).await;
        }
        if !status.is_redirection() {
            return Err(KeysError::unavailable(format!(
                "{at} answered {}",
                status.as_u16()
            )));
        }
        at = redirected(&at, response.headers())?;
    }
    Err(KeysError::refused(format!(
        "{url} redirects more than {most_redirects} times"
    )))
}

fn redirected(from: &Url, headers: &HeaderMap) -> Result<Url, KeysError> {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let to = location.and_then(|location| from.join(location).ok());
    match to {
        Some(to) if to.scheme() == from.scheme() => Ok(to),
        Some(to) => Err(KeysError::refused(format!(
            "{from} redirects from {} to {}",
            from.scheme(),
            to.scheme()
        ))),
        None => Err(KeysError::unavailable(format!(
            "{from} redirects to no URL"
        ))),
    }
}

async fn ask(
    url: &Url,
    reach: Reach,
    connections: &mut JoinSet<()>,
) -> Result<Response<Incoming>, KeysError> {
    check_scheme(url, reach)?;
    let stream = connect(url, reach).await?;
    if url.scheme() == "https" {
        let host = url.host_str().unwrap_or_default();
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let name = ServerName::try_from(host)
            .map_err(|_| KeysError::unavailable(format!("{url} has no name for TLS")))?;
        let tls = TlsConnector::from(tls_config()?)
            .connect(name, stream)
            .await;
        let tls =
            tls.map_err(|error| KeysError::unavailable(format!("{url}: TLS failed: {error}")))?;
        send(url, tls, connections).await
    } else {
        send(url, stream, connections).await
    }
}

/// Resolves the host and connects to an address that was checked, so that no second answer of the
/// name's server can lead elsewhere.
async fn connect(url: &Url, reach: Reach) -> Result<TcpStream, KeysError> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = lookup_host((bare, port)).await;
    let found = found
        .map_err(|error| KeysError::unavailable(format!("{host} cannot be resolved: {error}")))?;
    let (allowed, others): (Vec<SocketAddr>, Vec<_>) =
        found.partition(|address| is_allowed(address.ip(), reach));
    let mut last = match others.first() {
        Some(other) => {
            KeysError::refused(format!("{host} is at {}, a private address", other.ip()))
        }
        None => KeysError::unavailable(format!("{host} has no address")),
    };
    for address in allowed {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                last =
                    KeysError::unavailable(format!("{host} ({address}) does not answer: {error}"));
            }
        }
    }
    Err(last)
}

async fn send<S>(
    url: &Url,
    stream: S,
    connections: &mut JoinSet<()>,
) -> Result<Response<Incoming>, KeysError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let failed =
        |error: &dyn std::fmt::Display| KeysError::unavailable(format!("{url} broke off: {error}"));
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| failed(&error))?;
    connections.spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to an issuer ended badly");
        }
    });
    let request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
        .header(ACCEPT, "application/json")
        .header(
            USER_AGENT,
            concat!("countersign/", env!("CARGO_PKG_VERSION")),
        )
        .body(Empty::<Bytes>::new())
        .map_err(|error| failed(&error))?;
    let response = sender.send_request(request).await;
    response.map_err(|error| failed(&error))
}

async fn read(url: &Url, response: Response<Incoming>) -> Result<Fetched, KeysError> {
    let text = |name| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    if text(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html")) {
        return Err(KeysError::unavailable(format!(
            "{url} answered with a web page"
        )));
    }
    // What a cache kept has the time at which it was kept (RFC 9111, section 5.1).
    let date = text(DATE).filter(|_| !response.headers().contains_key(AGE));
    let date = date.as_deref().and_then(countersign_diagnose::http_date);
    let max_age = text(CACHE_CONTROL).as_deref().and_then(documents::max_age);
    let body = Limited::new(response.into_body(), MOST_BYTES)
        .collect()
        .await;
    let body = body.map_err(|error| {
        let why = if error.is::<http_body_util::LengthLimitError>() {
            format!("{url} answered with more than {MOST_BYTES} bytes")
        } else {
            format!("{url} broke off: {error}")
        };
        KeysError::unavailable(why)
    })?;
    Ok(Fetched {
        body: body.to_bytes().to_vec(),
        max_age,
        date,
    })
}

/// What TLS trusts: the system's authorities, which a network of its own may need, and Mozilla's.
fn tls_config() -> Result<Arc<ClientConfig>, KeysError> {
    static CONFIG: OnceLock<Result<Arc<ClientConfig>, KeysError>> = OnceLock::new();
    CONFIG.get_or_init(new_tls_config).clone()
}

fn new_tls_config() -> Result<Arc<ClientConfig>, KeysError> {
    let mut roots = RootCertStore::empty();
    let (_, unusable) =
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if unusable > 0 {
        tracing::debug!(
            unusable,
            "some of the system's certificate authorities cannot be read"
        );
    }
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| KeysError::unavailable(format!("TLS: {error}")))?;
    Ok(Arc::new(
        builder.with_root_certificates(roots).with_no_client_auth(),
    ))
}
