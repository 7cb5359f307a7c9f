//! The shape of a refusal, for the description of the API; and a cause as answers name it.

use countersign_verify::Cause;
use serde::Serialize;
use utoipa::ToSchema;

/// A cause by its names.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedCause {
    /// The stable code.
    #[schema(example = "CSN4001")]
    code: &'static str,
    /// The stable name.
    #[schema(example = "token-expired")]
    slug: &'static str,
    /// It in a few words.
    title: &'static str,
}

impl From<Cause> for NamedCause {
    fn from(cause: Cause) -> Self {
        Self {
            code: cause.code(),
            slug: cause.slug(),
            title: countersign_diagnose::title(cause),
        }
    }
}

/// A refusal (RFC 9457).
#[expect(
    dead_code,
    reason = "the shell writes refusals; this is their description alone"
)]
#[derive(ToSchema)]
pub(crate) struct Problem {
    /// The stable code of the cause.
    #[schema(example = "CSN4001")]
    code: String,
    /// Every field that is wrong, where the input is.
    errors: Option<Vec<WrongField>>,
    /// What exactly happened; in development alone.
    explanation: Option<String>,
    /// What to do about it; in development alone.
    fix: Option<String>,
    /// The stable name of the cause.
    #[schema(example = "token-expired")]
    slug: String,
    /// The HTTP status.
    #[schema(example = 401)]
    status: u16,
    /// The cause in a few words.
    title: String,
    /// Names the trace of the checks: `countersign why TRACE_ID`.
    #[schema(example = "0d3c1a2b4e5f60718293a4b5c6d7e8f9")]
    trace_id: String,
    /// The page that explains the cause.
    #[schema(
        rename = "type",
        example = "https://auth.example.com/docs/errors/CSN4001"
    )]
    kind: String,
}

/// A field of the input that is wrong.
#[expect(dead_code, reason = "a part of the description above")]
#[derive(ToSchema)]
pub(crate) struct WrongField {
    /// Its name; empty for the whole body.
    #[schema(example = "email")]
    field: String,
    /// What is wrong with it.
    #[schema(example = "expected one @ with a name before it and a domain behind it")]
    message: String,
}
