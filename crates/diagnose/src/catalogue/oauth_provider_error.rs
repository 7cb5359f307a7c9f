//! `oauth-provider-error`

use crate::cause_doc::{CauseDoc, Example, Fix, say};
use crate::finding::{Finding, Strength};
use crate::situation::oauth::{provider_error, refuses_client, refuses_redirect, refuses_state};
use crate::situation::{Outcome, Situation};
use countersign_verify::Cause;

pub(super) const DOC: CauseDoc = CauseDoc {
    cause: Cause::OauthProviderError,
    rule: Some(find),
    title: "The provider refused the sign-in",
    what: "The provider came back with an error of its own in place of a code, or refused to exchange the code. Its code and its description say why; they stand in the callback's address or in the answer of its token endpoint.",
    why: &[
        "The user or an administrator declined (`access_denied`, `consent_required`).",
        "The code was used twice, is too old, or was fetched with another `redirect_uri` or code verifier (`invalid_grant`).",
        "The client asks for a scope or response type that it may not have (`invalid_scope`, `unsupported_response_type`).",
        "The provider itself is in trouble (`server_error`, `temporarily_unavailable`).",
    ],
    fix: Fix {
        summary: "Do what the provider's code asks for, and show the user a way to try again.",
        steps: &[
            say("Read `error` and `error_description`; the provider's documentation has a page on each."),
            say("For `invalid_grant`, exchange each code once and at once, with the same `redirect_uri` and verifier as at the start."),
        ],
    },
    example: Example::Refusal {
        request: "GET /auth/callback?error=access_denied&error_description=… HTTP/1.1\nHost: app.example.org",
        trace: "the provider came back with access_denied",
    },
    standard: Some("RFC 6749, sections 4.1.2.1 and 5.2"),
    related: &[Cause::OauthClientInvalid, Cause::RedirectUriMismatch, Cause::OauthStateMismatch],
};

/// The provider's answer has an error that no other cause names.
fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good && !situation.browsing.is_callback() {
        return;
    }
    let Some(error) = provider_error(situation) else { return };
    let named = refuses_client(&error.code) || refuses_redirect(&error.code) || refuses_state(&error.code);
    // A refused refresh token has causes of its own.
    let refresh = situation.request().is_some_and(|request| request.body.contains("grant_type=refresh_token"));
    if named || refresh {
        return;
    }
    let code: String = error.code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(60).collect();
    let message = format!("the provider came back with {code}");
    let finding = Finding::new(Cause::OauthProviderError, Strength::Likely, message);
    found.push(finding.at(error.spot, "the provider's error").explains(&[Cause::CredentialMissing]));
}
