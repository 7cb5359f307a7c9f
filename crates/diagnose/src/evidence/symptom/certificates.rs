//! What TLS clients say about certificates.

use super::check::ANY;
use super::{Symptom, Table};

pub(super) const TABLES: &[Table] = &[Table {
    by: &ANY,
    phrases: &[
        ("certificate has expired", Symptom::TlsRefused),
        ("certificate verify failed", Symptom::TlsRefused),
        (
            "unable to verify the first certificate",
            Symptom::TlsRefused,
        ),
        (
            "unable to get local issuer certificate",
            Symptom::TlsRefused,
        ),
        ("ERR_TLS_CERT_ALTNAME_INVALID", Symptom::TlsRefused),
        ("net::ERR_CERT_", Symptom::TlsRefused),
        ("x509: certificate", Symptom::TlsRefused),
        ("PKIX path building failed", Symptom::TlsRefused),
        ("self-signed certificate", Symptom::TlsRefused),
        ("self signed certificate", Symptom::TlsRefused),
        ("invalid peer certificate", Symptom::TlsRefused),
    ],
}];
