//! Verifiers that make other bytes of the text that signed a token.

use super::{Held, wording};
use crate::evidence::Symptom;
use crate::finding::Finding;
use crate::situation::Situation;

/// Calls, in quoted code, that make bytes of a secret's text.
const DECODES: &[&str] = &[
    "hex.decodestring(",
    "encoding.decodestring(",
    "bytes.fromhex(",
    "unhexlify(",
    "b64decode(",
    "base64_decode(",
    "base64.decode64(",
    "strict_decode64(",
    "base64.decode(",
    "base64.decode!(",
    "base.decode64!(",
    "base.decode16!(",
    "hex2bin(",
    "frombase64string(",
    "fromhexstring(",
    "decoders.base64.decode(",
    "decodingbase64(",
    ".getdecoder().decode(",
    ", 'base64')",
    ", \"base64\")",
    ", 'hex')",
    ", \"hex\")",
];

/// The text of the secret signed the token, and the verifier refuses it all the same: it decodes the text first.
pub(super) fn decoded<'e>(situation: &Situation<'e>, held: Held<'e>) -> Option<Finding> {
    if let Some(finding) = decoded_by_name(situation, held) {
        return Some(finding);
    }
    let refused = situation.sighting(Symptom::SignatureRefused)?;
    if situation.told(DECODES, &["secret", "key"]).is_some() {
        return Some(wording::decoded(held, &refused.spot).weight(0.8));
    }
    let decodes = [
        "jjwt",
        "java-jwt",
        "spring",
        "kotlin",
        "quarkus",
        "micronaut",
    ];
    let used = decodes.iter().any(|product| situation.uses(product));
    let value = held.line.value.trim();
    let coded = value.len() >= 32
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '='));
    let plainly = value.ends_with('=') || value.contains(['+', '/']);
    let weight = match (used, plainly) {
        (true, _) => 0.8,
        (false, true) => 0.4,
        (false, false) => return None,
    };
    coded.then(|| wording::decoded(held, &refused.spot).weight(weight))
}

/// The name says that the value is base64 or hex, so its reader decodes it; the text itself signed the token.
fn decoded_by_name<'e>(situation: &Situation<'e>, held: Held<'e>) -> Option<Finding> {
    let name = held.line.name.to_ascii_uppercase();
    let coded =
        name.contains("BASE64") || name.split('_').any(|part| matches!(part, "B64" | "HEX"));
    let refused = situation
        .response()
        .filter(|answer| coded && answer.status == 401)?;
    let spot = situation
        .sighting(Symptom::SignatureRefused)
        .map_or_else(|| refused.status_spot(), |sighting| sighting.spot.clone());
    Some(wording::decoded(held, &spot).weight(0.7))
}
