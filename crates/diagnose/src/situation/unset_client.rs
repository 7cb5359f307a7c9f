//! Redirects to a provider without a client: the program's setting for it is not there under the name it reads.

use super::Situation;
use super::references::misnamed;
use crate::evidence::http::{Header, parameter};
use crate::evidence::{EnvLine, Response, Service};
use crate::finding::Finding;

/// What programs write into the address for a setting that is not there.
const NOTHING: &[&str] = &["", "undefined", "null", "None", "nil"];

/// Hosts of providers, and the names that settings have for them; the first is that of Auth.js.
const PROVIDERS: &[(&str, &[&str])] = &[
    ("github.com", &["GITHUB"]),
    ("accounts.google.com", &["GOOGLE"]),
    (
        "login.microsoftonline.com",
        &["MICROSOFT_ENTRA_ID", "AZURE", "ENTRA", "MICROSOFT"],
    ),
    ("discord.com", &["DISCORD"]),
    ("gitlab.com", &["GITLAB"]),
    ("facebook.com", &["FACEBOOK"]),
    ("twitter.com", &["TWITTER"]),
    ("x.com", &["TWITTER"]),
    ("linkedin.com", &["LINKEDIN"]),
    ("slack.com", &["SLACK"]),
    ("spotify.com", &["SPOTIFY"]),
    ("twitch.tv", &["TWITCH"]),
    ("appleid.apple.com", &["APPLE"]),
    ("auth0.com", &["AUTH0"]),
    ("okta.com", &["OKTA"]),
    ("amazoncognito.com", &["COGNITO"]),
    ("/realms/", &["KEYCLOAK"]),
];

impl<'e> Situation<'e> {
    /// A redirect with `client_id=undefined`, where a client of this provider is set under another name.
    pub(crate) fn unset_client(&self) -> Option<Finding> {
        let (answer, header) = self.leads_without_client()?;
        let place = header.value.split('?').next()?;
        let host = place.split("://").nth(1)?.split('/').next()?;
        let (_, names) = PROVIDERS.iter().find(|(of, _)| {
            let below = host.ends_with(&format!(".{of}"));
            host == *of || below || of.starts_with('/') && place.contains(of)
        })?;
        let read = self.name_of_client(names.first()?);
        let (service, line) = self.client_under_another_name(names, &read)?;
        let finding = misnamed(service, line, &read).weight(0.8);
        Some(finding.at(answer.spot(header), "no client is named here"))
    }

    /// The redirect to a provider that names no client.
    pub(super) fn leads_without_client(&self) -> Option<(&'e Response, &'e Header)> {
        let answers = self.exchanges().filter_map(|one| one.response.as_ref());
        answers.into_iter().find_map(|answer| {
            let header = answer.headers.first("location")?;
            let (_, query) = header.value.split_once('?')?;
            parameter(query, "redirect_uri")?;
            parameter(query, "client_id").filter(|id| NOTHING.contains(id))?;
            Some((answer, header))
        })
    }

    /// The name under which the program reads a client's id: Auth.js has a rule for it, from its fifth version on.
    fn name_of_client(&self, provider: &str) -> String {
        let services = || self.evidence.services.iter();
        let stack = [
            "auth.js",
            "next-auth 5",
            "next-auth@5",
            "next-auth v5",
            "@auth/",
        ];
        let cookie = self
            .request()
            .and_then(|request| request.headers.value("cookie"))
            .is_some_and(|cookies| cookies.contains("authjs."));
        let by_rule = cookie
            || stack.iter().any(|name| self.uses(name))
            || services().any(|one| {
                one.setting("AUTH_SECRET").is_some() && one.setting("NEXTAUTH_SECRET").is_none()
            });
        if by_rule {
            format!("AUTH_{provider}_ID")
        } else {
            format!("{provider}_CLIENT_ID")
        }
    }

    /// The setting with the client's id; none where it is set under the very name as well.
    fn client_under_another_name(
        &self,
        names: &[&str],
        read: &str,
    ) -> Option<(&Service, &EnvLine)> {
        let services = || self.evidence.services.iter();
        if services().any(|service| {
            service
                .setting(read)
                .is_some_and(|line| !line.value.is_empty())
        }) {
            return None;
        }
        let is_client = |line: &&EnvLine| {
            let name = line.name.to_ascii_uppercase();
            let of = names.iter().any(|provider| name.contains(provider));
            let id = name.ends_with("_ID") || name.ends_with("CLIENTID") || name.ends_with("_KEY");
            of && id && !name.contains("TENANT") && !line.value.trim().is_empty()
        };
        services().find_map(|service| Some((service, service.settings().find(is_client)?)))
    }
}
