//! What a verifier demands of a token beyond its signature.

use crate::claims::{OtherKind, ReadClaims, Sub};
use crate::moment::{span, utc};
use crate::refusal::shown;
use crate::token::Unchecked;
use crate::{Cause, Refusal};
use serde_json::{Map, Value};

/// What a verifier demands of a token beyond its signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// The `iss` that tokens must have. With none, any passes and the trace says so.
    pub issuer: Option<String>,
    /// The values of `aud` of which tokens must name one. With none, any passes and the trace says so.
    pub audiences: Vec<String>,
    /// The clients whose tokens are accepted, by `azp`, `client_id` or `appid`. With none, those of any.
    pub clients: Vec<String>,
    /// By how many seconds clocks may differ; for `exp`, `nbf` and a future `iat` alike.
    pub leeway: i64,
    /// The longest token that is looked at, in bytes.
    pub max_token_bytes: usize,
    /// The values of the header `typ` that are accepted, without `application/`, in any case. A token
    /// without `typ` is accepted as well (RFC 7519, section 5.1: it is optional).
    pub accept_types: Vec<String>,
    /// Whether tokens of the legacy form, `{"sub": email, "id": user id}`, are accepted.
    pub accept_legacy: bool,
}

impl Default for Policy {
    /// No issuer, no audience, any client, a leeway of 60 s, tokens of at most 16 KiB typed `at+jwt` or `JWT`.
    fn default() -> Self {
        Self {
            issuer: None,
            audiences: Vec::new(),
            clients: Vec::new(),
            leeway: 60,
            max_token_bytes: 16_384,
            accept_types: vec!["at+jwt".to_owned(), "JWT".to_owned()],
            accept_legacy: false,
        }
    }
}

/// The first second that can only be a count of milliseconds: the year 5138.
const FIRST_ABSURD_SECOND: i64 = 100_000_000_000;

impl Policy {
    /// Checks the header `typ` (RFC 8725, section 3.11); tells whether it is `at+jwt` (RFC 9068).
    pub(crate) fn check_type(&self, typ: Option<&str>) -> Result<bool, Refusal> {
        let Some(typ) = typ else { return Ok(false) };
        let bare = strip_application(typ);
        if self
            .accept_types
            .iter()
            .any(|accepted| accepted.eq_ignore_ascii_case(bare))
        {
            return Ok(bare.eq_ignore_ascii_case("at+jwt"));
        }
        Err(Refusal::new(
            Cause::TokenTypeUnexpected,
            format!(
                "the header's typ is {}; accepted are {}",
                shown(typ),
                self.accept_types.join(", ")
            ),
        ))
    }

    /// Checks all that does not depend on the time, and tells what was not checked.
    pub(crate) fn check_standing(&self, claims: &ReadClaims) -> Result<Unchecked, Refusal> {
        check_kind(claims)?;
        check_subject(claims)?;
        Ok(Unchecked {
            issuer: self.check_issuer(claims)?,
            audience: self.check_audience(claims)?,
            legacy: false,
        })
    }

    /// Checks the times at `now`, in seconds since the epoch (RFC 7519, sections 4.1.4 to 4.1.6).
    pub(crate) fn check_times(
        &self,
        exp: i64,
        claims: &ReadClaims,
        now: i64,
    ) -> Result<(), Refusal> {
        let latest = now.saturating_add(self.leeway);
        let begins = claims.nbf.unwrap_or(i64::MIN);
        let made = claims.iat.unwrap_or(i64::MIN);
        if exp <= now.saturating_sub(self.leeway)
            || exp >= FIRST_ABSURD_SECOND
            || begins > latest
            || made > latest
        {
            return Err(self.explain_times(exp, claims, now));
        }
        Ok(())
    }

    #[cold]
    fn explain_times(&self, exp: i64, claims: &ReadClaims, now: i64) -> Refusal {
        let leeway = self.leeway;
        let times = [("exp", Some(exp)), ("nbf", claims.nbf), ("iat", claims.iat)];
        for (name, time) in times {
            if let Some(time) = time.filter(|time| *time >= FIRST_ABSURD_SECOND) {
                let detail = format!(
                    "{name} is {time}, far beyond any date in seconds: it was given in milliseconds"
                );
                return Refusal::new(Cause::ExpUnitError, detail);
            }
        }
        for (name, time) in &times[1..] {
            if let Some(time) = time.filter(|time| *time > now.saturating_add(leeway)) {
                let ahead = span(time.saturating_sub(now));
                return Refusal::new(
                    Cause::ClockSkew,
                    format!(
                        "{name} {} is {ahead} ahead of this clock, {}; the leeway is {leeway} s",
                        utc(time),
                        utc(now)
                    ),
                );
            }
        }
        let ago = span(now.saturating_sub(exp));
        Refusal::new(
            Cause::TokenExpired,
            format!(
                "exp {} was {ago} ago; this clock says {}, the leeway is {leeway} s",
                utc(exp),
                utc(now)
            ),
        )
    }

    /// `true` if the token names an issuer that nobody asked us to check.
    fn check_issuer(&self, claims: &ReadClaims) -> Result<bool, Refusal> {
        match (&self.issuer, claims.iss()) {
            (None, named) => Ok(named.is_some()),
            (Some(wanted), Some(named)) if wanted == named => Ok(false),
            (Some(wanted), Some(named)) => Err(issuer_mismatch(wanted, named)),
            (Some(wanted), None) => {
                let detail = format!("the token has no iss; {} is demanded", shown(wanted));
                Err(Refusal::new(Cause::ClaimMissing, detail))
            }
        }
    }

    /// `true` if the token names an audience that nobody asked us to check.
    fn check_audience(&self, claims: &ReadClaims) -> Result<bool, Refusal> {
        if self.audiences.is_empty() {
            return Ok(claims.aud().next().is_some());
        }
        let mut named = claims.aud();
        if named.any(|aud| self.audiences.iter().any(|wanted| aud == wanted)) {
            return Ok(false);
        }
        Err(self.explain_audience(&claims.aud().collect::<Vec<_>>()))
    }

    #[cold]
    fn explain_audience(&self, named: &[&str]) -> Refusal {
        let wanted = listed(&self.audiences);
        if named.is_empty() {
            let detail = format!("the token has no aud; {wanted} is demanded");
            return Refusal::new(Cause::AudMissingInToken, detail);
        }
        let near = |aud: &str| {
            self.audiences
                .iter()
                .any(|wanted| wanted.trim() == aud.trim())
        };
        let cause = if named.iter().copied().any(near) {
            Cause::ConfigValueWhitespace
        } else {
            Cause::AudMismatch
        };
        Refusal::new(
            cause,
            format!("aud is {}; {wanted} is demanded", listed(named)),
        )
    }

    /// Checks for which client the token was made (RFC 9068, section 2.2; OIDC Core, section 2).
    pub(crate) fn check_client(&self, claims: &Map<String, Value>) -> Result<(), Refusal> {
        let named = ["azp", "client_id", "appid"]
            .into_iter()
            .find_map(|name| Some((name, claims.get(name)?.as_str()?)));
        let wanted = || listed(&self.clients);
        match named {
            Some((_, client)) if self.clients.iter().any(|allowed| allowed == client) => Ok(()),
            Some((name, client)) => Err(Refusal::new(
                Cause::ClientMismatch,
                format!("{name} is {}; allowed are {}", shown(client), wanted()),
            )),
            None => Err(Refusal::new(
                Cause::ClaimMissing,
                format!(
                    "the token names no client (azp, client_id or appid); allowed are {}",
                    wanted()
                ),
            )),
        }
    }
}

/// The first five, as they may stand in a message.
fn listed(texts: &[impl AsRef<str>]) -> String {
    let shown: Vec<_> = texts
        .iter()
        .take(5)
        .map(|text| shown(text.as_ref()))
        .collect();
    shown.join(", ")
}

fn strip_application(typ: &str) -> &str {
    // RFC 7515, section 4.1.9: the prefix may be left out.
    match typ.split_at_checked("application/".len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
        Some(_) | None => typ,
    }
}

/// ID and refresh tokens are no access tokens, whoever signed them (RFC 8725, section 3.12).
fn check_kind(claims: &ReadClaims) -> Result<(), Refusal> {
    match claims.kind {
        None => Ok(()),
        Some(OtherKind::Id) => Err(Refusal::new(
            Cause::IdTokenAsAccessToken,
            "the token is an ID token (at_hash, c_hash, or marked so); an API takes access tokens",
        )),
        Some(OtherKind::Refresh) => Err(Refusal::new(
            Cause::RefreshTokenAsAccessToken,
            "the token is marked as a refresh token; an API takes access tokens",
        )),
    }
}

fn check_subject(claims: &ReadClaims) -> Result<(), Refusal> {
    match claims.sub() {
        Sub::Text(text) if !text.is_empty() => Ok(()),
        Sub::NotString => Err(Refusal::new(
            Cause::SubNotString,
            "sub is not a string; issue it as one, such as \"42\" for 42 (RFC 7519, section 4.1.2)",
        )),
        Sub::Text(_) | Sub::Absent => Err(match claims.role() {
            Some(role @ ("anon" | "service_role")) => Refusal::new(
                Cause::AnonKeyAsUserToken,
                format!(
                    "the token has no sub and the role {role}: it is the project's API key, not a user's token"
                ),
            ),
            Some(_) | None => Refusal::new(
                Cause::ClaimMissing,
                "the token has no sub, so it speaks for nobody",
            ),
        }),
    }
}

/// Tells the usual near misses of an issuer from a foreign one.
pub(crate) fn issuer_mismatch(wanted: &str, named: &str) -> Refusal {
    let cause = if wanted.trim() == named.trim() {
        Cause::ConfigValueWhitespace
    } else if wanted.trim_end_matches('/') == named.trim_end_matches('/') {
        Cause::IssTrailingSlash
    } else if microsoft_tenant(wanted).is_some_and(|tenant| microsoft_tenant(named) == Some(tenant))
    {
        Cause::IssVersionMismatch
    } else if path_of(wanted).is_some_and(|path| path_of(named) == Some(path)) {
        Cause::IssHostMismatch
    } else {
        Cause::IssMismatch
    };
    Refusal::new(
        cause,
        format!("iss is {}; {} is demanded", shown(named), shown(wanted)),
    )
}

/// The path of an issuer below its host, where that path tells one issuer from another.
fn path_of(issuer: &str) -> Option<&str> {
    let (_, rest) = issuer.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let path = path.trim_end_matches('/');
    (!path.is_empty()).then_some(path)
}

/// The tenant in either form of a Microsoft issuer: v1 `sts.windows.net/{tenant}/`, v2
/// `login.microsoftonline.com/{tenant}/v2.0`.
fn microsoft_tenant(issuer: &str) -> Option<&str> {
    let rest = issuer.strip_prefix("https://sts.windows.net/");
    let rest = rest.or_else(|| issuer.strip_prefix("https://login.microsoftonline.com/"))?;
    rest.split('/').next().filter(|tenant| !tenant.is_empty())
}
