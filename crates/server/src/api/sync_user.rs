//! `POST /api/auth/sync-user`: a front end hands over a user who signed in with a provider.

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use countersign_domain::audit::{Actor, AuditKind};
use countersign_domain::identity::SYNC_PROVIDER;
use countersign_domain::{Email, IdentityId, UserId};
use countersign_store::SyncUser;
use countersign_verify::{Cause, Check, Fingerprint, Secret};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Body;
use super::fields::{self, Fields, FromFields, Wrong};
use super::problem::Problem;
use super::user::UserView;
use crate::App;
use crate::accounts::Client;
use crate::http::{Json, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sync_user))
}

/// A user who signed in with the provider.
#[derive(Debug, ToSchema)]
pub(super) struct SyncRequest {
    /// Where the user's picture is.
    avatar_url: Option<String>,
    /// The user's address, which the provider has verified.
    #[schema(value_type = String, format = "email")]
    email: Email,
    /// The user's id at the provider: the `sub` of the tokens that the front end makes.
    #[schema(example = "583231")]
    github_id: String,
    /// What the user is called.
    name: Option<String>,
}

impl FromFields for SyncRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let avatar_url = fields.optional("avatar_url", fields::picture_url);
        let email = fields.required("email", fields::email);
        let github_id = fields.required("github_id", fields::subject);
        let name = fields.optional("name", fields::name);
        Ok(Self {
            avatar_url: avatar_url?,
            email: email?,
            github_id: github_id?,
            name: name?,
        })
    }
}

/// The account of the user who was handed over.
#[derive(Debug, Serialize, ToSchema)]
struct SyncAnswer {
    /// The account.
    user: UserView,
    /// Whether it was made now.
    created: bool,
    /// What was not brought up to date, and why; only there if something was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    conflict: Option<SyncConflict>,
}

/// The user is synced, and keeps the address of before: the new one is another account's.
#[derive(Debug, Serialize, ToSchema)]
struct SyncConflict {
    /// The stable code of the cause.
    #[schema(example = "CSN0006")]
    code: &'static str,
    /// The stable name of the cause.
    #[schema(example = "conflict")]
    slug: &'static str,
    /// The member of the request that was not taken.
    #[schema(example = "email")]
    field: &'static str,
    /// What happened.
    explanation: &'static str,
    /// What to do about it.
    fix: &'static str,
}

/// A sign-in that works must not end because an address moved, nor may a stranger who registered
/// that address end it; so this is said beside the account, and is no refusal.
const EMAIL_KEPT: SyncConflict = SyncConflict {
    code: Cause::Conflict.code(),
    slug: Cause::Conflict.slug(),
    field: "email",
    explanation: "Another account has this address already, so the account keeps the one that it \
                  had. All else is up to date, and the user is found by the id at the provider.",
    fix: "Find the other account with `countersign user list --search ADDRESS`; delete it if it \
          is the same person's, or have its owner change its address. The next sync takes the \
          new one.",
};

/// Why a caller of the sync endpoint was refused.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
enum SyncRefusal {
    #[error("the request carries no X-Auth-Secret header; AUTH_SYNC_SECRET is {0}")]
    HeaderMissing(Fingerprint),
    #[error("AUTH_SYNC_SECRET is not set on this server, so no user can be synced")]
    Missing,
    #[error("X-Auth-Secret is {presented}, AUTH_SYNC_SECRET is {expected}")]
    Mismatch {
        expected: Fingerprint,
        presented: Fingerprint,
    },
}

impl SyncRefusal {
    const fn cause(&self) -> Cause {
        match self {
            Self::HeaderMissing(_) | Self::Mismatch { .. } => Cause::SyncSecretMismatch,
            Self::Missing => Cause::SyncSecretMissing,
        }
    }
}

/// Hands over a user who signed in with the provider. Idempotent: repeat it at every sign-in.
#[utoipa::path(
    post,
    path = "/api/auth/sync-user",
    tag = "sync",
    request_body = SyncRequest,
    responses(
        (status = 200, description = "The account was there, and is up to date; `conflict` says what is not", body = SyncAnswer),
        (status = 201, description = "The account was made", body = SyncAnswer),
        (status = 401, description = "X-Auth-Secret is not AUTH_SYNC_SECRET", body = Problem),
        (status = 422, description = "A field is wrong", body = Problem),
        (status = 503, description = "AUTH_SYNC_SECRET is not set here", body = Problem),
    ),
    security(("sync_secret" = [])),
)]
async fn sync_user(
    State(app): State<App>,
    client: Client,
    _caller: SyncCaller,
    Body(request): Body<SyncRequest>,
) -> Result<Response, Refused> {
    let now = app.now();
    let mut rng = app.rng();
    let sync = SyncUser {
        provider: SYNC_PROVIDER.to_owned(),
        subject: request.github_id,
        email: request.email,
        name: request.name,
        avatar_url: request.avatar_url,
        new_user: UserId::new(now, &mut rng),
        new_identity: IdentityId::new(now, &mut rng),
    };
    let audit = client.event(&app, now, AuditKind::UserSynced, Actor::Service);
    let synced = app.store().sync_user(sync, now, audit).await?;
    if synced.email_kept {
        tracing::warn!(user = %synced.user.id, "a synced address is another account's: it was not taken");
    }
    app.user_changed(synced.user.id);
    app.sessions_ended(&synced.ended, Cause::SessionRevoked);
    let status = if synced.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let answer = SyncAnswer {
        user: synced.user.into(),
        created: synced.created,
        conflict: synced.email_kept.then_some(EMAIL_KEPT),
    };
    Ok((status, Json(answer)).into_response())
}

/// A caller who showed the sync secret; known before the body is read.
pub(super) struct SyncCaller;

impl FromRequestParts<App> for SyncCaller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let secret = app.sync_secret().map(|resolved| &resolved.secret);
        let Err(refusal) = check(&parts.headers, secret) else {
            return Ok(Self);
        };
        let client = Client::from_request_parts(parts, app).await?;
        let refused = client.refused(Check::Presented, refusal.cause(), refusal.to_string());
        Err(refused.audited_as(AuditKind::SyncRefused))
    }
}

/// Whether the header of a request is the secret. Compared in constant time (ASVS 11.2.4).
fn check(headers: &HeaderMap, secret: Option<&Secret>) -> Result<(), SyncRefusal> {
    let secret = secret.ok_or(SyncRefusal::Missing)?;
    let presented = headers.get_all("x-auth-secret");
    if presented.iter().next().is_none() {
        return Err(SyncRefusal::HeaderMissing(secret.fingerprint()));
    }
    // Of two headers the next program on the way may believe the other one.
    let wrong = |value: &&http::HeaderValue| !secret.matches(value.as_bytes());
    let Some(presented) = presented.iter().find(wrong) else {
        return Ok(());
    };
    let (expected, presented) = (secret.fingerprint(), Fingerprint::of(presented.as_bytes()));
    Err(SyncRefusal::Mismatch {
        expected,
        presented,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: Option<&str>) -> HeaderMap {
        let value = value.map(|value| value.parse().expect("a header"));
        value
            .into_iter()
            .map(|value| (http::HeaderName::from_static("x-auth-secret"), value))
            .collect()
    }

    #[test]
    fn the_secret_alone_opens() {
        let secret = Secret::from("0123456789abcdef0123456789abcdef");
        let checked = |value| check(&headers(value), Some(&secret));
        assert_eq!(checked(Some("0123456789abcdef0123456789abcdef")), Ok(()));
        for wrong in [
            "",
            "0123456789abcdef0123456789abcde",
            "0123456789ABCDEF0123456789abcdef",
        ] {
            let refusal = checked(Some(wrong)).expect_err("wrong");
            assert_eq!(refusal.cause(), Cause::SyncSecretMismatch);
            assert!(
                refusal
                    .to_string()
                    .contains(&secret.fingerprint().to_string())
            );
            assert!(!refusal.to_string().contains("0123456789"));
        }
        let mut two = headers(Some("0123456789abcdef0123456789abcdef"));
        two.append("x-auth-secret", "another".parse().expect("a header"));
        assert!(check(&two, Some(&secret)).is_err());
        assert_eq!(
            checked(None),
            Err(SyncRefusal::HeaderMissing(secret.fingerprint()))
        );
    }

    #[test]
    fn without_a_secret_here_nothing_is_skipped_in_silence() {
        for value in [None, Some(""), Some("x")] {
            let refusal = check(&headers(value), None).expect_err("refused");
            assert_eq!(refusal.cause().slug(), "sync-secret-missing");
            assert_eq!(refusal.cause().told().status(), 503);
        }
    }
}
