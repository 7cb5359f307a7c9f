//! Messages that name their cause themselves, mostly of browsers: nothing but the one cause words itself so.

use super::{Hindered, Outcome, Situation, forwarded_https};
use crate::evidence::{Response, Spot, without_secrets};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

/// The parts of a message in their order, in lower case, the cause, and what happened in one sentence.
type Words = (&'static [&'static str], Cause, &'static str);

const DOMAIN: &str = "the browser refuses a cookie whose Domain is not the host or above it";
const HTTP: &str = "the browser refuses a Secure cookie over plain http";
const INSECURE_NONE: &str = "the browser refuses a cookie with SameSite=None and without Secure";
const CROSS_SITE: &str = "the browser keeps a cookie from a request that comes from another site";
const THIRD_PARTY: &str = "the browser lets no cookies of other sites through here";
const TOO_LARGE: &str = "a cookie is larger than the 4096 bytes that browsers keep";

const WILDCARD: &str = "the program allows any origin (`*`) together with credentials, which the library refuses and no browser takes";
const KEY_RING: &str = "what was sealed with another process' keys comes back to this one: each draws its own data protection keys, or a restart lost them";

const WORDS: &[Words] = &[
    (
        &["domain attribute was invalid with regards to the current host"],
        Cause::CookieDomainMismatch,
        DOMAIN,
    ),
    (
        &["rejected for invalid domain"],
        Cause::CookieDomainMismatch,
        DOMAIN,
    ),
    (
        &["an illegal cookie domain"],
        Cause::CookieDomainMismatch,
        DOMAIN,
    ),
    (
        &["invalid cookie domain"],
        Cause::CookieDomainMismatch,
        DOMAIN,
    ),
    (
        &["domain is not a domain suffix of"],
        Cause::CookieDomainMismatch,
        DOMAIN,
    ),
    (
        &["rejected because a non-https cookie"],
        Cause::CookieSecureOverHttp,
        HTTP,
    ),
    (
        &["secure\" attribute but was not received over a secure connection"],
        Cause::CookieSecureOverHttp,
        HTTP,
    ),
    (
        &["samesite=none\" attribute but did not have the \"secure\""],
        Cause::CookieSamesiteNoneWithoutSecure,
        INSECURE_NONE,
    ),
    (
        &[
            "rejected because it has the",
            "samesite=none",
            "missing the",
        ],
        Cause::CookieSamesiteNoneWithoutSecure,
        INSECURE_NONE,
    ),
    (
        &["samesite", "none", "but is missing the", "secure"],
        Cause::CookieSamesiteNoneWithoutSecure,
        INSECURE_NONE,
    ),
    (
        &["samesite=lax\" attribute but", "cross-site"],
        Cause::CookieSamesiteCrossSite,
        CROSS_SITE,
    ),
    (
        &["samesite=strict\" attribute but", "cross-site"],
        Cause::CookieSamesiteCrossSite,
        CROSS_SITE,
    ),
    (
        &[
            "samesite\" attribute",
            "default to \"samesite=lax\"",
            "cross-site",
        ],
        Cause::CookieSamesiteCrossSite,
        CROSS_SITE,
    ),
    (
        &["samesite\" attribute", "defaulted to \"samesite=lax\""],
        Cause::CookieSamesiteCrossSite,
        CROSS_SITE,
    ),
    (
        &[
            "rejected because it is in a cross-site context and its",
            "samesite",
        ],
        Cause::CookieSamesiteCrossSite,
        CROSS_SITE,
    ),
    (
        &["third-party cookie", "blocked"],
        Cause::CookieSamesiteCrossSite,
        THIRD_PARTY,
    ),
    (
        &["blocked", "third-party storage access"],
        Cause::CookieSamesiteCrossSite,
        THIRD_PARTY,
    ),
    (
        &["blocked", "third-party cookie"],
        Cause::CookieSamesiteCrossSite,
        THIRD_PARTY,
    ),
    (
        &["its size is too big", "4096"],
        Cause::CookieTooLarge,
        TOO_LARGE,
    ),
    (
        &["combined size of the name and value must be less than"],
        Cause::CookieTooLarge,
        TOO_LARGE,
    ),
    (
        &["too large", "4096 characters"],
        Cause::CookieTooLarge,
        TOO_LARGE,
    ),
    (
        &["sessioncookie", "exceed", "4096"],
        Cause::CookieTooLarge,
        TOO_LARGE,
    ),
    (&["cookieoverflow"], Cause::CookieTooLarge, TOO_LARGE),
    (
        &["the cookie header is too large"],
        Cause::CookieTooLarge,
        TOO_LARGE,
    ),
    (
        &["allowcredentials", "true", "alloworigins", "wildcard"],
        Cause::CorsWildcardWithCredentials,
        WILDCARD,
    ),
    (
        &[
            "allowcredentials is true",
            "cannot contain the special value \"*\"",
        ],
        Cause::CorsWildcardWithCredentials,
        WILDCARD,
    ),
    (
        &["does not allow specifying a wildcard (any) origin and credentials"],
        Cause::CorsWildcardWithCredentials,
        WILDCARD,
    ),
    (
        &["cannot combine", "allow-credentials", "allow-origin: *"],
        Cause::CorsWildcardWithCredentials,
        WILDCARD,
    ),
    (
        &["credentials are allowed, but the origin is set to"],
        Cause::CorsWildcardWithCredentials,
        WILDCARD,
    ),
    (
        &["supports_credentials in conjunction with an origin string of '*'"],
        Cause::CorsWildcardWithCredentials,
        WILDCARD,
    ),
    (
        &["allowing credentials for wildcard origins"],
        Cause::CorsWildcardWithCredentials,
        WILDCARD,
    ),
    (
        &["was not found in the key ring"],
        Cause::SecretRandomPerProcess,
        KEY_RING,
    ),
    (
        &["unable to unprotect the message.state"],
        Cause::SecretRandomPerProcess,
        KEY_RING,
    ),
    (
        &["error unprotecting the session cookie"],
        Cause::SecretRandomPerProcess,
        KEY_RING,
    ),
];

/// Takes such messages at their word. What other rules found in headers goes deeper and counts first.
pub(crate) fn find(situation: &Situation<'_>, found: &mut Vec<Finding>) {
    if situation.outcome() == Outcome::Good {
        return;
    }
    for (words, cause, message) in WORDS {
        let Some(spot) = place(situation, words) else {
            continue;
        };
        let finding = Finding::new(*cause, Strength::Likely, *message).weight(0.6);
        found.push(finding.at(spot, "says so").explains(Hindered::EXPLAINED));
    }
    found.extend(over_unencrypted(situation));
    found.extend(wants_https(situation));
    found.extend(untrusted_host(situation));
}

/// The `cookies` module of Node refuses to set a Secure cookie: behind TLS the program does not know of it, else
/// there is none.
fn over_unencrypted(situation: &Situation<'_>) -> Option<Finding> {
    let spot = place(
        situation,
        &["cannot send secure cookie over unencrypted connection"],
    )?;
    let https = came_by_https(situation);
    let (cause, message) = if https {
        (
            Cause::ProxyProtoLost,
            "the program takes the request for http and so sets no Secure cookie, and the browser came by https",
        )
    } else {
        (
            Cause::CookieSecureOverHttp,
            "the program sets no Secure cookie over plain http",
        )
    };
    let finding = Finding::new(cause, Strength::Likely, message).weight(0.7);
    Some(finding.at(spot, "says so").explains(Hindered::EXPLAINED))
}

/// Whether a browser came by https, as far as requests and proxies show it.
fn came_by_https(situation: &Situation<'_>) -> bool {
    let browsing = &situation.browsing;
    let trips = browsing.failing.iter().chain(&browsing.before);
    let mut servers = trips.filter_map(|trip| trip.server.as_ref());
    let forwarded = situation.request().and_then(forwarded_https);
    servers.any(|server| server.https) || forwarded == Some(true) || !situation.proxies.is_empty()
}

/// A program refuses what it takes for plain http, and the browser came by https: oauthlib, `OpenIddict`, Keycloak, Hydra.
fn wants_https(situation: &Situation<'_>) -> Option<Finding> {
    const WORDS: &[&[&str]] = &[
        &["insecuretransporterror"],
        &["oauth 2 must utilize https"],
        &["only accepts https requests"],
        &["https required"],
        &["error=\"ssl_required\""],
        &["error=ssl_required"],
        &["x-forwarded-proto header is missing"],
        &["tls termination", "misconfigured"],
        &["this endpoint requires https"],
        &["requires a secure (https) connection"],
        &["must be accessed over https"],
        &["https is required"],
        &["ssl required"],
    ];
    let spot = WORDS
        .iter()
        .find_map(|words| place(situation, words))
        .filter(|_| came_by_https(situation))?;
    let message = "the program refuses the request for plain http, and the browser came by https: it does not know of the proxy that ends TLS";
    let finding = Finding::new(Cause::ProxyProtoLost, Strength::Likely, message).weight(0.7);
    let explained = &[
        Cause::CredentialMissing,
        Cause::OauthProviderError,
        Cause::RedirectUriScheme,
    ];
    Some(finding.at(spot, "says so").explains(explained))
}

/// A program refuses the host that it is reached under: Auth.js until it is told to believe its proxy, others by
/// their list of hosts.
fn untrusted_host(situation: &Situation<'_>) -> Option<Finding> {
    const LISTS: &[&[&str]] = &[
        &["invalid http_host header"],
        &["disallowedhost"],
        &["blocked host:"],
        &["untrusted host \""],
        &["access through untrusted domain"],
        &["blocked request. this host"],
    ];
    let finding = |cause, message: &str| Finding::new(cause, Strength::Suggested, message);
    if let Some(spot) = place(situation, &["host must be trusted"]) {
        let message = "the program does not believe the host that its proxy passes on";
        let finding = finding(Cause::ProxyProtoLost, message);
        let fix = "Set `AUTH_TRUST_HOST=true` behind a proxy that sets the host itself, and `AUTH_URL` to the public address.";
        return Some(finding.fix(fix).at(spot, "says so"));
    }
    let spot = LISTS.iter().find_map(|words| place(situation, words))?;
    let message = "the program is reached under a host that is not on its list of hosts";
    Some(finding(Cause::OriginHostDrift, message).at(spot, "says so"))
}

/// The first line of the answer or of a log with all these words in their order.
fn place(situation: &Situation<'_>, words: &[&str]) -> Option<Spot> {
    let has = |text: &str| says(text, words);
    let answer = situation.response().filter(|answer| answer.status >= 400);
    let of_answer = answer.filter(|answer| answer.body.lines().any(has));
    let of_log = || {
        situation.evidence.logs.iter().find_map(|log| {
            let (at, line) = log.text.lines().enumerate().find(|(_, line)| has(line))?;
            Some(Spot::line(&log.source(), at + 1, without_secrets(line)))
        })
    };
    of_answer.map(Response::status_spot).or_else(of_log)
}

fn says(line: &str, words: &[&str]) -> bool {
    let line = line.to_ascii_lowercase().replace(['“', '”'], "\"");
    let mut rest = line.as_str();
    words.iter().all(|word| {
        let after = rest.find(word).and_then(|at| rest.get(at + word.len()..));
        rest = after.unwrap_or_default();
        after.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(line: &str) -> Option<Cause> {
        WORDS
            .iter()
            .find(|(words, ..)| says(line, words))
            .map(|(_, cause, _)| *cause)
    }

    #[test]
    fn browsers_name_the_cause() {
        for (line, expected) in [
            (
                "This attempt to set a cookie via a Set-Cookie header was blocked because its Domain attribute was invalid with regards to the current host url.",
                Cause::CookieDomainMismatch,
            ),
            (
                "Cookie “sid” has been rejected for invalid domain.",
                Cause::CookieDomainMismatch,
            ),
            (
                "Cookie “id” has been rejected because a non-HTTPS cookie can’t be set as “secure”.",
                Cause::CookieSecureOverHttp,
            ),
            (
                "This Set-Cookie was blocked because it had the \"SameSite=None\" attribute but did not have the \"Secure\" attribute, which is required in order to use \"SameSite=None\".",
                Cause::CookieSamesiteNoneWithoutSecure,
            ),
            (
                "Cookie “a” has been rejected because it has the “SameSite=None” attribute but is missing the “secure” attribute.",
                Cause::CookieSamesiteNoneWithoutSecure,
            ),
            (
                "This Set-Cookie was blocked because it had the \"SameSite=Lax\" attribute but came from a cross-site response which was not the response to a top-level navigation.",
                Cause::CookieSamesiteCrossSite,
            ),
            (
                "Cookie “x” has been rejected because it is in a cross-site context and its “SameSite” is “Lax” or “Strict”.",
                Cause::CookieSamesiteCrossSite,
            ),
            (
                "Cookie “s” is invalid because its size is too big. Max size is 4096 B.",
                Cause::CookieTooLarge,
            ),
        ] {
            assert_eq!(cause(line), Some(expected), "{line}");
        }
        assert_eq!(cause("GET /cookies 200"), None);
    }
}
