//! What drivers say of addresses that they cannot read.

use super::Symptom;

pub(super) const URLS: &[(&str, Symptom)] = &[
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
        "invalid port number in database url",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "invalid domain character in database string",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "the provided database string is invalid",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "invalid integer value \"*\" for connection option \"port\"",
        Symptom::DatabaseUrlRefused,
    ),
    ("invalid percent-encoded token", Symptom::DatabaseUrlRefused),
    (
        "port could not be cast to integer value",
        Symptom::DatabaseUrlRefused,
    ),
    ("p1013", Symptom::DatabaseUrlRefused),
    ("uri malformed", Symptom::DatabaseUrlRefused),
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
        "password contains unescaped characters",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "username and password must be escaped according to rfc 3986",
        Symptom::DatabaseUrlRefused,
    ),
    ("unescaped slash in userinfo", Symptom::DatabaseUrlRefused),
    (
        "invalid dsn: missing the slash",
        Symptom::DatabaseUrlRefused,
    ),
    (
        "invalid dsn: did you forget to escape",
        Symptom::DatabaseUrlRefused,
    ),
    ("net/url: invalid userinfo", Symptom::DatabaseUrlRefused),
    ("invalid port \"", Symptom::DatabaseUrlRefused),
    (
        "first path segment in url cannot contain colon",
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
