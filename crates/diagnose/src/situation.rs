//! The evidence, seen from the failure: who asked what of whom, with which credential, and how it ended.
//!
//! Rules read this; what several of them need is worked out here, once.

use crate::contract::{Purpose, purpose};
use crate::evidence::access_log::{self, Logged};
use crate::evidence::proxy::{self, Directive, ProxyFile};
use crate::evidence::{
    Check, CredentialsMode, DatabaseUrl, DocumentKind, EnvLine, Evidence, Exchange, Request,
    Response, Service, Sighting, Spot, Symptom, without_secrets,
};
use crate::finding::Finding;
use countersign_verify::Cause;

pub(crate) mod account;
pub(crate) mod address;
pub(crate) mod agreement;
mod aliases;
mod allowed_headers;
mod allowed_origins;
mod browsing;
pub(crate) mod clock;
mod containers;
pub(crate) mod cookie;
mod cors;
mod cors_seen;
pub(crate) mod csrf;
mod cut_values;
mod database;
mod database_driver;
mod database_quiet;
mod database_values;
mod drift;
mod env_faults;
pub(crate) mod expected;
pub(crate) mod expected_cookies;
pub(crate) mod face_value;
mod found_tokens;
pub(crate) mod header_way;
pub(crate) mod hops;
pub(crate) mod http_date;
pub(crate) mod issuer;
mod issuing;
pub(crate) mod jar;
mod judged;
pub(crate) mod kept_sessions;
mod key_ring;
pub(crate) mod kind;
mod known_names;
pub(crate) mod lifetime;
mod login;
mod missed;
mod nested_names;
pub(crate) mod oauth;
mod other_settings;
pub(crate) mod own_refusal;
pub(crate) mod page_check;
pub(crate) mod passkey;
mod password_hash;
mod pem;
pub(crate) mod project;
mod quoted_names;
mod random;
mod references;
pub(crate) mod roles;
mod scattered;
pub(crate) mod scopes;
pub(crate) mod session_cookie;
mod shadowed;
pub(crate) mod sign_in;
pub(crate) mod signature;
pub(crate) mod signed_cookie;
mod snippet;
pub(crate) mod spoken;
mod surroundings;
mod sync;
pub(crate) mod token;
pub(crate) mod totp;
mod undefined_address;
mod unset_client;
pub(crate) mod unset_cookie;
pub(crate) mod users;
mod values;
mod variables;
mod weak;
pub(crate) mod wire;

pub(crate) use address::Origin;
pub(crate) use allowed_origins::{AllowList, Membership};
pub(crate) use browsing::{Browsing, Hindered};
pub(crate) use clock::{Clock, time_in};
pub(crate) use cookie::{SameSite, is_csrf, is_sign_in_state};
pub(crate) use cors::Blocked;
pub(crate) use database_driver::Driver;
pub(crate) use database_values::form_of;
pub(crate) use expected::Expected;
pub(crate) use jar::{Carried, Obstacle};
pub(crate) use signature::signed_by;
pub(crate) use token::{Carrier, PresentedToken};
pub(crate) use wire::{Client, Trip, forwarded_https};

/// What rules read.
pub(crate) struct Situation<'e> {
    pub(crate) evidence: &'e Evidence,
    /// The tokens that the failing requests present.
    pub(crate) tokens: Vec<PresentedToken<'e>>,
    /// Tokens of sign-ins and logs.
    pub(crate) other_tokens: Vec<PresentedToken<'e>>,
    /// When it happened, and by whose clock.
    pub(crate) clock: Clock,
    /// What the verifying side expects of a token.
    pub(crate) expected: Expected,
    /// The configurations of proxies and web servers.
    pub(crate) proxies: Vec<ProxyFile>,
    /// The requests that servers' logs name.
    pub(crate) logged: Vec<Logged>,
    /// The origins that are allowed, by settings and quoted source.
    pub(crate) allowed_origins: Vec<AllowList>,
    /// What a browser made of it: cookies, origins, CORS.
    pub(crate) browsing: Browsing<'e>,
    /// What is wrong with the secrets that sign tokens.
    secret_faults: Vec<Finding>,
    /// What the sources of a project and its settings do not agree on.
    project_faults: Vec<Finding>,
    /// The addresses of databases, caches and mail servers.
    pub(crate) databases: Vec<DatabaseUrl>,
    /// What became of refused refresh tokens and sessions.
    kept_sessions: Vec<Finding>,
    /// What is behind variables that programs say they miss.
    missing: Vec<Finding>,
}

/// How the failing request ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// It was answered well, and no message says otherwise.
    Good,
    /// It was refused or failed, or a message says so.
    Bad,
    /// There is neither an answer nor a message.
    Unknown,
}

impl<'e> Situation<'e> {
    pub(crate) fn new(evidence: &'e Evidence) -> Self {
        let tokens = found_tokens::presented(evidence);
        let mut situation = Self {
            evidence,
            other_tokens: found_tokens::others(evidence, &tokens),
            tokens,
            clock: Clock::of(evidence),
            proxies: evidence
                .of_kind(DocumentKind::Proxy)
                .map(proxy::read)
                .collect(),
            logged: access_log::read(evidence),
            allowed_origins: allowed_origins::lists(evidence),
            browsing: Browsing::new(evidence),
            expected: Expected::default(),
            secret_faults: Vec::new(),
            project_faults: Vec::new(),
            databases: database::databases(evidence),
            kept_sessions: Vec::new(),
            missing: Vec::new(),
        };
        situation.expected = Expected::of(&situation);
        situation.secret_faults = situation.judge_secrets();
        situation.project_faults = situation.judge_project();
        situation.kept_sessions = situation.judge_kept_sessions();
        situation.missing = situation.missing_variables();
        situation
    }

    /// What is wrong with the secrets, of one cause.
    pub(crate) fn secret_faults_of(&self, cause: Cause) -> impl Iterator<Item = Finding> {
        let faults = self.secret_faults.iter().chain(&self.missing);
        faults.filter(move |fault| fault.cause == cause).cloned()
    }

    /// What became of refused refresh tokens and sessions, of one cause.
    pub(crate) fn kept_sessions_of(&self, cause: Cause) -> impl Iterator<Item = Finding> {
        let faults = self.kept_sessions.iter();
        faults.filter(move |fault| fault.cause == cause).cloned()
    }

    /// The failing request, if one was given.
    pub(crate) fn request(&self) -> Option<&'e Request> {
        self.evidence
            .failing
            .iter()
            .find_map(|exchange| exchange.request.as_ref())
    }

    /// The host that the failing request is for; empty if it is not known.
    pub(crate) fn host(&self) -> &str {
        let trip = self.browsing.failing.as_ref();
        trip.and_then(Trip::host).unwrap_or_default()
    }

    /// The directives of a proxy that count for the failing request; all of them if it is not known.
    pub(crate) fn counting<'p>(&self, file: &'p ProxyFile) -> Vec<&'p Directive> {
        let path = self.request().map_or("/", Request::path);
        file.counting(self.host(), path)
    }

    /// Its answer.
    pub(crate) fn response(&self) -> Option<&'e Response> {
        self.evidence
            .failing
            .iter()
            .find_map(|exchange| exchange.response.as_ref())
    }

    /// Every exchange, the earlier ones first.
    pub(crate) fn exchanges(&self) -> impl Iterator<Item = &'e Exchange> {
        self.evidence.earlier.iter().chain(&self.evidence.failing)
    }

    /// What messages say.
    pub(crate) fn sightings(&self) -> &'e [Sighting] {
        &self.evidence.sightings
    }

    /// Whether one of the messages can be this cause showing itself.
    pub(crate) fn is_seen(&self, cause: Cause) -> bool {
        self.sightings()
            .iter()
            .any(|sighting| sighting.symptom.fits(cause))
    }

    /// The first message of a class.
    pub(crate) fn sighting(&self, symptom: Symptom) -> Option<&'e Sighting> {
        self.sightings()
            .iter()
            .find(|sighting| sighting.symptom == symptom)
    }

    /// Whether a message shows that this check held: it is of a later check of the same library.
    pub(crate) fn has_held(&self, check: Check) -> bool {
        self.sightings()
            .iter()
            .any(|sighting| sighting.held().contains(&check))
    }

    /// How it ended.
    pub(crate) fn outcome(&self) -> Outcome {
        let statuses: Vec<u16> = self
            .evidence
            .failing
            .iter()
            .filter_map(|exchange| exchange.response.as_ref())
            .map(|r| r.status)
            .collect();
        let refused = statuses.iter().any(|status| *status >= 400);
        let turned_away = self.browsing.is_turned_away()
            || self.is_form_shown_again()
            || self.leads_without_client().is_some();
        if refused || !self.sightings().is_empty() || turned_away {
            return Outcome::Bad;
        }
        if statuses.is_empty() {
            Outcome::Unknown
        } else {
            Outcome::Good
        }
    }

    /// Cookies that are needed and do not arrive; none when all went well.
    pub(crate) fn hindered(&self) -> impl Iterator<Item = &Hindered> {
        let well = self.outcome() == Outcome::Good;
        let unsure = self.outcome() == Outcome::Unknown;
        let all = self.browsing.hindered.iter().filter(move |_| !well);
        all.filter(move |cookie| cookie.witnessed || !unsure)
    }

    /// The first line of a log of which `says` holds.
    pub(crate) fn log_line(&self, says: impl Fn(&str) -> bool) -> Option<Spot> {
        self.evidence.logs.iter().find_map(|log| {
            let (at, line) = log.text.lines().enumerate().find(|(_, line)| says(line))?;
            Some(Spot::line(&log.source(), at + 1, without_secrets(line)))
        })
    }

    /// Whether a library sent the request that takes credentials from netrc files by itself.
    pub(crate) fn is_from_library_with_netrc(&self) -> bool {
        let agent = self
            .request()
            .and_then(|request| request.headers.value("user-agent"));
        agent.is_some_and(|agent| agent.contains("python-requests/"))
    }

    /// Whether the request has cookies, or was told to take them along.
    pub(crate) fn includes_cookies(&self) -> bool {
        let included = self.browsing.credentials() == Some(CredentialsMode::Include);
        included
            || self
                .request()
                .is_some_and(|request| request.headers.first("cookie").is_some())
    }

    /// Whether the stack names a product, in any case: `uses("nextauth")`. `asyncpg (no SQLAlchemy)` names one alone.
    pub(crate) fn uses(&self, product: &str) -> bool {
        let product = product.to_ascii_lowercase();
        let named = |name: &String| {
            let name = name.to_ascii_lowercase();
            let before = ["(no ", "(without ", " without "]
                .iter()
                .fold(name.as_str(), |name, word| {
                    name.split(word).next().unwrap_or_default()
                });
            before.contains(&product)
        };
        self.evidence.stack.iter().any(named)
    }

    /// The provider of identities that the stack or a setting names, if any.
    pub(crate) fn uses_provider(&self) -> Option<&'static str> {
        let known = [
            "Auth0",
            "Okta",
            "Keycloak",
            "Cognito",
            "Clerk",
            "Entra",
            "Azure",
            "OIDC",
            "Zitadel",
            "Kinde",
            "Logto",
            "FusionAuth",
            "Ory",
        ];
        let services = self.evidence.services.iter();
        let names: Vec<String> = services
            .flat_map(|service| {
                service
                    .settings()
                    .map(|line| line.name.to_ascii_uppercase())
            })
            .collect();
        known.into_iter().find(|provider| {
            let upper = provider.to_ascii_uppercase();
            self.uses(provider)
                || names
                    .iter()
                    .any(|name| name.split('_').any(|part| part == upper))
        })
    }

    /// The lines that count for a purpose, each with its service.
    pub(crate) fn settings(
        &self,
        wanted: Purpose,
    ) -> impl Iterator<Item = (&'e Service, &'e EnvLine)> {
        self.evidence.services.iter().flat_map(move |service| {
            let mut said = service
                .settings()
                .filter(move |line| purpose(&line.name) == Some(wanted))
                .peekable();
            // What is said counts over what follows from other settings.
            let follows = said.peek().is_none();
            let implied = service
                .implied
                .iter()
                .filter(move |(purpose, _)| follows && *purpose == wanted);
            let lines = said.chain(implied.map(|(_, line)| line));
            lines.map(move |line| (service, line))
        })
    }

    /// The lines that count for a purpose on the side that checks tokens: every service but the front ends,
    /// or all if there is no other.
    pub(crate) fn verifier_settings(&self, wanted: Purpose) -> Vec<(&'e Service, &'e EnvLine)> {
        let verifiers = self.verifiers().into_iter();
        let lines =
            verifiers.flat_map(|service| service.settings().map(move |line| (service, line)));
        lines
            .filter(|(_, line)| purpose(&line.name) == Some(wanted))
            .collect()
    }

    /// The services that check tokens: every one but the front ends, or all if there is no other.
    pub(crate) fn verifiers(&self) -> Vec<&'e Service> {
        let all = || self.evidence.services.iter();
        let checking: Vec<_> = all().filter(|service| !service.is_front_end()).collect();
        if checking.is_empty() {
            all().collect()
        } else {
            checking
        }
    }

    /// Whether the failure may be that of a presented token: the answer is a refusal or a redirect, or there is
    /// none, or a message speaks of tokens. A good answer and one of status 500 say otherwise.
    pub(crate) fn token_may_be_refused(&self) -> bool {
        let speaks = |check: Option<Check>| {
            check.is_some_and(|check| (Check::Form..=Check::Permission).contains(&check))
        };
        let spoken = self.sightings().iter().any(|sighting| {
            sighting.symptom == Symptom::TokenRefused || speaks(sighting.symptom.check())
        });
        let status = self.response().map(|response| response.status);
        match self.outcome() {
            Outcome::Good => false,
            Outcome::Unknown => true,
            Outcome::Bad => spoken || status.is_none_or(|status| status < 500),
        }
    }
}
