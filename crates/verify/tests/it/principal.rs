//! Who a token speaks for, from the claims that each provider writes.

use crate::making::{NOW, ring, token_of, trace};
use countersign_testkit::jose::TestKey;
use countersign_verify::{
    Cause, ClaimPath, Form, Issuer, IssuerKind, IssuerName, JwkSet, KeyRing, Policy, Principal,
    Verifier,
};
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example";

/// What the token of `claims` says, from an issuer of `kind` whose roles are read at `role_claim`.
fn principal(kind: IssuerKind, role_claim: Option<&str>, mut claims: Value) -> Principal {
    let key = TestKey::ed25519().with_kid("k");
    let policy = Policy {
        issuer: Some(ISSUER.to_owned()),
        ..Policy::default()
    };
    let issuer = Issuer::new(kind, IssuerName::new("theirs"), KeyRing::new(), policy);
    let issuer = match role_claim {
        Some(path) => issuer.with_role_claim(ClaimPath::parse(path).unwrap()),
        None => issuer,
    };
    let set = json!({"keys": [key.public_jwk()]}).to_string();
    let issuer = issuer
        .with_key_set(&JwkSet::parse(set.as_bytes()).unwrap())
        .unwrap();
    let verifier = Verifier::new(ring(), Policy::default()).trusting(issuer);
    for (name, value) in [("iss", json!(ISSUER)), ("exp", json!(NOW + 60))] {
        claims[name] = value;
    }
    let token = key.token("EdDSA", &claims);
    let good = verifier.verify(&token, NOW, &mut trace()).unwrap();
    good.principal().clone()
}

fn oidc(claims: Value) -> Principal {
    principal(IssuerKind::Oidc, None, claims)
}

fn own(policy: Policy, claims: &Value) -> Principal {
    let verifier = Verifier::new(ring(), policy);
    let good = verifier.verify(&token_of(claims), NOW, &mut trace());
    good.unwrap().principal().clone()
}

#[test]
fn the_enhanced_form_says_all_of_it() {
    let who = own(
        Policy::default(),
        &json!({"iss": "us", "sub": "u1", "email": "ada@example.com", "email_verified": true,
            "role": "admin", "scope": "read write", "sid": "s1", "device_id": "d1", "amr": ["pwd", "otp"],
            "acr": "2", "auth_time": 5, "exp": NOW + 60, "extra": {"deep": 1}}),
    );
    assert_eq!((who.form, who.kind), (Form::Enhanced, IssuerKind::Own));
    assert_eq!((who.subject.as_str(), who.user_id.as_str()), ("u1", "u1"));
    assert_eq!(
        (who.email.as_deref(), who.email_verified),
        (Some("ada@example.com"), Some(true))
    );
    assert_eq!(
        (who.role(), who.scopes.len(), who.amr.len()),
        (Some("admin"), 2, 2)
    );
    assert_eq!(
        (who.session.as_deref(), who.device.as_deref()),
        (Some("s1"), Some("d1"))
    );
    assert_eq!((who.acr.as_deref(), who.auth_time), (Some("2"), Some(5)));
    assert_eq!(
        (who.issuer.as_deref(), who.issuer_name.as_str()),
        (Some("us"), "own")
    );
    assert_eq!(who.raw["extra"]["deep"], 1);
    assert!(who.has_scope("write") && !who.has_scope("rit") && !who.machine && !who.anonymous);
}

#[test]
fn the_legacy_form_gives_id_and_address() {
    let policy = Policy {
        accept_legacy: true,
        ..Policy::default()
    };
    let legacy = |id: Value| json!({"sub": "ada@example.com", "id": id, "exp": NOW + 60});
    let who = own(policy.clone(), &legacy(json!("u1")));
    assert_eq!((who.form, who.user_id.as_str()), (Form::Legacy, "u1"));
    assert_eq!(who.email.as_deref(), Some("ada@example.com"));
    assert_eq!(own(policy, &legacy(json!(42))).user_id, "42");
}

#[test]
fn supabase() {
    let claims = json!({"sub": "u1", "aud": "authenticated", "role": "authenticated",
        "email": "ada@example.com", "session_id": "s1", "is_anonymous": false, "aal": "aal2",
        "amr": [{"method": "password", "timestamp": 10}, {"method": "totp", "timestamp": 20}],
        "app_metadata": {"provider": "email", "role": "editor"},
        "user_metadata": {"role": "admin", "email_verified": true}});
    let who = principal(IssuerKind::Supabase, None, claims.clone());
    assert_eq!(who.form, Form::Supabase);
    assert_eq!(
        (who.role(), who.session.as_deref()),
        (Some("authenticated"), Some("s1"))
    );
    assert_eq!(
        (who.acr.as_deref(), who.auth_time),
        (Some("aal2"), Some(20))
    );
    assert_eq!(who.amr, ["password", "totp"]);
    assert_eq!(
        who.email_verified, None,
        "users write user_metadata themselves"
    );
    let refusal = who.require_role("editor").unwrap_err();
    assert_eq!(refusal.cause, Cause::RolesClaimLocation);
    assert!(
        refusal.detail.contains("app_metadata.role"),
        "{}",
        refusal.detail
    );
    let refusal = who.require_role("admin").unwrap_err();
    assert_eq!(
        refusal.cause,
        Cause::RoleMissing,
        "never from user_metadata"
    );
    assert!(
        refusal.detail.contains("user_metadata"),
        "{}",
        refusal.detail
    );
    let who = principal(IssuerKind::Supabase, Some("app_metadata.role"), claims);
    assert!(who.require_role("editor").is_ok());
    let guest = json!({"sub": "u2", "role": "authenticated", "is_anonymous": true});
    assert!(principal(IssuerKind::Supabase, None, guest).anonymous);
}

#[test]
fn auth0() {
    let claims = json!({"sub": "auth0|5", "aud": "api", "azp": "spa", "scope": "openid read:a",
        "permissions": ["read:a", "write:a"], "org_id": "org", "https://example.com/roles": ["admin"]});
    let who = oidc(claims.clone());
    assert_eq!(
        (who.form, who.client.as_deref()),
        (Form::Auth0, Some("spa"))
    );
    assert_eq!(
        (who.permissions.len(), who.tenant.as_deref()),
        (2, Some("org"))
    );
    assert!(
        !who.has_scope("write:a"),
        "a permission of the user is no scope of the client"
    );
    let refusal = who.require_role("admin").unwrap_err();
    assert_eq!(refusal.cause, Cause::RolesClaimLocation);
    assert!(
        refusal.detail.contains("https://example.com/roles"),
        "{}",
        refusal.detail
    );
    let who = principal(IssuerKind::Oidc, Some("https://example.com/roles"), claims);
    assert!(who.has_role("admin"));
    let machine = oidc(json!({"sub": "c@clients", "azp": "c", "gty": "client-credentials"}));
    assert!(machine.machine);
}

#[test]
fn keycloak() {
    let claims = json!({"sub": "u1", "typ": "Bearer", "azp": "web", "sid": "s1", "acr": "1",
        "realm_access": {"roles": ["user", "admin"]},
        "resource_access": {"shop": {"roles": ["buyer"]}}, "scope": "openid email",
        "email": "ada@example.com", "email_verified": true, "preferred_username": "ada"});
    let who = oidc(claims.clone());
    assert_eq!((who.form, who.roles.len()), (Form::Keycloak, 2));
    assert_eq!(
        (who.client.as_deref(), who.session.as_deref()),
        (Some("web"), Some("s1"))
    );
    let refusal = who.require_role("buyer").unwrap_err();
    assert!(
        refusal.detail.contains("resource_access.shop.roles"),
        "{}",
        refusal.detail
    );
    assert_eq!(refusal.cause, Cause::RolesClaimLocation);
    let who = principal(IssuerKind::Oidc, Some("resource_access.shop.roles"), claims);
    assert_eq!(who.roles, ["buyer"]);
    let program =
        json!({"sub": "u2", "typ": "Bearer", "preferred_username": "service-account-job"});
    assert!(oidc(program).machine);
}

#[test]
fn entra() {
    let v2 = oidc(
        json!({"sub": "pairwise", "oid": "o1", "tid": "t1", "ver": "2.0", "azp": "web",
        "scp": "Files.Read Mail.Send", "roles": ["Task.Write"], "preferred_username": "ada@example.com"}),
    );
    assert_eq!(
        (v2.form, v2.user_id.as_str(), v2.subject.as_str()),
        (Form::EntraV2, "o1", "pairwise")
    );
    assert_eq!(
        (v2.tenant.as_deref(), v2.role(), v2.scopes.len()),
        (Some("t1"), Some("Task.Write"), 2)
    );
    assert_eq!(v2.email.as_deref(), Some("ada@example.com"));
    assert_eq!(v2.email_verified, None, "a tenant may write any address");
    let v1 = oidc(
        json!({"sub": "p", "oid": "o1", "tid": "t1", "ver": "1.0", "appid": "app",
        "upn": "ada@example.com", "email_verified": true, "idtyp": "app", "xms_edov": "1"}),
    );
    assert_eq!(
        (v1.form, v1.client.as_deref(), v1.machine),
        (Form::EntraV1, Some("app"), true)
    );
    assert_eq!(v1.email_verified, Some(true));
}

#[test]
fn rfc_9068_and_plain_openid_connect() {
    let who = oidc(
        json!({"sub": "c1", "client_id": "c1", "roles": ["r"], "groups": ["g"],
        "entitlements": ["e"], "scope": "a"}),
    );
    assert_eq!((who.form, who.machine), (Form::Oidc, true));
    assert_eq!(
        (who.roles, who.groups, who.permissions),
        (vec!["r".into()], vec!["g".into()], vec!["e".into()])
    );
    let who = oidc(json!({"sub": "u1", "email": "", "scp": ["a", "b"]}));
    assert_eq!(
        (who.email, who.scopes.len(), who.role_claim.to_string()),
        (None, 2, "roles".into())
    );
}

#[test]
fn odd_shapes_say_nothing_and_break_nothing() {
    let who = oidc(
        json!({"sub": "u1", "role": {"a": 1}, "roles": 5, "scope": null, "amr": 7,
        "resource_access": [], "realm_access": "x", "app_metadata": [1], "email": 5, "groups": {"a": 1},
        "is_anonymous": "yes", "permissions": [1, null]}),
    );
    assert!(
        who.roles.is_empty()
            && who.scopes.is_empty()
            && who.amr.is_empty()
            && who.groups.is_empty()
    );
    assert!(who.email.is_none() && !who.anonymous && who.permissions.is_empty());
    assert!(who.roles_elsewhere().is_empty());
    assert_eq!(
        who.require_role("admin").unwrap_err().cause,
        Cause::RoleMissing
    );
    assert_eq!(
        who.require_scope("read").unwrap_err().cause,
        Cause::ScopeMissing
    );
}

#[test]
fn a_role_that_stands_elsewhere_is_noted_once_it_is_missed() {
    let note = |who: &Principal| {
        let mut trace = trace();
        who.note(&mut trace);
        trace
            .steps
            .iter()
            .map(|step| step.detail.to_string())
            .collect::<String>()
    };
    let who = principal(
        IssuerKind::Oidc,
        Some("role"),
        json!({"sub": "u", "roles": ["admin"]}),
    );
    assert_eq!(
        note(&who),
        "roles-claim-location: role holds no role, and roles does"
    );
    assert_eq!(note(&oidc(json!({"sub": "u", "roles": ["admin"]}))), "");
    assert_eq!(note(&oidc(json!({"sub": "u"}))), "");
}
