//! `POST /api/v1/secrets/proof`: shows that this server holds a secret without showing it.
//!
//! Two services that disagree about a secret fail with nothing to see. Who holds one of the secrets
//! and a nonce can compare here; who holds none learns 8 bytes of an HMAC, which is nothing.

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use countersign_domain::Timestamp;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_verify::{Cause, Secret};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Body;
use super::fields::{Fields, FromFields, Wrong};
use super::problem::Problem;
use super::sync_user::SyncCaller;
use crate::App;
use crate::accounts::Client;
use crate::authenticate::Admin;
use crate::http::{Json, Refused};

/// How many proofs are given in [`WINDOW`], to all callers together.
const MOST: usize = 30;
const WINDOW: Duration = Duration::from_mins(1);
/// How long a nonce may be, in characters.
const NONCE: std::ops::RangeInclusive<usize> = 32..=128;

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(secrets_proof))
}

/// What is to be proved with.
#[derive(Debug, ToSchema)]
pub(super) struct ProofRequest {
    /// 32 to 128 hexadecimal digits, drawn anew each time.
    #[schema(example = "9f2c1b7a4e5d60839f2c1b7a4e5d6083")]
    nonce: String,
}

impl FromFields for ProofRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let nonce = fields.required("nonce", nonce);
        Ok(Self { nonce: nonce? })
    }
}

/// Digits alone: the signing input of a token has a dot (RFC 7515, section 5.1), so nobody has a
/// token signed here, not even a part of it.
fn nonce(value: Value) -> Result<String, String> {
    let is_digits = |text: &String| {
        NONCE.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    match value {
        Value::String(text) if is_digits(&text) => Ok(text),
        _ => Err("must be a text of 32 to 128 hexadecimal digits".to_owned()),
    }
}

/// What only the holder of the same secrets can compute.
#[derive(Debug, Serialize, ToSchema)]
struct ProofAnswer {
    /// HMAC-SHA256 of the nonce under the signing secret, its first 8 bytes in hexadecimal; null
    /// if tokens are signed with a key pair.
    #[schema(example = "0c63b1f6d1f0a3e2")]
    signing_secret: Option<String>,
    /// The same under the sync secret; null if there is none.
    #[schema(example = "74d5fa0b9e2c8811")]
    sync_secret: Option<String>,
}

/// Shows that this server holds its secrets, to those who may know: the holder of the sync secret,
/// or an admin. `countersign doctor --url` compares with it.
#[utoipa::path(
    post,
    path = "/api/v1/secrets/proof",
    tag = "sync",
    request_body = ProofRequest,
    responses(
        (status = 200, description = "The proofs", body = ProofAnswer),
        (status = 401, description = "Neither the sync secret nor an admin", body = Problem),
        (status = 403, description = "Not an admin", body = Problem),
        (status = 422, description = "The nonce is wrong", body = Problem),
        (status = 429, description = "Too many were asked for", body = Problem),
        (status = 503, description = "X-Auth-Secret was sent, and AUTH_SYNC_SECRET is not set here", body = Problem),
    ),
    security(("sync_secret" = []), ("bearer" = []), ("session_cookie" = [])),
)]
async fn secrets_proof(
    State(app): State<App>,
    client: Client,
    caller: ProofCaller,
    Body(request): Body<ProofRequest>,
) -> Result<([(http::HeaderName, HeaderValue); 1], Json<ProofAnswer>), Refused> {
    let now = app.now();
    app.proofs().take(now)?;
    let proof = |secret: &Secret| secret.proof(request.nonce.as_bytes());
    let answer = ProofAnswer {
        signing_secret: app.signing_secret().map(proof),
        sync_secret: app.sync_secret().map(|resolved| proof(&resolved.secret)),
    };
    let event = client.event(&app, now, AuditKind::SecretProved, caller.actor);
    app.store().append_audit(vec![event]).await?;
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, Json(answer)))
}

/// Who may have a proof; known before the body is read.
struct ProofCaller {
    actor: Actor,
}

impl FromRequestParts<App> for ProofCaller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let actor = if parts.headers.contains_key("x-auth-secret") {
            SyncCaller::from_request_parts(parts, app).await?;
            Actor::Service
        } else {
            let Admin(admin) = Admin::from_request_parts(parts, app).await?;
            Actor::User(admin.user_id())
        };
        Ok(Self { actor })
    }
}

/// The proofs of late.
#[derive(Debug, Default)]
pub(crate) struct ProofLimit(VecDeque<Timestamp>);

impl ProofLimit {
    /// Counts one more.
    ///
    /// # Errors
    /// `rate-limited` if there were too many of late.
    fn take(&mut self, now: Timestamp) -> Result<(), Refused> {
        // A clock that was set back counts as time passed.
        self.0.retain(|at| *at <= now && now.since(*at) < WINDOW);
        let Some(first) = self.0.front().filter(|_| self.0.len() >= MOST) else {
            self.0.push_back(now);
            return Ok(());
        };
        let left = WINDOW.saturating_sub(now.since(*first)).as_secs() + 1;
        let refused = Refused::new(
            Cause::RateLimited,
            "too many proofs of secrets were asked for",
        );
        Err(refused.retry_after(u32::try_from(left).unwrap_or(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_cannot_be_the_signing_input_of_a_token() {
        let nonce = |text: &str| nonce(Value::from(text));
        assert!(nonce(&"0a".repeat(16)).is_ok() && nonce(&"F".repeat(128)).is_ok());
        assert!(super::nonce(Value::from(7)).is_err());
        for bad in [
            "",
            "abc",
            &"a".repeat(31),
            &"a".repeat(129),
            &"g".repeat(32),
            &format!("{}.{}", "a".repeat(20), "b".repeat(20)),
        ] {
            assert!(nonce(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn proofs_are_limited_and_come_back() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let mut limit = ProofLimit::default();
        for _ in 0..MOST {
            assert!(limit.take(at(100)).is_ok());
        }
        assert!(limit.take(at(159)).is_err());
        assert!(limit.take(at(160)).is_ok());
    }
}
