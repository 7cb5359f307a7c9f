//! Who an issuer is: the provider behind its address, and which instance of it.

/// A provider of identities, and the instance that an issuer's address names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Provider {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Its tenant, realm, pool or project; empty where there is one for all.
    pub(super) instance: String,
}

/// What applications use a provider for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// It runs the application's own sign-in.
    Service,
    /// People sign in with their account there; its tokens are for its own services.
    Social,
}

impl Provider {
    /// The provider of an issuer, or of the address of its keys.
    pub(super) fn of(issuer: &str) -> Option<Self> {
        let (host, path) = parts(issuer);
        if let Some(social) = social(&host) {
            return Some(Self::new(social, Kind::Social, ""));
        }
        let service = |name, instance: &str| Some(Self::new(name, Kind::Service, instance));
        let segment = |at: usize| path.split('/').filter(|part| !part.is_empty()).nth(at);
        let after = |word: &str| {
            path.split(word)
                .nth(1)
                .and_then(|rest| rest.split('/').next())
        };
        if let Some(realm) = after("/realms/") {
            return service("Keycloak", &format!("{host} realm {realm}"));
        }
        if host == "securetoken.google.com" {
            return service("Firebase", segment(0).unwrap_or_default());
        }
        if host == "sts.windows.net" || host.ends_with("login.microsoftonline.com") {
            return service("Microsoft Entra", segment(0).unwrap_or_default());
        }
        if host.starts_with("cognito-idp.") && host.ends_with(".amazonaws.com") {
            return service("Cognito", segment(0).unwrap_or_default());
        }
        if issuer == "supabase" {
            return service("Supabase", "");
        }
        if host.ends_with(".supabase.co") || path.starts_with("/auth/v1") {
            return service("Supabase", &host);
        }
        if host.ends_with(".clerk.accounts.dev") || host.starts_with("clerk.") {
            return service("Clerk", &host);
        }
        let by_host = [
            (".auth0.com", "Auth0"),
            (".b2clogin.com", "Azure AD B2C"),
            (".ciamlogin.com", "Microsoft Entra"),
            (".kinde.com", "Kinde"),
            (".logto.app", "Logto"),
            (".okta.com", "Okta"),
            (".oktapreview.com", "Okta"),
            (".onelogin.com", "OneLogin"),
            (".stytch.com", "Stytch"),
            (".workos.com", "WorkOS"),
            (".zitadel.cloud", "Zitadel"),
        ];
        let (_, name) = by_host.into_iter().find(|(end, _)| host.ends_with(end))?;
        service(name, &host)
    }

    fn new(name: &'static str, kind: Kind, instance: &str) -> Self {
        Self {
            name,
            kind,
            instance: instance.to_owned(),
        }
    }

    /// What kind of instance it is, where the address says so.
    pub(super) fn stage(&self) -> Option<&'static str> {
        match self.name {
            "Clerk" if self.instance.ends_with(".accounts.dev") => Some("development"),
            "Clerk" => Some("production"),
            "Okta" if self.instance.ends_with(".oktapreview.com") => Some("preview"),
            _ => None,
        }
    }
}

fn social(host: &str) -> Option<&'static str> {
    const SOCIAL: [(&str, &str); 10] = [
        ("accounts.google.com", "Google"),
        ("appleid.apple.com", "Apple"),
        ("facebook.com", "Facebook"),
        ("github.com", "GitHub"),
        ("gitlab.com", "GitLab"),
        ("id.twitch.tv", "Twitch"),
        ("linkedin.com", "LinkedIn"),
        ("slack.com", "Slack"),
        ("token.actions.githubusercontent.com", "GitHub Actions"),
        ("www.facebook.com", "Facebook"),
    ];
    let bare = host.trim_start_matches("www.");
    let found = SOCIAL
        .into_iter()
        .find(|(known, _)| *known == bare || *known == host);
    found.map(|(_, name)| name)
}

/// Host and path of an issuer, with or without its scheme; the host in lower case.
pub(super) fn parts(issuer: &str) -> (String, &str) {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    let end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    (host.to_ascii_lowercase(), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_and_their_instances_are_known() {
        for (issuer, name, instance) in [
            ("https://accounts.google.com", "Google", ""),
            ("accounts.google.com", "Google", ""),
            (
                "https://securetoken.google.com/my-app",
                "Firebase",
                "my-app",
            ),
            (
                "https://sts.windows.net/tenant-1/",
                "Microsoft Entra",
                "tenant-1",
            ),
            (
                "https://login.microsoftonline.com/tenant-1/v2.0",
                "Microsoft Entra",
                "tenant-1",
            ),
            (
                "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab",
                "Cognito",
                "eu-west-1_Ab",
            ),
            (
                "https://Foo-1.clerk.accounts.dev",
                "Clerk",
                "foo-1.clerk.accounts.dev",
            ),
            ("https://clerk.example.com", "Clerk", "clerk.example.com"),
            ("https://a.eu.auth0.com/", "Auth0", "a.eu.auth0.com"),
            (
                "http://kc:8080/auth/realms/shop",
                "Keycloak",
                "kc:8080 realm shop",
            ),
            (
                "https://abc.supabase.co/auth/v1",
                "Supabase",
                "abc.supabase.co",
            ),
            (
                "http://127.0.0.1:54321/auth/v1",
                "Supabase",
                "127.0.0.1:54321",
            ),
            ("supabase", "Supabase", ""),
            (
                "https://dev-1.okta.com/oauth2/default",
                "Okta",
                "dev-1.okta.com",
            ),
        ] {
            let found = Provider::of(issuer).unwrap();
            assert_eq!(
                (found.name, found.instance.as_str()),
                (name, instance),
                "{issuer}"
            );
        }
    }

    #[test]
    fn others_are_not_guessed() {
        for issuer in [
            "",
            "/",
            "https://",
            "https://id.example.org",
            "my-app",
            "é://ü/x",
        ] {
            assert_eq!(Provider::of(issuer), None, "{issuer}");
        }
    }

    #[test]
    fn clerk_says_which_stage_it_is() {
        let stage = |issuer| Provider::of(issuer).unwrap().stage();
        assert_eq!(stage("https://a.clerk.accounts.dev"), Some("development"));
        assert_eq!(stage("https://clerk.shop.example"), Some("production"));
        assert_eq!(stage("https://a.auth0.com"), None);
    }
}
