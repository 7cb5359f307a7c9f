//! Names under which products read their variables, and settings that nearly have one of them.

use super::variables::other_name;
use super::{Outcome, Situation, references};
use crate::contract::canonical;
use crate::evidence::{EnvLine, Service};
use crate::finding::Finding;

/// Words of a product in lower case, and a name that it reads.
const READ: &[(&str, &str)] = &[
    ("firebase", "FIREBASE_AUTH_EMULATOR_HOST"),
    ("firebase", "GOOGLE_APPLICATION_CREDENTIALS"),
    ("clerk", "CLERK_SECRET_KEY"),
    ("hasura", "HASURA_GRAPHQL_JWT_SECRET"),
    ("hasura", "HASURA_GRAPHQL_ADMIN_SECRET"),
    ("postgrest", "PGRST_JWT_SECRET"),
    ("postgrest", "PGRST_JWT_AUD"),
    ("gotrue", "GOTRUE_JWT_SECRET"),
    (
        "spring",
        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI",
    ),
    (
        "spring",
        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_JWK_SET_URI",
    ),
    ("oauth2-proxy", "OAUTH2_PROXY_CLIENT_ID"),
    ("oauth2-proxy", "OAUTH2_PROXY_CLIENT_SECRET"),
    ("oauth2-proxy", "OAUTH2_PROXY_COOKIE_SECRET"),
    ("oauth2-proxy", "OAUTH2_PROXY_OIDC_ISSUER_URL"),
    ("strapi", "ADMIN_JWT_SECRET"),
    ("strapi", "API_TOKEN_SALT"),
    ("better auth", "BETTER_AUTH_SECRET"),
    ("better-auth", "BETTER_AUTH_SECRET"),
    ("better-auth", "BETTER_AUTH_URL"),
    ("workos", "WORKOS_COOKIE_PASSWORD"),
    ("logto", "LOGTO_COOKIE_SECRET"),
    ("jwt-auth", "JWT_SECRET"),
    ("lexik", "JWT_PASSPHRASE"),
];

/// Words of a product in lower case, and the secrets without which it signs nothing.
const SECRETS: &[(&str, &[&str])] = &[
    ("strapi", &["ADMIN_JWT_SECRET", "JWT_SECRET"]),
    ("medusa", &["JWT_SECRET", "COOKIE_SECRET"]),
    ("outline", &["SECRET_KEY", "UTILS_SECRET"]),
    ("directus", &["SECRET"]),
    ("payload", &["PAYLOAD_SECRET"]),
];

/// Last words that are taken for each other.
const ALIKE: &[&[&str]] = &[
    &["HOST", "URL", "URI", "ADDRESS", "ADDR"],
    &["SECRET", "KEY", "PASSWORD"],
];

impl Situation<'_> {
    /// A setting that nearly has the name under which a product of the stack reads, where that name is not set.
    pub(crate) fn nearly_named(&self) -> Option<Finding> {
        if self.outcome() != Outcome::Bad {
            return None;
        }
        let services = || self.verifiers().into_iter();
        let unset = READ.iter().filter(|(product, name)| {
            self.uses(product) && services().all(|service| service.setting(name).is_none())
        });
        unset
            .filter_map(|(_, name)| {
                Some((*name, services().find_map(|service| near(service, name))?))
            })
            .map(|(name, (service, line))| references::misnamed(service, line, name))
            .next()
    }
}

impl Situation<'_> {
    /// A service has settings of a product, lacks the name under which that one reads its secret, and has another
    /// name with the same end.
    pub(super) fn named_for_a_product(&self) -> Option<(&Service, &EnvLine, &'static str)> {
        let unset = READ.iter().filter(|(_, name)| {
            let mut services = self.evidence.services.iter();
            services.all(|service| service.settings().all(|line| whole(line) != *name))
                && !self.compose_text_has(name)
        });
        let mut found = unset.filter_map(|(product, name)| {
            let end = ends_with_secret(name)?;
            let own = name
                .strip_suffix(end)
                .filter(|own| self.uses(product) && own.len() > 4)?;
            let mut services = self.evidence.services.iter();
            services.find_map(|service| {
                let line = service.settings().find(|line| {
                    let of_product =
                        |(of, known): &(&str, &str)| of == product && *known == whole(line);
                    whole(line).ends_with(end)
                        && !line.value.is_empty()
                        && !READ.iter().any(of_product)
                })?;
                service
                    .settings()
                    .any(|line| line.name.starts_with(own))
                    .then_some((service, line, *name))
            })
        });
        found.next()
    }

    /// Hasura asks for its admin secret although a token was sent: with a key for tokens it would have looked at it.
    pub(super) fn engine_without_tokens(&self) -> Option<Finding> {
        let words = "x-hasura-admin-secret/x-hasura-access-key required, but not found";
        let (_, spot) = self
            .lines_with(words)
            .into_iter()
            .next()
            .filter(|_| !self.tokens.is_empty())?;
        let (service, line, name) = self.named_for_a_product()?;
        Some(other_name(service, line, name, &spot))
    }

    /// A secret that a product of the stack needs and that the service does not have.
    pub(super) fn unset_secret(&self, service: &Service) -> Option<&'static str> {
        let needed = SECRETS.iter().filter(|(product, _)| self.uses(product));
        let mut names = needed.flat_map(|(_, names)| names.iter().copied());
        names.find(|name| service.setting(name).is_none())
    }
}

/// The name of a setting, that of the whole for a member of a JSON value.
fn whole(line: &EnvLine) -> &str {
    line.name.split('.').next().unwrap_or_default()
}

fn ends_with_secret(name: &str) -> Option<&'static str> {
    ["JWT_SECRET", "COOKIE_SECRET", "CLIENT_SECRET"]
        .into_iter()
        .find(|end| name.ends_with(end))
}

fn near<'s>(service: &'s Service, name: &str) -> Option<(&'s Service, &'s EnvLine)> {
    let line = service
        .settings()
        .find(|line| is_near(&canonical(&line.name), name))?;
    Some((service, line))
}

fn is_near(written: &str, read: &str) -> bool {
    if written == read || READ.iter().any(|(_, name)| *name == written) {
        return false;
    }
    let alike = |one: &str, other: &str| {
        ALIKE
            .iter()
            .any(|words| words.contains(&one) && words.contains(&other))
    };
    let last_alike = written
        .rsplit_once('_')
        .zip(read.rsplit_once('_'))
        .is_some_and(|((stem, last), (read_stem, read_last))| {
            stem == read_stem && stem.contains('_') && alike(last, read_last)
        });
    let split = written.replace('_', "") == read.replace('_', "");
    last_alike || split || strsim::normalized_damerau_levenshtein(written, read) >= 0.9
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn names_are_near_by_their_last_word_or_a_slip() {
        for (written, read) in [
            ("FIREBASE_AUTH_EMULATOR_URL", "FIREBASE_AUTH_EMULATOR_HOST"),
            ("PGRST_JWT_SECRTE", "PGRST_JWT_SECRET"),
            (
                "SPRING_SECURITY_OAUTH2_RESOURCE_SERVER_JWT_ISSUER_URI",
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI",
            ),
        ] {
            assert!(is_near(written, read), "{written}");
        }
        for (written, read) in [
            ("HASURA_GRAPHQL_ADMIN_SECRET", "HASURA_GRAPHQL_JWT_SECRET"),
            ("CLERK_PUBLISHABLE_KEY", "CLERK_SECRET_KEY"),
            ("DB_PASSWORD", "JWT_SECRET"),
        ] {
            assert!(!is_near(written, read), "{written}");
        }
    }
}
