//! One request, one answer, over a connection of its own. Redirects are not followed.

use std::time::Duration;

use ::http::header::{ACCEPT, DATE, HOST, HeaderMap, USER_AGENT};
use ::http::{Method, Request};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;
use url::{Position, Url};

use super::clocks::Sample;
use super::connect::{Broken, Network};
use super::tls::Certificate;

/// The most bytes of an answer.
const MOST_BYTES: usize = 256 * 1024;
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(5);

/// A question.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    method: Method,
    url: Url,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) certificate: Option<Certificate>,
    pub(super) sample: Option<Sample>,
}

impl Ask {
    pub(super) fn of(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub(super) fn get(url: Url) -> Self {
        Self::of(Method::GET, url)
    }

    /// With a header.
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a JSON body.
    pub(super) fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = body.to_string();
        self.header("content-type", "application/json")
    }

    /// Sends it.
    pub(super) async fn send(&self, network: &Network) -> Result<Reply, Broken> {
        let url = &self.url;
        let with_tls = url.scheme() == "https";
        let port = url.port_or_known_default().unwrap_or(443);
        let (stream, certificate) = network.open(url, port, with_tls).await?;
        // The connection lives as long as this set.
        let mut connections = JoinSet::new();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broke(&error))?;
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended badly");
            }
        });
        let request = self.request()?;
        let sent = network.clock.micros();
        let answered = tokio::time::timeout(ANSWER, sender.send_request(request)).await;
        let late = || Broken::new(format!("no answer within {} s", ANSWER.as_secs()));
        let response = answered
            .map_err(|_| late())?
            .map_err(|error| broke(&error))?;
        let received = network.clock.micros();
        let (head, body) = response.into_parts();
        let read = tokio::time::timeout(ANSWER, Limited::new(body, MOST_BYTES).collect()).await;
        let body = match read.map_err(|_| late())? {
            Ok(body) => body.to_bytes().to_vec(),
            Err(error) => return Err(Broken::new(format!("the answer broke off: {error}"))),
        };
        let date = head.headers.get(DATE).and_then(|date| date.to_str().ok());
        let sample = date.and_then(|date| Sample::new(date, sent, received));
        Ok(Reply {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
            certificate,
            sample,
        })
    }

    fn request(&self) -> Result<Request<Full<Bytes>>, Broken> {
        let url = &self.url;
        let agent = concat!("countersign-doctor/", env!("CARGO_PKG_VERSION"));
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(&url[Position::BeforePath..Position::AfterQuery])
            .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, agent);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(self.body.clone())));
        request.map_err(|error| Broken::new(format!("the request cannot be made: {error}")))
    }
}

fn broke(error: &hyper::Error) -> Broken {
    Broken::new(format!("it does not speak HTTP/1.1, or broke off: {error}"))
}

impl Reply {
    /// A header's value; empty if there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }
}
