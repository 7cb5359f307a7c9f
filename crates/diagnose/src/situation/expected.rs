//! What the verifying side expects of a token, by its settings and by what its messages say.

mod leeway;
mod told;

pub(crate) use told::expected_in;

use super::Situation;
use super::kind::TokenKind;
use super::project::tokens::demanded;
use crate::contract::{Purpose, canonical};
use crate::evidence::{EnvLine, Service, Sighting, Spot, Symptom, without_secrets};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use countersign_verify::Cause;

/// An expected value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    /// The value.
    pub(crate) value: String,
    /// What gives it: the name of a setting, or `the message`.
    pub(crate) name: String,
    /// Where.
    pub(crate) spot: Spot,
    /// Whether a token is compared with the very text; otherwise a library may add a slash or a path.
    pub(crate) strict: bool,
}

/// What the verifying side expects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    /// The algorithms that are allowed.
    pub(crate) algorithms: Vec<Expectation>,
    /// The audiences, any of which is enough.
    pub(crate) audiences: Vec<Expectation>,
    /// The issuers, any of which is enough.
    pub(crate) issuers: Vec<Expectation>,
    /// The kind of token that a setting asks for.
    pub(crate) kind: Option<(TokenKind, Spot)>,
    /// How far times may be off, in seconds; none where nothing says so.
    pub(crate) leeway: Option<i64>,
    /// How far they may be off by themselves for the products of the stack; none where none is known.
    pub(crate) usual_leeway: Option<i64>,
}

impl Expected {
    pub(super) fn of(situation: &Situation<'_>) -> Self {
        let source = demanded(situation.evidence);
        let mut algorithms = listed(situation, Purpose::Algorithm);
        if algorithms.is_empty() {
            algorithms = of_source(source.algorithms);
        }
        Self {
            algorithms,
            audiences: audiences(situation, source.audiences),
            issuers: issuers(situation, source.issuers),
            kind: checked_settings(situation, Purpose::TokenKind)
                .iter()
                .find_map(|(_, line)| Some((TokenKind::named(&line.value)?, line.spot.clone()))),
            leeway: checked_settings(situation, Purpose::Leeway)
                .iter()
                .find_map(|(_, line)| line.value.trim().parse().ok())
                .or(source.leeway)
                .map(|leeway: i64| leeway.clamp(0, 86_400)),
            usual_leeway: leeway::usual(&situation.evidence.stack),
        }
    }

    /// The leeway that counts where a message says that a time was refused: none is assumed.
    pub(crate) fn leeway(&self) -> i64 {
        self.leeway.unwrap_or(0)
    }

    /// The leeway that counts where nothing says what was refused: as set, else as libraries have it.
    pub(crate) fn quiet_leeway(&self) -> i64 {
        self.leeway.or(self.usual_leeway).unwrap_or(0)
    }
}

/// What the source demands, where no setting does.
fn of_source(said: Vec<(String, Spot)>) -> Vec<Expectation> {
    let expectations = said.into_iter().map(|(value, spot)| Expectation {
        value,
        name: "the source".to_owned(),
        spot,
        strict: true,
    });
    expectations.collect()
}

fn of_line(line: &EnvLine, value: &str, strict: bool) -> Expectation {
    Expectation {
        value: value.to_owned(),
        name: line.name.clone(),
        spot: line.spot.clone().mark(value),
        strict,
    }
}

/// The values of a setting that may be a list: `a,b`, `a b` or `["a","b"]`.
fn listed(situation: &Situation<'_>, purpose: Purpose) -> Vec<Expectation> {
    let mut found = Vec::new();
    for (_, line) in checked_settings(situation, purpose) {
        let values = line.value.split([',', ' ', '[', ']', '"', '\'']);
        found.extend(
            values
                .filter(|value| !value.trim().is_empty())
                .map(|value| of_line(line, value.trim(), true)),
        );
    }
    found
}

fn audiences(situation: &Situation<'_>, source: Vec<(String, Spot)>) -> Vec<Expectation> {
    let mut found = listed(situation, Purpose::Audience);
    if found.is_empty() {
        found = of_source(source);
    }
    for (_, line) in verifier_lines(situation) {
        if line
            .name
            .to_ascii_uppercase()
            .ends_with("FIREBASE_PROJECT_ID")
        {
            found.push(of_line(line, line.value.trim(), true));
        }
    }
    if found.is_empty() {
        for (_, line) in verifier_lines(situation) {
            found.extend(client_as_audience(line));
        }
    }
    found.extend(told(situation, &[Symptom::AudienceRefused], &found));
    if found.is_empty() {
        found = printed(situation, &["audience", "audiences"]);
    }
    found
}

/// The audiences of programs that verify for their own client: oauth2-proxy, Microsoft.Identity.Web.
fn client_as_audience(line: &EnvLine) -> Vec<Expectation> {
    let value = line.value.trim();
    let strict = |value: &str| of_line(line, value, true);
    match canonical(&line.name).as_str() {
        _ if value.is_empty() => Vec::new(),
        "OAUTH2_PROXY_CLIENT_ID" => vec![strict(value)],
        "OAUTH2_PROXY_OIDC_EXTRA_AUDIENCES" => value.split(',').map(strict).collect(),
        "AZUREAD_CLIENTID" => vec![strict(value), strict(&format!("api://{value}"))],
        _ => Vec::new(),
    }
}

fn issuers(situation: &Situation<'_>, source: Vec<(String, Spot)>) -> Vec<Expectation> {
    let mut found = Vec::new();
    for (_, line) in checked_settings(situation, Purpose::Issuer) {
        let name = line.name.to_ascii_uppercase();
        // Libraries that take a base find the issuer by discovery and put in the slash themselves.
        let parts = || name.split(['_', '.', ':', '-']);
        let made = parts().any(|part| matches!(part, "BASE" | "DOMAIN"));
        // An issuer may be any word; a host or a label for people is none yet.
        let is_word = |value: &str| !value.contains(['.', ':', '/', ' ']);
        let label = parts().any(|part| matches!(part, "NAME" | "LABEL"));
        let strict = |value: &str| {
            let whole = value.contains("://") || name.ends_with("JWT_ISSUER");
            !made && (whole || is_word(value) && !label)
        };
        let values = line.value.split(',').map(str::trim);
        for value in values.filter(|value| !value.is_empty()) {
            found.push(of_line(line, value, strict(value)));
            // Who is given an authority takes the issuer from what is published there.
            if parts().any(|part| part == "AUTHORITY") {
                let other = value
                    .strip_suffix('/')
                    .map_or_else(|| format!("{value}/"), str::to_owned);
                found.push(of_line(line, &other, strict(value)));
            }
        }
    }
    // What is said counts over what follows from a domain or a project.
    if found.is_empty() {
        for (service, line) in verifier_lines(situation) {
            found.extend(derived_issuer(service, line));
        }
    }
    if found.is_empty() {
        found = of_source(source);
    }
    if found.is_empty() {
        for (_, line) in checked_settings(situation, Purpose::JwksUrl) {
            found.extend(issuer_of_keys(line));
        }
    }
    found.extend(told(situation, &[Symptom::IssuerRefused], &found));
    if found.is_empty() {
        found = printed(situation, &["issuer", "issuers"]);
    }
    if found.is_empty() {
        found = alike(situation);
    }
    found
}

/// Addresses under whatever name that are the token's issuer but for their host, version or slash.
fn alike(situation: &Situation<'_>) -> Vec<Expectation> {
    let tokens = situation.tokens.iter();
    let issuers: Vec<&str> = tokens.filter_map(|token| token.text_claim("iss")).collect();
    let near = [
        Cause::IssHostMismatch,
        Cause::IssVersionMismatch,
        Cause::IssTrailingSlash,
    ];
    let is_alike = |value: &str| {
        let mut issuers = issuers
            .iter()
            .filter(|iss| iss.contains("://") && value.contains("://"));
        issuers.any(|iss| *iss == value || near.contains(&super::issuer::between(iss, value)))
    };
    let lines = verifier_lines(situation).into_iter();
    let urls = lines.map(|(_, line)| of_line(line, line.value.trim(), false));
    urls.filter(|one| !one.value.contains("/.well-known/") && is_alike(&one.value))
        .collect()
}

/// The issuer that a library makes out of another setting.
fn derived_issuer(service: &Service, line: &EnvLine) -> Option<Expectation> {
    let name = canonical(&line.name);
    let value = line.value.trim().trim_end_matches('/');
    if value.is_empty() {
        return None;
    }
    let (issuer, strict) = match name.as_str() {
        "AUTH0_DOMAIN" => {
            let domain = value.trim_start_matches("https://");
            (format!("https://{domain}/"), false)
        }
        "SUPABASE_URL" => (format!("{value}/auth/v1"), false),
        "KEYCLOAK_REALM_URL" => (value.to_owned(), false),
        "KEYCLOAK_URL" | "KEYCLOAK_SERVER_URL" | "KEYCLOAK_BASE_URL" => {
            let realm = service.setting("KEYCLOAK_REALM")?;
            (format!("{value}/realms/{}", realm.value.trim()), false)
        }
        "COGNITO_USER_POOL_ID" | "AWS_COGNITO_USER_POOL_ID" | "USER_POOL_ID" => {
            let (region, _) = value.split_once('_')?;
            (
                format!("https://cognito-idp.{region}.amazonaws.com/{value}"),
                false,
            )
        }
        name if name.ends_with("AUTH_SERVER_URL") && value.contains("/realms/") => {
            (value.to_owned(), true)
        }
        name if name.ends_with("CLERK_PUBLISHABLE_KEY") => (clerk_host(value)?, false),
        name if name.ends_with("FIREBASE_PROJECT_ID") => {
            (format!("https://securetoken.google.com/{value}"), false)
        }
        _ => return None,
    };
    let mut expectation = of_line(line, &issuer, strict);
    expectation.spot = line.spot.clone().mark(value);
    Some(expectation)
}

/// The issuer that a publishable key of Clerk names: the rest of the key is its host in base64, with a `$` at its end.
fn clerk_host(key: &str) -> Option<String> {
    let encoded = key
        .strip_prefix("pk_test_")
        .or_else(|| key.strip_prefix("pk_live_"))?;
    let host = STANDARD_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
    let host = String::from_utf8(host).ok()?;
    Some(format!("https://{}", host.trim_end_matches('$')))
}

/// The issuer whose key set lies at an address, where providers put it beside the issuer.
fn issuer_of_keys(line: &EnvLine) -> Option<Expectation> {
    let ends = [
        "/.well-known/jwks.json",
        "/.well-known/jwks",
        "/protocol/openid-connect/certs",
        "/v1/keys",
        "/discovery/v2.0/keys",
    ];
    let value = line.value.trim();
    let issuer = ends.iter().find_map(|end| value.strip_suffix(end))?;
    let mut expectation = of_line(line, issuer, false);
    expectation.spot = line.spot.clone().mark(issuer);
    Some(expectation)
}

/// Every setting of the verifying side.
fn verifier_lines<'e>(situation: &Situation<'e>) -> Vec<(&'e Service, &'e EnvLine)> {
    checkers(situation)
        .into_iter()
        .flat_map(|service| service.settings().map(move |line| (service, line)))
        .collect()
}

/// The verifiers; a service that issues tokens is none where there is another: what it has are its own names.
fn checkers<'e>(situation: &Situation<'e>) -> Vec<&'e Service> {
    let all = situation.verifiers();
    let checking: Vec<&Service> = all
        .iter()
        .copied()
        .filter(|service| !situation.issues_tokens(service))
        .collect();
    if checking.is_empty() { all } else { checking }
}

/// The settings of those that check, of one purpose.
fn checked_settings<'e>(
    situation: &Situation<'e>,
    wanted: Purpose,
) -> Vec<(&'e Service, &'e EnvLine)> {
    let lines = verifier_lines(situation).into_iter();
    lines
        .filter(|(_, line)| crate::contract::purpose(&line.name) == Some(wanted))
        .collect()
}

/// What a message of these classes says it expected, where no setting does.
fn told(situation: &Situation<'_>, classes: &[Symptom], known: &[Expectation]) -> Vec<Expectation> {
    let sightings = situation.sightings().iter();
    let of_class = sightings.filter(|sighting| classes.contains(&sighting.symptom));
    let mut found: Vec<Expectation> = Vec::new();
    for sighting in of_class {
        let values = expected_in(&sighting.text);
        for value in values {
            if known.iter().chain(&found).all(|one| one.value != value) {
                found.push(Expectation {
                    spot: sighting.spot.clone().mark(&value),
                    value,
                    name: "the message".to_owned(),
                    strict: true,
                });
            }
        }
    }
    found
}

/// What a program prints of its own expectations as it starts.
fn printed(situation: &Situation<'_>, labels: &[&str]) -> Vec<Expectation> {
    let mut found = Vec::new();
    for log in &situation.evidence.logs {
        for (at, line) in log.text.lines().enumerate() {
            let values = told::printed_in(line, labels).into_iter();
            found.extend(values.map(|value| Expectation {
                spot: Spot::line(&log.source(), at + 1, without_secrets(line)).mark(value),
                value: value.to_owned(),
                name: "the program, as its log shows,".to_owned(),
                strict: true,
            }));
        }
    }
    found
}

/// Whether the message may be of a library that refuses every token with an audience while it is given none:
/// `PyJWT`, python-jose and `jsonwebtoken` of Rust do, and .NET says so by a code of its own. Of the others, a
/// refusal says that they have been given one.
pub(crate) fn refuses_any_audience(seen: &Sighting, situation: &Situation<'_>) -> bool {
    let text = seen.text.to_ascii_lowercase();
    // .NET checks the audience unless it is told not to; with its settings at hand, none of them names one.
    let of_dotnet = text.contains("the audience ") && text.contains("is invalid");
    let settings = situation
        .verifiers()
        .into_iter()
        .flat_map(Service::settings);
    let mut purposes = settings.filter_map(|line| crate::contract::purpose(&line.name));
    if of_dotnet
        && purposes.any(|purpose| matches!(purpose, Purpose::Issuer | Purpose::SigningSecret))
    {
        return true;
    }
    if text.contains("idx10208") || text.contains("none") {
        return true;
    }
    let libraries = ["PyJWT", "python-jose", "jsonwebtoken (Rust)", "any library"];
    let of_these = libraries.iter().any(|name| seen.by.name.starts_with(name));
    of_these
        && !text.contains("doesn't match")
        && !text.contains("mismatch")
        && !text.contains("expected")
}
