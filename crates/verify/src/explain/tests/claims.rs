//! Tests of explanations by claims and clocks.

use super::*;

const ISS: &str = "https://id.example/";
const AUD: &str = "https://api.example";

fn value(value: &str, name: &str) -> ExpectedValue {
    ExpectedValue::new(
        value,
        name,
        Source::EnvFile {
            path: "backend.env".to_owned(),
            line: 4,
        },
    )
}

fn demanding() -> Expected {
    Expected {
        issuers: vec![value(ISS, "OIDC_ISSUER")],
        audiences: vec![value(AUD, "OIDC_AUDIENCE")],
        ..Expected::nothing()
    }
}

/// Explains a token of these claims, signed with the secret that verifies, without a refusal.
pub(super) fn of(claims: &Value, expected: &Expected, clocks: &[ClockReading]) -> Vec<Explained> {
    let token = by_hand(&json!({"alg": "HS256"}), claims, OURS.as_bytes());
    let secrets = [known("JWT_SECRET", OURS.as_bytes(), SecretRole::Current)];
    let context = ExplainContext {
        expected,
        secrets: &secrets,
        clocks,
        now: NOW,
        ..ExplainContext::default()
    };
    let found = explain(&token, None, &context);
    in_order(&found);
    found
}

pub(super) fn first(claims: &Value, expected: &Expected) -> Option<(Cause, Grade)> {
    of(claims, expected, &[])
        .first()
        .map(|one| (one.cause, one.grade))
}

/// Claims that nothing is wrong with, but for those that are given.
fn claims(changed: &Value) -> Value {
    let mut claims =
        json!({"iss": ISS, "aud": AUD, "sub": "42", "iat": NOW - 10, "exp": NOW + 890});
    for (name, value) in changed.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[test]
fn a_token_in_order_has_nothing_to_explain() {
    assert_eq!(of(&claims(&json!({})), &demanding(), &[]), []);
    assert_eq!(of(&claims(&json!({})), &Expected::nothing(), &[]), []);
}

#[test]
fn issuers_and_audiences_are_told_with_the_names_of_their_settings() {
    for (changed, cause, name) in [
        (
            json!({"iss": "https://id.example"}),
            Cause::IssTrailingSlash,
            "OIDC_ISSUER",
        ),
        (
            json!({"iss": "https://other.example/"}),
            Cause::IssMismatch,
            "OIDC_ISSUER",
        ),
        (json!({"iss": null}), Cause::ClaimMissing, "OIDC_ISSUER"),
        (
            json!({"aud": null}),
            Cause::AudMissingInToken,
            "OIDC_AUDIENCE",
        ),
        (
            json!({"aud": ["https://api.example/"]}),
            Cause::AudMismatch,
            "OIDC_AUDIENCE",
        ),
        (
            json!({"aud": "https://billing.example", "scope": "x"}),
            Cause::AudMismatch,
            "OIDC_AUDIENCE",
        ),
    ] {
        let found = of(&claims(&changed), &demanding(), &[]);
        let one = &found[0];
        assert_eq!(
            (one.cause, one.grade),
            (cause, Grade::Proved),
            "{changed}: {found:?}"
        );
        assert_eq!(one.about[0].name, name);
        assert!(
            one.text.contains(name) && !one.text.contains("AUTH_JWT"),
            "{}",
            one.text
        );
    }
    let found = of(
        &claims(&json!({"iss": "https://id.example"})),
        &demanding(),
        &[],
    );
    let fix = found[0].fix.as_deref().unwrap();
    assert!(
        fix.contains("OIDC_ISSUER (backend.env:4)") && fix.contains("\"https://id.example\""),
        "{fix}"
    );
}

#[test]
fn one_of_several_issuers_and_audiences_is_enough() {
    let mut expected = demanding();
    expected
        .issuers
        .push(value("https://second.example", "SECOND"));
    expected.audiences.push(value("second-api", "SECOND_AUD"));
    let changed = json!({"iss": "https://second.example", "aud": ["x", "second-api"]});
    assert_eq!(of(&claims(&changed), &expected, &[]), []);
    // The nearest of them is named.
    let near = json!({"iss": "https://second.example/"});
    let found = of(&claims(&near), &expected, &[]);
    assert_eq!(
        (found[0].cause, found[0].about[0].name.as_str()),
        (Cause::IssTrailingSlash, "SECOND")
    );
}

#[test]
fn an_audience_that_the_library_was_not_told_of_is_named() {
    let mut expected = Expected {
        refuses_unexpected_audience: true,
        ..Expected::nothing()
    };
    assert_eq!(
        first(&claims(&json!({})), &expected),
        Some((Cause::AudNotConfigured, Grade::Proved))
    );
    expected.refuses_unexpected_audience = false;
    assert_eq!(first(&claims(&json!({})), &expected), None);
}

#[test]
fn two_mistakes_are_both_told_the_kind_of_token_first() {
    let expected = Expected {
        issuers: vec![value("https://tidepool.eu.auth0.com", "AUTH0_ISSUER")],
        audiences: vec![value(AUD, "AUTH0_AUDIENCE")],
        ..Expected::nothing()
    };
    let changed = json!({"iss": "https://tidepool.eu.auth0.com/", "aud": "aU3WvHJKYcDyJq7GMHccWeh0vR5qYGSz", "nonce": "n"});
    let found = of(&claims(&changed), &expected, &[]);
    let causes: Vec<_> = found.iter().map(|one| one.cause).collect();
    assert_eq!(
        causes[..2],
        [Cause::IdTokenAsAccessToken, Cause::IssTrailingSlash]
    );
}

#[test]
fn other_kinds_are_told_by_their_marks() {
    for (claims, cause) in [
        (
            json!({"typ": "Refresh", "iss": "https://kc/realms/a", "sub": "u"}),
            Cause::RefreshTokenAsAccessToken,
        ),
        (
            json!({"typ": "Offline", "sub": "u"}),
            Cause::RefreshTokenAsAccessToken,
        ),
        (
            json!({"token_type": "refresh", "user_id": 1}),
            Cause::RefreshTokenAsAccessToken,
        ),
        (
            json!({"type": "refresh", "sub": "1"}),
            Cause::RefreshTokenAsAccessToken,
        ),
        (
            json!({"token_use": "id", "sub": "u", "aud": "x"}),
            Cause::IdTokenAsAccessToken,
        ),
        (
            json!({"typ": "ID", "sub": "u"}),
            Cause::IdTokenAsAccessToken,
        ),
        (
            json!({"at_hash": "x", "sub": "u"}),
            Cause::IdTokenAsAccessToken,
        ),
        (
            json!({"role": "anon", "iss": "supabase", "ref": "abc"}),
            Cause::AnonKeyAsUserToken,
        ),
        (
            json!({"role": "service_role", "iss": "supabase"}),
            Cause::AnonKeyAsUserToken,
        ),
        (
            json!({"aud": "00000003-0000-0000-c000-000000000000", "sub": "u"}),
            Cause::TokenForOtherResource,
        ),
        (
            json!({"aud": "https://graph.microsoft.com/", "sub": "u"}),
            Cause::TokenForOtherResource,
        ),
        (
            json!({"aud": "https://a.auth0.com/api/v2/", "sub": "u"}),
            Cause::TokenForOtherResource,
        ),
    ] {
        assert_eq!(
            first(&claims, &Expected::nothing()),
            Some((cause, Grade::Proved)),
            "{claims}"
        );
    }
}

#[test]
fn access_tokens_are_of_no_other_kind() {
    let supabase = "https://abcdefgh.supabase.co/auth/v1";
    for fine in [
        json!({"sub": "u", "role": "anon"}),
        json!({"sub": "u", "nonce": "n", "scope": "openid"}),
        json!({"sub": "u", "iss": "https://securetoken.google.com/app", "aud": "app", "auth_time": 1}),
        json!({"sub": "u", "iss": supabase, "aud": "authenticated", "role": "authenticated"}),
        json!({"sub": "u", "token_use": "access", "client_id": "c"}),
        json!({"sub": "u", "typ": "Bearer", "nonce": "n"}),
    ] {
        assert_eq!(first(&fine, &Expected::nothing()), None, "{fine}");
    }
}

#[test]
fn the_clients_own_id_as_audience_is_an_id_token() {
    let expected = Expected {
        client_ids: vec![value("my-client", "CLIENT_ID")],
        ..demanding()
    };
    let found = of(&claims(&json!({"aud": "my-client"})), &expected, &[]);
    assert_eq!(
        (found[0].cause, found[0].about[0].name.as_str()),
        (Cause::IdTokenAsAccessToken, "CLIENT_ID")
    );
}

#[test]
fn a_providers_token_is_none_of_the_application() {
    let google = json!({"iss": "https://accounts.google.com", "aud": "1-x.apps.googleusercontent.com", "sub": "1"});
    let found = of(&google, &demanding(), &[]);
    assert_eq!(
        (found[0].cause, found[0].grade),
        (Cause::ProviderTokenInsteadOfAppToken, Grade::Proved)
    );
    // An API that takes Google's tokens has no quarrel with them.
    let expected = Expected {
        issuers: vec![value("https://accounts.google.com", "ISSUER")],
        ..Expected::nothing()
    };
    assert_eq!(first(&google, &expected), None);
}

#[test]
fn subjects_are_looked_at() {
    let lookup = |subject| Expected {
        subject: Some(subject),
        ..Expected::nothing()
    };
    let uuid = "0b6d4a3e-6f0d-4c58-9c5a-1f0d2c3b4a59";
    for (claims, expected, cause) in [
        (
            json!({"sub": 42}),
            Expected::nothing(),
            Some(Cause::SubNotString),
        ),
        (
            json!({"user_id": 42}),
            Expected::nothing(),
            Some(Cause::ClaimMissing),
        ),
        (json!({}), Expected::nothing(), Some(Cause::ClaimMissing)),
        (
            json!({"sub": "a@b.example", "id": uuid}),
            lookup(SubjectKind::Uuid),
            Some(Cause::TokenFormatLegacy),
        ),
        (
            json!({"sub": uuid, "email": "a@b.example"}),
            lookup(SubjectKind::Email),
            Some(Cause::TokenFormatLegacy),
        ),
        (
            json!({"sub": "auth0|1"}),
            lookup(SubjectKind::Uuid),
            Some(Cause::SubIdentifierMismatch),
        ),
        (
            json!({"sub": "42"}),
            lookup(SubjectKind::Uuid),
            Some(Cause::SubIdentifierMismatch),
        ),
        (json!({"sub": uuid}), lookup(SubjectKind::Uuid), None),
    ] {
        assert_eq!(
            first(&claims, &expected).map(|one| one.0),
            cause,
            "{claims}"
        );
    }
    let found = of(&json!({"user_id": 42}), &Expected::nothing(), &[]);
    assert!(
        found[0].fix.as_deref().unwrap().contains("user_id"),
        "{found:?}"
    );
    let required = Expected {
        required_claims: vec!["org_id".to_owned()],
        ..Expected::nothing()
    };
    assert_eq!(
        first(&json!({"sub": "u"}), &required),
        Some((Cause::ClaimMissing, Grade::Proved))
    );
}

#[test]
fn roles_that_are_elsewhere_are_found() {
    let reads = |path: &str| Expected {
        role_claim: Some(value(path, "ROLE_CLAIM")),
        ..Expected::nothing()
    };
    for (claims, path, place) in [
        (
            json!({"sub": "u", "realm_access": {"roles": ["admin"]}}),
            "roles",
            "realm_access.roles",
        ),
        (
            json!({"sub": "u", "app_metadata": {"role": "admin"}}),
            "role",
            "app_metadata.role",
        ),
        (
            json!({"sub": "u", "https://app.example/roles": ["admin"]}),
            "role",
            "https://app.example/roles",
        ),
        (
            json!({"sub": "u", "cognito:groups": ["admin"]}),
            "roles",
            "cognito:groups",
        ),
        (
            json!({"sub": "u", "roles": ["admin"]}),
            "realm_access.roles",
            "roles",
        ),
    ] {
        let found = of(&claims, &reads(path), &[]);
        assert_eq!(
            (found[0].cause, found[0].grade),
            (Cause::RolesClaimLocation, Grade::Proved)
        );
        assert!(found[0].text.contains(place), "{}", found[0].text);
    }
    assert_eq!(
        first(&json!({"sub": "u", "role": "x"}), &reads("role")),
        None
    );
    assert_eq!(first(&json!({"sub": "u"}), &reads("role")), None);
}

#[test]
fn a_refusal_for_the_role_or_the_user_is_looked_into() {
    let token = |claims: &Value| by_hand(&json!({"alg": "HS256"}), claims, OURS.as_bytes());
    for (cause, claims, root) in [
        (
            Cause::RoleMissing,
            json!({"sub": "u", "groups": ["admin"]}),
            Cause::RolesClaimLocation,
        ),
        (
            Cause::RoleMissing,
            json!({"sub": "u", "role": "user"}),
            Cause::RoleMissing,
        ),
        (
            Cause::UserNotProvisioned,
            json!({"sub": "a@b.example", "id": 7}),
            Cause::UserNotProvisioned,
        ),
        (
            Cause::SessionRevoked,
            json!({"iss": "https://accounts.google.com"}),
            Cause::SessionRevoked,
        ),
    ] {
        let refusal = Refusal::new(cause, "refused");
        let found = explain(&token(&claims), Some(&refusal), &ExplainContext::default());
        in_order(&found);
        let sure = found.iter().find(|one| one.cause == root).unwrap();
        assert!(sure.confidence > 0.75, "{found:?}");
    }
}
