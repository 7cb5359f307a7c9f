//! What a user's row says about the account.

use super::clock::time_in;
use super::users::Row;
use serde_json::Value;

/// The column by which the account is locked at `now`.
pub(crate) fn locked(row: &Row, now: Option<i64>) -> Option<String> {
    let until = [
        "locked_until",
        "lockout_end",
        "lockout_until",
        "locked_at",
        "lockedUntil",
    ];
    let switched = ["locked", "is_locked", "account_locked", "is_locked_out"]
        .iter()
        .find(|name| is_on(row, name));
    let until = until.iter().find(|name| match row.get(**name) {
        Some(Value::String(time)) => {
            **name == "locked_at"
                || time_in(time)
                    .zip(now)
                    .is_none_or(|(until, now)| until > now)
        }
        Some(Value::Number(time)) => time
            .as_i64()
            .zip(now)
            .is_none_or(|(until, now)| until > now),
        _ => false,
    });
    let status = is_status(row, &["locked"]);
    switched.or(until).map(|name| shown(row, name)).or(status)
}

/// The column by which the account is disabled.
pub(crate) fn suspended(row: &Row, now: Option<i64>) -> Option<String> {
    let off = [
        "is_active",
        "active",
        "enabled",
        "is_enabled",
        "account_enabled",
    ]
    .iter()
    .find(|name| is_off(row, name));
    let on = [
        "disabled",
        "banned",
        "suspended",
        "is_disabled",
        "is_banned",
        "is_suspended",
        "is_blocked",
        "deactivated",
        "blocked",
    ]
    .iter()
    .find(|name| is_on(row, name));
    let until = ["banned_until", "suspended_until"]
        .iter()
        .find(|name| match row.get(**name) {
            Some(Value::String(time)) => time_in(time)
                .zip(now)
                .is_none_or(|(until, now)| until > now),
            _ => false,
        });
    let status = is_status(
        row,
        &[
            "suspended",
            "disabled",
            "banned",
            "inactive",
            "blocked",
            "deactivated",
        ],
    );
    off.or(on).or(until).map(|name| shown(row, name)).or(status)
}

/// The column by which the account's address is not confirmed.
pub(crate) fn unverified(row: &Row, _now: Option<i64>) -> Option<String> {
    let unset = [
        "email_verified",
        "emailVerified",
        "is_verified",
        "email_confirmed",
        "is_email_confirmed",
        "is_email_verified",
        "email_is_verified",
        "is_confirmed",
        "is_activated",
        "activated",
        "verified_email",
        "account_verified",
        "confirmed",
        "verified",
    ];
    let never = [
        "email_verified_at",
        "email_confirmed_at",
        "confirmed_at",
        "verified_at",
        "emailVerified",
    ];
    let unset = unset.iter().find(|name| is_off(row, name));
    let never = never
        .iter()
        .find(|name| row.get(**name) == Some(&Value::Null));
    unset
        .or(never)
        .map(|name| shown(row, name))
        .or_else(|| is_status(row, &["unverified", "unconfirmed", "pending_verification"]))
}

/// Whether a column says yes: `true`, 1 as `MySQL` writes it, `t` as psql prints it.
pub(crate) fn is_on(row: &Row, name: &str) -> bool {
    match row.get(name) {
        Some(Value::Bool(on)) => *on,
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        Some(Value::String(text)) => {
            matches!(text.as_str(), "1" | "t" | "true" | "True" | "Y" | "yes")
        }
        _ => false,
    }
}

/// Whether a column says no.
fn is_off(row: &Row, name: &str) -> bool {
    match row.get(name) {
        Some(Value::Bool(on)) => !on,
        Some(Value::Number(number)) => number.as_i64() == Some(0),
        Some(Value::String(text)) => {
            matches!(text.as_str(), "0" | "f" | "false" | "False" | "N" | "no")
        }
        _ => false,
    }
}

fn is_status(row: &Row, words: &[&str]) -> Option<String> {
    let name = ["status", "state", "user_status"]
        .into_iter()
        .find(|name| {
            let status = row.get(*name).and_then(Value::as_str).unwrap_or_default();
            words.iter().any(|word| status.eq_ignore_ascii_case(word))
        })?;
    Some(shown(row, name))
}

fn shown(row: &Row, name: &str) -> String {
    format!("{name} is {}", row.get(name).unwrap_or(&Value::Null))
}
