//! What verifiers check, and in which order each library does.
//!
//! A message that one check failed says that every check before it held.

use countersign_verify::Cause;

/// One check on the way of a request to its answer. Declared in the order in which most programs check.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Check {
    /// The program starts, and reads its settings.
    Start,
    /// The browser lets the request go, and the answer through.
    Browser,
    /// The credential arrives.
    Arrival,
    /// The token has the form of one.
    Form,
    /// A key is found for the token, and `alg` is one that is allowed.
    Key,
    /// The signature fits the key.
    Signature,
    /// `nbf` and `iat` are not in the future.
    NotBefore,
    /// `exp` has not passed.
    Expiry,
    /// The kind of token is the one that is asked for: `typ`, `token_type`, `token_use`.
    Kind,
    /// `aud` names this verifier.
    Audience,
    /// `iss` is the one that is expected.
    Issuer,
    /// `sub` and other claims are there and well formed.
    Claims,
    /// The forged-request check holds.
    Csrf,
    /// The account exists and may sign in.
    Account,
    /// The account may do this.
    Permission,
}

impl Check {
    /// The check that a cause makes fail.
    pub(crate) fn of(cause: Cause) -> Option<Self> {
        Some(match cause {
            Cause::TokenTypeUnexpected
            | Cause::IdTokenAsAccessToken
            | Cause::RefreshTokenAsAccessToken => Self::Kind,
            Cause::SecretMissing | Cause::SecretTooShort => Self::Start,
            Cause::AlgMismatch
            | Cause::JwksCacheStale
            | Cause::KidNotInJwks
            | Cause::KeyUnusable
            | Cause::PemDamagedInEnv => Self::Key,
            Cause::TokenExpired
            | Cause::ExpTimezoneNaive
            | Cause::ExpUnitError
            | Cause::TokenLifetimeUnexpected => Self::Expiry,
            Cause::ClockSkew => Self::NotBefore,
            Cause::IssHostMismatch
            | Cause::IssMismatch
            | Cause::IssTrailingSlash
            | Cause::IssVersionMismatch => Self::Issuer,
            Cause::AudMismatch | Cause::AudMissingInToken | Cause::AudNotConfigured => {
                Self::Audience
            }
            Cause::ClaimMissing | Cause::SubNotString => Self::Claims,
            Cause::SubIdentifierMismatch | Cause::TokenFormatLegacy => Self::Account,
            Cause::RolesClaimLocation | Cause::RoleMissing | Cause::ScopeMissing => {
                Self::Permission
            }
            other => return Self::of_stage(other),
        })
    }

    fn of_stage(cause: Cause) -> Option<Self> {
        Some(match cause.code().as_bytes().get(3)? {
            b'1' if cause.slug().starts_with("cors") => Self::Browser,
            b'2' => Self::Form,
            b'3' => Self::Signature,
            b'5' if cause.slug().starts_with("csrf") => Self::Csrf,
            b'1' | b'5' => Self::Arrival,
            b'6' => Self::Account,
            _ => return None,
        })
    }
}

/// A library that words messages, with the order of its checks.
#[derive(Debug)]
pub(crate) struct Library {
    /// Its name, with the versions that were tried.
    pub(crate) name: &'static str,
    /// Its checks, the first one first; what it does not check is left out.
    pub(crate) checks: &'static [Check],
}

impl Library {
    /// The checks that have held when `failed` fails.
    pub(crate) fn held_before(&self, failed: Check) -> &'static [Check] {
        let end = self.checks.iter().position(|check| *check == failed);
        self.checks.get(..end.unwrap_or(0)).unwrap_or_default()
    }
}

/// Words that many libraries share; a signature is checked before claims in all of them.
pub(super) const ANY: Library = Library {
    name: "any library",
    checks: &[Check::Arrival, Check::Form, Check::Key, Check::Signature],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_failed_check_has_held() {
        assert_eq!(ANY.held_before(Check::Form), [Check::Arrival]);
        assert!(ANY.held_before(Check::Arrival).is_empty());
        assert!(ANY.held_before(Check::Account).is_empty());
    }

    #[test]
    fn causes_of_claims_fail_their_own_check() {
        assert_eq!(Check::of(Cause::AudMismatch), Some(Check::Audience));
        assert_eq!(Check::of(Cause::SecretBase64VsRaw), Some(Check::Signature));
        assert_eq!(Check::of(Cause::CorsOriginNotAllowed), Some(Check::Browser));
        assert_eq!(Check::of(Cause::DbRefused), None);
    }
}
