//! What is no secret of anybody: words that everybody uses, sample values, addresses of providers.

use countersign_verify::Secret;
use countersign_verify::secret_chain::{Weakness, strength};

/// Words that say what something is, not whose: they stay wherever they stand.
const WORDS: &str = "
a an and the to of for in on at by is it or not no yes true false null none nil undefined nan empty default unknown anonymous
access account accounts acme action actions active actuator admin administrator admins alpha analytics anon api apis apikey app apple
application apps asset assets async asyncpg audience auth auth0 authelia authentik authenticated authjs authorization authorize aws axios azure
back backend base basic bearer beta bff billing blog board bot browser bucket build builder bytes cache callback canary
cdn central chat check checkout ci claim clerk cli client clients cloud cluster code cognito common config connect console consumer
container contact content cookie cookies core cors cpu credentials csrf customer customers dashboard data database db dead debug demo deno deploy dev
developer development device devices dex direct directory django docker docs domain drizzle ecommerce edge email employee employees
engine entra envoy error event events example expired express expo external false fastapi feature file files firebase fly foo foobar form forms
forum frontend front ftp func function gate gateway git github gitlab global go golang google grafana graph graphql group groups guest
handler hasura health heroku hello help hidden home host hosted hotmail hs256 hs384 hs512 http https hub hydra id identity idp image images img inc
incorrect info ingress insecure int integration internal invalid invoice invoices io ios issuer item items java job jobs jwks jwt key keycloak keys
lambda laravel latest legacy lb list live local localhost log login logout logs lucia main mail manage management manager map market marketing
mask master me media member members memory mesh message messages meta metrics microsoft middleware minio mobile mock mongo mongodb monitor
mongodump moderator mssql mx mycompany mydomain my myapp mysql native neon netlify network new news next nextauth nextjs nginx node nodejs notes notification
notifications npm null oauth oauth2 object ocelot oidc old okta online open openid operator ops order orders org organization origin ory
owner page pages passkey password path pay payment payments pg pgbouncer photo photos php ping platform playground pool pooler port portal
post postgres postgresql postgrest prefect preview primary prisma private prod product production products profile profiles project projects prometheus proxy
public pub qa query queue quarkus rails railway react read reader readonly realm realms recovery redis refresh region register registry remix render
replica replication report reporter reports required rest return review rls role root route router rpc rs256 rsa run runtime rust s3 sa safe sales sample sandbox schema
scope search secret secrets secure security self sender sentry server service services session sessions settings setup share shop signin signup site
slack smtp socket spa spring sql sqlalchemy sqlite ssl sso stack stage staging standard start static status storage store stream
stripe strapi studio sub supabase supertokens superuser support svc svelte sveltekit swagger sync system systemd table task tasks team teams temp template
tenant tenants test tester testing tests test1 test2 text ticket tickets token tokens tool tools tornado tracking traefik trpc type ui undefined uploads url user user1 user2
users v1 v2 v3 val valid value vault vercel verify version video vite vm volume vpn vue web webapp webauthn webhook webhooks website west wiki wordpress
work worker workers workspace world write www xyz your yourdomain yourapp zitadel changeme change reader writer viewer editor billing noreply reply do
sts wp iam adminsdk gserviceaccount eu us ap ca af north south east northeast southeast northwest southwest uk de fr git branch feat fix pr dotnet kestrel kong tyk caddy apache nuxt astro solid";

/// Domains of providers and of standards: which one it is matters, and tells nothing of whose it is.
const PROVIDERS: &[&str] = &[
    "aivencloud.com",
    "cockroachlabs.cloud",
    "ondigitalocean.com",
    "timescale.com",
    "accounts.dev",
    "amazonaws.com",
    "amazoncognito.com",
    "apple.com",
    "auth0.com",
    "azure.com",
    "azurewebsites.net",
    "b2clogin.com",
    "botframework.com",
    "ciamlogin.com",
    "clerk.accounts.dev",
    "clerk.com",
    "clerk.dev",
    "cloudflare.com",
    "cloudflareaccess.com",
    "curl.se",
    "digitalocean.com",
    "docker.com",
    "docker.internal",
    "example.com",
    "example.net",
    "example.org",
    "facebook.com",
    "firebaseapp.com",
    "fly.dev",
    "fly.io",
    "github.com",
    "github.dev",
    "githubusercontent.com",
    "gitlab.com",
    "google.com",
    "googleapis.com",
    "gravatar.com",
    "gserviceaccount.com",
    "herokuapp.com",
    "hasura.app",
    "hasura.io",
    "ietf.org",
    "json-schema.org",
    "jwt.io",
    "kinde.com",
    "linkedin.com",
    "loca.lt",
    "microsoft.com",
    "microsoftonline.com",
    "mongodb.net",
    "mozilla.org",
    "neon.tech",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.app",
    "ngrok.io",
    "nodejs.org",
    "npmjs.com",
    "okta.com",
    "oktapreview.com",
    "openid.net",
    "pages.dev",
    "planetscale.com",
    "prisma.io",
    "psdb.cloud",
    "pypi.org",
    "python.org",
    "railway.app",
    "railway.internal",
    "rds.amazonaws.com",
    "render.com",
    "rlwy.net",
    "onrender.com",
    "sentry.io",
    "myshopify.com",
    "shopify.com",
    "slack.com",
    "spring.io",
    "stripe.com",
    "stytch.com",
    "supabase.co",
    "supabase.com",
    "supabase.in",
    "supabase.red",
    "svc.cluster.local",
    "twitter.com",
    "up.railway.app",
    "upstash.io",
    "vercel.app",
    "vercel.com",
    "vercel.sh",
    "w3.org",
    "whatwg.org",
    "windows.net",
    "workers.dev",
    "workos.com",
    "xmlsoap.org",
    "zitadel.cloud",
    "sendgrid.net",
    "mailgun.org",
    "gmail.com",
    "outlook.com",
    "office365.com",
];

/// Providers of whom every host is public.
const PUBLIC: &[&str] = &[
    "google.com",
    "googleapis.com",
    "microsoft.com",
    "microsoftonline.com",
    "github.com",
    "githubusercontent.com",
    "apple.com",
    "facebook.com",
    "linkedin.com",
    "twitter.com",
    "xmlsoap.org",
    "w3.org",
    "openid.net",
    "ietf.org",
];

/// Whether a host is a provider's own.
pub(super) fn is_public_host(host: &str) -> bool {
    PUBLIC.iter().any(|domain| {
        let rest = host.strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether a word is everybody's.
pub(super) fn is_common(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    WORDS.split_ascii_whitespace().any(|known| known == lower)
}

/// Whether a value can stay as it is: nothing, a sample, a placeholder, a word or a small number.
pub(super) fn is_public(value: &str) -> bool {
    let bare = value.trim().trim_matches(['"', '\'', '`', ';', ',']);
    let inside =
        |start: &str, end: &str| bare.starts_with(start) && bare.ends_with(end) && bare.len() < 80;
    bare.len() < 2
        || is_common(bare)
        || (bare.len() < 6 && bare.bytes().all(|byte| byte.is_ascii_digit()))
        || [
            ("<", ">"),
            ("[", "]"),
            ("${", "}"),
            ("{{", "}}"),
            ("$(", ")"),
            ("%(", ")s"),
            ("{", "}"),
        ]
        .iter()
        .any(|(start, end)| inside(start, end))
        || is_call(bare)
        || is_reference(bare)
        || bare
            .chars()
            .all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '…' | '-' | '•'))
        || strength(&Secret::from(bare)) == Err(Weakness::Sample)
}

/// Whether it names another setting: `$APP_SECRET`.
fn is_reference(value: &str) -> bool {
    value.strip_prefix('$').is_some_and(|name| {
        name.contains('_')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

/// Whether it is code that makes a value: `secrets.token_urlsafe(24`.
fn is_call(value: &str) -> bool {
    value.split_once('(').is_some_and(|(name, _)| {
        name.len() > 3
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'.')
    })
}

/// Whether it is an identifier that a provider gave to all: `00000003-0000-0000-c000-000000000000`.
pub(super) fn is_everybodys_id(id: &str) -> bool {
    id.len() == 36 && id.bytes().filter(|byte| *byte == b'0').count() >= 20
}

/// Whether it reads as words: a message, a name of an error, an option.
pub(super) fn is_wordy(value: &str) -> bool {
    value
        .split(|c: char| !c.is_ascii_alphanumeric())
        .all(|part| part.len() <= 16 && !part.bytes().any(|byte| byte.is_ascii_digit()))
        && average_part(value) >= 3.0
}

/// Whether a word without blanks looks drawn at random.
pub(super) fn is_random(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    digits >= 2 && letters >= 4 && average_part(word) < 3.5
}

/// The mean length of what reads as one piece: `Token` and `2` of `Token2`.
fn average_part(word: &str) -> f64 {
    let (mut parts, mut letters) = (0_u32, 0_u32);
    let mut before = ' ';
    for c in word.chars() {
        if c.is_alphanumeric() {
            letters += 1;
            let goes_on = (before.is_ascii_digit() && c.is_ascii_digit())
                || (before.is_alphabetic()
                    && c.is_alphabetic()
                    && !(before.is_lowercase() && c.is_uppercase()));
            parts += u32::from(!goes_on);
        }
        before = c;
    }
    f64::from(letters) / f64::from(parts.max(1))
}

/// The provider's domain at the end of a host, if there is one.
pub(super) fn provider(host: &str) -> Option<&'static str> {
    PROVIDERS
        .iter()
        .filter(|domain| {
            host == **domain
                || host
                    .strip_suffix(**domain)
                    .is_some_and(|rest| rest.ends_with('.'))
        })
        .max_by_key(|domain| domain.len())
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs_are_no_secrets() {
        for word in [
            "OAuth2AuthenticationException",
            "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
            "application",
            "2026-11-21T13-10-45Z",
        ] {
            assert!(!is_random(word), "{word}");
        }
        for word in [
            "5f7c8ec7c33c6c004bbafe82",
            "DoPrEtHBlH1hATANh1fiAgPkjpNpjXd8",
        ] {
            assert!(is_random(word), "{word}");
        }
    }

    #[test]
    fn samples_and_placeholders_may_be_shown() {
        for value in [
            "changeme",
            "<your key>",
            "${DB_PASS}",
            "undefined",
            "",
            "postgres",
            "8000",
            "your-256-bit-secret",
        ] {
            assert!(is_public(value), "{value}");
        }
        assert!(!is_public("x7Gq2!pZ") && !is_public("hunter2"));
    }
}
