//! The devices that make codes, as rows keep them: secret, length of a step, digits, hash.

use super::FARTHEST;
use crate::evidence::Service;
use crate::evidence::percent::decoded;
use crate::situation::Situation;
use crate::situation::clock::time_in;
use aws_lc_rs::hmac;
use serde_json::{Map, Value};

/// How long a code counts unless something else is said, in seconds (RFC 6238, section 4.1).
const STEP: i64 = 30;

/// What makes the codes of one account.
#[derive(Clone)]
pub(crate) struct Device {
    /// The secret as it is written.
    pub(crate) secret: String,
    /// The secret's bytes.
    key: Vec<u8>,
    /// How long a code counts, in seconds.
    pub(super) period: i64,
    pub(super) digits: usize,
    algorithm: hmac::Algorithm,
    /// How many steps before and after count too.
    pub(super) window: i64,
    /// The step that was used last.
    pub(super) last: Option<i64>,
    /// Which row it is of, in its own words.
    pub(super) account: String,
    /// Whether the row itself says how it counts.
    told: bool,
}

/// The devices of a row, at any depth. A secret that can be read in two ways gives two.
pub(crate) fn of(row: &Value) -> Vec<Device> {
    let mut found = Vec::new();
    let account = row
        .as_object()
        .and_then(|row| {
            row.get("id")
                .or_else(|| row.get("user_id"))
                .or_else(|| row.get("email"))
        })
        .map(Value::to_string);
    walk(row, false, 0, &mut found);
    for device in &mut found {
        device.account = account.clone().unwrap_or_default();
    }
    found
}

fn walk(value: &Value, inside: bool, depth: usize, found: &mut Vec<Device>) {
    if depth > 6 {
        return;
    }
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| walk(item, inside, depth + 1, found)),
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.to_ascii_lowercase();
                match value {
                    Value::String(text) if text.starts_with("otpauth://") => {
                        found.extend(of_uri(text));
                    }
                    Value::String(text) if is_secret(&name, inside) => {
                        found.extend(
                            keys(text)
                                .into_iter()
                                .map(|key| Device::of_members(text, key, members)),
                        );
                    }
                    _ => walk(value, inside || is_of_codes(&name), depth + 1, found),
                }
            }
        }
        _ => {}
    }
}

fn is_of_codes(name: &str) -> bool {
    [
        "otp",
        "mfa",
        "2fa",
        "two_factor",
        "twofactor",
        "authenticator",
        "factor",
    ]
    .iter()
    .any(|part| name.contains(part))
}

fn is_secret(name: &str, inside: bool) -> bool {
    let names = ["secret", "key", "seed"];
    name == "secret"
        || names.iter().any(|part| name.contains(part)) && (inside || is_of_codes(name))
}

/// The bytes that a written secret can stand for: base32 as phones want it, else hex.
fn keys(text: &str) -> Vec<Vec<u8>> {
    let text = text.trim();
    let base32 = base32(text).filter(|key| key.len() >= 10);
    let hex = (text.len() >= 32 && text.len().is_multiple_of(2))
        .then(|| hex(text))
        .flatten();
    base32.into_iter().chain(hex).collect()
}

fn of_uri(uri: &str) -> Option<Device> {
    let (_, query) = uri.split_once('?')?;
    let members: Map<String, Value> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_ascii_lowercase(), Value::String(decoded(value))))
        .collect();
    let secret = members.get("secret")?.as_str()?;
    let mut device = Device::of_members(secret, base32(secret)?, &members);
    device.told = true;
    Some(device)
}

impl Device {
    fn of_members(secret: &str, key: Vec<u8>, members: &Map<String, Value>) -> Self {
        let member = |names: &[&str]| {
            let mut found = members
                .iter()
                .filter(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()));
            found.next().map(|(_, value)| value)
        };
        let number = |names: &[&str]| {
            let value = member(names)?;
            value.as_i64().or_else(|| value.as_str()?.parse().ok())
        };
        let period = number(&["period", "step", "interval", "time_step"])
            .filter(|period| (5..=3_600).contains(period));
        let digits = number(&["digits"]).and_then(|digits| usize::try_from(digits).ok());
        let algorithm = member(&["algorithm", "digest", "hash"])
            .and_then(Value::as_str)
            .and_then(algorithm);
        let last = member(&[
            "last_t",
            "last_totp_step",
            "consumed_timestep",
            "last_used_step",
            "last_step",
            "last_timestep",
            "last_counter",
        ]);
        let period_or = period.unwrap_or(STEP);
        let at = member(&["last_used_at", "last_otp_at", "totp_last_used_at"])
            .and_then(|value| time_in(value.as_str()?));
        Self {
            secret: secret.to_owned(),
            key,
            period: period_or,
            digits: digits
                .filter(|digits| (6..=8).contains(digits))
                .unwrap_or(6),
            algorithm: algorithm.unwrap_or(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
            window: number(&["tolerance", "window"])
                .filter(|steps| (1..=20).contains(steps))
                .unwrap_or(1),
            last: last
                .and_then(Value::as_i64)
                .or_else(|| Some(at?.div_euclid(period_or))),
            account: String::new(),
            told: period.is_some() || digits.is_some() || algorithm.is_some(),
        }
    }

    /// What settings say of codes, where the row says nothing.
    pub(super) fn take_settings(&mut self, situation: &Situation<'_>) {
        let lines = situation
            .evidence
            .services
            .iter()
            .flat_map(Service::settings);
        for line in lines.filter(|line| is_of_codes(&line.name.to_ascii_lowercase())) {
            let name = line.name.to_ascii_uppercase();
            let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
            let value = line.value.trim();
            let number = value.parse::<i64>().ok().filter(|number| *number > 0);
            match number {
                Some(period @ 5..=3_600) if !self.told && ends(&["PERIOD", "STEP", "INTERVAL"]) => {
                    self.period = period;
                }
                Some(digits @ 6..=8) if !self.told && ends(&["DIGITS"]) => {
                    self.digits = usize::try_from(digits).unwrap_or(6);
                }
                // Leeways and drifts are told in seconds, windows in steps.
                Some(seconds @ 1..=3_600) if ends(&["LEEWAY", "DRIFT"]) => {
                    self.window = self.window.max((seconds + self.period - 1) / self.period);
                }
                Some(steps @ 1..=20) if ends(&["WINDOW", "TOLERANCE"]) => {
                    self.window = self.window.max(steps);
                }
                _ => {}
            }
            if let Some(algorithm) =
                algorithm(value).filter(|_| !self.told && ends(&["ALGORITHM", "DIGEST"]))
            {
                self.algorithm = algorithm;
            }
        }
    }

    /// The same with another secret in its place; none where that is no secret.
    pub(crate) fn with_secret(&self, secret: &str) -> Option<Self> {
        let key = base32(secret).or_else(|| hex(secret))?;
        Some(Self {
            secret: secret.to_owned(),
            key,
            ..self.clone()
        })
    }

    /// The codes as far around a moment as is looked, in their order.
    pub(crate) fn codes_around(&self, now: i64) -> Vec<String> {
        let key = hmac::Key::new(self.algorithm, &self.key);
        let around = -FARTHEST..=FARTHEST;
        around
            .filter_map(|step| code_at(&key, now.div_euclid(self.period) + step, self.digits))
            .collect()
    }

    /// How many steps away the time of a code is: near, or whole hours off as a clock of another zone is.
    pub(super) fn steps_away(&self, code: &str, now: i64) -> Option<i64> {
        let key = hmac::Key::new(self.algorithm, &self.key);
        let near = -FARTHEST..=FARTHEST;
        let hours = (-14..=14_i64).flat_map(|hour| (-1..=1).map(move |slip| (hour, slip)));
        let far = hours
            .filter(|_| 3_600 % self.period == 0)
            .map(|(hour, slip)| hour * 3_600 / self.period + slip);
        let mut steps: Vec<i64> = near.chain(far).collect();
        steps.sort_by_key(|step| step.abs());
        let now = now.div_euclid(self.period);
        steps
            .into_iter()
            .find(|step| code_at(&key, now + step, self.digits).as_deref() == Some(code))
    }
}

fn algorithm(text: &str) -> Option<hmac::Algorithm> {
    match text
        .to_ascii_uppercase()
        .replace(['-', '_'], "")
        .trim_start_matches("HMAC")
    {
        "SHA1" => Some(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        "SHA256" => Some(hmac::HMAC_SHA256),
        "SHA512" => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

/// The code of a step (RFC 4226, section 5.3).
fn code_at(key: &hmac::Key, step: i64, digits: usize) -> Option<String> {
    let tag = hmac::sign(key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last()? & 15);
    let four: [u8; 4] = bytes.get(offset..offset + 4)?.try_into().ok()?;
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    let below = 10_u32.checked_pow(u32::try_from(digits).ok()?)?;
    Some(format!("{:0digits$}", number % below))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

/// RFC 4648, section 6, without padding and in any case.
fn base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text
        .bytes()
        .filter(|byte| !matches!(byte, b'=' | b' ' | b'-'))
    {
        let value = match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        held = (held << 5 | u32::from(value)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B; RFC 4648, section 10.
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345678901234567890");
        for (time, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(
                code_at(&key, time / STEP, 8).as_deref(),
                Some(code),
                "{time}"
            );
            assert_eq!(
                code_at(&key, time / STEP, 6).as_deref(),
                code.get(2..),
                "{time}"
            );
        }
        assert_eq!(base32("MZXW6YTBOI======").as_deref(), Some(&b"foobar"[..]));
        assert_eq!(base32("mzxw 6ytb"), Some(b"fooba".to_vec()));
        assert_eq!(base32("no base32!"), None);
    }

    #[test]
    fn devices_are_found_in_any_form() {
        for row in [
            json!({"id": 1, "totp_secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}),
            json!({"id": 1, "mfa": [{"type": "totp", "uri": "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=6"}]}),
            json!({"id": 1, "totpdevice": {"key": "3132333435363738393031323334353637383930", "step": 30}}),
        ] {
            let devices = of(&row);
            let away = devices
                .iter()
                .find_map(|device| device.steps_away("287082", 59 + 90));
            assert_eq!(away, Some(-3), "{row}");
        }
        assert!(of(&json!({"id": 1, "api_key": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"})).is_empty());
    }

    #[test]
    fn a_clock_of_another_zone_is_whole_hours_off() {
        let devices = of(&json!({"totp_secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}));
        assert_eq!(devices[0].steps_away("287082", 59 + 7_200), Some(-240));
    }
}
