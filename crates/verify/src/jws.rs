//! Bare signatures: a compact JWS checked against a ring of keys, whatever its payload.

use crate::base64url::Room;
use crate::compact::{Compact, Header, MOST_SIGNATURE};
use crate::signer::{no_key, not_signed};
use crate::{Alg, Cause, KeyRing, Refusal};

/// Checks a compact JWS (RFC 7515, section 5.2) and returns its payload.
///
/// The algorithm is pinned by the key, and by `alg` where it is given; `none` is never accepted,
/// and nothing in the header is taken for a key.
///
/// ```
/// use countersign_verify::{JwkSet, jws};
///
/// // RFC 7515, appendix A.1.
/// let jwk = br#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
/// let ring = JwkSet::parse(jwk)?.ring("issuer.jwk.json")?;
/// let token = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";
/// assert_eq!(jws::verify_compact(token, &ring, None).unwrap_err().cause.slug(), "secret-mismatch");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A [`Refusal`]: of its form (`token-malformed`, `token-base64-noncanonical`, `token-header-unsupported`,
/// `token-payload-unencoded` and those of other kinds of credentials), `alg-mismatch`, `kid-not-in-jwks`,
/// `secret-missing` for an empty ring, the fault of the key that the token names, `secret-mismatch` or
/// `token-tampered`.
pub fn verify_compact(token: &str, keys: &KeyRing, alg: Option<Alg>) -> Result<Vec<u8>, Refusal> {
    let compact = Compact::split(token).ok_or_else(|| crate::form::refusal(token))?;
    let mut room = Room::default();
    let header = Header::decode(compact.header, &mut room)?;
    let claimed = header.known_alg()?;
    if let Some(wanted) = alg.filter(|wanted| *wanted != claimed) {
        return Err(Refusal::new(
            Cause::AlgMismatch,
            format!("the token's alg is {claimed}; {wanted} is demanded"),
        ));
    }
    let mut buffer = [0; MOST_SIGNATURE];
    let signature = compact.signature_into(&mut buffer)?;
    let kid = header.kid();
    let candidates = keys
        .candidates(kid, claimed)
        .map_err(|none| no_key(&none, "this verifier", kid, claimed))?;
    let input = compact.signing_input.as_bytes();
    if candidates
        .iter()
        .any(|key| key.signed(claimed, input, signature))
    {
        return compact.payload_bytes();
    }
    Err(not_signed(candidates, claimed, kid))
}
