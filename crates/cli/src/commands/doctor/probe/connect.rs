//! From a URL to a connection: names, TCP, TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign_diagnose::ProbeFact;
use countersign_server::clock::Clock;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::ServerName;
use url::Url;

use super::tls::{self, Certificate};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);

/// The way out: whom TLS trusts, and the clock.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) roots: Arc<RootCertStore>,
    pub(super) clock: Clock,
}

/// A connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// What happened, without secrets.
    pub(super) why: String,
    /// Whether it is the certificate that is refused.
    pub(super) by_certificate: bool,
    /// What to change, where that is known.
    pub(super) fix: Option<&'static str>,
}

impl Broken {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            by_certificate: false,
            fix: None,
        }
    }

    /// Says what to change.
    pub(super) const fn fix(mut self, fix: &'static str) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The fact that it is.
    pub(super) fn fact(&self) -> ProbeFact {
        if self.by_certificate {
            ProbeFact::CertificateInvalid {
                reason: self.why.clone(),
            }
        } else {
            ProbeFact::Unreachable {
                why: self.why.clone(),
            }
        }
    }
}

impl Network {
    /// What the system and Mozilla trust, and the system's clock.
    pub(super) fn system() -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        let (_, unusable) = roots.add_parsable_certificates(found.certs);
        tracing::debug!(unusable, "authorities of the system that cannot be read");
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if roots.is_empty() {
            return Err("no certificate authority is known".to_owned());
        }
        Ok(Self {
            roots: Arc::new(roots),
            clock: Clock::system(),
        })
    }

    /// A TCP connection to a host, by the first of its addresses that answers.
    pub(super) async fn tcp(&self, host: &str, port: u16) -> Result<TcpStream, Broken> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = timeout(CONNECT, lookup_host((bare, port))).await;
        let found: Vec<SocketAddr> = match found {
            Ok(Ok(found)) => found.collect(),
            Ok(Err(error)) => {
                return Err(Broken::new(format!("{host} does not resolve ({error})")));
            }
            Err(_) => return Err(Broken::new(format!("{host} does not resolve in time"))),
        };
        let mut why = format!("{host} has no address");
        for address in &found {
            why = match timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => format!("{address}: {error}"),
                Err(_) => format!("{address}: no answer within {} s", CONNECT.as_secs()),
            };
        }
        if !found.is_empty() && found.iter().all(SocketAddr::is_ipv6) {
            why.push_str("; the host has IPv6 addresses only");
        }
        Err(Broken::new(why))
    }

    /// TLS over a connection, and what is known of the certificate.
    pub(super) async fn tls(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<(Box<dyn Stream>, Certificate), Broken> {
        let bare = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let name = ServerName::try_from(bare)
            .map_err(|_| Broken::new(format!("{host} is no name for TLS")))?;
        let (config, seen) = tls::config(Arc::clone(&self.roots)).map_err(Broken::new)?;
        let shaken = timeout(CONNECT, TlsConnector::from(config).connect(name, stream)).await;
        match shaken {
            Ok(Ok(stream)) => Ok((Box::new(stream), seen.certificate())),
            Ok(Err(error)) => Err(match seen.refusal() {
                Some(why) => Broken {
                    why,
                    by_certificate: true,
                    fix: None,
                },
                None => Broken::new(format!("TLS failed: {error}")),
            }),
            Err(_) => Err(Broken::new("it does not answer to TLS").fix(
                "Write the scheme without TLS if this port speaks none (`redis://`, `smtp://`, `http://`), or the port that does.",
            )),
        }
    }

    /// A connection as the URL's scheme wants it.
    pub(super) async fn open(
        &self,
        url: &Url,
        port: u16,
        with_tls: bool,
    ) -> Result<(Box<dyn Stream>, Option<Certificate>), Broken> {
        let host = url.host_str().unwrap_or_default();
        let stream = self.tcp(host, port).await?;
        if !with_tls {
            return Ok((Box::new(stream), None));
        }
        let (stream, certificate) = self.tls(host, stream).await?;
        Ok((stream, Some(certificate)))
    }
}
