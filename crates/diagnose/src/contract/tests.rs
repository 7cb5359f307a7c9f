use super::*;

/// Purposes with names of them.
#[rustfmt::skip]
const NAMES: &[(Purpose, &[&str])] = &[(Purpose::SigningSecret, &["JWT_SECRET", "NEXTAUTH_SECRET", "JWT_SECRET_STAGING", "SUPABASE_JWT_SECRET", "Jwt__Key", "JwtSettings__SecretKey", "SECRET_KEY", "SIMPLE_JWT_SIGNING_KEY", "PGRST_JWT_SECRET", "PROD_JWT_SECRET", "jwt.secret", ]),
     (Purpose::Audience, &["AUTH0_AUDIENCE", "Jwt__Audience", "AUTH_JWT_AUDIENCE", "OIDC_AUD", ]),
     (Purpose::Issuer, &["Jwt__Issuer", "KEYCLOAK_ISSUER", "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI", "AUTH_JWT_ISSUER", ]),
     (Purpose::PeerUrl, &["VITE_API_HOST", "NEXT_PUBLIC_API_URL", "REACT_APP_API_BASE_URL", ]),
     (Purpose::CookieSecret, &["AUTH0_SECRET", "SESSION_SECRET", "APP_KEYS", "SECRET_KEY_BASE", ]),
     (Purpose::ClientSecret, &["AUTH_GITHUB_CLIENT_SECRET", "GOOGLE_CLIENT_SECRET", "AZURE_AD_CLIENT_SECRET", ]),
     (Purpose::SupabaseKey, &["NEXT_PUBLIC_SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SERVICE_KEY", ]),
     (Purpose::SyncSecret, &["AUTH_SYNC_SECRET", "AUTH_SYNC_SECRET_STAGING"]),
     (Purpose::TokenLifetime, &["ACCESS_TOKEN_TTL", "ACCESS_TOKEN_EXPIRE_MINUTES", "JWT_EXPIRES_IN", ]),
     (Purpose::Environment, &["ENVIRONMENT", "NODE_ENV", "ASPNETCORE_ENVIRONMENT"]),
     (Purpose::RefreshSecret, &["JWT_REFRESH_SECRET", "REFRESH_TOKEN_SECRET"]),
     (Purpose::PublicKey, &["JWT_PUBLIC_KEY"]), (Purpose::PrivateKey, &["FIREBASE_PRIVATE_KEY", "JWT_PRIVATE_KEY"]),
     ];

#[test]
fn names_of_one_purpose_are_known_together() {
    for (wanted, names) in NAMES {
        for name in *names {
            assert_eq!(purpose(name), Some(*wanted), "{name}");
        }
    }
    for name in [
        "PORT",
        "STRIPE_WEBHOOK_SECRET",
        "LOG_LEVEL",
        "REDIS_URL",
        "RESEND_API_KEY",
    ] {
        assert_eq!(purpose(name), None, "{name}");
    }
}

#[test]
fn an_environment_in_a_name_is_seen() {
    assert_eq!(environment_of("JWT_SECRET_STAGING"), Some("STAGING"));
    assert_eq!(environment_of("PROD_JWT_SECRET"), Some("PROD"));
    assert_eq!(environment_of("JWT_SECRET"), None);
}

#[test]
fn a_domain_or_a_pool_names_an_issuer() {
    let none = |_: &str| None;
    for (name, value, issuer) in [
        ("AUTH0_DOMAIN", "x.eu.auth0.com", "https://x.eu.auth0.com/"),
        (
            "VITE_AUTH0_DOMAIN",
            "https://x.eu.auth0.com/",
            "https://x.eu.auth0.com/",
        ),
        (
            "COGNITO_USER_POOL_ID",
            "eu-west-1_Ab",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab",
        ),
        (
            "FIREBASE_PROJECT_ID",
            "shop",
            "https://securetoken.google.com/shop",
        ),
        (
            "SUPABASE_URL",
            "https://abc.supabase.co",
            "https://abc.supabase.co/auth/v1",
        ),
    ] {
        let found = implied(name, value, &none);
        assert_eq!(
            (found[0].purpose, found[0].value.as_str()),
            (Purpose::Issuer, issuer),
            "{name}"
        );
    }
    let server = |name: &str| (name == "KEYCLOAK_URL").then(|| "https://id.example".to_owned());
    assert_eq!(
        implied("KEYCLOAK_REALM", "shop", &server)[0].value,
        "https://id.example/realms/shop"
    );
    assert!(implied("KEYCLOAK_REALM", "shop", &none).is_empty());
}
