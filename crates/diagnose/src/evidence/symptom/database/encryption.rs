//! What drivers say of TLS on the way to a server.

use super::Symptom;

pub(super) const TLS: &[(&str, Symptom)] = &[
    (
        "rejects connection*no encryption",
        Symptom::DatabaseTlsRequired,
    ),
    ("rejects connection*ssl off", Symptom::DatabaseTlsRequired),
    ("self signed certificate", Symptom::DatabaseTlsUntrusted),
    ("self-signed certificate", Symptom::DatabaseTlsUntrusted),
    ("unable_to_get_issuer_cert", Symptom::DatabaseTlsUntrusted),
    (
        "hostname/ip does not match certificate's altnames",
        Symptom::DatabaseTlsUntrusted,
    ),
    ("certificate is not trusted", Symptom::DatabaseTlsUntrusted),
    (
        "certificate verify failed: unable to get local issuer",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "no pg_hba.conf entry*no encryption",
        Symptom::DatabaseTlsRequired,
    ),
    ("no pg_hba.conf entry*ssl off", Symptom::DatabaseTlsRequired),
    ("ssl connection is required", Symptom::DatabaseTlsRequired),
    ("ssl/tls required", Symptom::DatabaseTlsRequired),
    ("ssl is required", Symptom::DatabaseTlsRequired),
    ("connection is insecure", Symptom::DatabaseTlsRequired),
    (
        "connections using insecure transport are prohibited",
        Symptom::DatabaseTlsRequired,
    ),
    ("sslmode=require", Symptom::DatabaseTlsRequired),
    (
        "server does not allow insecure connections",
        Symptom::DatabaseTlsRequired,
    ),
    (
        "the server does not support ssl connections",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "server does not support ssl, but ssl was required",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "ssl is not enabled on the server",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "server refused tls connection",
        Symptom::DatabaseTlsUnsupported,
    ),
    ("rejected ssl upgrade", Symptom::DatabaseTlsUnsupported),
    (
        "server does not support tls",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "self-signed certificate in certificate chain",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "self signed certificate in certificate chain",
        Symptom::DatabaseTlsUntrusted,
    ),
    ("self_signed_cert_in_chain", Symptom::DatabaseTlsUntrusted),
    ("depth_zero_self_signed_cert", Symptom::DatabaseTlsUntrusted),
    (
        "unable_to_get_issuer_cert_locally",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "unable_to_verify_leaf_signature",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "unable to get local issuer certificate",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "unable to verify the first certificate",
        Symptom::DatabaseTlsUntrusted,
    ),
    ("sslcertverificationerror", Symptom::DatabaseTlsUntrusted),
    (
        "routines::certificate verify failed",
        Symptom::DatabaseTlsUntrusted,
    ),
    ("pkix path building failed", Symptom::DatabaseTlsUntrusted),
    (
        "remote certificate is invalid according to the validation procedure",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "remote certificate was rejected",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "ssl error: certificate verify failed",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "certificate signed by unknown authority",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "invalid peer certificate: unknownissuer",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "root certificate file*does not exist",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "error opening a tls connection",
        Symptom::DatabaseTlsUntrusted,
    ),
    ("p1011", Symptom::DatabaseTlsUntrusted),
    (
        "the server does not support ssl.",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "ssl connection requested. no ssl enabled connection",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "ssl is required but the server doesn't support it",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "server does not support secure connection",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "er_server_does_not_support_ssl",
        Symptom::DatabaseTlsUnsupported,
    ),
    (
        "does not support ssl connections",
        Symptom::DatabaseTlsUnsupported,
    ),
    ("ssl connection required", Symptom::DatabaseTlsRequired),
    ("sqlstate[hy000] [3159]", Symptom::DatabaseTlsRequired),
    ("er_secure_transport_required", Symptom::DatabaseTlsRequired),
    ("code: 3159", Symptom::DatabaseTlsRequired),
    ("error 3159", Symptom::DatabaseTlsRequired),
    ("server requires encryption", Symptom::DatabaseTlsRequired),
    (
        "this connection attempt is not encrypted",
        Symptom::DatabaseTlsRequired,
    ),
    ("must use ssl/tls", Symptom::DatabaseTlsRequired),
    (
        "unencrypted connections are not allowed",
        Symptom::DatabaseTlsRequired,
    ),
    (
        "unable to find valid certification path to requested target",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "the remote certificate was rejected by the provided",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "server certificate for \"*\" does not match host name",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "could not find the following root cert",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "ssl operation failed with code 1",
        Symptom::DatabaseTlsUntrusted,
    ),
    (
        "tls: failed to verify certificate",
        Symptom::DatabaseTlsUntrusted,
    ),
];
