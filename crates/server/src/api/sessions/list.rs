//! `GET /api/v1/sessions`: where one is signed in.

use axum::extract::State;
use countersign_domain::Timestamp;
use countersign_domain::sessions::Session;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::accounts::sessions;
use crate::api::problem::Problem;
use crate::authenticate::Authenticated;
use crate::http::{Json, Refused};

pub(super) fn route() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_sessions))
}

/// The sessions that are alive, the one used last first.
#[derive(Debug, Serialize, ToSchema)]
struct Sessions {
    /// The sessions.
    sessions: Vec<SessionView>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionView {
    /// How the user showed who they are (RFC 8176).
    #[schema(example = json!(["pwd"]))]
    amr: Vec<String>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Whether it is the one that asks.
    current: bool,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Names the session.
    #[schema(format = "uuid")]
    id: String,
    /// When it ends unless it is used.
    #[schema(value_type = String, format = DateTime)]
    idle_expires_at: Timestamp,
    /// From which address it was opened.
    ip: Option<String>,
    /// When it was last used, to the minute.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// What the client called itself.
    user_agent: Option<String>,
}

impl SessionView {
    fn new(session: Session, current: bool) -> Self {
        Self {
            amr: session.amr,
            created_at: session.created_at,
            current,
            expires_at: session.absolute_expires_at,
            id: session.id.to_string(),
            idle_expires_at: session.idle_expires_at,
            ip: session.ip.map(|ip| ip.to_string()),
            last_seen_at: session.last_seen_at,
            user_agent: session.user_agent,
        }
    }
}

/// The user's sessions.
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    tag = "session",
    responses(
        (status = 200, description = "The sessions", body = Sessions),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn list_sessions(
    State(app): State<App>,
    who: Authenticated,
) -> Result<Json<Sessions>, Refused> {
    let user = who.user(&app).await?;
    let sessions = sessions::list(&app, &user).await?;
    let view = |session: Session| {
        let is_current = Some(session.id) == who.session_id();
        SessionView::new(session, is_current)
    };
    Ok(Json(Sessions {
        sessions: sessions.into_iter().map(view).collect(),
    }))
}
