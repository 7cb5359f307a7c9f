//! Time-based one-time codes (RFC 6238): of which time a code is.

use super::Situation;
use super::sign_in::member;
use crate::evidence::Symptom;
use aws_lc_rs::hmac;

/// How long a code counts, in seconds (RFC 6238, section 4.1).
const STEP: i64 = 30;

/// How far away a code's time is looked for, in steps: half an hour.
const FARTHEST: i64 = 60;

const CODE: &[&str] = &[
    "code",
    "otp",
    "totp",
    "token",
    "totp_code",
    "otp_code",
    "mfa_code",
    "verification_code",
];

/// Members of rows of users that hold the secret of the codes.
pub(crate) const SECRET_NAMES: [&str; 5] = [
    "totp_secret",
    "otp_secret",
    "mfa_secret",
    "two_factor_secret",
    "secret",
];

/// Whether the failing request is about a code.
pub(crate) fn is_asked(situation: &Situation<'_>) -> bool {
    code(situation).is_some()
        || situation
            .seen_any(&[Symptom::TotpRefused, Symptom::TotpReplayed])
            .is_some()
}

/// How far the code's own time is from the verifier's, in seconds; none where the secret is not known.
pub(crate) fn drift(situation: &Situation<'_>) -> Option<i64> {
    let code = code(situation)?;
    let now = situation.clock.judging()?;
    let row = situation
        .user_row()
        .or_else(|| super::users::rows(situation).into_iter().next())?;
    let secret = SECRET_NAMES
        .iter()
        .find_map(|name| row.get(*name)?.as_str())?;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &base32(secret)?);
    let mut steps: Vec<i64> = (-FARTHEST..=FARTHEST).collect();
    steps.sort_by_key(|step| step.abs());
    let step = steps
        .into_iter()
        .find(|step| code_at(&key, now.div_euclid(STEP) + step).as_ref() == Some(&code))?;
    Some(step * STEP)
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
        let same = exchange
            .request
            .as_ref()
            .and_then(|request| member(request, CODE))
            .as_ref()
            == Some(&code);
        good && same
    })
}

/// The six digits that the failing request carries.
fn code(situation: &Situation<'_>) -> Option<String> {
    let code = member(situation.request()?, CODE)?.replace([' ', '-'], "");
    (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// The codes of a secret as far around a moment as is looked, in their order; none where it is no base32.
pub(crate) fn codes_around(secret: &str, now: i64) -> Vec<String> {
    let Some(secret) = base32(secret) else {
        return Vec::new();
    };
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    (-FARTHEST..=FARTHEST)
        .filter_map(|step| code_at(&key, now.div_euclid(STEP) + step))
        .collect()
}

/// The code of a step (RFC 4226, section 5.3).
fn code_at(key: &hmac::Key, step: i64) -> Option<String> {
    let tag = hmac::sign(key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last()? & 15);
    let four: [u8; 4] = bytes.get(offset..offset + 4)?.try_into().ok()?;
    Some(format!(
        "{:06}",
        (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
    ))
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

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, cut to six digits; RFC 4648, section 10.
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345678901234567890");
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(&key, time / STEP).as_deref(), Some(code), "{time}");
        }
        assert_eq!(base32("MZXW6YTBOI======").as_deref(), Some(&b"foobar"[..]));
        assert_eq!(base32("mzxw 6ytb"), Some(b"fooba".to_vec()));
        assert_eq!(base32("no base32!"), None);
    }
}
