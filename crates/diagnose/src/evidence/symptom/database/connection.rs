//! What drivers say of the way to a server: names and addresses.

use super::Symptom;

pub(super) const NETWORK: &[(&str, Symptom)] = &[
    ("etimedout*:5432", Symptom::DatabaseConnectionRefused),
    ("etimedout*:6543", Symptom::DatabaseConnectionRefused),
    ("etimedout*:3306", Symptom::DatabaseConnectionRefused),
    ("etimedout*:27017", Symptom::DatabaseConnectionRefused),
    ("etimedout*:1433", Symptom::DatabaseConnectionRefused),
    (
        "port 5432 failed: timeout expired",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "port 5432 failed: connection timed out",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "port 3306 failed: connection timed out",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "dial tcp*:5432: i/o timeout",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "dial tcp*:5432: connect: connection timed out",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "dial tcp*:3306: i/o timeout",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "dial tcp*:27017: i/o timeout",
        Symptom::DatabaseConnectionRefused,
    ),
    ("p1002", Symptom::DatabaseConnectionRefused),
    ("p1017", Symptom::DatabaseConnectionRefused),
    (
        "connection terminated due to connection timeout",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "connection terminated unexpectedly",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "server has closed the connection",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "server closed the connection unexpectedly",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "server selection timed out",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "serverselectiontimeouterror",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "is blocked because of many connection errors",
        Symptom::DatabaseConnectionRefused,
    ),
    ("er_host_is_blocked", Symptom::DatabaseConnectionRefused),
    (
        "could not connect to any servers in your mongodb atlas cluster",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "connection timeout expired",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "the connection attempt timed out",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "connecttimeouterror*:5432",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "sqlstate[hy000] [2002] connection timed out",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "sqlstate[hy000] [2002] no such file or directory",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "no such file or directory. is the server running locally",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "mysql server has gone away",
        Symptom::DatabaseConnectionRefused,
    ),
    (
        "tcp connect (*): timeout",
        Symptom::DatabaseConnectionRefused,
    ),
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
