//! CSRF tokens: a signed double submit bound to the session (ASVS 3.5.1).
//!
//! The token is base64url(nonce ‖ HMAC-SHA-256(key, binding ‖ nonce)). It stands in a cookie that
//! scripts of our own origin can read, and comes back in a header or a form field. Whoever can
//! plant a cookie still cannot make one that fits the victim's session.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_verify::Cause;
use rand::CryptoRng;
use subtle::ConstantTimeEq as _;

use crate::SessionId;
use crate::keys::CsrfKey;

const NONCE_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

/// What a CSRF token is bound to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Binding {
    /// Nobody is signed in.
    Anonymous,
    /// A session.
    Session(SessionId),
}

/// Proof that the CSRF token of a request was checked; only [`check`] makes one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CsrfChecked(());

/// Why the CSRF token of a request was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CsrfRefusal {
    /// Two CSRF cookies with different values, set with different paths or domains.
    #[error("the request carries several CSRF cookies with different values")]
    CookieDuplicated,
    /// No CSRF cookie.
    #[error("the request carries no CSRF cookie")]
    CookieMissing,
    /// Header and cookie differ.
    #[error("the X-CSRF-Token header and the CSRF cookie differ")]
    Different,
    /// No header.
    #[error("the request carries no X-CSRF-Token header")]
    HeaderMissing,
    /// Both agree, but the token was made for another session, by another server or by hand.
    #[error("the CSRF token was not made for this session")]
    OtherSession,
}

impl CsrfRefusal {
    /// The entry of the catalogue.
    #[must_use]
    pub const fn cause(self) -> Cause {
        match self {
            Self::CookieDuplicated => Cause::CsrfCookieDuplicatePath,
            Self::CookieMissing | Self::HeaderMissing => Cause::CsrfTokenMissing,
            Self::Different | Self::OtherSession => Cause::CsrfTokenMismatch,
        }
    }
}

/// Makes a token for a session, or for a visitor who has none.
#[must_use]
pub fn mint<R: CryptoRng + ?Sized>(key: &CsrfKey, binding: Binding, rng: &mut R) -> String {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let mut token = nonce.to_vec();
    token.extend_from_slice(context(key, binding, &nonce).sign().as_ref());
    URL_SAFE_NO_PAD.encode(token)
}

/// Whether a token was made for the binding, be it presented or not: such a cookie can stay.
#[must_use]
pub fn is_valid(key: &CsrfKey, binding: Binding, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    let Some((nonce, tag)) = bytes.split_first_chunk::<NONCE_BYTES>() else {
        return false;
    };
    // The length is checked first: ct_eq of unequal lengths is false at once.
    tag.len() == TAG_BYTES && bool::from(context(key, binding, nonce).sign().as_ref().ct_eq(tag))
}

/// Checks a request: all its CSRF `cookies`, and the token in its header or form field.
///
/// # Errors
///
/// One [`CsrfRefusal`], told apart as the fixes differ.
pub fn check(
    key: &CsrfKey,
    binding: Binding,
    cookies: &[&str],
    submitted: Option<&str>,
) -> Result<CsrfChecked, CsrfRefusal> {
    let (&cookie, others) = cookies.split_first().ok_or(CsrfRefusal::CookieMissing)?;
    if others.iter().any(|other| *other != cookie) {
        return Err(CsrfRefusal::CookieDuplicated);
    }
    let submitted = submitted
        .filter(|text| !text.is_empty())
        .ok_or(CsrfRefusal::HeaderMissing)?;
    if !bool::from(submitted.as_bytes().ct_eq(cookie.as_bytes())) {
        return Err(CsrfRefusal::Different);
    }
    if is_valid(key, binding, submitted) {
        Ok(CsrfChecked(()))
    } else {
        Err(CsrfRefusal::OtherSession)
    }
}

fn context(key: &CsrfKey, binding: Binding, nonce: &[u8; NONCE_BYTES]) -> hmac::Context {
    let mut context = hmac::Context::with_key(&key.0);
    match binding {
        Binding::Anonymous => context.update(b"anonymous\0"),
        Binding::Session(id) => {
            context.update(b"session\0");
            context.update(id.as_uuid().as_bytes());
        }
    }
    context.update(nonce);
    context
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::keys::RootKey;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn key(byte: u8) -> CsrfKey {
        RootKey::from_bytes([byte; 32]).csrf_key().unwrap()
    }

    fn session(seed: u64) -> Binding {
        let mut rng = StdRng::seed_from_u64(seed);
        Binding::Session(SessionId::new(Timestamp::from_seconds(1), &mut rng))
    }

    fn token(binding: Binding, seed: u64) -> String {
        mint(&key(1), binding, &mut StdRng::seed_from_u64(seed))
    }

    #[test]
    fn equal_cookie_and_header_of_the_session_pass() {
        for binding in [Binding::Anonymous, session(1)] {
            let token = token(binding, 1);
            assert!(check(&key(1), binding, &[&token], Some(&token)).is_ok());
            assert!(check(&key(1), binding, &[&token, &token], Some(&token)).is_ok());
        }
    }

    #[test]
    fn the_refusals_are_told_apart() {
        let (mine, fresh) = (token(session(1), 1), token(session(1), 2));
        let (theirs, nobodys) = (token(session(2), 1), token(Binding::Anonymous, 1));
        let (mine, fresh, theirs, nobodys) = (&*mine, &*fresh, &*theirs, &*nobodys);
        for (cookies, header, expected) in [
            (&[][..], Some(mine), CsrfRefusal::CookieMissing),
            (&[], None, CsrfRefusal::CookieMissing),
            (&[mine], None, CsrfRefusal::HeaderMissing),
            (&[mine], Some(""), CsrfRefusal::HeaderMissing),
            (&[mine], Some(fresh), CsrfRefusal::Different),
            (&[mine], Some("x"), CsrfRefusal::Different),
            (&[mine, fresh], Some(mine), CsrfRefusal::CookieDuplicated),
            (&[mine, fresh], None, CsrfRefusal::CookieDuplicated),
            (&[theirs], Some(theirs), CsrfRefusal::OtherSession),
            (&[nobodys], Some(nobodys), CsrfRefusal::OtherSession),
            (&["x"], Some("x"), CsrfRefusal::OtherSession),
            (&["é"], Some("é"), CsrfRefusal::OtherSession),
        ] {
            assert_eq!(
                check(&key(1), session(1), cookies, header),
                Err(expected),
                "{cookies:?}"
            );
        }
    }

    #[test]
    fn causes_are_the_catalogues() {
        for (refusal, slug) in [
            (CsrfRefusal::CookieDuplicated, "csrf-cookie-duplicate-path"),
            (CsrfRefusal::CookieMissing, "csrf-token-missing"),
            (CsrfRefusal::Different, "csrf-token-mismatch"),
            (CsrfRefusal::HeaderMissing, "csrf-token-missing"),
            (CsrfRefusal::OtherSession, "csrf-token-mismatch"),
        ] {
            assert_eq!(refusal.cause().slug(), slug);
            assert_eq!(refusal.cause().status(), 403);
        }
    }

    #[test]
    fn a_token_of_a_session_does_not_serve_without_one() {
        let token = token(session(1), 1);
        assert!(!is_valid(&key(1), Binding::Anonymous, &token));
        assert!(!is_valid(&key(2), session(1), &token));
        assert!(is_valid(&key(1), session(1), &token));
    }

    #[test]
    fn two_tokens_of_one_session_differ() {
        let mut rng = StdRng::seed_from_u64(1);
        let first = mint(&key(1), session(1), &mut rng);
        assert_ne!(first, mint(&key(1), session(1), &mut rng));
        assert_eq!(first.len(), 64);
    }

    proptest! {
        #[test]
        fn nothing_but_a_minted_token_is_valid(text in "[A-Za-z0-9_=-]{0,80}") {
            prop_assert!(!is_valid(&key(1), session(1), &text));
        }

        #[test]
        fn any_change_of_a_character_is_noticed(at in 0usize..64, to in "[A-Za-z0-9_-]") {
            let mut changed = token(session(1), 1);
            changed.replace_range(at..=at, &to);
            prop_assert_eq!(
                is_valid(&key(1), session(1), &changed),
                changed == token(session(1), 1)
            );
        }
    }
}
