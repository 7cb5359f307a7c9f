//! Which secret, undamaged or damaged, signed a token.

use super::variants::secret_variants;
use super::{ExplainContext, Explained, KnownSecret, MOST_SECRETS, SecretRole, Unverified};
use crate::compact::MOST_SIGNATURE;
use crate::strength::WELL_KNOWN;
use crate::{Cause, Fingerprint};
use aws_lc_rs::hmac;

/// How sure it is that a secret that makes the very signature is the one that made it.
const CERTAIN: f32 = 0.99;

/// The secret that signed the token, if it is known or a known damage of one that is.
pub(super) fn who_signed(
    token: &Unverified<'_>,
    context: &ExplainContext<'_>,
) -> Option<Explained> {
    if token.header.alg() != "HS256" {
        return None;
    }
    let mut buffer = [0; MOST_SIGNATURE];
    let signature = token.compact.signature_into(&mut buffer).ok()?;
    let input = token.compact.signing_input.as_bytes();
    let signed_by = |secret: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::verify(&key, input, signature).is_ok()
    };
    let known = || context.secrets.iter().take(MOST_SECRETS);
    let exact = known()
        .filter(|known| known.role != SecretRole::Current)
        .find(|known| signed_by(known.secret.expose()));
    if let Some(known) = exact {
        return Some(exactly(known));
    }
    for known in known() {
        let damaged = secret_variants(known.secret.expose())
            .into_iter()
            .find(|variant| signed_by(&variant.bytes));
        if let Some(variant) = damaged {
            let text = format!("the token was signed with {} {}", name(known), variant.how);
            return Some(Explained::new(variant.cause, CERTAIN, text));
        }
    }
    anybodys(&signed_by)
}

/// Secrets that are none: the empty one, and samples out of documentation.
fn anybodys(signed_by: &dyn Fn(&[u8]) -> bool) -> Option<Explained> {
    if signed_by(b"") {
        let text = "the token was signed with an empty secret: its issuer has none set";
        return Some(Explained::new(Cause::SecretMissing, CERTAIN, text));
    }
    let unset = ["undefined", "null", "None"]
        .into_iter()
        .find(|word| signed_by(word.as_bytes()));
    if let Some(word) = unset {
        let text =
            format!("the token was signed with the word {word}: its issuer has no secret set");
        return Some(Explained::new(Cause::SecretMissing, CERTAIN, text));
    }
    let sample = WELL_KNOWN
        .iter()
        .find(|sample| signed_by(sample.as_bytes()))?;
    let fingerprint = Fingerprint::of(sample.as_bytes());
    let text =
        format!("the token was signed with a sample value out of documentation ({fingerprint})");
    Some(Explained::new(Cause::SecretPlaceholder, CERTAIN, text))
}

/// What is wrong with the current secret by its looks, when no known secret signed the token.
pub(super) fn suspicious(context: &ExplainContext<'_>) -> Option<Explained> {
    let current = context
        .secrets
        .iter()
        .find(|known| known.role == SecretRole::Current)?;
    let text = std::str::from_utf8(current.secret.expose()).ok()?.trim();
    let is_token = text.starts_with("eyJ") && text.split('.').count() == 3;
    is_token.then(|| {
        let text = format!(
            "{} holds a token, such as a project's anon or service key, and no secret",
            name(current)
        );
        Explained::new(Cause::SupabaseApiKeyAsSecret, 0.9, text)
    })
}

fn exactly(known: &KnownSecret) -> Explained {
    let name = name(known);
    let (cause, text) = match known.role {
        SecretRole::Current => (
            Cause::SecretMismatch,
            format!("the token was signed with {name}"),
        ),
        SecretRole::ApiKey => (
            Cause::SupabaseApiKeyAsSecret,
            format!("the token was signed with {name}, which is an API key and no signing secret"),
        ),
        SecretRole::Issuer | SecretRole::OtherPurpose => (
            Cause::SecretMismatch,
            format!("the token was signed with {name}, which is not the secret that verifies here"),
        ),
        SecretRole::Lost => (
            Cause::EnvVarNameMismatch,
            format!("the token was signed with {name}, a name that does not count here"),
        ),
        SecretRole::OtherEnvironment(environment) => (
            Cause::SecretMismatch,
            format!(
                "the token was signed with {name}, the secret of {environment}: it was issued in another environment"
            ),
        ),
        SecretRole::Previous => (
            Cause::SecretRotatedStaleSession,
            format!("the token was signed with {name}, the secret before the last change"),
        ),
        SecretRole::Sync => (
            Cause::SecretReusedAcrossPurposes,
            format!(
                "the token was signed with {name}, which guards the sync endpoint and signs no tokens here"
            ),
        ),
    };
    Explained::new(cause, CERTAIN, text).about(
        &known.label,
        &known.source,
        known.secret.fingerprint().to_string(),
    )
}

fn name(known: &KnownSecret) -> String {
    format!(
        "{} ({}, {})",
        known.label,
        known.secret.fingerprint(),
        known.source
    )
}
