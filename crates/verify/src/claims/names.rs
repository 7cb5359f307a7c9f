//! The names of the claims that are read.

use crate::strict_json::Name;

macro_rules! claims {
    ($($claim:ident $name:literal,)*) => {
        /// A claim that is read.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[repr(u8)]
        pub(super) enum Claim {
            $($claim,)*
        }

        impl Claim {
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$claim,)*];

            pub(super) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$claim => $name,)*
                }
            }
        }
    };
}

claims! {
    Amr "amr",
    AtHash "at_hash",
    Aud "aud",
    AuthTime "auth_time",
    CHash "c_hash",
    Email "email",
    EmailVerified "email_verified",
    Exp "exp",
    Iat "iat",
    Iss "iss",
    Jti "jti",
    Nbf "nbf",
    Role "role",
    Scope "scope",
    Sid "sid",
    Sub "sub",
    TokenType "token_type",
    TokenUse "token_use",
    Typ "typ",
    Type "type",
}

impl Name for Claim {
    #[inline]
    fn of(spelled: &[u8]) -> Option<Self> {
        // By length first: a few comparisons instead of twenty.
        let claim = match spelled.len() {
            3 => match spelled {
                b"amr" => Self::Amr,
                b"aud" => Self::Aud,
                b"exp" => Self::Exp,
                b"iat" => Self::Iat,
                b"iss" => Self::Iss,
                b"jti" => Self::Jti,
                b"nbf" => Self::Nbf,
                b"sid" => Self::Sid,
                b"sub" => Self::Sub,
                b"typ" => Self::Typ,
                _ => return None,
            },
            4 => match spelled {
                b"role" => Self::Role,
                b"type" => Self::Type,
                _ => return None,
            },
            5 => match spelled {
                b"email" => Self::Email,
                b"scope" => Self::Scope,
                _ => return None,
            },
            6 => match spelled {
                b"c_hash" => Self::CHash,
                _ => return None,
            },
            7 => match spelled {
                b"at_hash" => Self::AtHash,
                _ => return None,
            },
            9 => match spelled {
                b"auth_time" => Self::AuthTime,
                b"token_use" => Self::TokenUse,
                _ => return None,
            },
            10 => match spelled {
                b"token_type" => Self::TokenType,
                _ => return None,
            },
            14 => match spelled {
                b"email_verified" => Self::EmailVerified,
                _ => return None,
            },
            _ => return None,
        };
        Some(claim)
    }

    #[inline]
    fn bit(self) -> u32 {
        1 << self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_known_and_has_a_bit_of_its_own() {
        let mut seen = 0;
        for claim in Claim::ALL {
            assert_eq!(Claim::of(claim.as_str().as_bytes()), Some(*claim));
            assert_eq!(seen & claim.bit(), 0);
            seen |= claim.bit();
        }
        for other in ["", "ISS", "is", "isss", "azp", "email_verifieD", "nonce"] {
            assert_eq!(Claim::of(other.as_bytes()), None, "{other}");
        }
    }
}
