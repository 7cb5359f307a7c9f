//! Certificates: checked as every client does, and looked at for their end.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_diagnose::{Probe, ProbeFact};
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    crypto,
};

/// Below so many days that are left, one has to act.
const SOON: u64 = 14;
const DAY: Duration = Duration::from_hours(24);
/// The last second of the year 9999, in which no certificate is valid.
const NEVER: Duration = Duration::from_secs(253_402_300_799);

/// What is known of a certificate that holds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Certificate {
    /// Days that are left to the chain, if they are under [`SOON`].
    pub(super) ends_in: Option<u64>,
    /// Days that are left to the server's own certificate.
    pub(super) days: Option<u64>,
}

impl Certificate {
    /// How long it is good for.
    pub(super) fn probe(self, target: &str) -> Probe {
        let Some(days) = self.ends_in else {
            let left = self
                .days
                .map(|days| format!("; {days} days are left to it"));
            let why = format!("the certificate holds{}", left.unwrap_or_default());
            return Probe::ok("tls", target, why);
        };
        let why = format!(
            "the certificate or an authority above it ends in {days} days; renew it {SOON} days ahead"
        );
        let days = i64::try_from(days).unwrap_or(i64::MAX);
        Probe::failed("tls", target, why).with(ProbeFact::CertificateExpires { days })
    }
}

/// What the verifier saw.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Option<Result<Certificate, String>>>);

impl Seen {
    fn note(&self, what: Result<Certificate, String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
    }

    fn read(&self) -> Option<Result<Certificate, String>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The certificate of a handshake that was good.
    pub(super) fn certificate(&self) -> Certificate {
        self.read().and_then(Result::ok).unwrap_or_default()
    }

    /// Why the certificate was refused, if it was.
    pub(super) fn refusal(&self) -> Option<String> {
        self.read().and_then(Result::err)
    }
}

#[derive(Debug)]
struct Recorder {
    inner: Arc<WebPkiServerVerifier>,
    seen: Arc<Seen>,
}

/// A configuration that checks certificates and tells what it saw.
pub(super) fn config(roots: Arc<RootCertStore>) -> Result<(Arc<ClientConfig>, Arc<Seen>), String> {
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let seen = Arc::new(Seen::default());
    let inner = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider))
        .build()
        .map_err(|error| format!("TLS: {error}"))?;
    let recorder = Recorder {
        inner,
        seen: Arc::clone(&seen),
    };
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = builder
        .map_err(|error| format!("TLS: {error}"))?
        // It refuses all that the inner one refuses.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(recorder))
        .with_no_client_auth();
    Ok((Arc::new(config), seen))
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let at = |time| {
            self.inner
                .verify_server_cert(end_entity, intermediates, name, ocsp, time)
        };
        let verdict = at(now);
        let since =
            |more: Duration| UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()) + more);
        self.seen.note(match &verdict {
            Ok(_) => Ok(Certificate {
                ends_in: (0..SOON).find(|days| {
                    let days = u32::try_from(days + 1).unwrap_or(u32::MAX);
                    at(since(DAY * days)).is_err()
                }),
                days: match at(UnixTime::since_unix_epoch(NEVER)) {
                    Err(Error::InvalidCertificate(CertificateError::ExpiredContext {
                        not_after,
                        ..
                    })) => Some(not_after.as_secs().saturating_sub(now.as_secs()) / DAY.as_secs()),
                    Ok(_) | Err(_) => None,
                },
            }),
            Err(error) => Err(reason(error)),
        });
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Why a certificate is refused, in plain words.
fn reason(error: &Error) -> String {
    let Error::InvalidCertificate(why) = error else {
        return error.to_string();
    };
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            format!("it has expired ({why})")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("it is not valid yet, by the clock here ({why})")
        }
        CertificateError::UnknownIssuer => {
            "its authority is not trusted here; a self-signed certificate, an authority of your own, or a server that leaves out the intermediate certificate".to_owned()
        }
        CertificateError::BadSignature => {
            "it is not signed by the authority that is trusted here, though by one of the same name; the authority was made anew, and one side has the old one".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("it is for another name ({why})")
        }
        other if other.to_string().contains("CaUsedAsEndEntity") => {
            "it is the certificate of an authority (CA:TRUE), which no server may show; sign one of the server's own with it".to_owned()
        }
        other => other.to_string(),
    }
}
