//! Time-based one-time codes (RFC 6238): of which time a code is.

use super::Situation;
use crate::evidence::{Request, Symptom};
use device::Device;
use serde_json::Value;

pub(crate) mod device;

/// How far away a code's time is looked for, in steps: half an hour.
const FARTHEST: i64 = 60;

/// Parts of the names of fields that carry a code.
const CODE: &[&str] = &[
    "code",
    "otp",
    "token",
    "mfa",
    "2fa",
    "twofactor",
    "two_factor",
    "pin",
    "verification",
    "attempt",
];

/// What the code of the failing request is, by the secret of its account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// That of a time so many seconds away, which is outside the window.
    Apart(i64),
    /// That of now, and the account's row says that its step was used.
    Used,
    /// That of now.
    Fits,
    /// That of no time near.
    OfNoTime,
}

/// Whether the failing request is about a code.
pub(crate) fn is_asked(situation: &Situation<'_>) -> bool {
    code(situation).is_some()
        || situation
            .seen_any(&[Symptom::TotpRefused, Symptom::TotpReplayed])
            .is_some()
}

/// What the code is; none where the secret is not known.
pub(crate) fn verdict(situation: &Situation<'_>) -> Option<Verdict> {
    let code = code(situation)?;
    let now = situation.clock.judging()?;
    let known = situation.user_row();
    let rows = known.map_or_else(|| super::users::rows(situation), |row| vec![row]);
    let mut devices: Vec<Device> = rows
        .into_iter()
        .flat_map(|row| device::of(&Value::Object(row)))
        .collect();
    for device in &mut devices {
        device.take_settings(situation);
    }
    devices.retain(|device| device.digits == code.len());
    let mut near: Vec<(i64, &Device)> = devices
        .iter()
        .filter_map(|device| Some((device.steps_away(&code, now)?, device)))
        .collect();
    near.sort_by_key(|(steps, _)| steps.abs());
    let Some((steps, device)) = near.first() else {
        // The digits of several accounts cannot be told from those of none.
        let one = devices
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.account == b.account));
        return (!devices.is_empty() && one).then_some(Verdict::OfNoTime);
    };
    if steps.abs() > device.window {
        return Some(Verdict::Apart(steps * device.period));
    }
    let step = now.div_euclid(device.period) + steps;
    let used = device.last.is_some_and(|last| last >= step);
    Some(if used { Verdict::Used } else { Verdict::Fits })
}

/// Whether the same code was accepted in an earlier exchange.
pub(crate) fn sent_before(situation: &Situation<'_>) -> bool {
    let Some(code) = code(situation) else {
        return false;
    };
    situation.evidence.earlier.iter().any(|exchange| {
        let good = exchange
            .response
            .as_ref()
            .is_some_and(|answer| answer.status < 300);
        let same = exchange.request.as_ref().and_then(code_in).as_ref() == Some(&code);
        good && same
    })
}

/// The digits that the failing request carries.
pub(crate) fn code(situation: &Situation<'_>) -> Option<String> {
    code_in(situation.request()?)
}

/// Six to eight digits in a field that is meant for them.
fn code_in(request: &Request) -> Option<String> {
    let fields = super::sign_in::fields(request).into_iter();
    let mut codes = fields.filter_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let code = value.replace([' ', '-'], "");
        let digits =
            (6..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        (digits && CODE.iter().any(|part| name.contains(part))).then_some(code)
    });
    codes.next()
}
