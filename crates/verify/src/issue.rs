//! Making access tokens (RFC 9068).

use crate::base64url;
use crate::keys::{SigningError, SigningKey};
use serde::Serialize;

/// The claims of an access token. Times are seconds since the epoch.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Claims {
    /// Who makes the token: this server's public URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The user's id.
    pub sub: String,
    /// The API the token is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// When the token ends.
    pub exp: i64,
    /// When the token begins.
    pub nbf: i64,
    /// When the token is made.
    pub iat: i64,
    /// The token's own name.
    pub jti: String,
    /// The session's id.
    pub sid: String,
    /// What the token allows, separated by blanks (RFC 9068, section 2.2.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The user's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The user's role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// How the user signed in (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// When the user signed in.
    pub auth_time: i64,
}

/// Signs `claims` into a token of type `at+jwt` (RFC 9068, section 2.1).
///
/// # Errors
/// [`SigningError`], if the key fails to sign.
pub fn issue(key: &SigningKey, claims: &Claims) -> Result<String, SigningError> {
    let payload = serde_json::to_vec(claims).map_err(|_| SigningError(key.alg()))?;
    sign_compact(key, &payload)
}

/// The compact serialisation of a JWS (RFC 7515, section 5.1).
fn sign_compact(key: &SigningKey, payload: &[u8]) -> Result<String, SigningError> {
    let header = key.header();
    let mut token = String::with_capacity(header.len() + payload.len() * 4 / 3 + 100);
    token.push_str(header);
    token.push('.');
    token.push_str(&base64url::encode(payload));
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&signature);
    Ok(token)
}
