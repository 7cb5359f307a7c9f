//! What servers say of the user who connects: who may not in, and who may not read or write.

use super::Symptom;

pub(super) const SIGN_IN: &[(&str, Symptom)] = &[
    (
        "command * requires authentication",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "there are no users authenticated",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "no users authenticated",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "rds proxy has no credentials for the role",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "rds proxy* authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "the iam authentication failed for the role",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("p1010", Symptom::DatabaseCredentialsRefused),
    (
        "user was denied access on the database",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("scram exchange: wrong", Symptom::DatabaseCredentialsRefused),
    (
        "md5 authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "is not allowed to connect to this",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "er_host_not_privileged",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "rejects connection for host",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "password authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("invalidpassworderror", Symptom::DatabaseCredentialsRefused),
    (
        "invalidauthorizationspecificationerror",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "authentication failed against database server",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "authentication failed against the database server",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("p1000", Symptom::DatabaseCredentialsRefused),
    (
        "access denied for user",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "er_access_denied_error",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "fe_sendauth: no password supplied",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "client password must be a string",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "sasl authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("wrong password type", Symptom::DatabaseCredentialsRefused),
    (
        "role \"*\" does not exist",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "role \"*\" is not permitted to log in",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("28p01", Symptom::DatabaseCredentialsRefused),
    ("tenant or user not found", Symptom::DatabaseTenantUnknown),
    (
        "no tenant identifier provided",
        Symptom::DatabaseTenantUnknown,
    ),
    ("enoidentifier", Symptom::DatabaseTenantUnknown),
    ("tenant/user * not found", Symptom::DatabaseTenantUnknown),
    (
        "endpoint id is not specified",
        Symptom::DatabaseTenantUnknown,
    ),
    (
        "mongoservererror: authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "mongoerror: authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "mongoservererror: bad auth",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "bad auth : authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "operationfailure: authentication failed",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "operationfailure: bad auth",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "usernotfound: could not find user",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "codename: 'authenticationfailed'",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("storedkey mismatch", Symptom::DatabaseCredentialsRefused),
    (
        "er_not_supported_auth_mode",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "client does not support authentication protocol",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "authentication plugin 'caching_sha2_password' cannot be loaded",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("login failed for user", Symptom::DatabaseCredentialsRefused),
    (
        "peer authentication failed for user",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "ident authentication failed for user",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "no password has been provided but the backend requires one",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "but no password was provided",
        Symptom::DatabaseCredentialsRefused,
    ),
    ("failed sasl auth", Symptom::DatabaseCredentialsRefused),
    ("no pg_hba.conf entry", Symptom::DatabaseCredentialsRefused),
    (
        "pam authentication failed for user",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "authentication failed (username",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "saslauthenticationexception",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "exception authenticating mongocredential",
        Symptom::DatabaseCredentialsRefused,
    ),
    (
        "the password for user * is incorrect",
        Symptom::DatabaseCredentialsRefused,
    ),
];

pub(super) const PERMISSIONS: &[(&str, Symptom)] = &[
    ("sqlstate 42501", Symptom::DatabasePermissionRefused),
    ("sqlstate: 42501", Symptom::DatabasePermissionRefused),
    ("\"42501\"", Symptom::DatabasePermissionRefused),
    ("'42501'", Symptom::DatabasePermissionRefused),
    ("42501: ", Symptom::DatabasePermissionRefused),
    ("code: 42501", Symptom::DatabasePermissionRefused),
    (
        "permission denied for table",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "permission denied for schema",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "permission denied for relation",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "permission denied for sequence",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "permission denied for view",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "permission denied for function",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "permission denied for database",
        Symptom::DatabasePermissionRefused,
    ),
    ("must be owner of", Symptom::DatabasePermissionRefused),
    ("insufficientprivilege", Symptom::DatabasePermissionRefused),
    (
        "violates row-level security policy",
        Symptom::DatabasePermissionRefused,
    ),
    ("row-level security", Symptom::DatabasePermissionRefused),
    ("command denied to user", Symptom::DatabasePermissionRefused),
    (
        "er_tableaccess_denied_error",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "er_dbaccess_denied_error",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "not authorized on * to execute command",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "the select permission was denied",
        Symptom::DatabasePermissionRefused,
    ),
    (
        "the insert permission was denied",
        Symptom::DatabasePermissionRefused,
    ),
];
