//! What libraries that verify tokens say, by the language or the maker.

mod frameworks;
mod javascript;
mod managed;
mod native;
mod platforms;
mod providers;
mod python;

use super::Table;

/// The tables of all languages and makers.
pub(super) const TABLES: &[&[Table]] = &[
    frameworks::TABLES,
    javascript::TABLES,
    managed::TABLES,
    native::TABLES,
    platforms::TABLES,
    providers::TABLES,
    python::TABLES,
];

#[cfg(test)]
mod tests {
    use super::super::{Check, Symptom, matcher};

    /// Lines that the named versions wrote, each with its class.
    const SEEN: &[(&str, Symptom)] = &[
        // jsonwebtoken 9.0.3
        (
            "UnauthorizedError: jwt audience invalid. expected: https://api.tidepool.example",
            Symptom::AudienceRefused,
        ),
        (r#"{"error":"jwt malformed"}"#, Symptom::TokenMalformed),
        (
            "Error: secretOrPrivateKey must have a value",
            Symptom::SecretAbsent,
        ),
        // jose 6.2.17
        (
            r#"{"code":"ERR_JWT_EXPIRED","message":"\"exp\" claim timestamp check failed"}"#,
            Symptom::TokenExpired,
        ),
        (r#"missing required "aud" claim"#, Symptom::AudienceMissing),
        (r#"missing required "email" claim"#, Symptom::ClaimAbsent),
        // PyJWT 2.15.1
        (
            "jwt.exceptions.InvalidAudienceError: Invalid audience",
            Symptom::AudienceRefused,
        ),
        (
            r#"{"msg":"Subject must be a string"}"#,
            Symptom::SubjectRefused,
        ),
        (
            r#"Token is missing the "iss" claim"#,
            Symptom::IssuerRefused,
        ),
        (
            "jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)",
            Symptom::TokenNotYetValid,
        ),
        // simplejwt 5.5.1
        (
            r#"{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"message":"Token has wrong type"}]}"#,
            Symptom::TokenTypeRefused,
        ),
        // golang-jwt v5, go-oidc 3.21.0
        (
            "token has invalid claims: token is expired",
            Symptom::TokenExpired,
        ),
        (
            "failed to verify signature: failed to verify id token signature",
            Symptom::SignatureRefused,
        ),
        // jsonwebtoken (Rust) 11.1.0
        (
            "Failed to validate the JWT token. Error: InvalidAudience",
            Symptom::AudienceRefused,
        ),
        // Microsoft.IdentityModel
        (
            "IDX10205: Issuer validation failed. Issuer: 'https://a/'. Did not match",
            Symptom::IssuerRefused,
        ),
        // Firebase Admin 13.10.0
        (
            r#"Firebase ID token has incorrect "aud" (audience) claim. Expected "one" but got "two"."#,
            Symptom::AudienceRefused,
        ),
        // @clerk/backend 3.25.0
        ("reason: 'jwk-kid-mismatch'", Symptom::KeyUnknown),
        // GoTrue
        (
            r#"{"error_code":"user_not_found","msg":"User from sub claim in JWT does not exist"}"#,
            Symptom::SubjectGone,
        ),
    ];

    #[test]
    fn what_libraries_wrote_is_understood() {
        for (line, symptom) in SEEN {
            let classes: Vec<Symptom> = matcher::seen(line)
                .iter()
                .map(|(class, _)| *class)
                .collect();
            assert!(classes.contains(symptom), "{line}: {classes:?}");
        }
    }

    #[test]
    fn libraries_that_verify_the_signature_last_do_not_say_that_it_held() {
        let held = |line: &str| {
            let seen = matcher::seen(line);
            let (symptom, by) = seen.first().expect("a phrase");
            by.held_before(symptom.check().expect("a check")).to_vec()
        };
        assert!(held("jwt audience invalid").contains(&Check::Signature));
        assert!(!held("oidc: expected audience \"a\" got [\"b\"]").contains(&Check::Signature));
        assert!(held("oidc: expected audience \"a\"").contains(&Check::Issuer));
        assert!(!held("has incorrect \"aud\" (audience) claim").contains(&Check::Signature));
        assert!(held("\"exp\" claim timestamp check failed").contains(&Check::Audience));
    }
}
