//! Accounts and sessions: `/api/v1/auth`.

mod csrf_token;
mod email_resend;
mod email_verify;
mod login;
mod logout;
mod me;
mod password_change;
mod password_forgot;
mod password_reset;
mod refresh;
mod register;
mod status;
mod tokens;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(csrf_token::route())
        .merge(email_resend::route())
        .merge(email_verify::route())
        .merge(login::route())
        .merge(logout::route())
        .merge(me::routes())
        .merge(password_change::route())
        .merge(password_forgot::route())
        .merge(password_reset::route())
        .merge(refresh::route())
        .merge(register::route())
        .merge(status::route())
}
