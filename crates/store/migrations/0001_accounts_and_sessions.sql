-- Times are microseconds since the epoch, flags 0 or 1, hashes lower-case hexadecimal digits.
-- Every table has the prefix cs_, so that the database can be shared with an application.

CREATE TABLE cs_users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    email_verified_at BIGINT,
    password_hash TEXT,
    password_epoch BIGINT NOT NULL,
    name TEXT,
    avatar_url TEXT,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    status_at BIGINT,
    status_reason TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Ids of accounts that were deleted: their tokens are told from those of accounts that never were.
CREATE TABLE cs_deleted_users (
    id TEXT PRIMARY KEY,
    deleted_at BIGINT NOT NULL
);

CREATE TABLE cs_identities (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES cs_users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    UNIQUE (provider, subject)
);
CREATE INDEX cs_identities_user ON cs_identities (user_id);

CREATE TABLE cs_sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES cs_users (id) ON DELETE CASCADE,
    cookie_hash TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    absolute_expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT,
    ip TEXT,
    user_agent TEXT,
    amr TEXT NOT NULL,
    auth_time BIGINT NOT NULL
);
CREATE INDEX cs_sessions_user ON cs_sessions (user_id, ended_at);
CREATE INDEX cs_sessions_expiry ON cs_sessions (absolute_expires_at);

CREATE TABLE cs_refresh_tokens (
    token_hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES cs_sessions (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_at BIGINT,
    attempt BIGINT,
    successor_hash TEXT
);
CREATE INDEX cs_refresh_tokens_session ON cs_refresh_tokens (session_id);

CREATE TABLE cs_links (
    token_hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    user_id TEXT REFERENCES cs_users (id) ON DELETE CASCADE,
    email TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX cs_links_user ON cs_links (user_id);
CREATE INDEX cs_links_expiry ON cs_links (expires_at);

CREATE TABLE cs_outbox (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT,
    body_html TEXT,
    created_at BIGINT NOT NULL,
    next_attempt_at BIGINT,
    attempts BIGINT NOT NULL,
    last_error TEXT,
    sent_at BIGINT
);
CREATE INDEX cs_outbox_due ON cs_outbox (next_attempt_at);

CREATE TABLE cs_audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor TEXT NOT NULL,
    user_id TEXT,
    session_id TEXT,
    ip TEXT,
    user_agent TEXT,
    cause TEXT,
    trace_id TEXT,
    detail TEXT
);
CREATE INDEX cs_audit_user ON cs_audit (user_id, id);
CREATE INDEX cs_audit_trace ON cs_audit (trace_id);

CREATE TABLE cs_traces (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    cause TEXT,
    document TEXT NOT NULL
);
CREATE INDEX cs_traces_at ON cs_traces (at);

CREATE TABLE cs_revocations (
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX cs_revocations_at ON cs_revocations (at);

CREATE TABLE cs_keys (
    kid TEXT PRIMARY KEY,
    alg TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed TEXT,
    public_jwk TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    retire_at BIGINT
);

CREATE TABLE cs_server_values (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE cs_settings_documents (
    user_id TEXT PRIMARY KEY REFERENCES cs_users (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
