//! What a browser would have done: which cookies it kept and sent, and which answers it hid from the page.

use super::address::Origin;
use super::cookie::{self, SameSite, SetCookie};
use super::cors::{self, Verdict};
use super::http_date;
use super::jar::{self, Carried, Obstacle, Stored};
use super::snippet::{self, Snippets};
use super::wire::{Client, Trip, settings_origins};
use crate::evidence::{CredentialsMode, Evidence, Spot, without_secrets};
use crate::finding::{Finding, Strength};
use countersign_verify::Cause;

mod frame;
mod from_settings;
mod turned_away;

use frame::Frame;
use from_settings::{believe_settings, of_settings};

/// The failure as seen from the browser.
pub(crate) struct Browsing<'e> {
    /// The exchanges before the failing one.
    pub(crate) before: Vec<Trip<'e>>,
    /// The failing one.
    pub(crate) failing: Option<Trip<'e>>,
    /// What was set before, and what became of it.
    pub(crate) jar: Vec<Stored<'e>>,
    /// What logs quote of programs.
    pub(crate) snippets: Snippets,
    /// The first answer that the browser kept from the page: of a preflight or of the request itself.
    pub(crate) blocked: Option<Verdict>,
    /// What else is wrong with that answer.
    pub(crate) also_blocked: Vec<Verdict>,
    /// Where the sign-in was asked to lead in the end.
    pub(crate) asked_return: Option<(Origin, Spot)>,
    /// The frame of another site that the page is loaded into.
    pub(crate) frame: Option<Frame>,
    /// The page that a browser's console names.
    pub(crate) console_page: Option<Origin>,
    /// When it failed, in seconds since the epoch; 0 if it is not known.
    pub(crate) now: i64,
    /// Cookies that are needed and do not arrive, the surest first.
    pub(crate) hindered: Vec<Hindered>,
}

/// A cookie that does not arrive, and why.
#[derive(Clone, Debug)]
pub(crate) struct Hindered {
    /// Its name.
    pub(crate) name: String,
    pub(crate) obstacle: Obstacle,
    /// `SameSite` as it was written.
    pub(crate) same_site: Option<SameSite>,
    /// `Domain`, if it was written.
    pub(crate) domain: Option<String>,
    /// `Path` that it counts for.
    pub(crate) path: String,
    /// Name and value, in bytes.
    pub(crate) size: usize,
    /// Where it is set.
    pub(crate) spot: Spot,
    /// The host that set it.
    pub(crate) set_by: Option<Origin>,
    /// Whether it was seen to be set before, rather than worked out from settings or the failing answer.
    pub(crate) witnessed: bool,
}

impl<'e> Browsing<'e> {
    pub(crate) fn new(evidence: &'e Evidence) -> Self {
        let known = settings_origins(evidence);
        let snippets = snippet::read(evidence);
        let mut failing = evidence
            .failing
            .iter()
            .find_map(|exchange| Trip::of(exchange, &known));
        let earlier = evidence.earlier.iter().chain(&evidence.logged);
        let mut before: Vec<Trip<'e>> = earlier
            .filter_map(|exchange| Trip::of(exchange, &known))
            .collect();
        let frame = frame::mark(evidence, &mut before, failing.as_mut());
        for trip in before.iter_mut().chain(failing.as_mut()) {
            believe_settings(trip, evidence);
        }
        let now = evidence
            .now
            .or_else(|| date(failing.as_ref()))
            .unwrap_or_default();
        let jar = failing
            .as_ref()
            .map(|failing| jar::fill(&before, failing, now))
            .unwrap_or_default();
        // A preflight says nothing of cookies: the request that it is for does.
        let credentials = failing.as_ref().and_then(Trip::credentials);
        let credentials = credentials.or(snippets.credentials());
        let preflights = before.iter().filter(|trip| trip.request.is_preflight());
        // Where a list of origins is given, it decides.
        let listed = !super::allowed_origins::lists(evidence).is_empty();
        let judged = failing
            .as_ref()
            .filter(|trip| listed || !cors::was_let_through(trip));
        let mut verdicts = preflights
            .chain(judged)
            .map(|trip| cors::judge(trip, trip.credentials().or(credentials)))
            .find(|verdicts| !verdicts.is_empty())
            .unwrap_or_default()
            .into_iter();
        let blocked = verdicts.next();
        let also_blocked = verdicts.collect();
        let console = console(evidence);
        let console_page = console.as_ref().and_then(|(_, page)| page.clone());
        let blocked = blocked.or(console.map(|(verdict, _)| verdict));
        let mut browsing = Self {
            asked_return: super::oauth::asked_return(evidence),
            console_page,
            frame,
            before,
            failing,
            jar,
            snippets,
            blocked,
            also_blocked,
            now,
            hindered: Vec::new(),
        };
        browsing.hindered = browsing.hindered(evidence);
        browsing
    }

    /// All that is wrong with the answer which the browser kept from the page.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        self.blocked.iter().chain(&self.also_blocked)
    }

    /// What was said of cookies: by the call itself, else by source that a log quotes.
    pub(crate) fn credentials(&self) -> Option<CredentialsMode> {
        let failing = self.failing.as_ref();
        failing
            .and_then(Trip::credentials)
            .or_else(|| self.quoted_call().map(|(mode, _)| mode))
    }

    /// What quoted source says of cookies for the failing request, and where.
    pub(crate) fn quoted_call(&self) -> Option<(CredentialsMode, &Spot)> {
        let path = self.failing.as_ref().map(|trip| trip.request.path());
        self.snippets.of_path(path.unwrap_or_default())
    }

    /// Whether the page's code leaves cookies out of the failing request, to another origin.
    fn leaves_cookies_out(&self) -> bool {
        let crosses = |trip: &Trip<'_>| trip.relation.crosses_origins() && !trip.navigates;
        let left_out = matches!(
            self.credentials(),
            Some(CredentialsMode::Omit | CredentialsMode::SameOrigin)
        );
        left_out && self.failing.as_ref().is_some_and(crosses)
    }

    /// Whether the request is the way back from a sign-in at a provider.
    pub(crate) fn is_callback(&self) -> bool {
        self.failing.as_ref().is_some_and(|trip| is_callback(trip))
    }

    /// Whether the request carries a cookie that can be a session.
    pub(crate) fn carries_session(&self) -> bool {
        self.failing.as_ref().is_some_and(|trip| {
            trip.request
                .cookies()
                .any(|(name, value)| cookie::is_session(name) && !value.is_empty())
        })
    }

    fn carries_credential(&self) -> bool {
        self.failing
            .as_ref()
            .is_some_and(|trip| trip.request.headers.first("authorization").is_some())
    }

    fn hindered(&self, evidence: &Evidence) -> Vec<Hindered> {
        let Some(failing) = &self.failing else {
            return Vec::new();
        };
        if self.carries_credential() || failing.client == Client::Program {
            return Vec::new();
        }
        // A provider's sign-in page gets no cookie of the program that sends people there.
        let asks = |name: &str| failing.request.query(name).is_some();
        if asks("client_id") && asks("redirect_uri") {
            return Vec::new();
        }
        let mut found: Vec<Hindered> = self
            .jar
            .iter()
            .flat_map(|stored| self.of_jar(stored))
            .collect();
        if !found.is_empty() || self.carries_session() {
            return found;
        }
        found.extend(self.offered(failing));
        if found.is_empty()
            && self
                .jar
                .iter()
                .all(|stored| !self.is_needed(stored.cookie.name))
        {
            found.extend(of_settings(evidence, failing));
        }
        found
    }

    /// What keeps a cookie back, the first hindrance first, and what would keep it back without that.
    fn of_jar(&self, stored: &Stored<'_>) -> Vec<Hindered> {
        let missing = stored.is_missing()
            && (stored.carried == Carried::Outdated || self.is_needed(stored.cookie.name));
        let obstacles = if missing {
            self.obstacles(stored)
        } else {
            Vec::new()
        };
        let described = obstacles
            .into_iter()
            .enumerate()
            .map(|(at, obstacle)| Hindered {
                path: stored.path.clone(),
                set_by: stored.server.clone(),
                witnessed: at == 0 && stored.given_to != Client::Program,
                ..describe(&stored.cookie, obstacle)
            });
        described.collect()
    }

    /// What stands between a cookie and the server, in the order in which it would show. A call without credentials
    /// neither keeps nor sends any; behind a `Domain` that is refused other attributes would count.
    fn obstacles(&self, stored: &Stored<'_>) -> Vec<Obstacle> {
        let Some(trip) = &self.failing else {
            return Vec::new();
        };
        let left_out = self
            .leaves_cookies_out()
            .then_some(Obstacle::WithoutCredentials);
        let own = stored
            .obstacle()
            .filter(|obstacle| *obstacle != Obstacle::Ended);
        let by_domain = matches!(own, Some(Obstacle::DomainForeign | Obstacle::PublicSuffix));
        let behind = behind_domain(stored, trip).filter(|_| by_domain);
        let mut found: Vec<Obstacle> = left_out.into_iter().chain(own).chain(behind).collect();
        found.dedup();
        let crosses = trip.relation.crosses_origins() && !trip.navigates;
        let included = self.credentials() == Some(CredentialsMode::Include);
        let unexplained = found.is_empty() && stored.obstacle().is_none();
        if unexplained && crosses && !included && stored.given_to != Client::Program {
            found.push(Obstacle::WithoutCredentials);
        }
        found
    }

    /// Whether the failing request would need a cookie of this name.
    fn is_needed(&self, name: &str) -> bool {
        let Some(failing) = &self.failing else {
            return false;
        };
        if self.is_callback() && cookie::is_sign_in_state(name) {
            return true;
        }
        if cookie::is_csrf(name) {
            return !failing.request.is_safe();
        }
        let only = self
            .jar
            .iter()
            .map(|stored| stored.cookie.name)
            .all(|other| other == name);
        !self.carries_session() && (cookie::is_session(name) || only)
    }

    /// The cookies of the failing answer: a server that misses its session often begins a new one.
    fn offered(&self, failing: &Trip<'_>) -> Vec<Hindered> {
        let headers = failing.response.into_iter().flat_map(|response| {
            response
                .headers
                .all("set-cookie")
                .map(move |header| (response, header))
        });
        let cookies = headers.filter_map(|(response, header)| {
            SetCookie::parse(&header.value, self.now, response.spot(header))
        });
        let hindered = cookies
            .filter(|cookie| cookie::is_session(cookie.name) && !cookie.value.is_empty())
            .filter_map(|cookie| {
                let path = cookie.path_for(failing.request.path());
                let obstacle = jar::refused(&cookie, failing).or_else(|| {
                    jar::withheld(&cookie, &path, failing.server.as_ref(), failing, self.now)
                })?;
                let server = failing.server.clone();
                let found = describe(&cookie, obstacle);
                (obstacle != Obstacle::WrongPath && obstacle != Obstacle::Ended).then_some(
                    Hindered {
                        path,
                        set_by: server,
                        ..found
                    },
                )
            });
        hindered.collect()
    }
}

/// What would keep a cookie back if its `Domain` did not.
fn behind_domain(stored: &Stored<'_>, trip: &Trip<'_>) -> Option<Obstacle> {
    let plain = stored
        .server
        .as_ref()
        .is_some_and(|server| !trip.takes_secure(server));
    let secure = (stored.cookie.secure && plain).then_some(Obstacle::SecureOverHttp);
    secure.or_else(|| jar::held_by_same_site(stored.cookie.same_site, trip))
}

fn describe(cookie: &SetCookie<'_>, obstacle: Obstacle) -> Hindered {
    Hindered {
        name: cookie.name.to_owned(),
        obstacle,
        same_site: cookie.same_site,
        domain: cookie.domain.clone(),
        path: String::new(),
        size: cookie.size(),
        spot: cookie.spot.clone(),
        set_by: None,
        witnessed: false,
    }
}

/// Whether a request comes back from a provider with a code or an error (RFC 6749, section 4.1.2).
pub(crate) fn is_callback(trip: &Trip<'_>) -> bool {
    let request = trip.request;
    let returned = request.query("code").is_some() || request.query("error").is_some();
    let of_saml = request.body.contains("SAMLResponse=")
        || request.query("SAMLResponse").is_some()
        || request.query("SAMLart").is_some();
    let posted = of_saml || request.body.contains("code=") && request.body.contains("state=");
    let path = request.path().to_ascii_lowercase();
    let named = ["callback", "oauth", "signin-", "/sso", "/acs"]
        .iter()
        .any(|part| path.contains(part));
    let acs = !request.is_safe()
        && trip.is_foreign()
        && (path.ends_with("/acs") || path.contains("saml"));
    (returned && (named || request.query("state").is_some()))
        || posted
        || acs
        || (named && request.query("state").is_some())
}

/// The first line of a log that is a browser's word on a blocked answer.
fn console(evidence: &Evidence) -> Option<(Verdict, Option<Origin>)> {
    evidence.logs.iter().find_map(|log| {
        log.text.lines().enumerate().find_map(|(at, line)| {
            let (blocked, page) = cors::of_console(line)?;
            let spot = Spot::line(&log.source(), at + 1, without_secrets(line));
            Some((Verdict { blocked, spot }, page))
        })
    })
}

fn date(trip: Option<&Trip<'_>>) -> Option<i64> {
    http_date::read(trip?.response?.headers.value("date")?)
}

impl Hindered {
    /// What follows when the cookie does not arrive.
    pub(crate) const EXPLAINED: &'static [Cause] = &[
        Cause::CredentialMissing,
        Cause::CsrfTokenMismatch,
        Cause::CsrfTokenMissing,
        Cause::OauthStateMismatch,
        Cause::ProxyProtoLost,
        Cause::SessionUnknown,
    ];

    /// How sure it is: a cookie that was seen to be set must be missing, one of settings may be.
    pub(crate) fn strength(&self) -> Strength {
        if self.witnessed {
            Strength::Proved
        } else {
            Strength::Likely
        }
    }

    /// Adds the place where the cookie is set.
    pub(crate) fn place(&self, finding: Finding, label: &str) -> Finding {
        finding.at(self.spot.clone(), label)
    }
}
