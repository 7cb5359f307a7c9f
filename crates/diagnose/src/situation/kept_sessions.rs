//! Refresh tokens, session ids and opaque tokens as the other side keeps them: the row whose hash fits, or the
//! token's own end, tells what became of them.

use super::clock::{length, time_in};
use super::sign_in::fields;
use super::{Outcome, Situation, cookie, users};
use crate::evidence::percent::decoded;
use crate::evidence::{Evidence, Exchange, Spot};
use crate::finding::{Finding, Strength};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::Cause;
use row::Fate;

pub(crate) mod row;

/// How long after its first use a second use of a refresh token is taken for the same moment, in seconds.
const MOMENT: i64 = 60;

/// What kind of credential was presented.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Refresh,
    Session,
    Access,
}

struct Presented<'e> {
    text: String,
    kind: Kind,
    exchange: &'e Exchange,
}

/// Every text of requests that may be kept as a hash, in a fixed order.
pub(crate) fn texts(evidence: &Evidence) -> Vec<String> {
    let exchanges = evidence.earlier.iter().chain(&evidence.failing);
    let requests = exchanges.filter_map(|exchange| exchange.request.as_ref());
    requests
        .flat_map(|request| {
            let bearer = request
                .headers
                .value("authorization")
                .and_then(|value| value.split_once(' '));
            let fields = fields(request).into_iter().map(|(_, value)| value);
            let cookies = request.cookies().map(|(_, value)| decoded(value));
            let all = fields
                .chain(cookies)
                .chain(bearer.map(|(_, token)| token.to_owned()));
            all.collect::<Vec<_>>()
        })
        .collect()
}

impl Situation<'_> {
    /// What became of the refresh tokens and sessions that were refused.
    pub(super) fn judge_kept_sessions(&self) -> Vec<Finding> {
        if self.outcome() == Outcome::Good {
            return Vec::new();
        }
        let presented = self.presented_sessions();
        let rows = row::all(self);
        let mut found = Vec::new();
        for one in presented.iter().filter(|one| self.was_refused(one)) {
            let fate = self.own_end(one).or_else(|| {
                let row = rows.iter().find(|row| row.is_of(&one.text))?;
                row.fate(self.clock.judging()?, &rows)
            });
            let told = fate.and_then(|fate| fate_told(one, &fate));
            found.extend(told.or_else(|| self.used_before(one, &presented)));
        }
        found
    }

    fn presented_sessions(&self) -> Vec<Presented<'_>> {
        let mut found = Vec::new();
        for exchange in self.exchanges() {
            let Some(request) = &exchange.request else {
                continue;
            };
            let path = request.path().to_ascii_lowercase();
            let grants = request.body.contains("refresh_token")
                || request.target.contains("grant_type=refresh_token");
            let renews = grants || ["refresh", "renew"].iter().any(|part| path.contains(part));
            let mut add = |text: &str, kind| {
                if text.len() >= 16 {
                    let text = decoded(text);
                    found.push(Presented {
                        text,
                        kind,
                        exchange,
                    });
                }
            };
            for (name, value) in fields(request) {
                let name = name.to_ascii_lowercase();
                if name.contains("refresh") || renews && name == "token" {
                    add(&value, Kind::Refresh);
                }
            }
            for (name, value) in request.cookies() {
                let lower = name.to_ascii_lowercase();
                let refresh = ["refresh", "jid", "rt", "rtk"]
                    .iter()
                    .any(|part| lower == *part || lower.contains("refresh"));
                if renews && (refresh || is_signed(value)) {
                    add(value, Kind::Refresh);
                } else if cookie::is_session(name) && !refresh {
                    add(value, Kind::Session);
                }
            }
            let bearer = request
                .headers
                .value("authorization")
                .and_then(|value| value.split_once(' '));
            if let Some((_, token)) =
                bearer.filter(|(scheme, _)| !scheme.eq_ignore_ascii_case("basic"))
            {
                match (renews, is_signed(token)) {
                    (true, _) if !grants => add(token, Kind::Refresh),
                    (_, false) => add(token, Kind::Access),
                    _ => {}
                }
            }
        }
        found
    }

    fn is_failing(&self, exchange: &Exchange) -> bool {
        self.evidence
            .failing
            .iter()
            .any(|one| std::ptr::eq(one, exchange))
    }

    fn was_refused(&self, one: &Presented<'_>) -> bool {
        let status = one.exchange.response.as_ref().map(|answer| answer.status);
        if self.is_failing(one.exchange) {
            return self.is_refused() || self.browsing.is_turned_away();
        }
        one.kind == Kind::Refresh && status.is_some_and(|status| (400..500).contains(&status))
    }

    /// A refresh token that is a JWT tells its own end.
    fn own_end(&self, one: &Presented<'_>) -> Option<Fate> {
        let payload = URL_SAFE_NO_PAD.decode(one.text.split('.').nth(1)?).ok()?;
        let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
        let ago = self
            .clock
            .judging()?
            .checked_sub(claims.get("exp")?.as_i64()?)?;
        let is_over = ago > 0 && one.kind == Kind::Refresh && is_signed(&one.text);
        is_over.then_some(Fate::Ended { ago, idle: false })
    }

    /// The same refresh token went out before, and was exchanged then.
    fn used_before(&self, one: &Presented<'_>, all: &[Presented<'_>]) -> Option<Finding> {
        if one.kind != Kind::Refresh || !self.is_failing(one.exchange) {
            return None;
        }
        let date = |exchange: &Exchange| {
            super::http_date::read(exchange.response.as_ref()?.headers.value("date")?)
        };
        let first = all.iter().find(|other| {
            let well = other
                .exchange
                .response
                .as_ref()
                .is_some_and(|answer| answer.status < 300);
            well && other.text == one.text && !std::ptr::eq(other.exchange, one.exchange)
        })?;
        let apart = date(one.exchange)
            .zip(date(first.exchange))
            .map(|(one, first)| (one - first).abs());
        let (cause, message) = if apart.is_none_or(|apart| apart <= MOMENT) {
            (
                Cause::RefreshRotationRace,
                "the same refresh token was exchanged a moment before, by another request of the same client",
            )
        } else {
            (
                Cause::RefreshReused,
                "the same refresh token was exchanged before: the client kept the old one",
            )
        };
        let finding = Finding::new(cause, Strength::Proved, message)
            .weight(0.7)
            .explains(EXPLAINED);
        Some(
            finding
                .at(place(first)?, "exchanged here")
                .at(place(one)?, "comes again"),
        )
    }
}

fn fate_told(one: &Presented<'_>, fate: &Fate) -> Option<Finding> {
    let what = match one.kind {
        Kind::Refresh => "refresh token",
        Kind::Session => "session",
        Kind::Access => "token",
    };
    let (cause, message) = match (fate, one.kind) {
        (Fate::Ended { ago, .. }, Kind::Refresh) => (
            Cause::RefreshTokenExpired,
            format!("the refresh token ran out {} ago", length(*ago)),
        ),
        (Fate::Ended { ago, .. }, Kind::Access) => (
            Cause::TokenExpired,
            format!(
                "the row of the token says that it ended {} ago",
                length(*ago)
            ),
        ),
        (Fate::Ended { ago, idle: true }, Kind::Session) => (
            Cause::SessionExpiredIdle,
            format!(
                "the session's row says that it ended {} ago, for want of use",
                length(*ago)
            ),
        ),
        (Fate::Ended { ago, idle: false }, Kind::Session) => (
            Cause::SessionExpiredAbsolute,
            format!("the session's row says that it ended {} ago", length(*ago)),
        ),
        (Fate::Revoked { cause, why }, _) => (
            *cause,
            format!("the row of the {what} says that it was ended{why}"),
        ),
        (Fate::Used { ago, lost }, Kind::Refresh)
            if *lost || ago.is_some_and(|ago| ago <= MOMENT) =>
        {
            (
                Cause::RefreshRotationRace,
                format!(
                    "the refresh token was exchanged {} before, and comes again",
                    ago.map_or_else(|| "just".to_owned(), length)
                ),
            )
        }
        (Fate::Used { ago, .. }, Kind::Refresh) => {
            let when = ago.map_or_else(String::new, |ago| format!(" {} ago", length(ago)));
            (
                Cause::RefreshReused,
                format!(
                    "the refresh token was exchanged{when}, and its successor is in use: an old copy came back"
                ),
            )
        }
        (Fate::Used { .. }, _) => return None,
    };
    let finding = Finding::new(cause, Strength::Proved, message)
        .weight(0.8)
        .explains(EXPLAINED);
    Some(finding.at(place(one)?, "presented here"))
}

fn place(one: &Presented<'_>) -> Option<Spot> {
    one.exchange
        .request
        .as_ref()
        .map(crate::evidence::Request::start_spot)
}

const EXPLAINED: &[Cause] = &[
    Cause::TokenExpired,
    Cause::TokenMalformed,
    Cause::SessionUnknown,
    Cause::RefreshTokenUnknown,
    Cause::CredentialMissing,
    Cause::CredentialsInvalid,
    Cause::AccessTokenOpaqueNoAudience,
    Cause::SessionStrategyDatabase,
    Cause::ApiKeyAsBearerToken,
    Cause::CookieSamesiteCrossSite,
    Cause::CsrfOriginUntrusted,
];

fn is_signed(text: &str) -> bool {
    text.starts_with("eyJ") && text.split('.').count() == 3
}
