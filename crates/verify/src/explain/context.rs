//! What is known around a refusal: secrets, key sets, expectations and clocks, each by its owner's name.
//!
//! Nothing here is tied to Countersign's own settings: whoever explains a refusal of another program
//! gives that program's names, and the texts speak of them.

use crate::{Environment, Policy, Secret, Source, Variables, VerifyingKey};

/// What an explanation may draw on. All but `now` may be left out:
///
/// ```
/// use countersign_verify::ExplainContext;
///
/// let context = ExplainContext { now: 1_700_000_000, ..ExplainContext::default() };
/// assert!(context.secrets.is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ExplainContext<'a> {
    /// What the verifier demands of claims.
    pub expected: &'a Expected,
    /// Secrets to try. Those of [`SecretRole::Current`] are the verifier's own.
    pub secrets: &'a [KnownSecret],
    /// Public keys to try. Those of [`KeySetRole::Current`] are the verifier's own.
    pub key_sets: &'a [KnownKeySet<'a>],
    /// The variables that a `$NAME` in a secret may have been replaced from.
    pub variables: Option<&'a Variables>,
    /// Other clocks than the verifier's, as they were read.
    pub clocks: &'a [ClockReading],
    /// The name of the cookie that the token came in, if it came in one.
    pub cookie: Option<&'a str>,
    /// The time of the refusal by the verifier's clock, in seconds since the epoch.
    pub now: i64,
}

static NOTHING: Expected = Expected::nothing();

impl Default for ExplainContext<'_> {
    /// Nothing is known, and it is 1970.
    fn default() -> Self {
        Self {
            expected: &NOTHING,
            secrets: &[],
            key_sets: &[],
            variables: None,
            clocks: &[],
            cookie: None,
            now: 0,
        }
    }
}

/// A secret that may have signed a refused token.
#[derive(Clone, Debug)]
pub struct KnownSecret {
    /// What it is called where it stands, such as `JWT_SECRET_STAGING`.
    pub label: String,
    /// The secret, as the program that reads it gets it.
    pub secret: Secret,
    /// The text behind the `=` of its line, where it is known: another loader makes another value of it.
    pub written: Option<Secret>,
    /// Where it came from.
    pub source: Source,
    /// What it is to the verifier.
    pub role: SecretRole,
    /// When it was drawn, in seconds since the epoch, if the program draws one at each start.
    pub drawn_at: Option<i64>,
}

impl KnownSecret {
    /// A secret of which no more is known than its value.
    #[must_use]
    pub fn new(label: impl Into<String>, secret: Secret, source: Source, role: SecretRole) -> Self {
        Self {
            label: label.into(),
            secret,
            written: None,
            source,
            role,
            drawn_at: None,
        }
    }
}

/// What a known secret is to the verifier.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SecretRole {
    /// A key of a hosted project, such as Supabase's anon and service keys: no signing secret at all.
    ApiKey,
    /// The secret that verifies tokens now.
    Current,
    /// The one that the service which issues the tokens holds.
    Issuer,
    /// Set for the verifier under a name that does not count, since another one does.
    Lost,
    /// Of another environment.
    OtherEnvironment(Environment),
    /// Made for something else than tokens: cookies, sessions, web hooks.
    OtherPurpose,
    /// The one before the last change.
    Previous,
    /// The one that guards the sync endpoint.
    Sync,
}

/// Public keys that may have signed a refused token.
#[derive(Clone, Copy, Debug)]
pub struct KnownKeySet<'a> {
    /// What it is called: an address or a file.
    pub name: &'a str,
    /// Its keys.
    pub keys: &'a [VerifyingKey],
    /// What it is to the verifier.
    pub role: KeySetRole,
    /// When it was fetched, in seconds since the epoch.
    pub fetched_at: Option<i64>,
}

/// What a known key set is to the verifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeySetRole {
    /// The one that it verifies with now.
    Current,
    /// What the issuer publishes at this time.
    Fresh,
    /// Of another instance of the same provider, or of another issuer.
    OtherInstance,
    /// Keys that the one it verifies with had before, and has no longer.
    Previous,
}

/// A value that the verifier expects, with the name and place of the setting that holds it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExpectedValue {
    /// The value, as the program reads it.
    pub value: String,
    /// What its owner calls it, such as `AUTH0_ISSUER_BASE_URL`.
    pub name: String,
    /// Where it came from.
    pub source: Source,
}

impl ExpectedValue {
    /// A value of a setting.
    #[must_use]
    pub fn new(value: impl Into<String>, name: impl Into<String>, source: Source) -> Self {
        Self {
            value: value.into(),
            name: name.into(),
            source,
        }
    }
}

/// What the verifier demands of claims. What is left out is not looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Expected {
    /// The algorithms it allows; with none, those of its keys.
    pub algs: Vec<ExpectedValue>,
    /// The values of `aud` that it takes, any of them.
    pub audiences: Vec<ExpectedValue>,
    /// What the application itself is called at its issuers: the `aud` of ID tokens (OIDC Core, section 2).
    pub client_ids: Vec<ExpectedValue>,
    /// The values of `iss` that it takes, any of them.
    pub issuers: Vec<ExpectedValue>,
    /// By how many seconds clocks may differ.
    pub leeway: i64,
    /// How long tokens live by the settings of this side.
    pub lifetime: Option<ExpectedLifetime>,
    /// The longest token that is looked at, in bytes.
    pub max_token_bytes: usize,
    /// Whether the library refuses a token that has an `aud` when it was given none, as the Rust crate
    /// jsonwebtoken and `PyJWT` do (RFC 7519, section 4.1.3).
    pub refuses_unexpected_audience: bool,
    /// Claims that must be there, besides those that any verifier demands.
    pub required_claims: Vec<String>,
    /// Where the role is read, as a path such as `realm_access.roles`.
    pub role_claim: Option<ExpectedValue>,
    /// What kind of identifier the lookup of the user takes `sub` for.
    pub subject: Option<SubjectKind>,
}

/// How long tokens live by a setting.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExpectedLifetime {
    /// The lifetime, in seconds.
    pub seconds: i64,
    /// What its owner calls it, such as `ACCESS_TOKEN_EXPIRE_MINUTES`.
    pub name: String,
    /// Where it came from.
    pub source: Source,
}

/// The kinds of identifiers that stand in `sub`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SubjectKind {
    /// An e-mail address.
    Email,
    /// Digits alone: a row's number, or a GitHub user's id.
    Number,
    /// A provider's name and the id there, as in `auth0|5f…`.
    ProviderId,
    /// A UUID (RFC 9562).
    Uuid,
}

impl Expected {
    /// Nothing is demanded; the leeway is 60 s, and tokens of 16 KiB at most are looked at.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            algs: Vec::new(),
            audiences: Vec::new(),
            client_ids: Vec::new(),
            issuers: Vec::new(),
            leeway: 60,
            lifetime: None,
            max_token_bytes: 16_384,
            refuses_unexpected_audience: false,
            required_claims: Vec::new(),
            role_claim: None,
            subject: None,
        }
    }
}

impl Default for Expected {
    fn default() -> Self {
        Self::nothing()
    }
}

impl From<&Policy> for Expected {
    /// What a policy demands, under the names of its fields.
    fn from(policy: &Policy) -> Self {
        let named = |values: &[String], name: &str| {
            let values = values.iter();
            let values = values.map(|value| ExpectedValue::new(value, name, Source::Default));
            values.collect()
        };
        Self {
            audiences: named(&policy.audiences, "audience"),
            client_ids: named(&policy.clients, "client_ids"),
            issuers: named(policy.issuer.as_slice(), "issuer"),
            leeway: policy.leeway,
            max_token_bytes: policy.max_token_bytes,
            ..Self::nothing()
        }
    }
}

/// Another clock, compared with the verifier's at one moment: from the `Date` of an answer
/// (RFC 9110, section 6.6.1), or from a time service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClockReading {
    /// Whose clock, such as `api.example.org`.
    pub name: String,
    /// What it is to the token.
    pub owner: ClockOwner,
    /// How far it is ahead of the verifier's, in seconds; negative if behind.
    pub ahead: i64,
}

/// What a clock is to a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClockOwner {
    /// It made the token.
    Issuer,
    /// A clock that is known to be right.
    Reference,
}
