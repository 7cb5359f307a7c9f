//! Signatures by the stand-ins of the secrets and keys that made those of the tokens.

use super::jose;
use super::keys::Pairs;
use super::redactor::Redactor;
use crate::evidence::{EnvLine, Evidence};
use crate::situation::signed_by;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::secret_variants;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many values are tried on a token.
const MOST_VALUES: usize = 128;

/// Secrets that are none.
const PUBLIC: &[&str] = &[
    "",
    "undefined",
    "null",
    "None",
    "secret",
    "changeme",
    "your-256-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "super-secret-jwt-token-with-at-least-32-characters-long",
];

/// The new signature of each token whose signer is known.
pub(super) fn signatures(
    redactor: &Redactor,
    before: &Evidence,
    draft: &Evidence,
    pairs: &Pairs,
) -> BTreeMap<String, String> {
    let values = values(before, draft);
    let found = redactor.inventory.tokens.iter().filter_map(|token| {
        let made = jose::stand_in(redactor, token);
        let (input, _) = made.rsplit_once('.')?;
        let header = jose::plain(token.split('.').next()?)?;
        let header: Value = serde_json::from_str(&header).ok()?;
        let alg = header.get("alg")?.as_str()?;
        let signature = match algorithm(alg) {
            Some(hmac) => {
                let known = values.iter().find_map(|(was, is)| secret(token, was, is));
                let secret = known.or_else(|| everybodys(token, hmac))?;
                let tag = hmac::sign(&hmac::Key::new(hmac, &secret), input.as_bytes());
                URL_SAFE_NO_PAD.encode(tag)
            }
            None => pairs.signature(token, alg, input)?,
        };
        Some((token.clone(), signature))
    });
    let mut found: BTreeMap<String, String> = found.collect();
    let copied: Vec<(String, String)> = redactor
        .inventory
        .tokens
        .iter()
        .filter(|token| !found.contains_key(*token))
        .filter_map(|token| Some((token.clone(), copy(token, &found)?)))
        .collect();
    found.extend(copied);
    found
}

/// The signature of another token, whole or its beginning, over whatever it stands now.
fn copy(token: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let (_, own) = token.rsplit_once('.').filter(|(_, own)| own.len() >= 8)?;
    let mut signatures = known
        .iter()
        .filter_map(|(token, made)| Some((token.rsplit_once('.')?.1, made)));
    let (_, made) = signatures.find(|(signature, _)| signature.starts_with(own))?;
    made.get(..own.len()).map(str::to_owned)
}

fn algorithm(alg: &str) -> Option<hmac::Algorithm> {
    match alg {
        "HS256" => Some(hmac::HMAC_SHA256),
        "HS384" => Some(hmac::HMAC_SHA384),
        "HS512" => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

/// The stand-in of the secret that signed a token, in the form in which it did.
fn secret(token: &str, was: &str, is: &str) -> Option<Vec<u8>> {
    if signed_by(token, was.as_bytes()) {
        return Some(is.as_bytes().to_vec());
    }
    let forms = secret_variants(was.as_bytes());
    let form = forms
        .into_iter()
        .find(|form| signed_by(token, &form.bytes))?;
    let mut others = secret_variants(is.as_bytes()).into_iter();
    others
        .find(|other| other.how == form.how)
        .map(|other| other.bytes.to_vec())
}

/// A secret that everybody knows and that made the signature: nothing, or what is written where nothing is set.
fn everybodys(token: &str, alg: hmac::Algorithm) -> Option<Vec<u8>> {
    let (input, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let made = |secret: &&str| {
        let key = hmac::Key::new(alg, secret.as_bytes());
        hmac::verify(&key, input.as_bytes(), &signature).is_ok()
    };
    let found = PUBLIC.iter().find(|secret| made(secret))?;
    Some(found.as_bytes().to_vec())
}

/// The values of settings that were made comments, where former secrets are.
fn commented(evidence: &Evidence) -> Vec<String> {
    let files = evidence.services.iter().flat_map(|service| &service.files);
    let lines = files.flat_map(|file| file.text.lines());
    let values = lines.filter_map(|line| {
        let (_, value) = line.trim_start().strip_prefix('#')?.split_once('=')?;
        Some(value.trim().trim_matches(['"', '\'']).to_owned())
    });
    values.collect()
}

/// The values of settings with their stand-ins, as every loader reads them.
pub(super) fn values(before: &Evidence, draft: &Evidence) -> Vec<(String, String)> {
    let lines = |evidence: &Evidence| -> Vec<EnvLine> {
        let files = evidence.services.iter().flat_map(|service| &service.files);
        files.flat_map(|file| file.lines.iter().cloned()).collect()
    };
    let (was, is) = (lines(before), lines(draft));
    let mut values: Vec<(String, String)> = Vec::new();
    let former = commented(before).into_iter().zip(commented(draft));
    values.extend(former.take(MOST_VALUES / 4));
    for (was, is) in was.iter().zip(&is) {
        let main = (was.value.to_string(), is.value.to_string());
        let others = was
            .others
            .iter()
            .zip(&is.others)
            .map(|(was, is)| (was.value.to_string(), is.value.to_string()));
        let raw = (was.raw.to_string(), is.raw.to_string());
        for pair in [main, raw].into_iter().chain(others) {
            if !pair.0.is_empty()
                && pair.0.len() <= 4_096
                && values.len() < MOST_VALUES
                && !values.contains(&pair)
            {
                values.push(pair);
            }
        }
    }
    values
}
