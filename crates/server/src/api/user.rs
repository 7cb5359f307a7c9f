//! An account as its owner sees it.

use countersign_domain::Timestamp;
use countersign_domain::accounts::{Role, User};
use serde::Serialize;
use utoipa::ToSchema;

/// An account.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView {
    /// Where a picture of the person is.
    pub avatar_url: Option<String>,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The address by which the person is found.
    #[schema(format = "email", example = "ada@example.com")]
    pub email: String,
    /// Whether the person showed that the address is theirs.
    pub email_verified: bool,
    /// Names the account for good.
    #[schema(format = "uuid")]
    pub id: String,
    /// What the person wants to be called.
    pub name: Option<String>,
    /// What the account may do.
    #[schema(value_type = String, example = "user")]
    pub role: Role,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            avatar_url: user.avatar_url,
            created_at: user.created_at,
            email: user.email.to_string(),
            email_verified: user.email_verified_at.is_some(),
            id: user.id.to_string(),
            name: user.name,
            role: user.role,
        }
    }
}
