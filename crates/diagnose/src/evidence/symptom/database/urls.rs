//! What drivers say of addresses that they cannot read.

use super::Symptom;

pub(super) const URLS: &[(&str, Symptom)] = &[
    ("could not find driver", Symptom::DatabaseUrlRefused),
    ("no suitable driver found for", Symptom::DatabaseUrlRefused),
    ("unsupported database driver", Symptom::DatabaseUrlRefused),
    ("unknown dialect", Symptom::DatabaseUrlRefused),
    ("url: undefined", Symptom::DatabaseAddressUndefined),
    ("host: undefined", Symptom::DatabaseAddressUndefined),
    (
        "required params for postgres driver",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "required params for mysql driver",
        Symptom::DatabaseAddressUndefined,
    ),
    ("required params for", Symptom::DatabaseAddressUndefined),
    (
        "connectionstring: undefined",
        Symptom::DatabaseAddressUndefined,
    ),
    ("uri: undefined", Symptom::DatabaseAddressUndefined),
    ("database_url: undefined", Symptom::DatabaseAddressUndefined),
    (
        "password contains unescaped characters",
        Symptom::DatabaseUrlSplit,
    ),
    (
        "username and password must be escaped according to rfc 3986",
        Symptom::DatabaseUrlSplit,
    ),
    ("unescaped slash in userinfo", Symptom::DatabaseUrlSplit),
    ("net/url: invalid userinfo", Symptom::DatabaseUrlSplit),
    ("did you forget to escape", Symptom::DatabaseUrlSplit),
    (
        "port could not be cast to integer value",
        Symptom::DatabaseUrlSplit,
    ),
    (
        "invalid port number in database url",
        Symptom::DatabaseUrlSplit,
    ),
    (
        "invalid integer value \"*\" for connection option \"port\"",
        Symptom::DatabaseUrlSplit,
    ),
    ("invalid percent-encoded token", Symptom::DatabaseUrlSplit),
    ("uri malformed", Symptom::DatabaseUrlSplit),
    (
        "first path segment in url cannot contain colon",
        Symptom::DatabaseUrlSplit,
    ),
    ("invalid port \"", Symptom::DatabaseUrlSplit),
    (
        "invalid dsn: did you forget to escape",
        Symptom::DatabaseUrlSplit,
    ),
    (
        "invalid domain character in database string",
        Symptom::DatabaseUrlSplit,
    ),
    ("invalid port * after host", Symptom::DatabaseUrlSplit),
    ("invalid url escape", Symptom::DatabaseUrlSplit),
    ("invalid percent encoding", Symptom::DatabaseUrlSplit),
    ("illegal percent encoding", Symptom::DatabaseUrlSplit),
    (
        "netloc * contains invalid characters",
        Symptom::DatabaseUrlSplit,
    ),
    ("invalid ipv6 url", Symptom::DatabaseUrlSplit),
    (
        "did you forget to run urllib.parse.quote",
        Symptom::DatabaseUrlSplit,
    ),
    ("malformed escape pair", Symptom::DatabaseUrlSplit),
    ("illegal character in authority", Symptom::DatabaseUrlSplit),
    ("illegal character in userinfo", Symptom::DatabaseUrlSplit),
    ("malformed \\% sequence", Symptom::DatabaseUrlSplit),
    ("improper url", Symptom::DatabaseUrlSplit),
    ("bad percent-encoding", Symptom::DatabaseUrlSplit),
    (
        "parameter to `openuri()` must be a string",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "connection string is undefined",
        Symptom::DatabaseAddressUndefined,
    ),
    ("invalid url: undefined", Symptom::DatabaseAddressUndefined),
    (
        "the connectionstring property has not been initialized",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "expected string or url object, got none",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "dialect needs to be explicitly supplied",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "value cannot be null. (parameter 'connectionstring')",
        Symptom::DatabaseAddressUndefined,
    ),
    ("input: 'undefined'", Symptom::DatabaseAddressUndefined),
    (
        "connection url was not provided",
        Symptom::DatabaseAddressUndefined,
    ),
    ("no database url found", Symptom::DatabaseAddressUndefined),
    (
        "database url is not defined",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "either connection \"url\" or",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "settings.databases is improperly configured",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "please supply the engine value",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "failed to configure a datasource: 'url' attribute is not specified",
        Symptom::DatabaseAddressUndefined,
    ),
    (
        "unexpected keyword argument 'sslmode'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'channel_binding'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'pgbouncer'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'ssl'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'options'",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unexpected keyword argument 'schema'",
        Symptom::DatabaseUrlRefused,
    ),
    ("invalid uri query parameter", Symptom::DatabaseUrlRefused),
    ("invalid connection option", Symptom::DatabaseUrlRefused),
    ("invalid dsn", Symptom::DatabaseUrlRefused),
    (
        "can't load plugin: sqlalchemy.dialects",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "the asyncio extension requires an async driver",
        Symptom::DatabaseUrlRefused,
    ),
    ("must start with the protocol", Symptom::DatabaseUrlRefused),
    ("could not parse rfc1738 url", Symptom::DatabaseUrlRefused),
    (
        "could not parse sqlalchemy url",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "unrecognized configuration parameter",
        Symptom::DatabaseUrlRefused,
    ),
    ("unsupported startup parameter", Symptom::DatabaseUrlRefused),
    (
        "the provided database string is invalid",
        Symptom::DatabaseUrlRefused,
    ),
    ("p1013", Symptom::DatabaseUrlRefused),
    ("sslmode value \"*\" invalid", Symptom::DatabaseUrlRefused),
    ("no module named 'mysqldb'", Symptom::DatabaseUrlRefused),
    ("no module named 'psycopg2'", Symptom::DatabaseUrlRefused),
    ("unknownschemeerror", Symptom::DatabaseUrlRefused),
    ("unknown database url scheme", Symptom::DatabaseUrlRefused),
    (
        "unable to parse connection string",
        Symptom::DatabaseUrlRefused,
    ),
    ("failed to parse dsn", Symptom::DatabaseUrlRefused),
    ("cannot parse `", Symptom::DatabaseUrlRefused),
    ("failed to parse as dsn", Symptom::DatabaseUrlRefused),
    (
        "failed to parse as keyword/value",
        Symptom::DatabaseUrlRefused,
    ),
    ("keyword not supported", Symptom::DatabaseUrlRefused),
    ("couldn't set * (parameter '", Symptom::DatabaseUrlRefused),
    (
        "format of the initialization string does not conform",
        Symptom::DatabaseUrlRefused,
    ),
    ("invalid connection string", Symptom::DatabaseUrlRefused),
    ("invalid connection url", Symptom::DatabaseUrlRefused),
    (
        "error parsing connection string",
        Symptom::DatabaseUrlRefused,
    ),
    ("url must start with 'jdbc'", Symptom::DatabaseUrlRefused),
    (
        "driver claims to not accept jdbcurl",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "'url' must start with \"jdbc\"",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "failed to determine a suitable driver class",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "public key retrieval is not allowed",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "invalid scheme, expected connection string to start with",
        Symptom::DatabaseUrlRefused,
    ),
    ("mongoparseerror", Symptom::DatabaseUrlRefused),
    (
        "invalid dsn: missing the slash",
        Symptom::DatabaseUrlRefused,
    ),
    ("relativeurlwithoutbase", Symptom::DatabaseUrlRefused),
    ("relative url without a base", Symptom::DatabaseUrlRefused),
    (
        "the scheme is not recognized in database url",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "must be `postgres://` or `postgresql://`",
        Symptom::DatabaseUrlRefused,
    ),
    ("missing \"=\" after", Symptom::DatabaseUrlRefused),
    ("invalid connection option \"", Symptom::DatabaseUrlRefused),
    (
        "typeerror: connect() got an unexpected keyword",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "the url must start with the protocol",
        Symptom::DatabaseUrlRefused,
    ),
    ("could not parse the given url", Symptom::DatabaseUrlRefused),
    ("unknown database driver", Symptom::DatabaseUrlRefused),
    ("no driver found for", Symptom::DatabaseUrlRefused),
];
