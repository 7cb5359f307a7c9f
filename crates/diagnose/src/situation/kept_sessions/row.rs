//! One row of refresh tokens, sessions or tokens, in whatever columns.

use super::{Situation, decoded, time_in, users};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use countersign_verify::Cause;
use serde_json::Value;

/// What became of what a row keeps.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Fate {
    /// Its time is over.
    Ended {
        ago: i64,
        /// Whether each use moved the end.
        idle: bool,
    },
    /// Somebody ended it.
    Revoked { cause: Cause, why: String },
    /// It was exchanged.
    Used {
        ago: Option<i64>,
        /// Whether what it was exchanged for was never used: the answer did not arrive.
        lost: bool,
    },
}

pub(super) struct Row(users::Row);

const ENDS: &[&str] = &[
    "expires_at",
    "expires",
    "expiry",
    "expires_on",
    "expire_at",
    "expired_at",
    "valid_until",
    "expiration",
    "expiration_date",
    "exp",
    "not_after",
    "ends_at",
    "idle_expires_at",
    "expire_date",
];
const REVOKED: &[&str] = &[
    "revoked_at",
    "revoked",
    "is_revoked",
    "invalidated_at",
    "invalidated",
    "deleted_at",
    "ended_at",
    "logged_out_at",
    "terminated_at",
    "blacklisted_at",
    "blacklisted",
    "revoked_on",
];
const USED: &[&str] = &[
    "used_at",
    "consumed_at",
    "rotated_at",
    "exchanged_at",
    "replaced_at",
    "used",
    "consumed",
    "rotated",
    "replaced_by",
    "replaced_by_id",
    "replaced_by_token",
    "successor",
    "successor_id",
    "next_id",
    "rotated_to",
];
const WHY: &[&str] = &[
    "revoked_reason",
    "revoke_reason",
    "revocation_reason",
    "reason",
    "revoked_by",
    "ended_reason",
    "end_reason",
];
const LAST: &[&str] = &[
    "last_used_at",
    "last_active_at",
    "last_seen_at",
    "last_seen",
    "last_active",
    "last_activity",
    "last_activity_at",
    "updated_at",
    "refreshed_at",
];
const MADE: &[&str] = &[
    "created_at",
    "issued_at",
    "created",
    "issued",
    "inserted_at",
    "started_at",
    "iat",
];

/// Every object of the rows, the lists inside of users too.
pub(super) fn all(situation: &Situation<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for row in users::rows(situation) {
        let inner = row.values().filter_map(Value::as_array).flatten();
        let inner = inner.filter_map(|one| one.as_object().cloned().map(users::with_plain_names));
        rows.extend(inner.map(Row));
        rows.push(Row(row));
    }
    rows
}

impl Row {
    /// Whether the row keeps this token: as it is, or one of its usual hashes.
    pub(super) fn is_of(&self, token: &str) -> bool {
        let kept = self.0.values().filter_map(Value::as_str);
        let forms = forms(token);
        kept.filter(|kept| kept.len() >= 16).any(|kept| {
            forms.iter().any(|form| form == kept) || hashed_alike(kept, token, token).is_some()
        })
    }

    /// What became of it by `now`; none where it is good.
    pub(super) fn fate(&self, now: i64, all: &[Self]) -> Option<Fate> {
        if self.first(USED).is_some() {
            return Some(self.exchanged(now, all));
        }
        let end = ENDS.iter().find_map(|name| time(self.0.get(*name)?));
        let revoked = self.first(REVOKED).map(|value| time(value).unwrap_or(0));
        if let Some(revoked) =
            revoked.filter(|revoked| *revoked <= now && end.is_none_or(|end| *revoked <= end))
        {
            let ago = (revoked > 0).then(|| format!(" {} ago", super::length(now - revoked)));
            let cause = self.ended_by();
            return Some(Fate::Revoked {
                cause,
                why: ago.unwrap_or_default(),
            });
        }
        let end = end.filter(|end| *end < now)?;
        let of = |names: &[&str]| names.iter().find_map(|name| time(self.0.get(*name)?));
        let idle = of(LAST)
            .zip(of(MADE))
            .is_some_and(|(last, made)| last > made && round(end - last) && !round(end - made));
        Some(Fate::Ended {
            ago: now - end,
            idle,
        })
    }

    /// What it was exchanged for, and when.
    fn exchanged(&self, now: i64, all: &[Self]) -> Fate {
        let times = [
            "used_at",
            "consumed_at",
            "rotated_at",
            "exchanged_at",
            "replaced_at",
            "revoked_at",
        ];
        let at = times.iter().find_map(|name| time(self.0.get(*name)?));
        let successor = all.iter().find(|row| {
            USED.iter().any(|name| {
                let to = self.0.get(*name);
                name.contains('_') && to.is_some() && to == row.0.get("id")
            })
        });
        let lost =
            successor.is_some_and(|row| row.first(USED).is_none() && row.first(LAST).is_none());
        Fate::Used {
            ago: at.map(|at| now - at),
            lost,
        }
    }

    /// Why somebody ended it, by the reason in its row.
    fn ended_by(&self) -> Cause {
        let why = WHY
            .iter()
            .find_map(|name| self.0.get(*name)?.as_str())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| why.contains(word));
        if has(&[
            "limit",
            "evict",
            "concurrent",
            "max_sess",
            "too_many",
            "other device",
            "another device",
        ]) {
            Cause::SessionEvictedByLimit
        } else if has(&["reuse", "replay"]) {
            Cause::RefreshReused
        } else if has(&["idle", "inactiv"]) {
            Cause::SessionExpiredIdle
        } else {
            Cause::SessionRevoked
        }
    }

    /// The first of these columns that says something.
    fn first(&self, names: &[&str]) -> Option<&Value> {
        let mut found = names.iter().filter_map(|name| self.0.get(*name));
        found.find(|value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty(),
            Value::Number(number) => number.as_i64() != Some(0),
            _ => true,
        })
    }
}

/// Whether a length of time is one that people set.
fn round(seconds: i64) -> bool {
    seconds > 0 && (seconds + 1) % 60 <= 2
}

fn time(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => time_in(text).or_else(|| text.parse().ok()),
        // Milliseconds have more digits than seconds will have for long.
        value => value.as_i64().map(|time| {
            if time > 100_000_000_000 {
                time / 1_000
            } else {
                time
            }
        }),
    }
}

/// A token as it may be kept: whole, without its prefix, its id or its signature.
fn forms(token: &str) -> Vec<String> {
    let mut forms = vec![token.to_owned()];
    let token = decoded(token);
    let plain = token.strip_prefix("s:").unwrap_or(&token);
    forms.push(plain.to_owned());
    for mark in ['|', '.', ':', '_'] {
        let parts = plain
            .split_once(mark)
            .into_iter()
            .flat_map(|(one, other)| [one, other]);
        forms.extend(parts.filter(|part| part.len() >= 16).map(str::to_owned));
    }
    if let Some(payload) = token.split('.').nth(1).filter(|_| token.starts_with("eyJ"))
        && let Ok(json) = URL_SAFE_NO_PAD.decode(payload)
        && let Ok(claims) = serde_json::from_slice::<Value>(&json)
    {
        let ids = ["jti", "sid", "session_id"]
            .iter()
            .filter_map(|name| claims.get(*name)?.as_str());
        forms.extend(ids.map(str::to_owned));
    }
    forms.dedup();
    forms
}

/// The hash of `other` that is made as `kept` is made of `token`; none where `kept` is no hash of it.
pub(crate) fn hashed_alike(kept: &str, token: &str, other: &str) -> Option<String> {
    let marks = ["sha256:", "sha256$", "\\x"];
    let mark = marks
        .into_iter()
        .find(|mark| kept.starts_with(mark))
        .unwrap_or_default();
    let bare = kept.get(mark.len()..)?;
    let algorithms = [
        &digest::SHA256,
        &digest::SHA512,
        &digest::SHA384,
        &digest::SHA1_FOR_LEGACY_USE_ONLY,
    ];
    let sum = |algorithm, input: &[u8]| digest::digest(algorithm, input).as_ref().to_vec();
    for (form, other) in forms(token).iter().zip(forms(other)) {
        let decoded = bytes(form).into_iter().zip(bytes(&other));
        let plain = (form.as_bytes().to_vec(), other.into_bytes());
        for (input, other) in std::iter::once(plain).chain(decoded) {
            for algorithm in algorithms {
                let made = ENCODINGS
                    .iter()
                    .find(|encode| encode(&sum(algorithm, &input)) == bare);
                if let Some(encode) = made {
                    return Some(format!("{mark}{}", encode(&sum(algorithm, &other))));
                }
            }
        }
    }
    None
}

/// How hashes are written.
const ENCODINGS: &[fn(&[u8]) -> String] = &[
    |bytes| hex(bytes),
    |bytes| hex(bytes).to_ascii_uppercase(),
    |bytes| STANDARD.encode(bytes),
    |bytes| STANDARD_NO_PAD.encode(bytes),
    |bytes| URL_SAFE.encode(bytes),
    |bytes| URL_SAFE_NO_PAD.encode(bytes),
];

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a text stands for as hex or base64.
fn bytes(text: &str) -> Vec<Vec<u8>> {
    let pairs = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok());
    let hex: Option<Vec<u8>> = (text.len().is_multiple_of(2))
        .then(|| pairs.collect())
        .flatten();
    let base64 = [STANDARD_NO_PAD.decode(text), URL_SAFE_NO_PAD.decode(text)];
    hex.into_iter()
        .chain(base64.into_iter().flatten())
        .filter(|bytes| bytes.len() >= 16)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(value: &Value) -> Row {
        Row(users::with_plain_names(value.as_object().unwrap().clone()))
    }

    #[test]
    fn a_row_is_found_by_any_usual_hash() {
        let token = "rt_0123456789abcdef0123";
        let sum = |text: &str| {
            digest::digest(&digest::SHA256, text.as_bytes())
                .as_ref()
                .to_vec()
        };
        for kept in [
            hex(&sum(token)),
            hex(&sum(token)).to_uppercase(),
            STANDARD_NO_PAD.encode(sum("0123456789abcdef0123")),
            format!("{}=", URL_SAFE_NO_PAD.encode(sum(token))),
            token.to_owned(),
        ] {
            assert!(row(&json!({"tokenHash": kept})).is_of(token), "{kept}");
        }
        assert!(!row(&json!({"tokenHash": hex(&sum("another"))})).is_of(token));
    }

    #[test]
    fn the_fate_is_read_from_the_columns() {
        let now = 1_000_000;
        let fate = |value: Value| row(&value).fate(now, &[]);
        assert_eq!(
            fate(json!({"expiresAt": now + 5, "revokedAt": null, "used": false})),
            None
        );
        assert_eq!(
            fate(json!({"expires_at": now - 5})),
            Some(Fate::Ended {
                ago: 5,
                idle: false
            })
        );
        assert_eq!(
            fate(json!({"expires": (now + 5_000_000) * 1_000_000})),
            None
        );
        let used = fate(json!({"expires_at": now + 5, "used_at": now - 2}));
        assert_eq!(
            used,
            Some(Fate::Used {
                ago: Some(2),
                lost: false
            })
        );
        let revoked =
            fate(json!({"expires_at": now + 5, "revoked": true, "reason": "max_sessions"}));
        assert!(matches!(
            revoked,
            Some(Fate::Revoked {
                cause: Cause::SessionEvictedByLimit,
                ..
            })
        ));
    }
}
