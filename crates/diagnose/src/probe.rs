//! What was asked of running programs, and what the answers mean.
//!
//! Whoever may touch the network asks and hands over plain facts; here they become findings, as
//! what files say does.

mod cookies;
mod cors;
mod facts;
mod held;

pub(crate) use facts::find;
pub use held::HeldSecret;

use crate::diagnosis::{Check, CheckResult};
use crate::evidence::Document;
use countersign_verify::Cause;

/// One probe: what was asked of whom, and what came back.
#[derive(Clone, Debug)]
pub struct Probe {
    /// What was asked, such as `tls`.
    pub name: String,
    /// Whom: a URL without secrets.
    pub target: String,
    /// How it came out.
    pub result: CheckResult,
    /// What was seen, in one sentence without secrets.
    pub why: String,
    /// What follows from it.
    pub facts: Vec<ProbeFact>,
    /// What was fetched and is evidence by itself, such as a key set.
    pub documents: Vec<Document>,
}

/// A fact about something that runs. No fact has a secret but the header of a cookie, which is
/// never shown.
#[derive(Clone, Debug)]
pub enum ProbeFact {
    /// A certificate ends soon.
    CertificateExpires {
        /// Whole days that are left.
        days: i64,
    },
    /// A certificate does not hold.
    CertificateInvalid {
        /// Why, in TLS's words.
        reason: String,
    },
    /// The clock there is not the clock here.
    ClockOff {
        /// How far ahead it is, in milliseconds; behind if negative.
        ahead_ms: i64,
        /// How wrong that may be, in milliseconds.
        error_ms: i64,
    },
    /// A preflight was answered.
    Preflight(Preflight),
    /// A cookie is set.
    Cookie {
        /// The URL that sets it.
        url: String,
        /// The origin of the page that asks, if it is known.
        page: Option<String>,
        /// The value of `Set-Cookie`.
        header: CookieHeader,
    },
    /// A CSRF token that was given is not known a moment later.
    CsrfForgotten,
    /// Something that answers failed with this cause, as the store words it.
    Database {
        /// The cause.
        cause: Cause,
        /// What happened, without secrets.
        message: String,
        /// Whether it may fail one day and does not fail now.
        risk: bool,
    },
    /// A discovery document names another issuer than the address that it was had from.
    Issuer {
        /// The address, up to `/.well-known`.
        asked: String,
        /// The name in the document.
        named: String,
    },
    /// A key set or a discovery document cannot be used.
    KeySetUnusable {
        /// Why.
        why: String,
    },
    /// A redirect leads elsewhere.
    Redirect {
        /// The URL that was asked.
        from: String,
        /// Where it leads.
        to: String,
        /// The status.
        status: u16,
        /// What clients do not take along or do differently.
        change: RedirectChange,
    },
    /// The cache does not answer as one.
    Redis {
        /// Why.
        why: String,
        /// What to change, where it is known.
        fix: Option<&'static str>,
    },
    /// A secret of a running server is not the one in the evidence.
    SecretDiffers {
        /// Which.
        secret: ProvedSecret,
        /// Where ours is from, with its fingerprint.
        ours: String,
    },
    /// The mail server does not answer as one.
    Smtp {
        /// Why.
        why: String,
        /// What to change, where it is known.
        fix: Option<&'static str>,
    },
    /// The server says that it is not well.
    Unhealthy {
        /// What it says.
        says: String,
    },
    /// Nothing answers.
    Unreachable {
        /// Why.
        why: String,
    },
}

/// The value of a `Set-Cookie` header. `Debug` does not show it.
#[derive(Clone)]
pub struct CookieHeader(pub String);

impl std::fmt::Debug for CookieHeader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a cookie of {} bytes", self.0.len())
    }
}

/// The answer to a preflight that asked for `GET` with `authorization`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Preflight {
    /// The origin of the page.
    pub origin: String,
    /// The status.
    pub status: u16,
    /// `Access-Control-Allow-Origin`.
    pub allow_origin: Option<String>,
    /// `Access-Control-Allow-Headers`.
    pub allow_headers: Option<String>,
    /// Whether `Access-Control-Allow-Credentials` is `true`.
    pub allow_credentials: bool,
}

impl Preflight {
    /// Whether a browser then sends the request.
    #[must_use]
    pub fn is_good(&self) -> bool {
        cors::judge(self).is_none()
    }
}

/// What a redirect changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RedirectChange {
    /// The host or the port.
    Host,
    /// A slash at the end of the path.
    PathForm,
    /// The scheme.
    Scheme,
}

/// A secret that a server proves to know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProvedSecret {
    /// What signs tokens.
    Signing,
    /// What guards the sync endpoint.
    Sync,
}

impl Probe {
    /// A probe that came out well.
    #[must_use]
    pub fn ok(name: &str, target: &str, why: impl Into<String>) -> Self {
        Self::of(name, target, CheckResult::Ok, why)
    }

    /// A probe that was not made.
    #[must_use]
    pub fn skipped(name: &str, target: &str, why: impl Into<String>) -> Self {
        Self::of(name, target, CheckResult::Skipped, why)
    }

    /// A probe that came out badly.
    #[must_use]
    pub fn failed(name: &str, target: &str, why: impl Into<String>) -> Self {
        Self::of(name, target, CheckResult::Failed, why)
    }

    fn of(name: &str, target: &str, result: CheckResult, why: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            target: target.to_owned(),
            result,
            why: why.into(),
            facts: Vec::new(),
            documents: Vec::new(),
        }
    }

    /// With a fact.
    #[must_use]
    pub fn with(mut self, fact: ProbeFact) -> Self {
        self.facts.push(fact);
        self
    }

    /// With a document that was fetched.
    #[must_use]
    pub fn bringing(mut self, document: Document) -> Self {
        self.documents.push(document);
        self
    }

    /// The probe among what was looked at.
    pub(crate) fn check(&self) -> Check {
        Check {
            name: format!("{} {}", self.name, self.target),
            result: self.result,
            why: self.why.clone(),
        }
    }
}
