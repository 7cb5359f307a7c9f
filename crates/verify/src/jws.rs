//! Bare signatures: a compact JWS checked against a set of keys, whatever its payload.

use crate::compact::{Compact, Header, MOST_SIGNATURE};
use crate::keys::{JwkSet, Kid, VerifyingKey};
use crate::refusal::shown;
use crate::{Alg, Cause, Refusal};

/// How many keys without `kid` are tried for one token.
const MOST_TRIED: usize = 32;

/// Checks a compact JWS (RFC 7515, section 5.2) and returns its payload.
///
/// The algorithm is pinned by the key, and by `alg` where it is given; `none` is never accepted,
/// and nothing in the header is taken for a key.
///
/// # Errors
/// A [`Refusal`] with one of `token-malformed`, `token-header-unsupported`, `alg-mismatch`,
/// `key-unusable`, `kid-not-in-jwks`, `secret-mismatch` or `token-tampered`.
pub fn verify_compact(token: &str, keys: &JwkSet, alg: Option<Alg>) -> Result<Vec<u8>, Refusal> {
    let compact = Compact::split(token).ok_or_else(|| crate::form::refusal(token))?;
    let header = Header::decode(compact.header)?;
    let claimed = header.known_alg()?;
    if let Some(wanted) = alg.filter(|wanted| *wanted != claimed) {
        return Err(Refusal::new(
            Cause::AlgMismatch,
            format!("the token's alg is {claimed}; {wanted} is demanded"),
        ));
    }
    let mut buffer = [0; MOST_SIGNATURE];
    let signature = compact.signature_into(&mut buffer)?;
    let candidates = candidates(keys, header.kid.as_deref(), claimed)?;
    let input = compact.signing_input.as_bytes();
    if candidates.iter().any(|key| key.signed(input, signature)) {
        return compact.payload_bytes();
    }
    let cause = if claimed.is_symmetric() {
        Cause::SecretMismatch
    } else {
        Cause::TokenTampered
    };
    let tried = candidates.len();
    Err(Refusal::new(
        cause,
        format!(
            "none of {tried} {claimed} key(s) made this signature over this header and payload"
        ),
    ))
}

fn candidates(keys: &JwkSet, kid: Option<&str>, alg: Alg) -> Result<Vec<VerifyingKey>, Refusal> {
    if keys.keys.is_empty() {
        let why = keys.ignored.first().map_or_else(
            || "the key set is empty".to_owned(),
            |first| format!("no key of the set can be used; the first: {}", first.reason),
        );
        return Err(Refusal::new(Cause::KeyUnusable, why));
    }
    // A key without a name may be meant; one with another name is not.
    let named = |of_key: Option<&Kid>| match (kid, of_key) {
        (Some(kid), Some(of_key)) => of_key.as_str() == kid,
        (None, _) | (_, None) => true,
    };
    let mut of_name = keys.keys.iter().filter(|key| named(key.kid())).peekable();
    if of_name.peek().is_none() {
        let kid = shown(kid.unwrap_or_default());
        return Err(Refusal::new(
            Cause::KidNotInJwks,
            format!("no key of the set has the kid {kid}"),
        ));
    }
    let fitting: Vec<_> = of_name
        .filter(|key| key.alg() == alg)
        .take(MOST_TRIED)
        .collect();
    if fitting.is_empty() {
        let detail = format!("the token's alg is {alg}; the key is for another algorithm");
        return Err(Refusal::new(Cause::AlgMismatch, detail));
    }
    let prepared: Result<Vec<_>, _> = fitting.iter().map(|key| key.verifying_key("jwk")).collect();
    prepared.map_err(|error| Refusal::new(Cause::KeyUnusable, error.to_string()))
}
