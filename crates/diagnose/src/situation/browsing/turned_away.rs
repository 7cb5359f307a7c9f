//! Good statuses that hide a refusal.

use super::{Browsing, is_callback};
use crate::situation::address::Origin;
use crate::situation::wire::Trip;
use crate::situation::{header_way, oauth};

impl Browsing<'_> {
    /// Whether a good status hides a refusal: sent to the sign-in page, answered as to a stranger, or kept
    /// from the page by the browser.
    pub(crate) fn is_turned_away(&self) -> bool {
        let Some(trip) = &self.failing else {
            return false;
        };
        let Some(response) = trip.response else {
            return false;
        };
        if self.blocked.is_some() {
            return true;
        }
        if response.is_redirect() {
            let location = response.headers.value("location").unwrap_or_default();
            let to = Origin::parse(location);
            let downgraded = to.zip(trip.server.as_ref()).is_some_and(|(to, server)| {
                to.host == server.host && server.https && !to.https && !to.is_loopback()
            });
            let asked = self.asked_return.as_ref();
            return downgraded
                || trip.sent_to_loopback().is_some()
                || asked.is_some_and(|(asked, _)| oauth::led_elsewhere(trip, asked).is_some())
                || leads_back(trip, location)
                || header_way::leads_away(trip).is_some()
                || oauth::is_downgraded(trip, location)
                || is_callback(trip) && oauth::leads_to_failure(location)
                || leads_to_sign_in(location) && !leads_to_sign_in(trip.request.path())
                || self.is_sent_to_provider_again(trip, location);
        }
        let body: String = response
            .body
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(200)
            .collect();
        let nobody = [
            "\"isLoggedIn\":false",
            "\"authenticated\":false",
            "\"loggedIn\":false",
            "\"user\":null",
            "\"isAuthenticated\":false",
        ];
        let path = trip.request.path().to_ascii_lowercase();
        let session = path.ends_with("session");
        let whose = ["/me", "/user", "/whoami", "/current-user", "/current_user"];
        let asks_who = session || whose.iter().any(|end| path.ends_with(end));
        (asks_who && body == "null")
            || (session && body == "{}")
            || nobody.iter().any(|word| body.contains(word))
    }

    /// Whether somebody who has just come back from a provider is sent to it again: the sign-in did not last.
    fn is_sent_to_provider_again(&self, trip: &Trip<'_>, location: &str) -> bool {
        let returned = self.before.iter().any(|before| {
            let went_well = before.response.is_some_and(|answer| answer.status < 400);
            went_well && before.host() == trip.host() && is_callback(before)
        });
        let begins = leads_to_sign_in(trip.request.path()) || is_callback(trip);
        returned && !begins && asks_provider(location)
    }
}

/// Whether an address is a provider's that a sign-in begins at (RFC 6749, section 4.1.1; SAML bindings, section 3.4;
/// WS-Federation, section 13.1).
fn asks_provider(address: &str) -> bool {
    let (_, query) = address.split_once('?').unwrap_or_default();
    let has = |name: &str| {
        let mut pairs = query.split('&');
        pairs.any(|pair| pair.split('=').next() == Some(name))
    };
    has("SAMLRequest")
        || has("client_id") && (has("redirect_uri") || has("response_type"))
        || has("wtrealm")
}

/// Whether a redirect leads to the very address that was asked for.
fn leads_back(trip: &Trip<'_>, location: &str) -> bool {
    let same_origin = Origin::parse(location) == trip.server;
    same_origin
        && trip.request.is_safe()
        && header_way::path_of(location) == trip.request.path()
        && location.contains('?') == trip.request.target.contains('?')
}

/// Whether an address is that of a sign-in page, or says that signing in failed.
fn leads_to_sign_in(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    let (path, query) = address.split_once(['?', '#']).unwrap_or((&address, ""));
    let failed = query.split(['&', '?', '#']).any(|pair| {
        let key = pair.split('=').next().unwrap_or_default();
        key.contains("error") || ["failed", "failure", "err"].contains(&key)
    });
    let parts = [
        "login",
        "signin",
        "sign-in",
        "sign_in",
        "log-in",
        "error",
        "failure",
        "failed",
        "denied",
        "access-denied",
        "access_denied",
        "unauthorized",
        "unauthenticated",
        "forbidden",
    ];
    let page = |part: &str| part.split('.').next().unwrap_or_default().to_owned();
    failed
        || path
            .split('/')
            .any(|part| parts.contains(&page(part).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_where_a_redirect_leads() {
        for address in [
            "/login?next=/",
            "/auth/failure?message=csrf_detected",
            "/users/sign_in",
            "/?auth_error=1",
            "/login.php",
        ] {
            assert!(leads_to_sign_in(address), "{address}");
        }
        assert!(!leads_to_sign_in("/catalogins?sort=error"));
        for address in [
            "https://idp.test/sso?SAMLRequest=x&RelayState=y",
            "https://id.test/authorize?client_id=a&response_type=code",
        ] {
            assert!(asks_provider(address), "{address}");
        }
        assert!(!asks_provider("https://a.example/?client_id=7"));
    }
}
