//! What providers and their clients say when a sign-in fails between them.

use super::check::ANY;
use super::{Symptom, Table};

pub(super) const TABLES: &[Table] = &[Table {
    by: &ANY,
    phrases: &[
        ("redirect_uri is not associated", Symptom::OauthRefused),
        ("Invalid parameter: redirect_uri", Symptom::OauthRefused),
        ("Invalid redirect_uri", Symptom::OauthRefused),
        ("Invalid redirect URI", Symptom::OauthRefused),
        ("Callback URL mismatch", Symptom::OauthRefused),
        ("AADSTS", Symptom::OauthRefused),
        ("invalid_client", Symptom::OauthRefused),
        ("unauthorized_client", Symptom::OauthRefused),
        ("incorrect_client_credentials", Symptom::OauthRefused),
        ("bad_verification_code", Symptom::OauthRefused),
        ("mismatching_state", Symptom::OauthRefused),
        ("MismatchingStateError", Symptom::OauthRefused),
        ("state mismatch", Symptom::OauthRefused),
        ("State cookie was missing", Symptom::OauthRefused),
        ("state missing from the response", Symptom::OauthRefused),
        ("checks.state argument is missing", Symptom::OauthRefused),
        ("pkceCodeVerifier", Symptom::OauthRefused),
        ("OAuthCallbackError", Symptom::OauthRefused),
        ("OAUTH_CALLBACK_ERROR", Symptom::OauthRefused),
        (
            "Unable to verify authorization request state",
            Symptom::OauthRefused,
        ),
        ("CSRF Warning! State not equal", Symptom::OauthRefused),
        ("Correlation failed", Symptom::OauthRefused),
        ("authorization_request_not_found", Symptom::OauthRefused),
        ("bad_oauth_state", Symptom::OauthRefused),
        ("code verifier should be non-empty", Symptom::OauthRefused),
        ("code challenge does not match", Symptom::OauthRefused),
        ("flow_state_not_found", Symptom::OauthRefused),
    ],
}];
