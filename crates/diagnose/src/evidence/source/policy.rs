//! What source says of tokens, cookies, CORS and ports.

use super::said::Said;
use crate::evidence::Spot;

/// Whether a call makes tokens or checks them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Act {
    /// It makes them.
    Sign,
    /// It checks them.
    Verify,
}

/// Libraries by what they do about what they were not told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TokenLibrary {
    /// A token with an audience is refused where none is expected: `PyJWT`, python-jose, `jsonwebtoken` of Rust.
    RefusesAnyAudience,
    /// As many of node do; a lifetime without a unit that comes as text is in milliseconds.
    JsonWebToken,
    /// What is not asked for is not checked: jose, golang-jwt.
    Other,
}

/// A call that makes or checks tokens.
#[derive(Clone, Debug)]
pub(crate) struct TokenUse {
    /// Which of both.
    pub(crate) act: Act,
    /// With what.
    pub(crate) library: TokenLibrary,
    /// The function around it, in lower case.
    pub(crate) within: String,
    /// The key.
    pub(crate) key: Said,
    /// The algorithms.
    pub(crate) algorithms: Vec<Said>,
    /// The audiences.
    pub(crate) audiences: Vec<Said>,
    /// The issuers.
    pub(crate) issuers: Vec<Said>,
    /// What `sub` is, as it is written.
    pub(crate) subject: Option<String>,
    /// How long the token lives, in seconds, or the setting that says so.
    pub(crate) lifetime: Option<Lifetime>,
    /// How far clocks may be apart, in seconds, or the setting that says so.
    pub(crate) leeway: Option<Lifetime>,
    /// Words of which the program must have one for it to be done at all: a framework is told of it beforehand.
    pub(crate) through: &'static [&'static str],
    /// Whether there may be more than was read: options in a variable, a payload from elsewhere.
    pub(crate) unclear: bool,
    /// Where.
    pub(crate) spot: Spot,
}

impl TokenUse {
    /// A call of which nothing more is known.
    pub(crate) const fn new(act: Act, library: TokenLibrary, within: String, spot: Spot) -> Self {
        Self {
            act,
            library,
            within,
            key: Said::Unclear,
            algorithms: Vec::new(),
            audiences: Vec::new(),
            issuers: Vec::new(),
            subject: None,
            lifetime: None,
            leeway: None,
            through: &[],
            unclear: false,
            spot,
        }
    }
}

/// How long something lives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Lifetime {
    /// So many seconds.
    Seconds(i64),
    /// As this setting or constant says, in the unit that the library takes.
    Said(Said),
}

/// A cookie that the source writes or reads.
#[derive(Clone, Debug)]
pub(crate) struct CookieUse {
    /// Its name.
    pub(crate) name: Said,
    /// Whether it is written.
    pub(crate) written: bool,
    /// `Domain`, where it is given.
    pub(crate) domain: Option<Said>,
    /// `SameSite` in lower case, where it is written out.
    pub(crate) same_site: Option<String>,
    /// `Secure`: given as this, or as something that is worked out, or not at all.
    pub(crate) secure: Switch,
    /// How long it lives, in the unit of the call.
    pub(crate) max_age: Option<i64>,
    /// The unit of `max_age` in milliseconds: 1 in Express, 1000 elsewhere.
    pub(crate) unit: i64,
    /// Where.
    pub(crate) spot: Spot,
}

impl CookieUse {
    /// A cookie that is read.
    pub(super) fn read(name: Said, spot: Spot) -> Self {
        Self {
            name,
            written: false,
            domain: None,
            same_site: None,
            secure: Switch::Absent,
            max_age: None,
            unit: 1_000,
            spot,
        }
    }
}

/// A switch in source.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Switch {
    /// Not given.
    #[default]
    Absent,
    /// `false`.
    Off,
    /// `true`.
    On,
    /// Worked out.
    Unclear,
}

impl Switch {
    pub(super) fn of(written: Option<&str>) -> Self {
        match written.map(str::trim) {
            None => Self::Absent,
            Some("true" | "True") => Self::On,
            Some("false" | "False") => Self::Off,
            Some(_) => Self::Unclear,
        }
    }
}

/// Which origins a program's CORS layer allows.
#[derive(Clone, Debug)]
pub(crate) struct CorsRule {
    /// What the list is called there: `allow_origins`.
    pub(crate) name: &'static str,
    /// The origins.
    pub(crate) origins: Vec<Said>,
    /// Whether cookies are allowed.
    pub(crate) credentials: Switch,
    /// Whether `*` is sent as it is, which browsers refuse with cookies; others mirror the page's origin.
    pub(crate) sends_wildcard: bool,
    /// Where.
    pub(crate) spot: Spot,
}

/// A port that a program listens on.
#[derive(Clone, Debug)]
pub(crate) struct Listen {
    /// The port.
    pub(crate) port: Said,
    /// Where.
    pub(crate) spot: Spot,
}
