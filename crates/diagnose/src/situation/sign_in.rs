//! A sign-in: what was typed, whose account it is, and what a passkey says of itself.

use super::Situation;
use super::clock::time_in;
use super::users::{self, Row};
use crate::evidence::percent::decoded;
use crate::evidence::{DocumentKind, Request, Spot};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A member of a request's body, JSON or form, be it inside another one: `user[email]`.
pub(crate) fn member(request: &Request, names: &[&str]) -> Option<String> {
    if let Ok(body) = serde_json::from_str::<Map<String, Value>>(&request.body) {
        let own = || names.iter().find_map(|name| body.get(*name));
        let inner = || {
            let objects = body
                .values()
                .filter_map(Value::as_object)
                .collect::<Vec<_>>();
            names.iter().find_map(|name| {
                let mut found = objects.iter().filter_map(|object| object.get(*name));
                found.next()
            })
        };
        let value = own().or_else(inner)?;
        return Some(
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        );
    }
    let pairs = request
        .body
        .trim()
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let mut of_names = pairs.filter_map(|(name, value)| {
        let name = decoded(name);
        let bare = name.trim_end_matches(']').rsplit(['[', '.']).next()?;
        names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(bare))
            .then(|| decoded(&value.replace('+', " ")))
    });
    of_names.next()
}

/// The fields of a request's body, JSON at any depth or a form, under their own names.
pub(super) fn fields(request: &Request) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Ok(body) = serde_json::from_str::<Value>(&request.body) {
        texts(&body, "", 0, &mut found);
        return found;
    }
    let pairs = request.body.trim().split('&');
    found.extend(pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let name = decoded(name);
        let bare = name.trim_end_matches(']').rsplit(['[', '.']).next()?;
        Some((bare.to_owned(), decoded(&value.replace('+', " "))))
    }));
    found
}

fn texts(value: &Value, name: &str, depth: usize, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) if depth < 6 => {
            for (name, value) in members {
                texts(value, name, depth + 1, found);
            }
        }
        Value::String(text) => found.push((name.to_owned(), text.clone())),
        Value::Number(number) => found.push((name.to_owned(), number.to_string())),
        _ => {}
    }
}

impl Situation<'_> {
    /// The password that the failing request carries.
    pub(crate) fn typed_password(&self) -> Option<String> {
        member(
            self.request()?,
            &["password", "new_password", "newPassword", "passwd"],
        )
    }

    /// The row of the user who signs in or whose token it is.
    pub(crate) fn user_row(&self) -> Option<Row> {
        let typed = self
            .request()
            .and_then(|request| member(request, &["email", "username", "login", "identifier"]));
        let of_token = self.tokens.iter().find_map(|token| {
            token
                .text_claim("email")
                .or_else(|| token.text_claim("sub"))
        });
        let who = typed.or_else(|| of_token.map(str::to_owned))?;
        let is_it = |value: &Value| match value {
            Value::String(text) => text.eq_ignore_ascii_case(&who),
            Value::Number(number) => number.to_string() == who,
            _ => false,
        };
        users::rows(self)
            .into_iter()
            .find(|row| row.values().any(is_it))
    }

    /// Whether the failing request was refused.
    pub(crate) fn is_refused(&self) -> bool {
        self.response().is_none_or(|answer| answer.status >= 400) || self.is_form_shown_again()
    }

    /// Whether a page answers a password or a code with 200 and no cookie, or a code by leading back to the form: who
    /// is let in is sent on.
    pub(super) fn is_form_shown_again(&self) -> bool {
        let coded = super::totp::code(self).is_some();
        let back = self.response().is_some_and(|answer| {
            let location = answer.headers.value("location").unwrap_or_default();
            let path = super::header_way::path_of(location).to_ascii_lowercase();
            let forms = [
                "2fa",
                "mfa",
                "otp",
                "two-factor",
                "two_factor",
                "twofactor",
                "challenge",
                "login",
                "signin",
                "sign-in",
                "sign_in",
            ];
            answer.is_redirect() && forms.iter().any(|form| path.contains(form))
        });
        if coded && back {
            return true;
        }
        let page = self.response().is_some_and(|answer| {
            let kind = answer.headers.value("content-type").unwrap_or_default();
            let sets = answer.headers.value("set-cookie").is_some();
            answer.status == 200 && kind.starts_with("text/html") && !sets
        });
        page && (coded || self.typed_password().is_some())
    }

    /// The version of a package that manifests name, and where: `4.2.0` of `bcrypt==4.2.0`. An unpinned one has an
    /// empty version.
    pub(crate) fn package(&self, name: &str) -> Option<(String, Spot)> {
        for document in self.evidence.of_kind(DocumentKind::Packages) {
            let source = document.source();
            for (at, line) in document.text.lines().enumerate() {
                let words = line.trim().trim_start_matches(['"', '\'', '-', ' ']);
                let Some(rest) = words.strip_prefix(name) else {
                    continue;
                };
                let ends = rest.chars().next().is_none_or(|next| {
                    !(next.is_ascii_alphanumeric() || matches!(next, '-' | '_' | '.'))
                });
                if ends {
                    let version: String = rest
                        .chars()
                        .skip_while(|c| !c.is_ascii_digit())
                        .take_while(|c| c.is_ascii_digit() || *c == '.')
                        .collect();
                    return Some((version, Spot::line(&source, at + 1, line)));
                }
            }
        }
        // Products may carry their versions: "bcrypt 5.0".
        let named = self
            .evidence
            .stack
            .iter()
            .find(|product| product.to_ascii_lowercase().split(' ').next() == Some(name))?;
        let version: String = named
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let source = Arc::from("stack");
        Some((version, Spot::line(&source, 0, named.as_str())))
    }

    /// Two refreshes within five seconds, in the log or among the exchanges.
    pub(crate) fn refreshes_at_once(&self) -> Option<[Spot; 2]> {
        let refreshes = [
            "/token?grant_type=refresh_token",
            "/refresh",
            "grant_type=refresh_token",
        ];
        let mut lines: Vec<(i64, Spot)> = Vec::new();
        for words in refreshes {
            for (line, spot) in self.lines_with(words) {
                lines.extend(time_in(&line).map(|time| (time, spot)));
            }
        }
        lines.sort_by_key(|(time, spot)| (*time, spot.line));
        lines.dedup_by(|a, b| a.1.line == b.1.line);
        let near = lines
            .windows(2)
            .find(|pair| matches!(pair, [a, b] if b.0 - a.0 <= 5))?;
        match near {
            [(_, a), (_, b)] => Some([a.clone(), b.clone()]),
            _ => None,
        }
    }

    /// A line of a log by which the link of the failing request was opened before.
    pub(crate) fn opened_before(&self) -> Option<Spot> {
        let request = self.request().filter(|request| request.method == "GET")?;
        let path = request.path().to_ascii_lowercase();
        let of_mail = [
            "magic",
            "verify",
            "confirm",
            "activate",
            "reset",
            "callback/email",
            "invite",
            "one-time",
            "login/email",
        ];
        let token = request
            .target
            .split(['?', '&', '/'])
            .map(|part| part.split_once('=').map_or(part, |(_, value)| value))
            .filter(|value| value.len() >= 8 && !value.contains('%'))
            .max_by_key(|value| value.len())?;
        let refused = self.is_refused()
            || self.response().is_some_and(|answer| {
                let location = answer.headers.value("location").unwrap_or_default();
                location.to_ascii_lowercase().contains("error")
            });
        if !refused || !of_mail.iter().any(|part| path.contains(part)) {
            return None;
        }
        let opened = self
            .lines_with(token)
            .into_iter()
            .filter(|(line, _)| line.contains("GET ") || line.contains("HEAD "));
        let now = self.clock.now;
        let mut earlier = opened.filter(|(line, _)| match (time_in(line), now) {
            (Some(time), Some(now)) => now - time >= 2,
            _ => line.contains(" 200") || line.contains(" 302"),
        });
        earlier.next().map(|(line, mut spot)| {
            spot.shown = crate::evidence::without_secrets(&line).replace(token, "…");
            spot.columns = 0..0;
            spot
        })
    }

    /// A refused refresh within five seconds of one that was answered well.
    pub(crate) fn refused_beside_a_refresh(&self) -> Option<[Spot; 2]> {
        let is_refresh = |path: &str| path.contains("refresh") || path.ends_with("/token");
        let refreshes: Vec<_> = self
            .logged
            .iter()
            .filter(|one| is_refresh(&one.path.to_ascii_lowercase()))
            .collect();
        refreshes
            .windows(2)
            .find_map(|pair| match pair {
                [a, b] => {
                    let well = |status: u16| status < 300;
                    let refused = |status: u16| matches!(status, 400 | 401 | 403 | 409);
                    let apart = time_in(&a.spot.shown).zip(time_in(&b.spot.shown));
                    let near = apart.is_some_and(|(a, b)| (b - a).abs() <= 5);
                    let both =
                        well(a.status) && refused(b.status) || refused(a.status) && well(b.status);
                    (near && both && a.path == b.path).then(|| [a.spot.clone(), b.spot.clone()])
                }
                _ => None,
            })
            .or_else(|| self.refused_beside_by_words())
    }

    /// The same in a program's own words: two lines that begin a refresh within a second, then one of them goes well
    /// and the other is refused.
    fn refused_beside_by_words(&self) -> Option<[Spot; 2]> {
        let begins = self.lines_with("refresh");
        let begins: Vec<(i64, &Spot)> = begins
            .iter()
            .filter(|(line, _)| !line.to_ascii_lowercase().contains("error"))
            .filter_map(|(line, spot)| Some((time_in(line)?, spot)))
            .collect();
        let pair = begins.windows(2).find_map(|pair| match pair {
            [(a, one), (b, other)] if (b - a).abs() <= 1 => Some((*b, [*one, *other])),
            _ => None,
        });
        let (begun, spots) = pair?;
        let ends = |says: fn(&str) -> bool| {
            self.log_line(|line| {
                let soon = time_in(line).is_some_and(|time| (begun..=begun + 5).contains(&time));
                soon && line.contains("token") && says(line)
            })
        };
        ends(|line| line.contains(" 200"))?;
        ends(|line| line.contains("invalid_grant") || line.contains("already used"))?;
        Some(spots.map(Clone::clone))
    }

    /// The page's origin, as the browser wrote it into the client data of a passkey (WebAuthn L3, section 5.8.1).
    pub(crate) fn passkey_origin(&self) -> Option<String> {
        let data = self.deep_member("clientDataJSON")?;
        let json = URL_SAFE_NO_PAD.decode(data.trim_end_matches('=')).ok()?;
        let data: Map<String, Value> = serde_json::from_slice(&json).ok()?;
        data.get("origin")?.as_str().map(str::to_owned)
    }

    /// The SHA-256 of the RP ID, as the authenticator wrote it (WebAuthn L3, section 6.1).
    pub(crate) fn passkey_rp_id_hash(&self) -> Option<Vec<u8>> {
        let data = self.deep_member("authenticatorData")?;
        let bytes = URL_SAFE_NO_PAD.decode(data.trim_end_matches('=')).ok()?;
        bytes.get(..32).map(<[u8]>::to_vec)
    }

    /// A member anywhere in the JSON body of the failing request.
    fn deep_member(&self, name: &str) -> Option<String> {
        let body: Value = serde_json::from_str(&self.request()?.body).ok()?;
        deep(&body, name, 0)
    }
}

fn deep(value: &Value, name: &str, depth: usize) -> Option<String> {
    if depth > 8 {
        return None;
    }
    match value {
        Value::Object(members) => members
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .or_else(|| {
                members
                    .values()
                    .find_map(|value| deep(value, name, depth + 1))
            }),
        Value::Array(items) => items.iter().find_map(|value| deep(value, name, depth + 1)),
        _ => None,
    }
}
