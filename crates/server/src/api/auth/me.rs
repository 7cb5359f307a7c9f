//! `GET` and `PATCH /api/v1/auth/me`: the user behind the request.

use axum::extract::State;
use countersign_domain::audit::{Actor, AuditKind};
use countersign_store::ProfileChange;
use countersign_verify::Cause;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::accounts::Client;
use crate::api::Body;
use crate::api::fields::{self, Change, Fields, FromFields, Wrong};
use crate::api::problem::Problem;
use crate::api::user::UserView;
use crate::authenticate::Authenticated;
use crate::http::{Json, Refused};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(me, change_me))
}

/// The user.
#[utoipa::path(
    get,
    path = "/api/v1/auth/me",
    tag = "account",
    responses(
        (status = 200, description = "The user", body = UserView),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn me(State(app): State<App>, who: Authenticated) -> Result<Json<UserView>, Refused> {
    Ok(Json(who.user(&app).await?.into()))
}

/// What a user may change of themselves; `null` empties a field, a missing one stays.
#[derive(Debug, ToSchema)]
struct ProfileRequest {
    /// Where a picture is.
    #[schema(value_type = Option<String>, format = "uri")]
    avatar_url: Change<String>,
    /// What the user wants to be called.
    #[schema(value_type = Option<String>, max_length = 100)]
    name: Change<String>,
}

impl FromFields for ProfileRequest {
    fn from_fields(fields: &mut Fields) -> Result<Self, Wrong> {
        let avatar_url = fields.change("avatar_url", fields::picture_url);
        let name = fields.change("name", fields::name);
        Ok(Self {
            avatar_url: avatar_url?,
            name: name?,
        })
    }
}

/// Changes name and picture.
#[utoipa::path(
    patch,
    path = "/api/v1/auth/me",
    tag = "account",
    request_body = ProfileRequest,
    responses(
        (status = 200, description = "The user as it is now", body = UserView),
        (status = 401, description = "No credential, or one that is refused", body = Problem),
        (status = 403, description = "By cookie: the CSRF token or the origin is refused", body = Problem),
        (status = 422, description = "Fields are wrong; all are named", body = Problem),
    ),
    security(("bearer" = []), ("session_cookie" = [])),
)]
async fn change_me(
    State(app): State<App>,
    client: Client,
    who: Authenticated,
    Body(request): Body<ProfileRequest>,
) -> Result<Json<UserView>, Refused> {
    let now = app.now();
    let id = who.user_id();
    let change = ProfileChange {
        avatar_url: request.avatar_url.into(),
        name: request.name.into(),
    };
    let event = client.event(&app, now, AuditKind::UserProfileChanged, Actor::User(id));
    let changed = app
        .store()
        .update_profile(id, change, now, event.into())
        .await?;
    app.user_changed(id);
    let user =
        changed.ok_or_else(|| Refused::new(Cause::UserDeletedStaleToken, "the account is gone"))?;
    Ok(Json(user.into()))
}
