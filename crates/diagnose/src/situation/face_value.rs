//! What a message says where nothing else was found: the cause that most often words itself so, as a guess.

use super::{Outcome, Situation};
use crate::evidence::{Sighting, Symptom};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// Takes the first telling message for what it says, if no rule found anything that could explain the failure.
pub(crate) fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    let explained = found
        .iter()
        .any(|finding| finding.strength != Strength::Risk || finding.stands_alone);
    if explained || situation.outcome() != Outcome::Bad {
        return;
    }
    let mut told = situation
        .sightings()
        .iter()
        .filter_map(|seen| Some((seen, cause(seen, situation)?)));
    if let Some((seen, (cause, message))) = told.next() {
        let finding = Finding::new(cause, Strength::Suggested, message);
        found.push(finding.at(seen.spot.clone(), "said here"));
    }
}

/// A class of messages, words of which one has to be in the message (any will do where there are none), whether
/// this counts where a message is all there is, the cause, and what is said in one sentence.
type Saying = (Symptom, &'static [&'static str], bool, Cause, &'static str);

/// What stands first counts. With a token or settings at hand, rules have looked at what the classes marked `true`
/// are about, and found nothing.
#[rustfmt::skip]
const SAYINGS: &[Saying] = &[
    (Symptom::AudienceMissing, &[], false, Cause::AudMissingInToken, "the verifier demands aud, and the token has none"),
    (Symptom::ExpiryUnreadable, &[], false, Cause::ExpUnitError, "a time of the token is no number of seconds"),
    (Symptom::KeyUnreadable, &["invalid type", "hmac"], false, Cause::AlgMismatch, "the key is of another kind than the algorithm wants"),
    (Symptom::KeyUnreadable, &[], false, Cause::PemDamagedInEnv, "a key cannot be read"),
    (Symptom::SchemeRefused, &["scheme"], false, Cause::AuthSchemeMismatch, "the header has another scheme than is read"),
    (Symptom::SchemeRefused, &[], false, Cause::BearerPrefixMissing, "the header is not the word Bearer and a token"),
    (Symptom::SecretAbsent, &[], false, Cause::SecretMissing, "there is no signing secret"),
    (Symptom::SecretWeak, &["default", "insecure secret_key"], false, Cause::SecretPlaceholder, "the signing secret is a sample value"),
    (Symptom::SecretWeak, &[], false, Cause::SecretTooShort, "the signing secret or key is too weak"),
    (Symptom::SubjectUnfit, &[], false, Cause::SubIdentifierMismatch, "an identifier is of another kind than the lookup wants"),
    (Symptom::TokenEncrypted, &[], false, Cause::EncryptedSessionToken, "the token is encrypted, and a signed one is read"),
    (Symptom::TokenTypeRefused, &["custom token"], false, Cause::TokenForOtherResource, "a custom token was sent, which is for the sign-in of Firebase alone"),
    (Symptom::TokenTypeRefused, &["refresh", "wrong type"], true, Cause::RefreshTokenAsAccessToken, "a token of another kind was sent than the API wants"),
    (Symptom::TokenTypeRefused, &[], false, Cause::TokenTypeUnexpected, "the token is of another kind than is asked for"),
    (Symptom::AccountInactive, &["no active account"], true, Cause::CredentialsInvalid, "name or password are wrong"),
    (Symptom::PermissionRefused, &[], true, Cause::RoleMissing, "the role or the right is missing"),
    (Symptom::SignatureRefused, &["no matching signature", "no signatures found matching", "event payload and secret", "hmac validation"], false, Cause::SecretMismatch, "the sender of the webhook signs with another secret than is verified with"),
    (Symptom::SignatureRefused, &[], true, Cause::SecretMismatch, "the signature does not fit the verifier's key"),
    (Symptom::TokenRevoked, &[], true, Cause::SessionRevoked, "the token was taken back"),
    (Symptom::UserUnknown, &[], true, Cause::UserNotProvisioned, "the user of the token is not there"),
];

/// The cause of a message, and what it says.
fn cause(seen: &Sighting, situation: &Situation<'_>) -> Option<(Cause, &'static str)> {
    let text = seen.text.to_ascii_lowercase();
    let alone = situation.tokens.is_empty()
        && situation.request().is_none()
        && situation.evidence.services.is_empty();
    let mut sayings = SAYINGS.iter().filter(|(class, ..)| *class == seen.symptom);
    let said = sayings.find(|(_, words, of_message_alone, ..)| {
        (alone || !of_message_alone)
            && (words.is_empty() || words.iter().any(|word| text.contains(word)))
    });
    said.map(|(.., cause, message)| (*cause, *message))
}

#[cfg(test)]
mod tests {
    use crate::evidence::{Document, Evidence};

    fn first(documents: &[(&str, &str)]) -> Option<String> {
        let documents = documents
            .iter()
            .map(|(name, text)| Document::new(*name, *text));
        let diagnosis = crate::diagnose(&Evidence::read(documents.collect()));
        diagnosis
            .findings
            .first()
            .map(|finding| finding.cause().slug().to_owned())
    }

    #[test]
    fn a_message_alone_is_taken_at_face_value() {
        for (line, slug) in [
            (
                "** (RuntimeError) No secret key configured for JWT",
                "secret-missing",
            ),
            (
                "error: PEM_read_bio:no start line secretOrPrivateKey must be an asymmetric key when using RS256",
                "pem-damaged-in-env",
            ),
            (
                "JWT::VerificationError: Signature verification raised",
                "secret-mismatch",
            ),
        ] {
            assert_eq!(first(&[("log.txt", line)]).as_deref(), Some(slug), "{line}");
        }
    }

    #[test]
    fn a_refusal_that_says_nothing_is_not_guessed_at() {
        assert_eq!(first(&[("log.txt", "401 invalid token")]), None);
        let request = (
            "request.http",
            "GET / HTTP/1.1\nHost: a.example\nAuthorization: Bearer abc\n\n",
        );
        let answer = (
            "response.http",
            "HTTP/1.1 403 Forbidden\n\nAccess is denied",
        );
        assert_eq!(first(&[request, answer]), None);
    }
}
