//! What drivers say of the way to a server: names, addresses, TLS.

use super::Symptom;

pub(super) const NETWORK: &[(&str, Symptom)] = &[
    (
        "the database system is starting up",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "the database system is shutting down",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "not yet accepting connections",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "database system is in recovery mode",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "server is not ready to accept",
        Symptom::DatabaseConnectionRefused,
    ),
    ("econnrefused*:5432", Symptom::DatabaseConnectionRefused),
    ("econnrefused*:6543", Symptom::DatabaseConnectionRefused),
    ("econnrefused*:3306", Symptom::DatabaseConnectionRefused),
    ("econnrefused*:5433", Symptom::DatabaseConnectionRefused),
    ("econnrefused*:27017", Symptom::DatabaseConnectionRefused),
    ("connect call failed", Symptom::DatabaseConnectionRefused),
    (
        "port 5432 failed: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "could not connect to server: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "connection to server at*failed: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "is the server running on that host and accepting",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "is the server running on host",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "can't reach database server",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "can’t reach database server",
        Symptom::DatabaseConnectionRefused,
    ),
    ("p1001", Symptom::DatabaseConnectionRefused),
    (
        "can't connect to mysql server",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "dial tcp*:5432: connect: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "error connecting to server: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "could not translate host name",
        Symptom::DatabaseHostUnknown,
    ),
    ("failed to resolve host", Symptom::DatabaseHostUnknown),
    ("getaddrinfo enotfound", Symptom::DatabaseHostUnknown),
    ("getaddrinfo eai_again", Symptom::DatabaseHostUnknown),
    (
        "failed to lookup address information",
        Symptom::DatabaseHostUnknown,
    ),
    ("socket.gaierror", Symptom::DatabaseHostUnknown),
    ("name or service not known", Symptom::DatabaseHostUnknown),
    (
        "temporary failure in name resolution",
        Symptom::DatabaseHostUnknown,
    ),
    (
        "nodename nor servname provided",
        Symptom::DatabaseHostUnknown,
    ),
    (
        "no address associated with hostname",
        Symptom::DatabaseHostUnknown,
    ),
    ("unknown mysql server host", Symptom::DatabaseHostUnknown),
    ("hostname resolving error", Symptom::DatabaseHostUnknown),
    (
        "dial tcp: lookup*no such host",
        Symptom::DatabaseHostUnknown,
    ),
    ("enetunreach", Symptom::DatabaseNetworkUnreachable),
    ("ehostunreach", Symptom::DatabaseNetworkUnreachable),
    (
        "network is unreachable",
        Symptom::DatabaseNetworkUnreachable,
    ),
    ("no route to host", Symptom::DatabaseNetworkUnreachable),
    (
        "cannot assign requested address",
        Symptom::DatabaseNetworkUnreachable,
    ),
    (
        "address family not supported",
        Symptom::DatabaseNetworkUnreachable,
    ),
    (
        "address family for hostname not supported",
        Symptom::DatabaseNetworkUnreachable,
    ),
    (
        "dial tcp*:3306: connect: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "dial tcp*:27017: connect: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "dial tcp*:6543: connect: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "check that the hostname and port are correct",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "communications link failure",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "unable to connect to any of the specified mysql hosts",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "npgsqlexception*failed to connect to",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "sqlstate[hy000] [2002] connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "sqlstate[08006]*connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "error communicating with database: connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "sequelizeconnectionrefusederror",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "serverselectiontimeouterror*connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "can't connect to local mysql server",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "can't connect to local server through socket",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "tcp connect (*): connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    ("mongonetworkerror", Symptom::DatabaseConnectionRefused),
    (
        "mongoserverselectionerror",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "mongooseserverselectionerror",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "no servers available for",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "a network-related or instance-specific error",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "could not open a connection to sql server",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "failed to connect to `*connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "pg::connectionbad*connection refused",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "lost connection to mysql server at 'reading",
        Symptom::DatabaseConnectionRefused,
    ),
    ("unknownhostexception", Symptom::DatabaseHostUnknown),
    ("no such host is known", Symptom::DatabaseHostUnknown),
    ("lookup * server misbehaving", Symptom::DatabaseHostUnknown),
    ("php_network_getaddresses", Symptom::DatabaseHostUnknown),
    (
        "non-existing domain - :nxdomain",
        Symptom::DatabaseHostUnknown,
    ),
    ("(eai_nodata)", Symptom::DatabaseHostUnknown),
    ("dns lookup failed", Symptom::DatabaseHostUnknown),
    (
        "the host name could not be resolved",
        Symptom::DatabaseHostUnknown,
    ),
    ("querysrv enotfound", Symptom::DatabaseHostUnknown),
    ("querysrv eservfail", Symptom::DatabaseHostUnknown),
    (
        "the dns query name does not exist",
        Symptom::DatabaseHostUnknown,
    ),
];

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
