//! Whether the server can do its work: the shapes that monitors know.

mod auth;
mod database;
mod overall;

use axum::response::{IntoResponse, Response};
use countersign_domain::Timestamp;
use countersign_store::PoolFigures;
use countersign_verify::Cause;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::App;
use crate::http::Json;
use crate::issuer_keys::KeysState;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(auth::route())
        .merge(database::route())
        .merge(overall::route())
}

/// How the server is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `healthy` or `unhealthy`.
    #[schema(example = "healthy")]
    status: &'static str,
    /// What was looked at.
    checks: Checks,
    /// The database's connections.
    pool: Pool,
}

/// What was looked at.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Checks {
    /// `operational`, or `degraded` while passwords cannot be checked or tokens not be made.
    #[schema(example = "operational")]
    auth_service: &'static str,
    /// `connected` or `unreachable`.
    #[schema(example = "connected")]
    database: &'static str,
    /// The published keys of the issuers whose tokens are accepted. None of them makes this server unhealthy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trusted_issuers: Vec<TrustedIssuer>,
}

/// The published keys of an issuer whose tokens are accepted.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct TrustedIssuer {
    /// Why its keys could not be had the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "jwks-unavailable")]
    cause: Option<&'static str>,
    /// When its keys were had.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    fetched_at: Option<Timestamp>,
    /// Keys that are held.
    keys: usize,
    /// `oidc` or `supabase`.
    kind: &'static str,
    /// Its name in the settings.
    name: String,
    /// `held`; `stale` when the last good keys count because the issuer does not answer;
    /// `unavailable` without any; `unasked` before the first token and the first look.
    #[schema(example = "held")]
    state: &'static str,
}

impl From<KeysState> for TrustedIssuer {
    fn from(keys: KeysState) -> Self {
        let state = match (keys.fetched_at, keys.failure) {
            (Some(_), None) => "held",
            (Some(_), Some(_)) => "stale",
            (None, Some(_)) => "unavailable",
            (None, None) => "unasked",
        };
        Self {
            cause: keys.failure.map(Cause::slug),
            fetched_at: keys.fetched_at,
            keys: keys.keys,
            kind: keys.kind,
            name: keys.name.to_string(),
            state,
        }
    }
}

/// The database's connections.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Pool {
    /// Connections that are free.
    idle: u32,
    /// Connections that are busy.
    in_use: u32,
    /// The most there may be.
    max: u32,
    /// Connections that there are.
    size: u32,
    /// Requests that wait for one, or for their turn to write.
    waiting: usize,
}

impl From<PoolFigures> for Pool {
    fn from(figures: PoolFigures) -> Self {
        let PoolFigures {
            idle,
            in_use,
            max,
            size,
            waiting,
            ..
        } = figures;
        Self {
            idle,
            in_use,
            max,
            size,
            waiting,
        }
    }
}

impl Health {
    async fn look(app: &App) -> Self {
        let pinged = app.store().ping().await;
        if let Err(error) = &pinged {
            tracing::warn!(code = error.cause().code(), %error, "the database does not answer");
        }
        let issuers = app.issuer_keys().states().into_iter();
        let mut health = Self::new(pinged.is_ok(), app.store().pool_figures().into());
        health.checks.trusted_issuers = issuers.map(TrustedIssuer::from).collect();
        health
    }

    const fn new(connected: bool, pool: Pool) -> Self {
        let checks = Checks {
            auth_service: if connected { "operational" } else { "degraded" },
            database: if connected {
                "connected"
            } else {
                "unreachable"
            },
            trusted_issuers: Vec::new(),
        };
        Self {
            status: if connected { "healthy" } else { "unhealthy" },
            checks,
            pool,
        }
    }
}

impl IntoResponse for Health {
    fn into_response(self) -> Response {
        let status = match self.status {
            "healthy" => StatusCode::OK,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, Json(self)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pool() -> Pool {
        Pool {
            idle: 3,
            in_use: 1,
            max: 8,
            size: 4,
            waiting: 0,
        }
    }

    #[test]
    fn the_shape_is_that_of_the_field_report() {
        let health = Health::new(true, pool());
        assert_eq!(
            serde_json::to_value(&health).expect("JSON"),
            json!({
                "status": "healthy",
                "checks": {"database": "connected", "auth_service": "operational"},
                "pool": {"idle": 3, "in_use": 1, "max": 8, "size": 4, "waiting": 0},
            })
        );
        assert_eq!(health.into_response().status(), StatusCode::OK);
    }

    #[test]
    fn without_a_database_the_status_says_so_to_balancers_too() {
        let health = Health::new(false, pool());
        let shown = serde_json::to_value(&health).expect("JSON");
        assert_eq!(shown["status"], "unhealthy");
        assert_eq!(
            shown["checks"],
            json!({"database": "unreachable", "auth_service": "degraded"})
        );
        assert_eq!(
            health.into_response().status(),
            StatusCode::SERVICE_UNAVAILABLE
        );
    }
}
